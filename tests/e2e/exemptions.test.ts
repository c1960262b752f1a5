import * as k8s from "@pulumi/kubernetes";
import { expect } from "vitest";
import { onCluster, test } from "./support/engine";
import { nakedPod } from "./support/wording";

const ANNOTATION = "kubernetes-guardrails/exempt.no-naked-pods";

/** Pods by name, with their annotations. */
const PODS: Record<string, Record<string, string>> = {
    migration: { [ANNOTATION]: "runs once, watched by the team" },
    "old-migration": { [ANNOTATION]: "runs once; until=2020-12-31" },
    "no-reason": { [ANNOTATION]: "" },
    debug: {},
    "debug-later": {},
};

test("objects are exempt by annotation and by configuration, with a reason and for a time", async ({ engine }) => {
    const stack = await engine.inlineStack(
        onCluster(cluster => {
            const spec = { containers: [{ name: "shell", image: "docker.io/library/busybox:1.37" }] };
            for (const [name, annotations] of Object.entries(PODS)) {
                new k8s.core.v1.Pod(name, { metadata: { name, namespace: "shop", annotations }, spec }, cluster);
            }
        }),
    );
    const exempt = [
        { resource: "Pod/shop/debug", reason: "support asked for it" },
        { resource: "*::debug-later", reason: "support asked for it", until: "2021-06-30" },
    ];

    const { reported } = await stack.preview({
        policyConfig: { all: "disabled", "no-naked-pods": { enforcementLevel: "mandatory", exempt } },
    });

    expect(reported.map(({ level, message }) => [level, message])).toEqual([
        [
            "mandatory",
            nakedPod(
                "Pod shop/debug-later",
                "The exemption ended on 2021-06-30 (support asked for it). Correct the object or extend the exemption.",
            ),
        ],
        [
            "mandatory",
            nakedPod(
                "Pod shop/no-reason",
                `The annotation ${ANNOTATION} gives no reason. Write as its value why the object may violate the policy.`,
            ),
        ],
        [
            "mandatory",
            nakedPod(
                "Pod shop/old-migration",
                "The exemption ended on 2020-12-31 (runs once). Correct the object or extend the exemption.",
            ),
        ],
    ]);
});
