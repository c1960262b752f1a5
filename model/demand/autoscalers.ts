import { BUILT_IN_KINDS, builtInKind } from "../kubernetes/kinds";
import type { KubeObject } from "../kubernetes/object";
import { Multimap } from "../multimap";
import type { Stack } from "../pulumi/stack";
import {
    ANY,
    indexOf,
    type KindId,
    kindId,
    type Location,
    type Matches,
    type ObjectIndex,
    spacesOf,
} from "../references/object-index";
import { UNKNOWN, type Value } from "../value";

/** What an autoscaler changes: the number of pods, or what each requests. */
export type Scales = "replicas" | "requests";

/** How a kind says what it scales, and between which numbers of pods. */
interface AutoscalerFacts {
    readonly scales: Scales;
    /** Keys of `spec`. */
    readonly target: string;
    readonly min?: { readonly key: string; readonly byDefault: number };
    readonly max?: { readonly key: string; readonly byDefault?: number };
    /** What the target is where the reference leaves it out. */
    readonly targetByDefault?: KindId;
}

const AUTOSCALERS: Readonly<Record<KindId, AutoscalerFacts>> = {
    // https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
    HorizontalPodAutoscaler: {
        scales: "replicas",
        target: "scaleTargetRef",
        min: { key: "minReplicas", byDefault: 1 },
        max: { key: "maxReplicas" },
    },
    // https://keda.sh/docs/latest/reference/scaledobject-spec/
    "keda.sh/ScaledObject": {
        scales: "replicas",
        target: "scaleTargetRef",
        min: { key: "minReplicaCount", byDefault: 0 },
        max: { key: "maxReplicaCount", byDefault: 100 },
        targetByDefault: "Deployment",
    },
    // https://github.com/kubernetes/autoscaler/blob/master/vertical-pod-autoscaler/docs/api.md
    "autoscaling.k8s.io/VerticalPodAutoscaler": { scales: "requests", target: "targetRef" },
};

/** A bound of an autoscaler: a number, or what keeps it from being one. */
export type Bound = number | "unknown" | "unset" | "invalid";

/** An object that scales a workload. */
export class Autoscaler {
    constructor(
        readonly object: KubeObject,
        private readonly facts: AutoscalerFacts,
    ) {}

    get scales(): Scales {
        return this.facts.scales;
    }

    /** The reference to what it scales. */
    get target(): Value {
        return this.object.get("spec", this.facts.target);
    }

    /** The kind of its target; `UNKNOWN` while it is not known. */
    get targetKind(): KindId {
        const [kind, apiVersion] = [this.target.get("kind"), this.target.get("apiVersion")];
        if (kind.isUnknown || apiVersion.isUnknown) return UNKNOWN;
        if (kind.isUnset && this.facts.targetByDefault) return this.facts.targetByDefault;
        const name = kind.string ?? "";
        // Without a group, what has the name of a built-in kind is that kind.
        if (apiVersion.string === undefined) return Object.hasOwn(BUILT_IN_KINDS, name) ? name : UNKNOWN;
        const group = apiVersion.string.includes("/") ? (apiVersion.string.split("/", 1)[0] ?? "") : "";
        return builtInKind(group, name) ? name : `${group}/${name}`;
    }

    /** Where the least number of pods is said. */
    get minAt(): Value {
        return this.object.get("spec", this.facts.min?.key ?? "");
    }

    /** Where the largest number of pods is said. */
    get maxAt(): Value {
        return this.object.get("spec", this.facts.max?.key ?? "");
    }

    /** The least number of pods. */
    get min(): Bound {
        return bound(this.minAt, this.facts.min?.byDefault);
    }

    /** The largest number of pods. */
    get max(): Bound {
        return bound(this.maxAt, this.facts.max?.byDefault);
    }
}

/** Reads a number of pods. */
export function bound(value: Value, byDefault: number | undefined): Bound {
    if (value.isUnknown) return "unknown";
    if (value.isUnset) return byDefault ?? "unset";
    return Number.isInteger(value.raw) ? (value.number ?? "invalid") : "invalid";
}

function autoscalerOf(object: KubeObject): Autoscaler[] {
    const id = kindId(object);
    const facts = Object.hasOwn(AUTOSCALERS, id) ? AUTOSCALERS[id] : undefined;
    return facts ? [new Autoscaler(object, facts)] : [];
}

