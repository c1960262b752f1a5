import { describe, expect, test } from "vitest";
import { bringsKind, DEFINING_CHARTS, definitionsOf } from "../../policies/model/chart-definitions";
import { chartOf } from "../../policies/model/charts";
import { Resource } from "../../policies/model/resource";
import { UNKNOWN } from "../../policies/model/value";

const RELEASE = "kubernetes:helm.sh/v3:Release";

function chart(props: object, type = RELEASE) {
    return chartOf(new Resource({ urn: `urn:pulumi:dev::shop::${type}::a`, type, name: "a", props }));
}

function brings(props: object, group: string, kind: string, type = RELEASE) {
    const found = chart(props, type);
    const definitions = found && definitionsOf(found);
    return definitions ? bringsKind(definitions, group, kind) : "not known";
}

describe("the name of a chart", () => {
    test.each([
        ["cert-manager", "cert-manager", ""],
        ["jetstack/cert-manager", "cert-manager", "jetstack"],
        ["oci://quay.io/jetstack/charts/cert-manager", "cert-manager", "oci://quay.io/jetstack/charts"],
        ["oci://quay.io/jetstack/charts/cert-manager:v1.16.2", "cert-manager", "oci://quay.io/jetstack/charts"],
        [
            "https://charts.jetstack.io/charts/cert-manager-v1.16.2.tgz",
            "cert-manager",
            "https://charts.jetstack.io/charts",
        ],
        ["k8s-monitoring-2.0.0.tgz", "k8s-monitoring", ""],
    ])("of %s is %s", (location, name, origin) => {
        expect(chart({ chart: location })).toMatchObject({ name, origin });
    });

    test.each([
        "./charts/cert-manager",
        "/srv/charts/cert-manager",
        "file:///srv/cert-manager",
        "C:\\charts\\cert-manager",
    ])("of %s tells nothing", location => {
        expect(chart({ chart: location })).toBeUndefined();
    });

    test("is not asked of anything else", () => {
        expect(chart({ chart: "cert-manager" }, "kubernetes:core/v1:ConfigMap")).toBeUndefined();
        expect(
            chart({ path: "charts/cert-manager", chart: "cert-manager" }, "kubernetes:helm.sh/v3:Chart"),
        ).toBeUndefined();
        expect(chart({ chart: UNKNOWN })).toBeUndefined();
    });
});

describe("what a chart brings", () => {
    const issuer = ["cert-manager.io", "Issuer"] as const;

    test("depends on its values", () => {
        expect(brings({ chart: "cert-manager" }, ...issuer)).toBe("no");
        expect(brings({ chart: "cert-manager", values: { installCRDs: true } }, ...issuer)).toBe("yes");
        expect(brings({ chart: "cert-manager", values: { crds: { enabled: "true" } } }, ...issuer)).toBe("yes");
        expect(brings({ chart: "cert-manager", values: { crds: { enabled: UNKNOWN } } }, ...issuer)).toBe("unknown");
        expect(brings({ chart: "cert-manager", values: UNKNOWN }, ...issuer)).toBe("unknown");
        expect(brings({ chart: "cert-manager", valueYamlFiles: ["a"] }, ...issuer)).toBe("unknown");
        expect(brings({ chart: "keda" }, "keda.sh", "ScaledObject")).toBe("yes");
        expect(brings({ chart: "keda", values: { crds: { install: false } } }, "keda.sh", "ScaledObject")).toBe("no");
    });

    test("depends on skipCrds where they are in the folder", () => {
        expect(brings({ chart: "velero" }, "velero.io", "Backup")).toBe("yes");
        expect(brings({ chart: "velero", skipCrds: true }, "velero.io", "Backup")).toBe("no");
        expect(brings({ chart: "velero", skipCrds: UNKNOWN }, "velero.io", "Backup")).toBe("unknown");
        expect(brings({ chart: "longhorn", skipCrds: true }, "longhorn.io", "Volume")).toBe("yes");
    });

    test("depends on where it comes from, where others are called the same", () => {
        const base = (repo: string) =>
            brings({ chart: "base", repositoryOpts: { repo } }, "networking.istio.io", "Gateway");
        expect(base("https://istio-release.storage.googleapis.com/charts")).toBe("yes");
        expect(base("https://charts.example.com")).toBe("not known");
        const bitnami = {
            chart: "oci://registry-1.docker.io/bitnamicharts/cert-manager",
            values: { installCRDs: true },
        };
        expect(brings(bitnami, ...issuer)).toBe("not known");
    });

    test("is some kinds of a group that several share", () => {
        expect(brings({ chart: "argo-cd" }, "argoproj.io", "Application")).toBe("yes");
        expect(brings({ chart: "argo-cd" }, "argoproj.io", "Rollout")).toBe("no");
    });

    test("is the group of its service for a controller of AWS", () => {
        const controller = { chart: "oci://public.ecr.aws/aws-controllers-k8s/s3-chart" };
        expect(brings(controller, "s3.services.k8s.aws", "Bucket")).toBe("yes");
        expect(brings(controller, "rds.services.k8s.aws", "DBInstance")).toBe("no");
    });

    test("is told apart from a cloud's add-on of the same name", () => {
        const addOn = { addonName: "cert-manager" };
        expect(brings(addOn, ...issuer, "aws:eks/addon:Addon")).toBe("yes");
        expect(brings({ addonName: "velero" }, "velero.io", "Backup", "aws:eks/addon:Addon")).toBe("not known");
    });

    test("comes from a source in every row, and from rows that differ", () => {
        for (const { source, groups } of DEFINING_CHARTS) {
            expect(source).toMatch(/^https:\/\/\S+/);
            for (const group of groups) expect(group).toMatch(/^[a-z0-9$-]+(\.[a-z0-9-]+)+$/);
        }
        const rows = DEFINING_CHARTS.map(({ name, from }) => `${name} ${from}`);
        expect(new Set(rows).size).toBe(rows.length);
    });
});
