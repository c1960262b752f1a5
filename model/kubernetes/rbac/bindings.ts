import type { Glob } from "../../glob";
import { printable } from "../../text";
import { type Answer, all, any, UNKNOWN, Value } from "../../value";
import type { BuiltInKind } from "../kinds";
import type { KubeObject } from "../object";

/** A subject of a RoleBinding or ClusterRoleBinding: who gets the role. */
export interface Subject {
    readonly at: Value;
    /** `User/name`, `Group/name` or `ServiceAccount/namespace/name` in parts, unknown ones as `UNKNOWN`. */
    readonly reference: readonly string[];
}

/** Kinds that bind a role to subjects. */
export const BINDINGS: readonly BuiltInKind[] = ["RoleBinding", "ClusterRoleBinding"];

/** The subjects of a binding. A ServiceAccount without a namespace is in that of its RoleBinding. */
export function subjectsOf(object: KubeObject): Subject[] {
    return object
        .get("subjects")
        .items()
        .filter(at => at.isMap)
        .map(at => ({ at, reference: referenceOf(object, at) }));
}

function referenceOf(object: KubeObject, at: Value): string[] {
    const text = (value: Value) => (value.isUnknown ? UNKNOWN : (value.string ?? ""));
    const [kind, name] = [text(at.get("kind")), text(at.get("name"))];
    if (kind === "User") return asServiceAccount(name) ?? [kind, name];
    if (kind !== "ServiceAccount") return [kind, name];
    const own = at.get("namespace");
    return [kind, text(own.isUnset ? object.namespace : own), name];
}

/**
 * A service account under the user name that it authenticates with.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/
 */
function asServiceAccount(user: string): string[] | undefined {
    const match = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user);
    return match ? ["ServiceAccount", ...match.slice(1)] : undefined;
}

/** Whether a binding grants the role of that kind and name. The roleRef of a ClusterRoleBinding means a ClusterRole. */
export function isRole(object: KubeObject, kind: "Role" | "ClusterRole", name: string): Answer {
    const given = object.get("roleRef", "kind");
    const effective = given.isUnset && object.is("ClusterRoleBinding") ? new Value("ClusterRole") : given;
    return all([effective.is(kind), object.get("roleRef", "name").is(name)]);
}

/** Whether one of the globs means a subject. */
export function isMeant({ reference }: Subject, globs: readonly Glob[]): Answer {
    return any(globs.map(glob => glob.matchesParts(reference)));
}

/** A subject as messages name it: `ServiceAccount ops/deployer`. */
export function nameOf({ reference: [kind = "", ...path] }: Subject): string {
    return printable(`${kind} ${path.map(part => (part === UNKNOWN ? "<unknown>" : part)).join("/")}`);
}
