import { configure } from "../../framework/evaluate";
import type { Cluster } from "../../model/environments/clusters";
import { isOnCluster, KUBERNETES_PROVIDER } from "../../model/environments/clusters";
import type { FoundEnvironment } from "../../model/environments/environment";
import { StackEnvironments } from "../../model/environments/stack-environments";
import { type Node, type NodeInit, Stack } from "../../model/pulumi/stack";
import { compareText, shorten } from "../../model/text";
import { productionClusterIsolation } from "../../policies/production-cluster-isolation";
import { escapeMarkup } from "./markup";
import { type CheckReport, count } from "./report";

/** A box of the picture. */
interface Box {
    readonly title: string;
    readonly detail: string;
    readonly environment: FoundEnvironment;
    /** Whether it is itself in the wrong place. */
    isOffending: boolean;
}

/** What runs on a cluster: objects of one namespace and environment that one provider deploys. */
interface Load extends Box {
    readonly providerUrn: string;
    readonly cluster: Cluster | undefined;
    objectCount: number;
}

/** How many boxes of what runs on clusters a picture holds; offending ones come first. */
const MAX_LOADS = 40;

const BOX = { width: 250, height: 52, gap: 14, margin: 8 };
const COLUMNS = [BOX.margin, 345, 682] as const;
const WIDTH = COLUMNS[2] + BOX.width + BOX.margin;

/** A picture for each stack with clusters: what runs, with which provider, on which cluster. */
export function environmentsPicture(report: CheckReport): string {
    return report.sets.map(nodes => pictureOf(nodes, report)).join("");
}

function pictureOf(nodes: readonly NodeInit[], report: CheckReport): string {
    const stack = new Stack(nodes);
    const environments = environmentsOf(stack, report);
    const offenders = new Set(
        report.findings
            .filter(({ violation, status }) => violation.policy === productionClusterIsolation && status !== "exempt")
            .map(({ violation }) => violation.urn),
    );
    const loads = loadsOf(stack, environments, offenders);
    const clusters = new Set([...environments.clusters.made, ...loads.flatMap(({ cluster }) => cluster ?? [])]);
    if (clusters.size === 0) return "";
    return draw(stack, environments, loads, [...clusters], offenders);
}

/** Environments as the policy on them is configured to find them. */
function environmentsOf(stack: Stack, { policies, stackTags, environment }: CheckReport): StackEnvironments {
    const active = policies.find(({ policy }) => policy === productionClusterIsolation);
    const { config } = active?.config ? active : configure(productionClusterIsolation, {});
    // The registry does not know what the configuration of a policy holds besides the keys of all policies.
    const own = config as unknown as ConstructorParameters<typeof StackEnvironments>[1] & {
        readonly production: readonly string[];
        readonly nonProduction: readonly string[];
    };
    const { production, nonProduction } = own;
    return new StackEnvironments(stack, { ...own, vocabulary: { production, nonProduction } }, stackTags, environment);
}

function loadsOf(stack: Stack, environments: StackEnvironments, offenders: ReadonlySet<string>): Load[] {
    const loads = new Map<string, Load>();
    for (const node of stack.nodes) {
        const { resource } = node;
        if (!isOnCluster(resource) || resource.type === KUBERNETES_PROVIDER) continue;
        const objects = resource.objects.map(object => ({
            place:
                object.scope === "cluster" ? "objects of the whole cluster" : (object.namespace.string ?? "<unknown>"),
            environment: environments.ofObject(node, object),
        }));
        const release = { place: `release ${resource.name}`, environment: environments.ofRelease(node) };
        for (const { place, environment } of objects.length > 0 ? objects : [release]) {
            const providerUrn = resource.provider?.urn ?? "";
            const key = JSON.stringify([providerUrn, place, nameOf(environment)]);
            const load = loads.get(key) ?? {
                ...{ title: place, detail: nameOf(environment), environment, isOffending: false },
                ...{ providerUrn, cluster: environments.clusters.of(node), objectCount: 0 },
            };
            load.objectCount++;
            load.isOffending ||= offenders.has(resource.urn);
            loads.set(key, load);
        }
    }
    return [...loads.values()].sort(
        (a, b) => Number(b.isOffending) - Number(a.isOffending) || compareText(a.title, b.title),
    );
}

/** A provider that something is deployed with, and the cluster that it leads to. */
interface Way {
    readonly providerUrn: string;
    readonly name: string;
    readonly cluster: Cluster | undefined;
}

