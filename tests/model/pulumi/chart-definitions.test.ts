import { describe, expect, test } from "vitest";
import { bringsKind, DEFINING_CHARTS, definitionsOf, needsPodsOf } from "../../../model/pulumi/chart-definitions";
import { chartOf } from "../../../model/pulumi/charts";
import { Resource } from "../../../model/pulumi/resource";
import { UNKNOWN } from "../../../model/value";

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
        const sealed = ["bitnami.com", "SealedSecret"] as const;
        expect(brings({ chart: "sealed-secrets" }, ...sealed)).toBe("yes");
        expect(brings({ chart: "sealed-secrets", skipCrds: true }, ...sealed)).toBe("no");
        expect(brings({ chart: "sealed-secrets", skipCrds: UNKNOWN }, ...sealed)).toBe("unknown");
        expect(brings({ chart: "longhorn", skipCrds: true }, "longhorn.io", "Volume")).toBe("yes");
    });

    test("is not certain with skipCrds where a hook or its pods bring them all the same", () => {
        for (const [name, group, kind] of [
            ["velero", "velero.io", "Backup"],
            ["gatekeeper", "templates.gatekeeper.sh", "ConstraintTemplate"],
            ["tigera-operator", "operator.tigera.io", "Installation"],
            ["secrets-store-csi-driver", "secrets-store.csi.x-k8s.io", "SecretProviderClass"],
        ] as const) {
            expect(brings({ chart: name }, group, kind)).toBe("yes");
            expect(brings({ chart: name, skipCrds: true }, group, kind)).toBe("unknown");
        }
    });

    test("depends on what switches single kinds off", () => {
        const store = (values: object) =>
            brings({ chart: "external-secrets", values }, "external-secrets.io", "ClusterSecretStore");
        expect(store({})).toBe("yes");
        expect(store({ crds: { createClusterSecretStore: false } })).toBe("no");
        expect(store({ crds: { createPushSecret: false } })).toBe("yes");
        expect(store({ crds: { createClusterSecretStore: UNKNOWN } })).toBe("unknown");
        const rule = (values: object, kind = "PrometheusRule") =>
            brings({ chart: "prometheus-operator-crds", values }, "monitoring.coreos.com", kind);
        expect(rule({ crds: { prometheusrules: { enabled: false } } })).toBe("no");
        expect(rule({ crds: { prometheuses: { enabled: false } } })).toBe("yes");
        expect(rule({ crds: { prometheuses: { enabled: false } } }, "Prometheus")).toBe("no");
        const policy = (values: object, kind: string) => brings({ chart: "kyverno", values }, "kyverno.io", kind);
        expect(policy({ crds: { groups: { kyverno: { clusterpolicies: false } } } }, "ClusterPolicy")).toBe("no");
        expect(policy({ crds: { groups: { kyverno: { clusterpolicies: false } } } }, "Policy")).toBe("yes");
        const flux = (values: object, group: string, kind: string) =>
            brings({ chart: "flux2", values }, `${group}.toolkit.fluxcd.io`, kind);
        const withoutImages = { imageAutomationController: { create: false } };
        expect(flux(withoutImages, "image", "ImageUpdateAutomation")).toBe("no");
        expect(flux(withoutImages, "image", "ImagePolicy")).toBe("yes");
        expect(flux({ kustomizeController: { create: false } }, "kustomize", "Kustomization")).toBe("no");
    });

    test("is not certain where versions differ", () => {
        expect(brings({ chart: "mariadb-operator" }, "k8s.mariadb.com", "MariaDB")).toBe("unknown");
        const enabled = { chart: "mariadb-operator", values: { crds: { enabled: true } } };
        expect(brings(enabled, "k8s.mariadb.com", "MariaDB")).toBe("yes");
        expect(brings({ chart: "linkerd-crds" }, "gateway.networking.k8s.io", "HTTPRoute")).toBe("unknown");
        expect(brings({ chart: "linkerd-crds" }, "linkerd.io", "ServiceProfile")).toBe("yes");
        expect(brings({ chart: "traefik" }, "gateway.networking.k8s.io", "Gateway")).toBe("unknown");
        const metrics = { chart: "victoria-metrics-operator", values: { crds: { enabled: false } } };
        expect(brings(metrics, "operator.victoriametrics.com", "VMRule")).toBe("unknown");
    });

    test("is not certain where a switch is neither true nor false", () => {
        expect(brings({ chart: "keda", values: { crds: { install: "false" } } }, "keda.sh", "ScaledObject")).toBe(
            "unknown",
        );
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

    test("needs the chart's pods where they make or admit it", () => {
        const needs = (props: object, group: string, kind: string) => {
            const definitions = definitionsOf(chart(props) ?? expect.fail());
            return needsPodsOf(definitions ?? expect.fail(), group, kind);
        };
        expect(needs({ chart: "cert-manager" }, ...issuer)).toBe("yes");
        expect(needs({ chart: "cert-manager" }, "keda.sh", "ScaledObject")).toBeUndefined();
        expect(needs({ chart: "crossplane" }, "pkg.crossplane.io", "Provider")).toBe("yes");
        expect(needs({ chart: "kyverno" }, "kyverno.io", "ClusterPolicy")).toBe("no");
        expect(needs({ chart: "argo-cd", values: { crds: { install: false } } }, "argoproj.io", "Application")).toBe(
            "no",
        );
        const secrets = (values: unknown, kind = "SecretStore") =>
            needs({ chart: "external-secrets", values }, "external-secrets.io", kind);
        expect(secrets({})).toBe("yes");
        expect(secrets({}, "PushSecret")).toBe("no");
        expect(secrets({ webhook: { failurePolicy: "Ignore" } })).toBe("no");
        expect(secrets({ webhook: { failurePolicy: UNKNOWN } })).toBe("unknown");
        expect(secrets({ webhook: { create: false } })).toBe("no");
        expect(secrets(UNKNOWN)).toBe("unknown");
        const more = { chart: "external-secrets", valueYamlFiles: ["a"] };
        expect(needs(more, "external-secrets.io", "SecretStore")).toBe("unknown");
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
