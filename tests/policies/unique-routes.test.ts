import { describe, expect, test } from "vitest";
import { UNKNOWN } from "../../model/value";
import { uniqueRoutes } from "../../policies/unique-routes";
import { graphOf, messagesOf } from "../support/environments";

type Json = Record<string, unknown>;

/** What two objects claim that both claim, as messages name it. */
function shared(apiVersion: string, kind: string, one: Json, other: Json, metadata: Json = {}): string[] {
    const graph = graphOf(
        [one, other].map((spec, number) => ({
            type: `kubernetes:${apiVersion}:${kind}`,
            name: `it-${number}`,
            props: { apiVersion, kind, metadata: { name: `it-${number}`, namespace: "shop", ...metadata }, spec },
        })),
    );
    const labels = messagesOf(uniqueRoutes, graph, { services: true }).flatMap(message => [
        ...message.matchAll(/(?: also claims| and|,) (\S[^()]*) \(/g),
        ...message.matchAll(/ the same selector and ports? (.+?)\. /g),
    ]);
    return [...new Set(labels.map(([, label = ""]) => label))];
}

describe("two HTTPRoutes share", () => {
    const route = (match: unknown, more: Json = {}) => ({
        parentRefs: [{ name: "main" }],
        hostnames: ["a.io"],
        rules: [{ matches: [match] }],
        ...more,
    });
    const path = (value: unknown, type?: unknown) => ({ path: { type, value } });
    const all = (match: unknown) => route({ path: { value: "/" }, ...(match as Json) });

    test.each<[Json, Json, string[]]>([
        [route({}), route({}), ["a.io/"]],
        [route({}), route(path("/")), ["a.io/"]],
        [route({}), route(path("/", "PathPrefix")), ["a.io/"]],
        [route({}), route(path("/", "Exact")), []],
        [route({}), route(path("", "PathPrefix")), ["a.io/"]],
        [route(path("/x")), route(path("/x/")), ["a.io/x", "a.io/x/"]],
        [route(path("/x", "Exact")), route(path("/x/", "Exact")), []],
        [route(path("/x", "Exact")), route(path("/x", "Exact")), ["a.io/x"]],
        [route(path("/x")), route(path("/y")), []],
        [route(path(UNKNOWN)), route(path(UNKNOWN)), []],
        [route(path("/x", UNKNOWN)), route(path("/x", UNKNOWN)), []],
        [route(UNKNOWN), route(UNKNOWN), []],
        [route({}, { rules: undefined }), route({}), ["a.io/"]],
        [route({}, { rules: [{}] }), route({}), ["a.io/"]],
        [route({}, { rules: [{ matches: [] }] }), route({}), ["a.io/"]],
        [route({}, { rules: [UNKNOWN] }), route({}, { rules: [UNKNOWN] }), []],
        [route({}, { rules: [{ matches: UNKNOWN }] }), route({}, { rules: [{ matches: UNKNOWN }] }), []],
        [route({}, { rules: UNKNOWN }), route({}, { rules: UNKNOWN }), []],
        [route({}, { rules: [] }), route({}, { rules: [] }), []],
        [all({ method: "GET" }), all({ method: "GET" }), ["a.io/"]],
        [all({ method: "GET" }), all({ method: "POST" }), []],
        [all({ method: "" }), all({}), ["a.io/"]],
        [all({ headers: [{ name: "X", value: "1" }] }), all({ headers: [{ name: "x", value: "1" }] }), ["a.io/"]],
        [all({ headers: [{ name: "X", value: "1" }] }), all({ headers: [{ name: "Y", value: "1" }] }), []],
        [all({ headers: [{ name: "X", value: "1" }] }), all({ headers: [{ name: "X", value: "2" }] }), []],
        [all({ headers: [{ name: "X", value: "1" }] }), all({ queryParams: [{ name: "X", value: "1" }] }), []],
        [
            all({ headers: [{ name: "X", value: "1" }] }),
            all({ headers: [{ name: "X", type: "Exact", value: "1" }] }),
            ["a.io/"],
        ],
        [
            all({ headers: [{ name: "X", value: "1" }] }),
            all({ headers: [{ name: "X", type: "RegularExpression", value: "1" }] }),
            [],
        ],
        [all({ headers: [{ name: UNKNOWN }] }), all({ headers: [{ name: UNKNOWN }] }), []],
        [all({ headers: UNKNOWN }), all({ headers: UNKNOWN }), []],
        [all({ headers: [] }), all({}), ["a.io/"]],
        [route({}, { hostnames: ["A.io"] }), route({}), ["a.io/"]],
        [route({}, { hostnames: ["b.io", "a.io"] }), route({}), ["a.io/"]],
        [route({}, { hostnames: [] }), route({}, { hostnames: undefined }), ["/ of any host"]],
        [route({}, { hostnames: [UNKNOWN] }), route({}, { hostnames: [UNKNOWN] }), []],
        [route({}, { hostnames: UNKNOWN }), route({}, { hostnames: UNKNOWN }), []],
        [route({}, { hostnames: undefined }), route({}), []],
    ])("%j and %j: %j", (one, other, expected) => {
        expect(shared("gateway.networking.k8s.io/v1", "HTTPRoute", one, other)).toEqual(expected);
    });

    const parent = (parentRef: unknown) => route({}, { parentRefs: [parentRef] });
    const main = { name: "main" };
    test.each<[unknown, unknown, boolean]>([
        [main, main, true],
        [main, { name: "other" }, false],
        [main, { ...main, kind: "Gateway", group: "gateway.networking.k8s.io" }, true],
        [main, { ...main, kind: "Service", group: "" }, false],
        [main, { ...main, group: "example.com" }, false],
        [main, { ...main, namespace: "shop" }, true],
        [main, { ...main, namespace: "" }, true],
        [main, { ...main, namespace: "bank" }, false],
        [{ ...main, namespace: UNKNOWN }, { ...main, namespace: UNKNOWN }, false],
        [{ name: UNKNOWN }, { name: UNKNOWN }, false],
        [{ ...main, kind: UNKNOWN }, { ...main, kind: UNKNOWN }, false],
        [main, { ...main, sectionName: "https" }, true],
        [{ ...main, sectionName: "http" }, { ...main, sectionName: "https" }, false],
        [{ ...main, sectionName: "https" }, { ...main, sectionName: "https" }, true],
        [{ ...main, port: 80 }, { ...main, port: 443 }, false],
        [{ ...main, port: 80 }, { ...main, port: 80 }, true],
        [{ ...main, port: 80 }, { ...main, sectionName: "80" }, true],
        [{ ...main, sectionName: UNKNOWN }, { ...main, sectionName: UNKNOWN }, false],
    ])("the gateway %j and %j: %s", (one, other, expected) => {
        const found = shared("gateway.networking.k8s.io/v1", "HTTPRoute", parent(one), parent(other));
        expect(found).toEqual(expected ? ["a.io/"] : []);
    });

    test("nothing in namespaces that are not known", () => {
        const spec = parent(main);
        expect(shared("gateway.networking.k8s.io/v1", "HTTPRoute", spec, spec, { namespace: UNKNOWN })).toEqual([]);
    });

    test("nothing as TLSRoutes", () => {
        expect(shared("gateway.networking.k8s.io/v1alpha2", "TLSRoute", parent(main), parent(main))).toEqual([]);
    });
});

describe("two Ingresses share", () => {
    const ingress = (ingressClassName?: string) => ({
        ingressClassName,
        rules: [{ host: "a.io", http: { paths: [{ path: "/", pathType: "Prefix" }] } }],
    });

    // The API server refuses an empty class, so that no fixture may have one.
    test.each<[Json, Json, string | undefined, string[]]>([
        [ingress(""), ingress(), undefined, ["a.io/"]],
        [ingress(""), ingress("nginx"), undefined, []],
        [ingress(""), ingress("nginx"), "nginx", ["a.io/"]],
        [ingress(""), ingress("nginx"), "traefik", []],
    ])("%j and %j, both with the annotation %j: %j", (one, other, annotation, expected) => {
        const metadata = { annotations: { "kubernetes.io/ingress.class": annotation } };
        expect(shared("networking.k8s.io/v1", "Ingress", one, other, metadata)).toEqual(expected);
    });
});

describe("two GRPCRoutes share", () => {
    const route = (method?: unknown, headers?: unknown) => ({
        parentRefs: [{ name: "main" }],
        rules: [{ matches: [{ method, headers }] }],
    });
    test.each<[Json, Json, string[]]>([
        [route(), route(), ["/ of any host"]],
        [route({ service: "cart.Cart" }), route({ service: "cart.Cart" }), ["/cart.Cart/* of any host"]],
        [route({ method: "Get" }), route({ method: "Get" }), ["/*/Get of any host"]],
        [
            route({ service: "cart.Cart", method: "Get" }),
            route({ type: "Exact", service: "cart.Cart", method: "Get" }),
            ["/cart.Cart/Get of any host"],
        ],
        [route({ service: "cart.Cart" }), route({ service: "cart.Basket" }), []],
        [route({ service: "cart.Cart", method: "Get" }), route({ service: "cart.Cart", method: "Set" }), []],
        [route({ service: "a" }), route({ type: "RegularExpression", service: "a" }), []],
        [route({ service: UNKNOWN }), route({ service: UNKNOWN }), []],
        [route({}, [{ name: "a", value: "b" }]), route({}, [{ name: "A", value: "b" }]), ["/ of any host"]],
        [route({}, [{ name: "a", value: "b" }]), route({}), []],
    ])("%j and %j: %j", (one, other, expected) => {
        expect(shared("gateway.networking.k8s.io/v1", "GRPCRoute", one, other)).toEqual(expected);
    });
});

describe("two Services share", () => {
    const service = (more: Json = {}, port: unknown = { port: 80 }) => ({
        selector: { app: "a" },
        ports: [port],
        ...more,
    });
    test.each<[Json, Json, string[]]>([
        [service(), service(), ["80/TCP"]],
        [service(), service({}, { port: 80, protocol: "TCP" }), ["80/TCP"]],
        [service(), service({}, { port: 80, protocol: "UDP" }), []],
        [service(), service({}, { port: 81 }), []],
        [service(), service({ selector: { app: "b" } }), []],
        [service(), service({ selector: { app: "a", tier: "b" } }), []],
        [service({ selector: { b: "c", a: "d" } }), service({ selector: { a: "d", b: "c" } }), ["80/TCP"]],
        [service({ selector: { app: UNKNOWN } }), service({ selector: { app: UNKNOWN } }), []],
        [service({ selector: {} }), service({ selector: {} }), []],
        [service({ clusterIP: "None" }), service({ clusterIP: "None" }), []],
        [service({ clusterIP: "10.0.0.1" }), service(), ["80/TCP"]],
        [service({ clusterIP: UNKNOWN }), service({ clusterIP: UNKNOWN }), []],
        [service({ type: "ExternalName" }), service({ type: "ExternalName" }), []],
        [service({ type: UNKNOWN }), service({ type: UNKNOWN }), []],
        [service({ type: "NodePort" }), service(), ["80/TCP"]],
        [service({}, { port: UNKNOWN }), service({}, { port: UNKNOWN }), []],
        [service({}, UNKNOWN), service({}, UNKNOWN), []],
    ])("%j and %j: %j", (one, other, expected) => {
        expect(shared("v1", "Service", one, other)).toEqual(expected);
    });
});
