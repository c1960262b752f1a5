import { expect, test } from "vitest";
import { requireStartOrder } from "../../policies/require-start-order";
import { graphOf, messagesOf } from "../support/environments";

test("nothing is known of the order in which manifests are applied", () => {
    const metadata = (name: string) => ({ name, namespace: "tools" });
    const spec = { containers: [{ name: "web", envFrom: [{ configMapRef: { name: "settings" } }] }] };
    const graph = graphOf([
        {
            type: "kubernetes:core/v1:ConfigMap",
            name: "settings",
            props: { apiVersion: "v1", kind: "ConfigMap", metadata: metadata("settings") },
        },
        {
            type: "kubernetes:core/v1:Pod",
            name: "cart",
            props: { apiVersion: "v1", kind: "Pod", metadata: metadata("cart"), spec },
        },
    ]);
    expect(messagesOf(requireStartOrder, graph)).toEqual([]);
});
