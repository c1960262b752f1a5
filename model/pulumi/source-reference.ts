/** What a place to load from is pinned to: something that stays, something that moves, or nothing that can be told. */
export type Pin = "fixed" | "moving" | "unknown";

/** Shapes of URLs that name a revision of a repository in their path. */
const REVISION_PATHS: readonly { readonly pattern: RegExp; readonly source: string }[] = [
    {
        pattern: /^raw\.githubusercontent\.com\/[^/]+\/[^/]+\/(?<ref>refs\/(?:heads|tags)\/[^/]+|[^/]+)\//,
        source: "https://docs.github.com/en/repositories/working-with-files/using-files/viewing-and-understanding-files",
    },
    {
        pattern: /^github\.com\/[^/]+\/[^/]+\/(?:raw|blob|tree)\/(?<ref>refs\/(?:heads|tags)\/[^/]+|[^/]+)/,
        source: "https://docs.github.com/en/repositories/working-with-files/using-files/getting-permanent-links-to-files",
    },
    {
        pattern: /^github\.com\/[^/]+\/[^/]+\/archive\/(?<ref>.+?)(?:\.tar\.gz|\.tgz|\.zip)$/,
        source: "https://docs.github.com/en/repositories/working-with-files/using-files/downloading-source-code-archives",
    },
    {
        pattern: /^github\.com\/[^/]+\/[^/]+\/releases\/(?:download\/(?<ref>[^/]+)|(?<latest>latest))\//,
        source: "https://docs.github.com/en/repositories/releasing-projects-on-github/linking-to-releases",
    },
    {
        pattern: /^gist\.githubusercontent\.com\/[^/]+\/[^/]+\/raw\/(?<ref>[0-9a-f]{40}(?=\/))?/,
        source: "https://docs.github.com/en/get-started/writing-on-github/editing-and-sharing-content-with-gists",
    },
    {
        pattern: /^(?=[^/]*gitlab)[^/]+\/.+?\/-\/(?:raw|blob|tree|archive)\/(?<ref>[^/]+)/,
        source: "https://docs.gitlab.com/api/repository_files/",
    },
    {
        pattern: /^bitbucket\.org\/[^/]+\/[^/]+\/(?:raw|src)\/(?<ref>[^/]+)\//,
        source: "https://support.atlassian.com/bitbucket-cloud/docs/hyperlink-to-source-code-in-bitbucket/",
    },
    {
        pattern: /^cdn\.jsdelivr\.net\/gh\/[^/]+\/[^/@]+(?:@(?<ref>[^/]+))?\//,
        source: "https://www.jsdelivr.com/documentation#id-github",
    },
];

/**
 * Shapes of places that are git repositories: what kustomize and helm plugins clone.
 *
 * Source: https://github.com/kubernetes-sigs/kustomize/blob/master/examples/remoteBuild.md
 */
const REPOSITORIES: readonly RegExp[] = [
    /^git(?:\+\w+)?:/,
    /^ssh:\/\//,
    /^[\w.-]+@[\w.-]+:/,
    /\.git(?:\/|$)/,
    /^(?:https?:\/\/)?(?:github\.com|gitlab\.com|bitbucket\.org)\//,
];

/** Query parameters that name the revision. */
const REF_PARAMETERS = ["ref", "version"];

/**
 * What a URL of a manifest, a kustomization or a chart is pinned to. Servers that are no known home of repositories
 * tell nothing, and so do paths of the own disk.
 */
export function pinOf(location: string): Pin {
    const [place = "", query = ""] = location.split("?", 2);
    const parameters = new URLSearchParams(query.split("#", 1)[0]);
    const ref = REF_PARAMETERS.map(name => parameters.get(name)).find(value => value !== null && value !== "");
    const path = place.replace(/^https?:\/\//, "");
    for (const { pattern } of REVISION_PATHS) {
        const groups = pattern.exec(path)?.groups;
        if (groups) return isFixedRevision(ref ?? groups.ref ?? "") ? "fixed" : "moving";
    }
    if (!REPOSITORIES.some(pattern => pattern.test(place))) return "unknown";
    return isFixedRevision(ref ?? "") ? "fixed" : "moving";
}

/**
 * Whether a revision is a commit or a tag that names a version or a date. Branches may be called anything, so that
 * only what looks fixed is; `release-1.2` is a branch in most repositories, `v1.2` a tag.
 */
export function isFixedRevision(ref: string): boolean {
    if (/^[0-9a-f]{7,64}$/.test(ref)) return true;
    if (/^refs\/heads\//.test(ref)) return false;
    if (/^refs\/tags\/./.test(ref)) return true;
    return /\d+\.\d+\.\d+|\d{4}-?\d{2}-?\d{2}/.test(ref) || /(?:^|\/)v?\d+\.\d+$/.test(ref);
}

/**
 * Whether a chart's version names one version: semantic, complete, without a range.
 *
 * Source: https://github.com/Masterminds/semver#checking-version-constraints, which helm reads versions by.
 */
export function isExactVersion(version: string): boolean {
    return /^=?\s*v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/.test(version.trim());
}

/** Folders that charts are kept in: a path that begins with one is no repository's alias. */
const CHART_FOLDERS = new Set(["app", "chart", "charts", "deploy", "deployment", "helm", "infra", "k8s", "kubernetes"]);

/**
 * Whether a chart is on the own disk, whose version is that of the program: a path, an archive, or a bare name where
 * no repository is given. `alias/chart` is a chart of a repository, `charts/chart` is not.
 *
 * Source: https://helm.sh/docs/helm/helm_install/ (the six ways to say which chart)
 */
export function isLocalChart(chart: string, hasRepository: boolean): boolean {
    if (/^(?:file:|[./~\\]|[A-Za-z]:[\\/])/.test(chart)) return true;
    if (hasRepository || chart.includes(":")) return false;
    const folders = chart.split("/");
    return folders.length !== 2 || CHART_FOLDERS.has(folders[0] ?? "") || chart.endsWith(".tgz");
}

/** Whether a chart's address names one version by itself: a digest or tag of an OCI artifact, an archive. */
export function isPinnedChart(chart: string): boolean {
    const [, tag, digest] = /^oci:\/\/[^@]*\/[^/:@]+(?::([^/@]+))?(?:@sha256:([0-9a-f]{64}))?$/.exec(chart) ?? [];
    if (digest !== undefined || (tag !== undefined && isExactVersion(tag))) return true;
    return /^https?:\/\/.+\.tgz(?:\?|$)/.test(chart) && pinOf(chart) !== "moving";
}
