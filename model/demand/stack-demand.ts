import { followerType } from "../environments/cluster-types";
import { type Environment, type FoundEnvironment, firstOf } from "../environments/environment";
import type { StackEnvironments } from "../environments/stack-environments";
import type { KubeObject } from "../kubernetes/object";
import type { Pod } from "../kubernetes/pod";
import type { Resource } from "../pulumi/resource";
import type { Node, Stack } from "../pulumi/stack";
import { Quantity } from "../quantity";
import { indexOf, type ObjectIndex } from "../references/object-index";
import { any, type Value } from "../value";
import { Amount } from "./amount";
import { type Autoscalers, autoscalersOf, type Bound, bound } from "./autoscalers";
import { demandOf, type PodMeasure } from "./pod-demand";
import { isDescribed, nodeCount, poolsOf } from "./pools";

/** What a stack asks for, in the order of bills: the unit that prices are for, and whether it counts bytes. */
export const MEASURES = {
    cpu: { unit: Quantity.ONE, isBytes: false },
    memory: { unit: Quantity.GIBI, isBytes: true },
    ephemeralStorage: { unit: Quantity.GIBI, isBytes: true },
    storage: { unit: Quantity.GIBI, isBytes: true },
    gpus: { unit: Quantity.ONE, isBytes: false },
    pods: { unit: Quantity.ONE, isBytes: false },
    loadBalancers: { unit: Quantity.ONE, isBytes: false },
    nodes: { unit: Quantity.ONE, isBytes: false },
} as const;

export type Measure = keyof typeof MEASURES;

const POD_MEASURES: readonly PodMeasure[] = ["cpu", "memory", "ephemeralStorage", "gpus"];

/** What one object or resource asks for. */
export interface Demand {
    readonly target: KubeObject | Resource;
    /** Undefined where nothing tells it. */
    readonly environment: Environment | undefined;
    readonly amounts: Readonly<Partial<Record<Measure, Amount>>>;
    /** Whether it runs one pod on each node, of which one is counted. */
    readonly isPerNode: boolean;
}

/** What all of a stack asks for; patches, which change what exists elsewhere, ask for nothing. */
export function demandsOf(stack: Stack, environments: StackEnvironments): Demand[] {
    const index = indexOf(stack);
    const autoscalers = autoscalersOf(stack);
    const ofObjects = index.objects.flatMap(object => {
        const node = index.nodeOf(object);
        const amounts = amountsOf(object, index, autoscalers);
        if (!node || Object.keys(amounts).length === 0) return [];
        const environment = told(environments.ofObject(node, object));
        return [{ target: object, environment, amounts, isPerNode: object.is("DaemonSet") }];
    });
    const ofPools = stack.nodes.flatMap(node => {
        const nodes = nodesOf(node);
        if (!nodes) return [];
        const environment = told(environmentOfPools(node, environments));
        return [{ target: node.resource, environment, amounts: { nodes }, isPerNode: false }];
    });
    return [...ofObjects, ...ofPools];
}

function told(found: FoundEnvironment): Environment | undefined {
    return typeof found === "string" ? undefined : found;
}

function environmentOfPools(node: Node, environments: StackEnvironments): FoundEnvironment {
    const cluster = environments.clusters.of(node);
    return firstOf(
        [
            () => environments.ofFollower(node),
            () => (cluster ? environments.ofCluster(cluster) : "none"),
            () => environments.ofStack(node.resource),
        ],
        ({ isNeutral }) => isNeutral,
    );
}

function amountsOf(object: KubeObject, index: ObjectIndex, autoscalers: Autoscalers): Demand["amounts"] {
    if (object.is("Service")) return loadBalancersOf(object);
    if (object.is("PersistentVolumeClaim")) return { storage: storageOf(object.root) };
    const pod = index.podOf(object);
    if (!pod || isOwned(object)) return {};
    const pods = podsOf(object, autoscalers);
    return {
        ...Object.fromEntries(POD_MEASURES.map(measure => [measure, demandOf(pod, measure).times(pods)])),
        storage: storageOfPod(object, pod).times(pods),
        pods,
    };
}

