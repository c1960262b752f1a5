import type { KubeObject } from "../../../model/kubernetes/object";
import type { Container, Pod } from "../../../model/kubernetes/pod";
import { BINDINGS, subjectsOf } from "../../../model/kubernetes/rbac/bindings";
import { mapSelects } from "../../../model/kubernetes/selector";
import { Multimap } from "../../../model/multimap";
import { awaitSwitchedOff, isAwaited, mayBeSwitchedOff } from "../../../model/order/awaits";
import type { Node, Stack } from "../../../model/pulumi/stack";
import { indexOf, type ObjectIndex } from "../../../model/references/object-index";
import { UNKNOWN, type Value } from "../../../model/value";
import { hasPorts } from "./required-probe";

/** What goes wrong where a container counts as ready as soon as it runs. */
export interface ReadinessUse {
    /** The Service that sends it requests, or the resource that waits for it. */
    readonly by: string;
    readonly kind: "requests" | "waits";
}

/**
 * What only describes or accompanies a workload: it takes the workload's name or labels from it and starts no earlier
 * or later because of that.
 */
const COMPANIONS: ReadonlySet<string> = new Set([
    "HorizontalPodAutoscaler",
    "NetworkPolicy",
    "PodDisruptionBudget",
    "PodMonitor",
    "ScaledObject",
    "Service",
    "ServiceMonitor",
    "VerticalPodAutoscaler",
]);

/** What in a stack depends on the readiness of its pods. */
export class Readiness {
    private readonly index: ObjectIndex;
    /** Services by cluster, namespace and the rarest label that they select, its key and value. */
    private readonly services = new Multimap<KubeObject>();
    /** The first resource that waits for each one. */
    private readonly waiting = new Map<Node, Node>();
    /** Service accounts that have rights, by cluster, namespace and name. */
    private readonly bound = new Multimap<KubeObject>();

    constructor(stack: Stack) {
        this.index = indexOf(stack);
        this.addServices();
        for (const node of stack.nodes) {
            for (const dependency of dependenciesOf(node)) {
                if (!this.waiting.has(dependency)) this.waiting.set(dependency, node);
            }
        }
        for (const object of this.index.objects) {
            if (!object.is(...BINDINGS)) continue;
            const { cluster } = this.index.placeOf(object);
            for (const { reference } of subjectsOf(object)) this.bound.add(object, cluster, ...reference);
        }
    }

    private addServices(): void {
        const services = this.index.objects.filter(
            service =>
                service.is("Service") &&
                this.index.placeOf(service).namespace !== UNKNOWN &&
                // Such a Service sends requests to pods that are not ready, too.
                service.get("spec", "publishNotReadyAddresses").is(true) === "no",
        );
        const counts = new Map<string, number>();
        const conditions = services.map(service => {
            const { cluster, namespace } = this.index.placeOf(service);
            const keys = service
                .get("spec", "selector")
                .entries()
                .flatMap(([key, { string }]) => (string === undefined ? [] : [[cluster, namespace, key, string]]));
            for (const one of keys) counts.set(one.join("\n"), (counts.get(one.join("\n")) ?? 0) + 1);
            return { service, keys };
        });
        for (const { service, keys } of conditions) {
            const countOf = (one: readonly string[]) => counts.get(one.join("\n")) ?? 0;
            const [rarest] = [...keys].sort((one, other) => countOf(one) - countOf(other));
            if (rarest) this.services.add(service, ...rarest);
        }
    }

    /** What needs a container to say when it is ready; undefined when nothing in the stack is known to. */
    useOf(container: Container, pod: Pod): ReadinessUse | undefined {
        for (const service of this.servicesOf(pod)) {
            if (mayServe(container, pod, service)) return { kind: "requests", by: service.label };
        }
        const node = this.index.nodeOf(pod.object);
        const waiting = node && this.waiting.get(node);
        // With one probe, the pod is not ready as soon as it runs.
        if (!waiting || !waits(pod.object) || hasProbe(pod)) return undefined;
        return { kind: "waits", by: waiting.resource.label };
    }

    /**
     * Whether it is a pod that nobody sends requests to, as far as is known: an agent of each node, or a controller that
     * works with the API server.
     */
    isAgent(pod: Pod): boolean {
        if (pod.containers.some(container => hasPorts(container) || container.get("ports").isUnknown)) return false;
        if (pod.object.is("DaemonSet")) return true;
        const { cluster, namespace } = this.index.placeOf(pod.object);
        const account = pod.serviceAccountName.string;
        return (
            account !== undefined &&
            account !== "default" &&
            this.bound.get(cluster, "ServiceAccount", namespace, account).length > 0
        );
    }

    /** The Services that select a pod for sure. */
    private *servicesOf(pod: Pod): Generator<KubeObject> {
        const { cluster, namespace } = this.index.placeOf(pod.object);
        for (const [key, { string }] of pod.labels.entries()) {
            if (string === undefined) continue;
            for (const service of this.services.get(cluster, namespace, key, string)) {
                if (mapSelects(service.get("spec", "selector"), { labels: pod.labels }) === "yes") yield service;
            }
        }
    }
}

/** What a resource waits for on purpose: what it only takes names from counts unless it is a companion. */
function dependenciesOf(node: Node): readonly Node[] {
    const isCompanion = node.resource.objects.some(({ kind }) => COMPANIONS.has(kind));
    if (!isCompanion) return node.dependencies;
    const described = new Set([...node.propertyDependencies.values()].flat());
    return node.dependencies.filter(dependency => !described.has(dependency));
}

function waits(object: KubeObject): boolean {
    return isAwaited(object) && !awaitSwitchedOff(object) && !mayBeSwitchedOff(object);
}

/**
 * Whether a Service may send a container requests: it targets a port of it, or one that no container of the pod
 * declares. Of the containers that declare none, one with a probe is enough to keep requests from the pod.
 */
function mayServe(container: Container, pod: Pod, service: KubeObject): boolean {
    return service
        .get("spec", "ports")
        .items()
        .some(port => {
            const target = targetOf(port);
            if (declares(container, target)) return true;
            const others = pod.containers.filter(other => other !== container);
            if (others.some(other => declares(other, target) || other.get("ports").isUnknown)) return false;
            return !hasProbe(pod);
        });
}

/** A Service without a targetPort sends to the number of its own port. */
function targetOf(port: Value): Value {
    const target = port.get("targetPort");
    return target.isUnset || target.raw === 0 || target.raw === "" ? port.get("port") : target;
}

function declares(container: Container, target: Value): boolean {
    const key = target.number === undefined ? "name" : "containerPort";
    return container
        .get("ports")
        .items()
        .some(port => !target.isUnknown && port.get(key).raw === target.raw && target.isSet);
}

/** Whether a container of the pod has a readiness probe, or may have one. */
function hasProbe(pod: Pod): boolean {
    return pod.containers.some(container => !container.get("readinessProbe").isUnset);
}
