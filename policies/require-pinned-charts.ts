import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import type { Resource } from "../model/pulumi/resource";
import { isExactVersion, isLocalChart, isPinnedChart, pinOf } from "../model/pulumi/source-reference";
import { shorten } from "../model/text";
import type { Value } from "../model/value";

/** Helm charts: a release of its own, and components that render charts. */
const CHARTS: readonly string[] = [
    "kubernetes:helm.sh/v2:Chart",
    "kubernetes:helm.sh/v3:Chart",
    "kubernetes:helm.sh/v3:Release",
    "kubernetes:helm.sh/v4:Chart",
];

/** Components that load manifests, each with the properties that say where from. */
const SOURCES: Readonly<Record<string, string>> = {
    "kubernetes:kustomize:Directory": "directory",
    "kubernetes:kustomize/v2:Directory": "directory",
    "kubernetes:yaml:ConfigFile": "file",
    "kubernetes:yaml/v2:ConfigFile": "file",
    "kubernetes:yaml:ConfigGroup": "files[]",
    "kubernetes:yaml/v2:ConfigGroup": "files[]",
};

/** Where the address of the chart's repository is. */
const REPOSITORIES = ["repositoryOpts.repo", "fetchOpts.repo", "repo"];

/** Where the version is; what `fetchOpts` says goes to helm as it is. */
const VERSIONS = ["version", "fetchOpts.version"];

export const requirePinnedCharts = definePolicy({
    name: "require-pinned-charts",
    category: "pulumi",
    description: "Require an exact version for remote charts, kustomizations and manifests.",
    why: "Without a version, the next update deploys whatever has been published in the meantime, possibly to production first.",
    url: "https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v3/release/",
    severity: "high",
    enforcementLevel: "mandatory",
    levelReason: "The next update deploys what no review has seen, although the program has not changed.",
    since: "0.1.0",
    remediationSteps:
        "Set version of the chart to one exact version. In the URL of a kustomization or manifest, refer to a version tag or a commit.",
    whenNotToUse: "For stacks that exist to try the newest version of a chart: exempt them.",
    config: {},
    messages: {
        missing: ({ data }: Findings<{ chart: string }>) => ({
            what: `Chart ${JSON.stringify(data.chart)} has no version, so each update may deploy another one`,
            fix: "Set version to one exact version of the chart",
        }),
        range: ({ places, data }: Findings<{ version: string | undefined }>) => ({
            what: `${places} is ${data.version === undefined ? "not a text" : JSON.stringify(data.version)}, not one exact version of the chart`,
            fix: "Set it to one exact version, such as 1.2.3",
        }),
        moving: {
            per: ({ at }) => at.toString(),
            message: ({ places, data }: Findings<{ location: string }>) => ({
                what: `${places} is ${JSON.stringify(data.location)}, which is not pinned to a version`,
                fix: "Refer to a version tag or a commit instead",
            }),
        },
    },
    resources: {
        what: "charts, kustomizations and manifests",
        includes: type => CHARTS.includes(type) || Object.hasOwn(SOURCES, type),
    },
    checkResource(resource, { report }) {
        const source = SOURCES[resource.type];
        const locations = source === undefined ? [] : resource.props.select(source);
        if (CHARTS.includes(resource.type)) {
            const at = unpinnedVersion(resource);
            if (at?.isUnset || at?.raw === "") {
                report("missing", at, { chart: withoutSecrets(resource.props.get("chart").string ?? "") });
            } else if (at) report("range", at, { version: at.string });
            // An index of charts may be on a branch: the chart's version decides.
            const repositories = REPOSITORIES.flatMap(path => resource.props.select(path));
            locations.push(resource.props.get("chart"), ...repositories.filter(({ string }) => isGit(string ?? "")));
        }
        for (const location of locations) {
            if (location.string !== undefined && pinOf(location.string) === "moving") {
                report("moving", location, { location: withoutSecrets(location.string) });
            }
        }
    },
});

/** The version of a chart that leaves it open which one is deployed; undefined also where an older SDK tells nothing. */
function unpinnedVersion({ props }: Resource): Value | undefined {
    const chart = props.get("chart");
    // A chart with `path` is of the program's own disk.
    if (chart.string === undefined || chart.string === "" || !props.get("path").isUnset) return undefined;
    const repositories = REPOSITORIES.flatMap(path => props.select(path)).filter(({ raw }) => raw !== "");
    const isRemote = repositories.some(({ isUnknown }) => !isUnknown);
    if (isLocalChart(chart.string, isRemote) || isPinnedChart(chart.string)) return undefined;
    if ([chart, ...repositories].some(({ string }) => string !== undefined && isGit(string))) return undefined;
    const versions = VERSIONS.flatMap(path => props.select(path)).filter(({ raw }) => raw !== "");
    const at = versions[0] ?? props.get("version");
    if (versions.some(({ isUnknown }) => isUnknown)) return undefined;
    if (at.isUnset || at.raw === "") return props.get("version");
    return isExactVersion(at.string ?? "") ? undefined : at;
}

/** Whether the revision of a repository decides the version. */
function isGit(location: string): boolean {
    return /^git\+|^git::/.test(location);
}

/** An address without a user's password and without what its query says besides the revision. */
function withoutSecrets(location: string): string {
    const [place = "", query = ""] = location.replace(/\/\/[^/@]*@/, "//").split("?", 2);
    const ref = /(?:^|&)((?:ref|version)=[^&]*)/.exec(query)?.[1];
    return shorten(ref === undefined ? place : `${place}?${ref}`);
}
