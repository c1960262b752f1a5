import type { KubeObject } from "../kubernetes/object";
import { BINDINGS, subjectsOf } from "../kubernetes/rbac/bindings";
import { type Answer, UNKNOWN } from "../value";
import type { Location, ObjectIndex } from "./object-index";

/**
 * The groups that all service accounts of a cluster, or of a namespace, are in.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#service-account-tokens
 */
const GROUP = "system:serviceaccounts";

/** Which service accounts the bindings of a stack give rights. */
export class AccountRights {
    /** Accounts that have rights, and clusters and namespaces of which all accounts have. */
    private readonly bound = new Set<string>();
    /** Clusters and namespaces of which any account may have rights. */
    private readonly open = new Set<string>();
    /** Clusters and namespaces of which some account has rights. */
    private readonly some = new Set<string>();

    constructor(private readonly index: ObjectIndex) {
        for (const object of index.objects) {
            if (!object.is(...BINDINGS)) continue;
            for (const where of index.clusters.withGroup(index.clusterOf(object))) this.add(object, where);
        }
    }

    private add(object: KubeObject, cluster: string): void {
        const subjects = object.get("subjects");
        if (subjects.isUnknown || subjects.items().some(subject => subject.isUnknown)) this.open.add(cluster);
        for (const { reference } of subjectsOf(object)) {
            const [kind = "", ...path] = reference;
            if (kind === "ServiceAccount") this.addAccount(cluster, path);
            else if (kind === UNKNOWN) this.open.add(cluster);
            else if (kind === "Group" && path[0] === GROUP) this.bound.add(cluster);
            else if (kind === "Group" && path[0]?.startsWith(`${GROUP}:`)) {
                this.bound.add(keyOf(cluster, path[0].slice(GROUP.length + 1)));
            }
        }
    }

    private addAccount(cluster: string, [namespace = "", name = ""]: readonly string[]): void {
        this.some.add(cluster).add(keyOf(cluster, namespace));
        if (namespace === UNKNOWN) this.open.add(cluster);
        else if (name === UNKNOWN) this.open.add(keyOf(cluster, namespace));
        else this.bound.add(keyOf(cluster, namespace, name));
    }

    /** Whether a binding gives rights to an account of a location; name and namespace may be unknown. */
    has(location: Location, name: string): Answer {
        const own = this.in(location, name);
        if (own !== "no") return own;
        return this.index.beside(location).some(other => this.in(other, name) !== "no") ? "unknown" : "no";
    }

    private in({ cluster, namespace }: Location, name: string): Answer {
        const space = keyOf(cluster, namespace);
        if ([cluster, space, keyOf(cluster, namespace, name)].some(key => this.bound.has(key))) return "yes";
        const mayBe =
            this.index.stack.isPartial ||
            this.open.has(cluster) ||
            this.open.has(space) ||
            (name === UNKNOWN && this.some.has(space));
        return mayBe || (namespace === UNKNOWN && this.some.has(cluster)) ? "unknown" : "no";
    }
}

function keyOf(...parts: readonly string[]): string {
    return parts.join("\n");
}
