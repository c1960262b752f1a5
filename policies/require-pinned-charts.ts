import { definePolicy } from "../framework/define";
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
    description: "Require charts, kustomizations and manifests from elsewhere to be of one fixed version.",
    why: "Without a version the next update deploys whatever was published meanwhile, to production first when it is updated first.",
    url: "https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v3/release/",
    severity: "high",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps:
        "Set version of the chart to one exact version; name a tag with a version, or a commit, in the URL of a kustomization or manifest.",
    whenNotToUse: "Stacks whose purpose is to try the newest version of a chart: exempt them.",
    config: {},
    messages: {
        noVersion: offenders => ({
            what: `${offenders} is not set`,
            fix: "set it to one exact version of the chart",
        }),
        range: offenders => ({
            what: `${offenders} is no exact version`,
            fix: "set it to one version of the chart, 1.2.3 for example",
        }),
        moving: offenders => ({
            what: `${offenders} ${offenders.word("names", "name")} no fixed version`,
            fix: "name a tag with a version, or a commit, in place of a branch",
        }),
    },
    checkResource(resource, { report }) {
        const source = SOURCES[resource.type];
        const locations = source === undefined ? [] : resource.props.select(source);
        if (CHARTS.includes(resource.type)) {
            const { problem, at } = chartProblem(resource) ?? {};
            if (problem && at) report(problem, at, problem === "range" ? (at.string ?? "(no text)") : undefined);
            // An index of charts may be on a branch: the chart's version decides.
            const repositories = REPOSITORIES.flatMap(path => resource.props.select(path));
            locations.push(resource.props.get("chart"), ...repositories.filter(({ string }) => isGit(string ?? "")));
        }
        for (const location of locations) {
            if (location.string !== undefined && pinOf(location.string) === "moving") {
                report("moving", location, withoutSecrets(location.string));
            }
        }
    },
});

/** What is wrong with the version of a chart; components of older SDKs say nothing, of which nothing is said. */
function chartProblem({ props }: Resource): { problem: "noVersion" | "range"; at: Value } | undefined {
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
    if (at.isUnset || at.raw === "") return { problem: "noVersion", at: props.get("version") };
    return isExactVersion(at.string ?? "") ? undefined : { problem: "range", at };
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
