import { type Answer, any, NOTHING, type Value } from "../value";
import type { Resource } from "./resource";

/** A Helm chart that a resource installs or renders, or an add-on of a cloud, as far as its inputs say. */
export interface Chart {
    /** The chart's own name: `cert-manager` for `oci://quay.io/jetstack/charts/cert-manager`. */
    readonly name: string;
    /** Where it comes from: its repository, and what stands before its name. */
    readonly origin: string;
    readonly values: Value;
    /** Whether values come from files too, which nobody sees. */
    readonly hasMoreValues: boolean;
    /** Whether the definitions in its folder `crds` are left out. */
    readonly skipsDefinitions: Answer;
}

/** Helm releases: one resource, whose objects no policy sees. */
export const RELEASE = "kubernetes:helm.sh/v3:Release";

const CHARTS: ReadonlySet<string> = new Set([
    RELEASE,
    "kubernetes:helm.sh/v2:Chart",
    "kubernetes:helm.sh/v3:Chart",
    "kubernetes:helm.sh/v4:Chart",
]);

/** Add-ons that clouds install into their clusters, and the property that names them. */
const ADD_ONS: Readonly<Record<string, string>> = {
    "aws-native:eks:Addon": "addonName",
    "aws:eks/addon:Addon": "addonName",
    "azure-native:kubernetesconfiguration:Extension": "extensionType",
    "azure:containerservice/kubernetesClusterExtension:KubernetesClusterExtension": "extensionType",
    "eks:index:Addon": "addonName",
};

/** Where add-ons come from, as the table of definitions calls it. */
export const CLOUD = "cloud";

/**
 * The chart or add-on that a resource installs; undefined for anything else, and for a chart of the program's own, which
 * may be called like a known one and hold something else.
 *
 * Source: https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v3/release/,
 * https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v4/chart/ and
 * https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v3/chart/ (`fetchOpts`, `skipCRDRendering`)
 */
export function chartOf({ type, props }: Resource): Chart | undefined {
    const addOn = ADD_ONS[type];
    if (addOn !== undefined) {
        const name = props.get(addOn).string?.toLowerCase();
        if (name === undefined) return undefined;
        return { name, origin: CLOUD, values: NOTHING, hasMoreValues: true, skipsDefinitions: "no" };
    }
    if (!CHARTS.has(type) || !props.get("path").isUnset) return undefined;
    const chart = props.get("chart").string;
    if (chart === undefined || /^(?:file:|[./~\\]|[A-Za-z]:[\\/])/.test(chart)) return undefined;
    const repositories = ["repositoryOpts.repo", "fetchOpts.repo", "repo"].flatMap(path => props.select(path));
    const [address = ""] = chart.split(/[?#]/, 1);
    const parts = address.replace(/@sha256:.*$/, "").split("/");
    const last = parts.pop() ?? "";
    const name = last
        .replace(/\.tgz$/, "")
        .replace(/:[^:]*$/, "")
        .replace(/-v?\d+(\.\d+)+.*$/, "");
    const files = [props.get("valueYamlFiles"), props.get("valuesFiles")];
    return {
        name,
        origin: [...repositories.map(({ string }) => string ?? ""), ...parts].join("/"),
        values: props.get("values"),
        hasMoreValues: files.some(list => list.isUnknown || list.items().length > 0),
        skipsDefinitions: any([props.get("skipCrds").is(true), props.get("skipCRDRendering").is(true)]),
    };
}

/** Whether a resource installs a chart of which not even the name is known. */
export function mayBeAnyChart({ type, props }: Resource): boolean {
    return [props.get("chart"), props.get(ADD_ONS[type] ?? "chart")].some(name => name.isUnknown) && isInstaller(type);
}

function isInstaller(type: string): boolean {
    return CHARTS.has(type) || Object.hasOwn(ADD_ONS, type);
}
