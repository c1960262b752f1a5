import { describe, expect, test } from "vitest";
import { DEFAULT_ENVIRONMENT_SETTINGS, type FoundEnvironment } from "../../../model/environments/environment";
import { StackEnvironments } from "../../../model/environments/stack-environments";
import { Glob } from "../../../model/glob";
import { type NodeInit, Stack } from "../../../model/pulumi/stack";
import { UNKNOWN } from "../../../model/value";
import { graphOf, objectOn, providerOf, type TestResource } from "../../support/environments";

function said(found: FoundEnvironment | undefined): string | undefined {
    return typeof found === "object" ? `${found.class}: ${found.evidence}` : found;
}

/** Answers what the environment of the cluster of a resource is, and of the resource as a Helm release. */
function environmentsOf(graph: readonly NodeInit[], clusters: Record<string, string> = {}, given?: string) {
    const stack = new Stack(graph);
    const settings = {
        ...DEFAULT_ENVIRONMENT_SETTINGS,
        clusters: Object.entries(clusters).map(([glob, environment]) => [new Glob(glob), environment] as const),
        stacks: [],
    };
    const environments = new StackEnvironments(stack, settings, new Map(), given);
    const nodeOf = (name: string) => {
        const node = stack.nodes.find(({ resource }) => resource.name === name);
        if (!node) throw new Error(`no resource is called ${name}`);
        return node;
    };
    return {
        ofCluster: (name: string) => {
            const cluster = environments.clusters.of(nodeOf(name));
            return cluster && said(environments.ofCluster(cluster));
        },
        ofRelease: (name: string) => said(environments.ofRelease(nodeOf(name))),
    };
}

describe("the key clusters knows a cluster by what the cloud answers", () => {
    test.each([
        ["arn", "arn:aws:eks:eu-west-1:111122223333:cluster/a"],
        ["clusterArn", "arn:aws:eks:eu-west-1:111122223333:cluster/b"],
        ["id", "bd5f5959-5e1e-4205-a714-a914373942af"],
        ["selfLink", "https://container.googleapis.com/v1/projects/p/locations/l/clusters/c"],
        ["name", "main-4f2a"],
    ])("%s", (property, answer) => {
        const [main] = graphOf([{ type: "aws:eks/cluster:Cluster", name: "dev" }]);
        const graph = main ? [{ ...main, outputs: { [property]: answer } }] : [];
        expect(environmentsOf(graph, { [answer]: "prod" }).ofCluster("dev")).toBe(
            `production: "${answer}" in the key clusters`,
        );
    });
});

describe("the environment of a cluster", () => {
    test("of which one provider does not know everything yet", () => {
        const open: TestResource = { ...providerOf("open", "main"), props: { kubeconfig: UNKNOWN } };
        const main: TestResource = { type: "aws:eks/cluster:Cluster", name: "main" };
        const used = [main, open, providerOf("known", "main"), objectOn("known", "cart", "shop")];
        expect(environmentsOf(graphOf([...used, objectOn("open", "prices", "shop")])).ofCluster("main")).toBe(
            "unknown",
        );
        expect(environmentsOf(graphOf(used)).ofCluster("main")).toBe("none");
    });

    test("without a provider is what the user says; unless somebody says it there is none", () => {
        const graph = graphOf([{ ...objectOn("", "cart", "prod"), provider: "" }]);
        expect(environmentsOf(graph, {}, "dev").ofCluster("cart")).toBe("non-production: option --environment");
        expect(environmentsOf(graph).ofCluster("cart")).toBeUndefined();
    });

    test("that is its own host", () => {
        const inner: TestResource = {
            ...{ type: "kubernetes:helm.sh/v3:Release", name: "inner", provider: "k8s" },
            props: { chart: "vcluster" },
        };
        expect(environmentsOf(graphOf([inner, providerOf("k8s", "inner")])).ofCluster("k8s")).toBe("none");
    });

    test("in the namespace default is not that of a Namespace which something else of it depends on", () => {
        const metadata = { name: "inner", annotations: { for: UNKNOWN } };
        const stack: TestResource[] = [
            { type: "pulumi:providers:kubernetes", name: "host", props: { context: "prod" } },
            {
                ...{ type: "kubernetes:core/v1:Namespace", name: "guests", provider: "host" },
                props: { apiVersion: "v1", kind: "Namespace", metadata: { labels: { env: "test" } } },
            },
            {
                ...{ type: "kubernetes:k3k.io/v1beta1:Cluster", name: "inner", provider: "host" },
                props: { apiVersion: "k3k.io/v1beta1", kind: "Cluster", metadata },
                uses: { metadata: ["guests"] },
            },
            providerOf("inside", "inner"),
        ];
        expect(environmentsOf(graphOf(stack)).ofCluster("inside")).toBe("production: name of kubeconfig context prod");
    });
});

test("a release is of the environment of its namespace, a virtual cluster of that of its own name before", () => {
    const release = { type: "kubernetes:helm.sh/v3:Release", provider: "host" };
    const graph = graphOf(
        [
            { type: "pulumi:providers:kubernetes", name: "host", props: { context: "main" } },
            { ...release, name: "redis-qa", props: { chart: "redis", namespace: "prod" } },
            { ...release, name: "one", props: { chart: "vcluster", name: "team-qa", namespace: "prod" } },
            { ...release, name: "two", props: { chart: "vcluster" } },
        ],
        "dev",
    );
    const { ofRelease } = environmentsOf(graph);
    expect(["redis-qa", "one", "two"].map(ofRelease)).toEqual([
        "production: name of Namespace prod",
        "non-production: name team-qa",
        "non-production: name of stack dev",
    ]);
});
