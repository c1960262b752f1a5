import { subjectsOf } from "../rbac/bindings";
import { rulesOf } from "../rbac/roles";
import type { KubeObject } from "./object";
import type { KindId, ObjectIndex, Place } from "./object-index";
import type { Pod } from "./pod";
import { UNKNOWN, type Value } from "./value";

/** What RBAC calls the kinds that pods need and that workloads commonly make for each other. */
const RESOURCES: Readonly<Record<KindId, string>> = { ConfigMap: "configmaps", Secret: "secrets" };

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
    private readonly known = new Map<string, readonly KubeObject[]>();

    constructor(private readonly index: ObjectIndex) {}

    /** Whether a workload may make an object of a kind in a place; one that waits for the object can't. */
    mayMake(kind: KindId, place: Place, waiting: KubeObject): boolean {
        const resource = RESOURCES[kind];
        if (resource === undefined) return false;
        return this.workloadsWith({ resource, verbs: ["create"] }, place).some(creator => creator !== waiting);
    }

    /** Whether a workload may give pods in a place labels that their templates lack. */
    mayLabelPods(place: Place): boolean {
        return this.workloadsWith({ resource: "pods", verbs: ["patch", "update"] }, place).length > 0;
    }

    /** Whether a workload may make pods in a place, with whatever labels: a hub that starts servers for its users. */
    mayMakePods(place: Place): boolean {
        return this.workloadsWith({ resource: "pods", verbs: ["create"] }, place).length > 0;
    }

    private workloadsWith(right: Right, place: Place): readonly KubeObject[] {
        return [place, ...this.index.beside(place)].flatMap(one => this.workloadsIn(right, one));
    }

    private workloadsIn(right: Right, place: Place): readonly KubeObject[] {
        const key = [place.cluster, place.namespace, right.resource, ...right.verbs].join("\n");
        const known = this.known.get(key);
        if (known) return known;
        const ofCluster = { ...place, namespace: "" };
        const bindings = [
            this.index.ofKindIn(place, "RoleBinding"),
            this.index.ofKindIn(ofCluster, "ClusterRoleBinding"),
        ];
        const found = bindings
            .flatMap(({ certain, possible }) => [...certain, ...possible])
            .filter(binding => this.mayGive(binding, place, right))
            .flatMap(binding => this.workloads(binding, place));
        this.known.set(key, found);
        return found;
    }

    /** Whether the role that a binding gives, or one that it may be, has a right. */
    private mayGive(binding: KubeObject, place: Place, right: Right): boolean {
        const [kind, name] = ["kind", "name"].map(field => binding.get("roleRef", field));
        if (kind?.isUnknown || name?.isUnknown) return true;
        const space = kind?.string === "Role" ? place : { ...place, namespace: "" };
        const { certain, possible } = this.index.find(space, kind?.string ?? "", name?.string ?? "");
        return [...certain, ...possible].some(
            role => role.get("rules").isUnknown || rulesOf(role).some(rule => mayAllow(rule, right)),
        );
    }

    /** The workloads that run, or may, as a service account which a binding means. */
    private workloads(binding: KubeObject, place: Place): readonly KubeObject[] {
        const subjects = binding.get("subjects");
        if ([subjects, ...subjects.items()].some(at => at.isUnknown || at.get("kind").isUnknown)) {
            return this.workloadsAs(UNKNOWN, place);
        }
        return subjectsOf(binding).flatMap(({ reference: [kind, space = "", name = ""] }) => {
            const namespace = space === UNKNOWN ? place.namespace : space;
            const isElsewhere = binding.is("ClusterRoleBinding") && namespace !== place.namespace;
            if (kind !== "ServiceAccount" || isElsewhere) return [];
            return this.workloadsAs(name, { ...place, namespace });
        });
    }

    /** The workloads of a namespace that run as a service account, or may. */
    private workloadsAs(name: string, place: Place): KubeObject[] {
        const { certain, possible } = this.index.selected(place, [], () => "yes");
        const runs = ({ serviceAccountName: account }: Pod) =>
            name === UNKNOWN || account.isUnknown || account.string === name;
        // Of pods that may be in the namespace, the index has one of those with the same labels, whatever their account.
        return [...certain.filter(runs), ...possible].map(pod => pod.object);
    }
}

/** Whether a rule gives a right. With names it doesn't let create: the API server does not know them yet. */
function mayAllow(rule: Value, { resource, verbs }: Right): boolean {
    return (
        mayHave(rule.get("apiGroups"), "", "*") &&
        mayHave(rule.get("resources"), resource) &&
        mayHave(rule.get("verbs"), ...verbs, "*") &&
        !(verbs.includes("create") && rule.get("resourceNames").items().length > 0)
    );
}

function mayHave(list: Value, ...wanted: string[]): boolean {
    return list.isUnknown || list.items().some(item => item.isUnknown || wanted.includes(item.string ?? ""));
}
