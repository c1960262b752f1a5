import type { KubeObject } from "../kubernetes/object";
import type { Pod } from "../kubernetes/pod";
import { subjectsOf } from "../kubernetes/rbac/bindings";
import { rulesOf } from "../kubernetes/rbac/roles";
import { type Answer, all, any, UNKNOWN, type Value } from "../value";
import type { KindId, Location, ObjectIndex } from "./object-index";

/** What RBAC calls the kinds that pods need and that workloads commonly make for each other. */
const RESOURCES: Readonly<Record<KindId, string>> = { ConfigMap: "configmaps", Secret: "secrets" };

/** A workload that may make something that others wait for. */
export interface Creator {
    readonly workload: KubeObject;
    /** Whether it has the right to: "unknown" while the roles, bindings or accounts that say so are not known. */
    readonly hasRight: Exclude<Answer, "no">;
}

/** A right to do something, by one of several verbs. */
interface Right {
    readonly resource: string;
    readonly verbs: readonly string[];
}

/**
 * The workloads of a stack that may make what other workloads wait for, as the rights of their service accounts tell:
 * the Job that makes a webhook's certificate, the controller that makes the key its agents share, the database that
 * labels its leader.
 *
 * A wildcard for resources says nothing of what is made, and rights in the whole cluster count in the workload's own
 * namespace only: who makes things in other namespaces is asked to by objects there.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 */
export class Creators {
    private readonly known = new Map<string, readonly Creator[]>();

    constructor(private readonly index: ObjectIndex) {}

    /** The workloads that may make an object of a kind in a location; one that waits for the object can't. */
    of(kind: KindId, location: Location, waiting: KubeObject): readonly Creator[] {
        const resource = RESOURCES[kind];
        if (resource === undefined) return [];
        return this.creatorsWith({ resource, verbs: ["create"] }, location).filter(
            ({ workload }) => workload !== waiting,
        );
    }

    /** Whether a workload may give pods in a location labels that their templates lack. */
    mayLabelPods(location: Location): boolean {
        return this.creatorsWith({ resource: "pods", verbs: ["patch", "update"] }, location).length > 0;
    }

    /** Whether a workload may make pods in a location, with whatever labels: a hub that starts servers for its users. */
    mayMakePods(location: Location): boolean {
        return this.creatorsWith({ resource: "pods", verbs: ["create"] }, location).length > 0;
    }

    private creatorsWith(right: Right, location: Location): readonly Creator[] {
        const elsewhere = this.index.beside(location).flatMap(one => this.creatorsIn(right, one).map(maybe));
        return [...this.creatorsIn(right, location), ...elsewhere];
    }

    private creatorsIn(right: Right, location: Location): readonly Creator[] {
        const key = [location.cluster, location.namespace, right.resource, ...right.verbs].join("\n");
        const known = this.known.get(key);
        if (known) return known;
        const ofCluster = { ...location, namespace: "" };
        const bindings = [
            this.index.ofKindIn(location, "RoleBinding"),
            this.index.ofKindIn(ofCluster, "ClusterRoleBinding"),
        ];
        const found = bindings.flatMap(({ certain, possible }) => [
            ...certain.flatMap(binding => this.creatorsBy(binding, location, right)),
            ...possible.flatMap(binding => this.creatorsBy(binding, location, right).map(maybe)),
        ]);
        this.known.set(key, found);
        return found;
    }

    /** The workloads that a binding gives a right. */
    private creatorsBy(binding: KubeObject, location: Location, right: Right): Creator[] {
        const gives = this.gives(binding, location, right);
        if (gives === "no") return [];
        const creators = this.boundBy(binding, location);
        return gives === "yes" ? creators : creators.map(maybe);
    }

    /** Whether the role that a binding gives, or one that it may be, has a right. */
    private gives(binding: KubeObject, location: Location, right: Right): Answer {
        const [kind, name] = ["kind", "name"].map(field => binding.get("roleRef", field));
        if (kind?.isUnknown || name?.isUnknown) return "unknown";
        const space = kind?.string === "Role" ? location : { ...location, namespace: "" };
        const { certain, possible } = this.index.find(space, kind?.string ?? "", name?.string ?? "");
        const allows = (role: KubeObject): Answer =>
            role.get("rules").isUnknown ? "unknown" : any(rulesOf(role).map(rule => allowsIn(rule, right)));
        return any([...certain.map(allows), ...possible.map(role => all([allows(role), "unknown"]))]);
    }

    /** The workloads that run, or may, as a service account which a binding means. */
    private boundBy(binding: KubeObject, location: Location): Creator[] {
        const subjects = binding.get("subjects");
        if ([subjects, ...subjects.items()].some(at => at.isUnknown || at.get("kind").isUnknown)) {
            return this.runningAs(UNKNOWN, location);
        }
        return subjectsOf(binding).flatMap(({ reference: [kind, space = "", name = ""] }) => {
            const namespace = space === UNKNOWN ? location.namespace : space;
            const isElsewhere = binding.is("ClusterRoleBinding") && namespace !== location.namespace;
            if (kind !== "ServiceAccount" || isElsewhere) return [];
            const creators = this.runningAs(name, { ...location, namespace });
            return space === UNKNOWN ? creators.map(maybe) : creators;
        });
    }

    /** The workloads of a namespace that run as a service account, or may. */
    private runningAs(name: string, location: Location): Creator[] {
        const { certain, possible } = this.index.selected(location, [], () => "yes");
        const runs = ({ serviceAccountName: account }: Pod): Answer => {
            if (name === UNKNOWN || account.isUnknown) return "unknown";
            return account.string === name ? "yes" : "no";
        };
        // Of pods that may be in the namespace, the index has one of those with the same labels, whatever their account.
        const all = [
            ...certain.map(pod => ({ pod, hasRight: runs(pod) })),
            ...possible.map(pod => ({ pod, hasRight: "unknown" as const })),
        ];
        return all.flatMap(({ pod, hasRight }) => (hasRight === "no" ? [] : [{ workload: pod.object, hasRight }]));
    }
}

/** The same workload where it is not known whether it has the right. */
function maybe({ workload }: Creator): Creator {
    return { workload, hasRight: "unknown" };
}

/** Whether a rule gives a right. With names it doesn't let create: the API server does not know them yet. */
function allowsIn(rule: Value, { resource, verbs }: Right): Answer {
    if (verbs.includes("create") && rule.get("resourceNames").items().length > 0) return "no";
    return all([
        hasAny(rule.get("apiGroups"), "", "*"),
        hasAny(rule.get("resources"), resource),
        hasAny(rule.get("verbs"), ...verbs, "*"),
    ]);
}

function hasAny(list: Value, ...wanted: string[]): Answer {
    if (list.isUnknown) return "unknown";
    return any(
        list.items().map((item): Answer => {
            if (item.isUnknown) return "unknown";
            return wanted.includes(item.string ?? "") ? "yes" : "no";
        }),
    );
}
