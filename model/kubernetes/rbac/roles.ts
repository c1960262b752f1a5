import type { Value } from "../../value";
import type { BuiltInKind } from "../kinds";
import type { KubeObject } from "../object";

/** Kinds that give rights. */
export const ROLES: readonly BuiltInKind[] = ["Role", "ClusterRole"];

/**
 * The rules of a Role or ClusterRole. An aggregated ClusterRole has none of its own: a controller writes them.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles
 */
export function rulesOf(object: KubeObject): Value[] {
    if (!object.is(...ROLES) || !object.get("aggregationRule").isUnset) return [];
    return object.get("rules").items();
}

/** Whether a list of a rule has one of these for sure. Names are compared exactly, as the authorizer does it. */
export function has(list: Value, ...wanted: string[]): boolean {
    return list.items().some(item => item.string !== undefined && wanted.includes(item.string));
}

/** Whether a rule is for all objects of its resources rather than for some by name; false while that is not known. */
export function isForAllNames(rule: Value): boolean {
    const names = rule.get("resourceNames");
    return names.isUnset || (names.isList && names.items().length === 0);
}