/** The autoscalers of a stack, found by what they scale. */
export class Autoscalers {
    readonly all: readonly Autoscaler[];
    /** Changes of autoscalers that exist elsewhere. */
    readonly patches: readonly Autoscaler[];
    /** By what they scale, cluster or group of clusters, and the target's kind, namespace and name; the last three may be `UNKNOWN` or `ANY`. */
    private readonly byTarget = new Multimap<Autoscaler>();

    constructor(private readonly index: ObjectIndex) {
        this.all = index.objects.flatMap(autoscalerOf);
        this.patches = index.patches.flatMap(autoscalerOf);
        for (const autoscaler of this.all) this.add(autoscaler);
    }

    private add(autoscaler: Autoscaler): void {
        const { cluster, namespace } = this.index.locationOf(autoscaler.object);
        const name = autoscaler.target.get("name");
        const nameKey = name.isUnknown ? UNKNOWN : (name.string ?? "");
        for (const where of this.index.clusters.withGroup(cluster)) {
            for (const space of [namespace, ANY]) {
                for (const key of [nameKey, ANY]) {
                    const keys = [autoscaler.scales, where, autoscaler.targetKind, space, key];
                    if (where === cluster || this.isNews(autoscaler, keys)) this.byTarget.add(autoscaler, ...keys);
                }
            }
        }
    }

    /** Of a group of clusters, one on each of two is enough: the first may be on the cluster that is asked about. */
    private isNews({ object }: Autoscaler, keys: readonly string[]): boolean {
        const known = this.byTarget.get(...keys);
        return (
            known.length < 2 && !known.some(one => this.index.isOn(one.object, this.index.locationOf(object).cluster))
        );
    }

    /** The autoscalers of a workload; of those that may be meant one at least, when there are any. */
    of(workload: KubeObject, scales: Scales): Matches<Autoscaler> {
        if (this.all.length === 0) return { certain: [], possible: [] };
        const location = this.index.locationOf(workload);
        const own = this.ofIn(workload, scales, location);
        // Of those on other clusters that may be the same, the workload's own are no news.
        const elsewhere = this.index.beside(location).flatMap(other => {
            const { certain, possible } = this.ofIn(workload, scales, other, 2);
            return [...certain, ...possible].find(({ object }) => !this.index.isOn(object, location.cluster)) ?? [];
        });
        return { certain: own.certain, possible: [...own.possible, ...elsewhere] };
    }

    private ofIn(
        workload: KubeObject,
        scales: Scales,
        { cluster, namespace }: Location,
        most = 1,
    ): Matches<Autoscaler> {
        const kind = kindId(workload);
        const name = workload.name.string;
        const spaces = spacesOf(namespace);
        const names = name === undefined ? [ANY] : [name, UNKNOWN];
        const certain =
            namespace === UNKNOWN || name === undefined
                ? []
                : this.byTarget.get(scales, cluster, kind, namespace, name);
        const possible = [kind, UNKNOWN].flatMap(ofKind =>
            spaces.flatMap(space =>
                names.flatMap(key => {
                    const isCertain = ofKind === kind && space === namespace && key === name;
                    return isCertain ? [] : this.byTarget.get(scales, cluster, ofKind, space, key).slice(0, most);
                }),
            ),
        );
        return { certain, possible };
    }

    /** Autoscalers that scale the same of one target for sure, those that are alone left out. */
    get rivals(): readonly (readonly Autoscaler[])[] {
        const byTarget = new Multimap<Autoscaler>();
        for (const autoscaler of this.all) {
            const { cluster, namespace } = this.index.locationOf(autoscaler.object);
            const name = autoscaler.target.get("name").string;
            const { targetKind, scales } = autoscaler;
            if (name === undefined || namespace === UNKNOWN || targetKind === UNKNOWN) continue;
            byTarget.add(autoscaler, scales, cluster, targetKind, namespace, name);
        }
        return [...byTarget.values()].filter(({ length }) => length > 1);
    }
}

const autoscalers = new WeakMap<Stack, Autoscalers>();

/** The autoscalers of a stack, worked out once for all policies. */
export function autoscalersOf(stack: Stack): Autoscalers {
    const found = autoscalers.get(stack) ?? new Autoscalers(indexOf(stack));
    autoscalers.set(stack, found);
    return found;
}
