import type { KubeObject } from "../../../model/kubernetes/object";
import type { Container, Pod } from "../../../model/kubernetes/pod";
import { mapSelects } from "../../../model/kubernetes/selector";
import { Multimap } from "../../../model/multimap";
import { awaitSwitchedOff, isAwaited, mayBeSwitchedOff } from "../../../model/order/awaits";
import type { Node, Stack } from "../../../model/pulumi/stack";
import { AccountRights } from "../../../model/references/account-rights";
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
    private readonly rights: AccountRights;

    constructor(stack: Stack) {
        this.index = indexOf(stack);
        this.rights = new AccountRights(this.index);
        this.addServices();
        for (const node of stack.nodes) {
            for (const dependency of dependenciesOf(node)) {
                if (!this.waiting.has(dependency)) this.waiting.set(dependency, node);
            }
        }
    }

    private addServices(): void {
        const services = this.index.objects.filter(
            service =>
                service.is("Service") &&
                this.index.locationOf(service).namespace !== UNKNOWN &&
                // Such a Service sends requests to pods that are not ready, too.
                service.get("spec", "publishNotReadyAddresses").is(true) === "no",
        );
        const counts = new Map<string, number>();
        const conditions = services.map(service => {
            const { cluster, namespace } = this.index.locationOf(service);
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

    /** What needs some containers of a pod to say when they are ready; none where nothing in the stack is known to. */
    usesOf(pod: Pod, containers: readonly Container[]): ReadonlyMap<Container, ReadinessUse> {
        const uses = new Map<Container, ReadinessUse>();
        const left = new Set(containers);
        const ports = new PortsOf(pod);
        for (const service of this.servicesOf(pod)) {
            const use: ReadinessUse = { kind: "requests", by: service.label };
            for (const container of ports.servedBy(service)) if (left.delete(container)) uses.set(container, use);
            if (left.size === 0) return uses;
        }
        const node = this.index.nodeOf(pod.object);
        const waiting = node && this.waiting.get(node);
        // With one probe, the pod is not ready as soon as it runs.
        if (!waiting || !waits(pod.object) || hasProbe(pod)) return uses;
        const use: ReadinessUse = { kind: "waits", by: waiting.resource.label };
        for (const container of left) uses.set(container, use);
        return uses;
    }

    /**
     * Whether it is a pod that nobody sends requests to, or may be one: an agent of each node, or a controller that works
     * with the API server.
     */
    isAgent(pod: Pod): boolean {
        if (pod.containers.some(container => hasPorts(container) || container.get("ports").isUnknown)) return false;
        if (pod.object.is("DaemonSet")) return true;
        const account = pod.serviceAccountName.string ?? UNKNOWN;
        return account !== "default" && this.rights.has(this.index.locationOf(pod.object), account) !== "no";
    }

    /** The Services that select a pod for sure. */
    private *servicesOf(pod: Pod): Generator<KubeObject> {
        const { cluster, namespace } = this.index.locationOf(pod.object);
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

/** The ports that the containers of a pod declare. */
class PortsOf {
    /** By number or name. */
    private readonly declaring = new Map<unknown, Container[]>();
    /** Containers of whose ports nothing is known. */
    private readonly open: readonly Container[];

    constructor(private readonly pod: Pod) {
        this.open = pod.containers.filter(container => container.get("ports").isUnknown);
        for (const container of pod.containers) {
            for (const port of container.get("ports").items()) {
                for (const { raw } of [port.get("containerPort"), port.get("name")]) {
                    const known = this.declaring.get(raw);
                    if (known) known.push(container);
                    else this.declaring.set(raw, [container]);
                }
            }
        }
    }

    /**
     * The containers to which a Service may send requests: it targets a port of theirs, or one that no container of the
     * pod declares. Of the containers that declare none, one with a probe is enough to keep requests from the pod.
     */
    servedBy(service: KubeObject): readonly Container[] {
        const targets = service
            .get("spec", "ports")
            .items()
            .filter(port => !isOfMetrics(service, port))
            .map(targetOf);
        const declaring = targets.map(target => (target.isSet ? (this.declaring.get(target.raw) ?? []) : []));
        const served = declaring.flat();
        const isUndeclared = declaring.some(containers => containers.length === 0);
        if (!isUndeclared || hasProbe(this.pod)) return served;
        if (this.open.length === 0) return this.pod.containers;
        return this.open.length === 1 ? [...served, ...this.open] : served;
    }
}

/**
 * Metrics by what people call their ports, or their Services, as Kubebuilder does, whose port is `https`. What scrapes
 * them finds each pod by itself and comes again, so that no pod needs to say when it is ready.
 *
 * Source: cert-manager/cert-manager deploy/charts/cert-manager/templates/service.yaml (`http-metrics`),
 * hashicorp/vault-secrets-operator chart/templates/metrics-service.yaml (`-metrics-service`).
 */
const METRICS_PORT = /^(?:[a-z0-9-]+-)?metrics(?:-?port)?$/;
const METRICS_SERVICE = /-metrics(?:-service|-svc)?$/;

function isOfMetrics(service: KubeObject, port: Value): boolean {
    return METRICS_PORT.test(port.get("name").string ?? "") || METRICS_SERVICE.test(service.name.string ?? "");
}

/** A Service without a targetPort sends to the number of its own port. */
function targetOf(port: Value): Value {
    const target = port.get("targetPort");
    return target.isUnset || target.raw === 0 || target.raw === "" ? port.get("port") : target;
}

/** Whether a container of the pod has a readiness probe, or may have one. */
function hasProbe(pod: Pod): boolean {
    return pod.containers.some(container => !container.get("readinessProbe").isUnset);
}
