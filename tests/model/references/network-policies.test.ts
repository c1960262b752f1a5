import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../model/kubernetes/object";
import { Resource } from "../../../model/pulumi/resource";
import { deniesByDefault, restricts } from "../../../model/references/network-policies";
import { UNKNOWN_VALUES } from "../../support/wire";

const { string: UNKNOWN, list: LIST, map: MAP } = UNKNOWN_VALUES;

function policy(spec: unknown): KubeObject {
    const type = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
    const props = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "all" }, spec };
    const [object] = new Resource({ urn: `urn:pulumi:dev::shop::${type}::all`, type, name: "all", props }).objects;
    if (!object) throw new Error("no object");
    return object;
}

describe("a policy restricts ingress, and egress", () => {
    test.each<[string, unknown, string, string]>([
        ["by default", {}, "yes", "no"],
        ["by its rules", { egress: [{}] }, "yes", "yes"],
        ["not without a rule", { egress: [] }, "yes", "no"],
        ["perhaps by its rules", { egress: LIST }, "yes", "unknown"],
        ["as it says: both", { policyTypes: ["Ingress", "Egress"] }, "yes", "yes"],
        ["as it says: the one", { policyTypes: ["Ingress"], egress: [{}] }, "yes", "no"],
        ["as it says: the other", { policyTypes: ["Egress"] }, "no", "yes"],
        ["by its rules, when it says nothing", { policyTypes: [], egress: [{}] }, "yes", "yes"],
        ["perhaps", { policyTypes: LIST }, "unknown", "unknown"],
        ["perhaps, as one word is not known", { policyTypes: ["Egress", UNKNOWN] }, "unknown", "yes"],
    ])("%s", (_, spec, ingress, egress) => {
        expect([restricts(policy(spec), "Ingress"), restricts(policy(spec), "Egress")]).toEqual([ingress, egress]);
    });
});

describe("a policy for all pods and both directions denies by default", () => {
    const BOTH = { policyTypes: ["Ingress", "Egress"] };
    const everywhere = (block: unknown, more: object = {}) => [{ from: [{ ipBlock: block }], ...more }];
    const anyone = { cidr: "0.0.0.0/0" };

    test.each<[string, object, string, string]>([
        ["without rules", {}, "yes", "yes"],
        ["with an empty selector", { podSelector: {} }, "yes", "yes"],
        [
            "with a selector of empty conditions",
            { podSelector: { matchLabels: {}, matchExpressions: [] } },
            "yes",
            "yes",
        ],
        ["not for some pods", { podSelector: { matchLabels: { app: "a" } } }, "no", "no"],
        [
            "not for pods on a condition",
            { podSelector: { matchExpressions: [{ key: "a", operator: "Exists" }] } },
            "no",
            "no",
        ],
        ["perhaps for all pods", { podSelector: MAP }, "unknown", "unknown"],
        ["perhaps without labels", { podSelector: { matchLabels: MAP } }, "unknown", "unknown"],
        ["perhaps without conditions", { podSelector: { matchExpressions: LIST } }, "unknown", "unknown"],

        ["not where it allows all that comes in", { ingress: [{}] }, "no", "yes"],
        ["not where it allows all that goes out", { egress: [{}] }, "yes", "no"],
        [
            "where it allows some",
            { ingress: [{ from: [{ podSelector: {} }] }], egress: [{ to: [{ podSelector: {} }] }] },
            "yes",
            "yes",
        ],
        [
            "where it allows a port",
            { ingress: [{ ports: [{ port: 80 }] }], egress: [{ ports: [{ port: 53 }] }] },
            "yes",
            "yes",
        ],
        ["not where one rule of two allows all", { ingress: [{ from: [{ podSelector: {} }] }, {}] }, "no", "yes"],
        ["not where peers are of the other direction", { ingress: [{ to: [{ podSelector: {} }] }] }, "no", "yes"],
        ["not where there are no peers", { ingress: [{ from: [] }], egress: [{ to: [] }] }, "no", "no"],
        ["not where all addresses may come", { ingress: everywhere(anyone) }, "no", "yes"],
        ["not where all addresses of IPv6 may", { ingress: everywhere({ cidr: "::/0" }) }, "no", "yes"],
        ["not where all addresses may be gone to", { egress: [{ to: [{ ipBlock: anyone }] }] }, "yes", "no"],
        ["where some addresses may come", { ingress: everywhere({ cidr: "10.0.0.0/8" }) }, "yes", "yes"],
        ["where all but some may come", { ingress: everywhere({ ...anyone, except: ["10.0.0.0/8"] }) }, "yes", "yes"],
        ["not where all but none may come", { ingress: everywhere({ ...anyone, except: [] }) }, "no", "yes"],
        ["where all may come to a port", { ingress: everywhere(anyone, { ports: [{ port: 80 }] }) }, "yes", "yes"],

        ["perhaps, as rules are not known", { ingress: LIST }, "unknown", "yes"],
        ["perhaps, as a rule is not known", { egress: [MAP] }, "yes", "unknown"],
        ["perhaps, as peers are not known", { ingress: [{ from: LIST }] }, "unknown", "yes"],
        ["perhaps, as ports are not known", { ingress: [{ ports: LIST }] }, "unknown", "yes"],
        ["perhaps, as addresses are not known", { ingress: everywhere({ cidr: UNKNOWN }) }, "unknown", "yes"],
        [
            "perhaps, as exceptions are not known",
            { ingress: everywhere({ ...anyone, except: LIST }) },
            "unknown",
            "yes",
        ],
    ])("%s", (_, spec, ingress, egress) => {
        const one = policy({ ...BOTH, ...spec });
        expect([deniesByDefault(one, "Ingress"), deniesByDefault(one, "Egress")]).toEqual([ingress, egress]);
    });

    test("only in the directions that it restricts", () => {
        const answers = (spec: unknown) => [
            deniesByDefault(policy(spec), "Ingress"),
            deniesByDefault(policy(spec), "Egress"),
        ];
        expect(answers({ podSelector: {} })).toEqual(["yes", "no"]);
        expect(answers({ policyTypes: ["Egress"] })).toEqual(["no", "yes"]);
        expect(answers({ policyTypes: LIST })).toEqual(["unknown", "unknown"]);
    });
});
