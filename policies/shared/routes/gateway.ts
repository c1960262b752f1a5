import { fingerprint } from "../../../model/kubernetes/fingerprint";
import type { KubeObject } from "../../../model/kubernetes/object";
import { kindId, type ObjectIndex } from "../../../model/references/object-index";
import { UNKNOWN, type Value } from "../../../model/value";
import { allKnown, type Claim, routeLabel, textOf, unordered, withoutSlash } from "./claim";

const GATEWAY_API = "gateway.networking.k8s.io";

/** One match of a rule. */
interface Match {
    readonly key: string;
    /** The path that messages show. */
    readonly path: string;
}

/** Reads a match, an unset one as that of a rule without matches; undefined while it is not known. */
type ReadMatch = (match: Value) => Match | undefined;

/**
 * How matches of the kinds of routes are read. Header names are the same in any case.
 *
 * Source: https://gateway-api.sigs.k8s.io/reference/spec/#httproutematch and #grpcroutematch.
 */
const MATCHES: Readonly<Record<string, ReadMatch>> = {
    [`${GATEWAY_API}/HTTPRoute`]: httpMatch,
    [`${GATEWAY_API}/GRPCRoute`]: grpcMatch,
};

/** What a route claims of each gateway and listener it is attached to, as far as that is known. */
export function gatewayClaims(route: KubeObject, index: ObjectIndex): Claim[] {
    const id = kindId(route);
    const read = Object.hasOwn(MATCHES, id) ? MATCHES[id] : undefined;
    if (!read) return [];
    const parents = route.get("spec", "parentRefs").items();
    const attached = parents.flatMap(parent => parentOf(parent, route, index) ?? []);
    const matches = rulesOf(route).flatMap(rule => matchesOf(rule, read));
    return attached.flatMap(({ gateway, listener }) =>
        hostsOf(route).flatMap(host =>
            matches.map(({ at, match, effect }) => ({
                object: route,
                at,
                key: JSON.stringify([id, gateway, host, match.key]),
                listener,
                label: routeLabel(host, match.path),
                effect,
            })),
        ),
    );
}

/** A gateway, or a Service of a mesh, and the listener that a route is attached to. */
function parentOf(parent: Value, route: KubeObject, index: ObjectIndex) {
    const location = index.locationOf(route);
    const own = location.namespace === UNKNOWN ? undefined : location.namespace;
    const named = parent.get("namespace");
    const kind = textOf(parent.get("kind"), "Gateway");
    const namespace = named.isUnset || named.raw === "" ? own : textOf(named, "");
    const ids = allKnown([
        textOf(parent.get("group"), GATEWAY_API),
        kind,
        namespace,
        textOf(parent.get("name"), ""),
        // In a mesh, a route of another namespace is only for the clients there.
        kind === "Service" ? own : "",
    ]);
    const listener = allKnown([textOf(parent.get("sectionName"), ""), textOf(parent.get("port"), "")]);
    return (
        ids && listener && { gateway: JSON.stringify([location.cluster, ...ids]), listener: listener.join(" ").trim() }
    );
}

function hostsOf(route: KubeObject): string[] {
    const hostnames = route.get("spec", "hostnames");
    if (hostnames.isUnknown) return [];
    const hosts = hostnames.items();
    return hosts.length === 0 ? [""] : hosts.flatMap(host => textOf(host, "")?.toLowerCase() ?? []);
}

/** The rules; a route without any has one that matches everything. */
function rulesOf(route: KubeObject): Value[] {
    const rules = route.get("spec", "rules");
    return rules.isUnset ? [rules] : rules.items();
}

function matchesOf(rule: Value, read: ReadMatch) {
    const matches = rule.get("matches");
    const effect = fingerprint(rule, { without: ["matches"] });
    // A rule without matches matches everything, and its place is that of the rule.
    const places = matches.items().length > 0 ? matches.items() : [matches];
    return places.flatMap(place => {
        const match = place.isUnknown ? undefined : read(place);
        return match ? [{ at: place.isUnset ? rule : place, match, effect }] : [];
    });
}

function httpMatch(match: Value): Match | undefined {
    const type = textOf(match.get("path", "type"), "PathPrefix");
    const path = textOf(match.get("path", "value"), "/");
    const parts = allKnown([
        type,
        type === "PathPrefix" && path !== undefined ? withoutSlash(path) : path,
        textOf(match.get("method"), ""),
        conditions(match.get("headers")),
        conditions(match.get("queryParams")),
    ]);
    return parts && { key: JSON.stringify(parts), path: path ?? "" };
}

function grpcMatch(match: Value): Match | undefined {
    const [service, method] = [textOf(match.get("method", "service"), ""), textOf(match.get("method", "method"), "")];
    const parts = allKnown([
        textOf(match.get("method", "type"), "Exact"),
        service,
        method,
        conditions(match.get("headers")),
    ]);
    const path = service || method ? `/${service || "*"}/${method || "*"}` : "/";
    return parts && { key: JSON.stringify(parts), path };
}

/** Conditions on headers or query parameters, in any order; undefined while one is not known. */
function conditions(list: Value): string | undefined {
    if (list.isUnknown) return undefined;
    const all = list.items().map(condition => {
        const parts = allKnown([
            textOf(condition.get("name"), "")?.toLowerCase(),
            textOf(condition.get("type"), "Exact"),
            textOf(condition.get("value"), ""),
        ]);
        return parts && JSON.stringify(parts);
    });
    const known = allKnown(all);
    return known && unordered(known);
}