function draw(
    stack: Stack,
    environments: StackEnvironments,
    all: readonly Load[],
    clusters: readonly Cluster[],
    offenders: ReadonlySet<string>,
): string {
    const loads = all.slice(0, MAX_LOADS);
    const ways = new Map<string, Way>();
    for (const { providerUrn, cluster } of all) ways.set(providerUrn, wayOf(providerUrn, cluster));
    for (const { resource } of stack.nodes) {
        if (resource.type === KUBERNETES_PROVIDER && !ways.has(resource.urn)) {
            const cluster = environments.clusters.ofProvider(resource);
            if (cluster) ways.set(resource.urn, wayOf(resource.urn, cluster));
        }
    }
    const wayList = [...ways.values()];
    const rows = Math.max(loads.length, wayList.length, clusters.length, 1);
    const y = (index: number, count: number) => rowOf(index, count, rows);
    const wayY = new Map(wayList.map(({ providerUrn }, index) => [providerUrn, y(index, wayList.length)]));
    const clusterY = new Map(clusters.map((cluster, index) => [cluster, y(index, clusters.length)]));
    const hasBadLoad = new Set(all.filter(({ isOffending }) => isOffending).map(({ providerUrn }) => providerUrn));
    const edges: Edge[] = [
        ...loads.map((load, index): Edge => {
            const [from, to] = [y(index, loads.length), wayY.get(load.providerUrn) ?? 0];
            return { column: 0, from, to, isOffending: load.isOffending };
        }),
        ...wayList.flatMap(({ providerUrn, cluster }): Edge[] => {
            const [from, to] = [wayY.get(providerUrn) ?? 0, cluster && clusterY.get(cluster)];
            return to === undefined ? [] : [{ column: 1, from, to, isOffending: hasBadLoad.has(providerUrn) }];
        }),
    ];
    const boxes = [
        ...loads.map((load, index) =>
            box(0, y(index, loads.length), { ...load, detail: `${load.detail}, ${count(load.objectCount, "object")}` }),
        ),
        ...wayList.map(({ providerUrn, name, cluster }) =>
            box(1, wayY.get(providerUrn) ?? 0, {
                title: name,
                detail: cluster ? "provider" : "provider of a cluster that is not known",
                environment: "none",
                isOffending: false,
            }),
        ),
        ...clusters.map(cluster => {
            const environment = environments.ofCluster(cluster);
            return box(2, clusterY.get(cluster) ?? 0, {
                title: cluster.label,
                detail: `${nameOf(environment)} cluster`,
                environment,
                isOffending: belongingTo(cluster, stack, environments).some(({ urn }) => offenders.has(urn)),
            });
        }),
    ];
    const { project, stack: name } = stack.nodes[0]?.resource ?? { project: "", stack: "" };
    const hidden = all.length - loads.length;
    const caption = [
        `Stack ${project}/${name}: what runs, the provider that deploys it, and its cluster. Purple is production, blue is not; dashed red is in the wrong place.`,
        ...(hidden > 0 ? [`${count(hidden, "more namespace")} left out.`] : []),
    ].join(" ");
    const height = rows * (BOX.height + BOX.gap) + BOX.margin;
    return `<figure><div class="picture" role="region" aria-label="Picture of the environments" tabindex="0"><svg role="img" aria-label="${escapeMarkup(caption)}" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">${drawEdges(edges)}${boxes.join("")}</svg></div><figcaption>${escapeMarkup(caption)}</figcaption></figure>`;
}

function wayOf(providerUrn: string, cluster: Cluster | undefined): Way {
    const name = providerUrn === "" ? "no provider" : (providerUrn.split("::").at(-1) ?? "");
    return { providerUrn, name, cluster };
}

/** The cluster's own resource, its pools and add-ons. */
function belongingTo(cluster: Cluster, stack: Stack, environments: StackEnvironments): Node[] {
    return stack.nodes.filter(node => !isOnCluster(node.resource) && environments.clusters.of(node) === cluster);
}

/** What messages call an environment, or why there is none. */
function nameOf(environment: FoundEnvironment): string {
    if (typeof environment !== "string") return environment.canonicalName;
    return environment === "none" ? "no environment" : `${environment} environment`;
}

function classOf(environment: FoundEnvironment): string {
    return typeof environment === "string" ? "" : (environment.class ?? "");
}

/** The top of a box, so that the boxes of a column are spread over the height. */
function rowOf(index: number, count: number, rows: number): number {
    const step = (rows * (BOX.height + BOX.gap)) / count;
    return Math.round(BOX.margin / 2 + index * step + (step - BOX.height) / 2);
}

function box(column: 0 | 1 | 2, y: number, { title, detail, environment, isOffending }: Box): string {
    const x = COLUMNS[column];
    const classes = ["box", classOf(environment), ...(isOffending ? ["offending"] : [])].filter(Boolean).join(" ");
    const mark = isOffending
        ? `<text class="mark" x="${x + BOX.width - 12}" y="${y + 21}" text-anchor="end">✕</text>`
        : "";
    return `<g class="${classes}"><title>${escapeMarkup(`${title}: ${detail}`)}</title><rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6"/><text x="${x + 12}" y="${y + 21}">${escapeMarkup(shorten(title, 32))}</text><text class="dim environment" x="${x + 12}" y="${y + 40}">${escapeMarkup(shorten(detail, 36))}</text>${mark}</g>`;
}

/** A line from a box to one in the next column, between their tops. */
interface Edge {
    readonly column: 0 | 1;
    readonly from: number;
    readonly to: number;
    readonly isOffending: boolean;
}

/** The lines, offending ones above the others. */
function drawEdges(edges: readonly Edge[]): string {
    return [...edges]
        .sort((a, b) => Number(a.isOffending) - Number(b.isOffending))
        .map(({ column, from, to, isOffending }) => {
            const x1 = COLUMNS[column] + BOX.width;
            const x2 = COLUMNS[column === 0 ? 1 : 2];
            const [y1, y2] = [from + BOX.height / 2, to + BOX.height / 2];
            const middle = (x1 + x2) / 2;
            return `<path${isOffending ? ' class="offending"' : ""} d="M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}"/>`;
        })
        .join("");
}