/** What a controller owns is counted with it. */
function isOwned(object: KubeObject): boolean {
    const owners = object.get("metadata", "ownerReferences").items();
    return any(owners.map(owner => owner.get("controller").is(true))) === "yes";
}

function loadBalancersOf(service: KubeObject): Demand["amounts"] {
    const type = service.get("spec", "type").is("LoadBalancer");
    if (type === "no") return {};
    return { loadBalancers: type === "yes" ? Amount.ONE : Amount.OPEN };
}

function storageOf(claim: Value): Amount {
    return Amount.read(claim.get("spec", "resources", "requests", "storage"));
}

/** The claims that are made with each pod: of a StatefulSet's templates, and of ephemeral volumes. */
function storageOfPod(object: KubeObject, pod: Pod): Amount {
    const templates = object.is("StatefulSet") ? object.root.select("spec.volumeClaimTemplates[]") : [];
    const volumes = pod.spec.select("volumes[].ephemeral.volumeClaimTemplate");
    return Amount.sum([...templates, ...volumes].map(storageOf));
}

/** How many pods of a workload run at the most. */
function podsOf(object: KubeObject, autoscalers: Autoscalers): Amount {
    if (object.is("Pod", "DaemonSet")) return object.is("Pod") ? Amount.ONE : Amount.ONE.open;
    if (object.is("Job")) return podsOfJob(object.get("spec"));
    if (object.is("CronJob")) {
        const run = podsOfJob(object.get("spec", "jobTemplate", "spec"));
        return whileNotSuspended(object.get("spec"), run);
    }
    return replicasOf(object, autoscalers);
}

/** The pods of a Job that run at once; of a CronJob one run is counted. */
function podsOfJob(spec: Value): Amount {
    const parallelism = countOf(bound(spec.get("parallelism"), 1));
    const completions = spec.get("completions");
    const atOnce = completions.isUnset ? parallelism : least(parallelism, countOf(bound(completions, 1)));
    return whileNotSuspended(spec, atOnce);
}

function whileNotSuspended(spec: Value, pods: Amount): Amount {
    const suspended = spec.get("suspend").is(true);
    if (suspended === "yes") return Amount.NONE;
    return suspended === "unknown" ? Amount.OPEN : pods;
}

function least(one: Amount, other: Amount): Amount {
    const value = one.value.exceeds(other.value) ? other.value : one.value;
    return new Amount(value, one.isExact && other.isExact);
}

function countOf(count: Bound): Amount {
    // YAML knows numbers without an end.
    const isNumber = typeof count === "number" && count >= 0 && Number.isFinite(count);
    return isNumber ? new Amount(Quantity.of(count), true) : Amount.OPEN;
}

/** The replicas of a workload, up to the maximum of its autoscaler. Scaled to 0, no autoscaler wakes it. */
function replicasOf(object: KubeObject, autoscalers: Autoscalers): Amount {
    const own = countOf(bound(object.get("spec", "replicas"), 1));
    if (own.isNone) return Amount.NONE;
    const { certain, possible } = autoscalers.of(object, "replicas");
    const [first, ...others] = certain.map(({ max }) => countOf(max));
    // Until the autoscaler is at its maximum it may run fewer pods than the workload itself says.
    const most = first ? others.reduce((max, other) => max.max(other), first) : own;
    return possible.length > 0 ? most.open : most;
}

/** The nodes that a resource makes at the most; undefined when it makes none, or what it makes says so itself. */
function nodesOf(node: Node): Amount | undefined {
    if (followerType(node.resource.type)?.role === "template") return undefined;
    const pools = poolsOf(node.resource);
    if (pools.length === 0 || node.children.some(hasPools)) return undefined;
    return Amount.sum(
        pools.map(({ facts, at }) => {
            const counts = [...facts.counts, ...facts.maxCounts].flatMap(path => at.select(path));
            if (counts.length === 0) return Amount.OPEN;
            return counts
                .map(count => countOf(nodeCount(count) ?? "unknown"))
                .reduce((most, amount) => most.max(amount));
        }),
    );
}

function hasPools(node: Node): boolean {
    const isPool = followerType(node.resource.type)?.role !== "template" && poolsOf(node.resource).some(isDescribed);
    return isPool || node.children.some(hasPools);
}
