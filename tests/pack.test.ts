import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { EnforcementLevel, Policy } from "../framework/define";
import { configure } from "../framework/evaluate";
import { schemasOf } from "../framework/settings";
import { policies } from "../policies";
import { PACK_DIR } from "./support/build";
import { withDefaults } from "./support/hosts";

/** Files of `policies` that are no policies. */
const MACHINERY = ["define", "evaluate", "exemptions", "index", "settings"];

/** What a policy looks at, one resource or the whole stack, and whether it also repairs. */
type Phase = "resource" | "resource, remediation" | "stack";

/** What users rely on, of present and coming policies: a change here is a change of the product. */
const PROMISED: Readonly<Record<string, readonly [Phase, EnforcementLevel]>> = {
    "autoscaler-consistency": ["stack", "advisory"],
    "image-pull-policy": ["resource", "disabled"],
    "ingress-tls": ["resource", "advisory"],
    "job-lifecycle": ["resource", "advisory"],
    "namespace-guardrails": ["stack", "disabled"],
    "namespace-pod-security": ["resource, remediation", "advisory"],
    "no-anonymous-bindings": ["resource", "mandatory"],
    "no-cluster-admin": ["resource", "mandatory"],
    "no-dangling-references": ["stack", "mandatory"],
    "no-default-namespace": ["resource", "advisory"],
    "no-default-service-account": ["resource", "advisory"],
    "no-deprecated-apis": ["resource", "mandatory"],
    "no-duplicate-env": ["resource", "mandatory"],
    "no-ingress-snippets": ["resource", "mandatory"],
    "no-interactive-containers": ["resource", "advisory"],
    "no-long-lived-tokens": ["resource", "mandatory"],
    "no-mutable-image-tags": ["resource", "mandatory"],
    "no-naked-pods": ["resource", "mandatory"],
    "no-plaintext-secrets": ["resource", "mandatory"],
    "no-public-services": ["resource", "advisory"],
    "no-token-automount": ["stack", "advisory"],
    "no-unstable-apis": ["resource", "advisory"],
    "no-wildcard-rbac": ["resource", "advisory"],
    "one-owner-per-object": ["stack", "mandatory"],
    "pod-disruption-budgets": ["stack", "advisory"],
    "pod-security-baseline": ["resource", "mandatory"],
    "pod-security-restricted": ["resource", "advisory"],
    "probe-quality": ["resource", "advisory"],
    "production-cluster-isolation": ["stack", "mandatory"],
    "read-only-root-filesystem": ["resource", "advisory"],
    "require-annotations": ["resource, remediation", "disabled"],
    "require-cluster-environment": ["resource", "mandatory"],
    "require-explicit-provider": ["resource", "advisory"],
    "require-headless-service": ["stack", "advisory"],
    "require-high-uid": ["resource", "disabled"],
    "require-labels": ["resource, remediation", "mandatory"],
    "require-liveness-probe": ["resource", "advisory"],
    "require-network-policy": ["stack", "advisory"],
    "require-pinned-charts": ["resource", "mandatory"],
    "require-priority-class": ["resource", "disabled"],
    "require-protection": ["resource", "advisory"],
    "require-readiness-probe": ["stack", "mandatory"],
    "require-replicas": ["stack", "advisory"],
    "require-resource-requests": ["resource", "advisory"],
    "require-start-order": ["stack", "mandatory"],
    "require-topology-spread": ["stack", "advisory"],
    "resource-budget": ["stack", "disabled"],
    "restrict-annotations": ["resource", "disabled"],
    "restrict-container-ports": ["resource", "advisory"],
    "restrict-host-paths": ["resource", "advisory"],
    "restrict-ignore-changes": ["resource", "advisory"],
    "restrict-image-registries": ["resource", "disabled"],
    "restrict-ingress-hosts": ["resource", "advisory"],
    "restrict-namespaces": ["resource", "mandatory"],
    "restrict-node-placement": ["resource", "advisory"],
    "restrict-node-pools": ["resource", "disabled"],
    "restrict-persistent-volumes": ["resource", "advisory"],
    "restrict-provider-options": ["resource", "advisory"],
    "restrict-rbac-grants": ["resource", "advisory"],
    "restrict-resources": ["resource", "disabled"],
    "rolling-updates": ["stack", "advisory"],
    "secrets-as-files": ["resource", "disabled"],
    "selector-matches-template": ["resource", "mandatory"],
    "unique-routes": ["stack", "mandatory"],
    "valid-labels": ["resource", "mandatory"],
};

const names = policies.map(({ name }) => name);

test("every policy is a file, an entry of policies/index.ts and a folder of fixtures, all of one name", () => {
    const files = filesIn("policies").filter(name => !MACHINERY.includes(name));
    expect({ files, fixtures: foldersIn("fixtures") }).toEqual({ files: names, fixtures: names });
});

test("the policies are in alphabetical order, each once", () => {
    expect(names).toEqual([...new Set(names)].sort());
});

describe.each(policies)("$name", policy => {
    test("has its name, phase and level as promised", () => {
        expect([phaseOf(policy), policy.enforcementLevel]).toEqual(PROMISED[policy.name]);
    });

    test("has its level and configuration as at the last release", async () => {
        const { enforcementLevel: level, settings } = policy;
        const text = JSON.stringify({ level, configuration: schemasOf(settings) }, null, 4);
        await expect(`${text}\n`).toMatchFileSnapshot(`__snapshots__/${policy.name}.json`);
    });

    test("says in one sentence what it does", () => {
        expect(policy.description).toMatch(/^(Require|Forbid|Restrict|Check) [^\n]+\.$/);
    });

    test("ends its texts with a period", () => {
        for (const text of [policy.why, policy.remediationSteps, policy.whenNotToUse])
            expect(text).toMatch(/^[A-Z].*\.$/);
    });

    test("says in one sentence why it is mandatory, if it is", () => {
        if (policy.enforcementLevel === "mandatory") expect(policy.levelReason).toMatch(/^[A-Z][^.;\n]+\.$/);
    });

    test("names a source and the version that brought it", () => {
        expect(new URL(policy.url).protocol).toBe("https:");
        expect(policy.since).toMatch(/^\d+\.\d+\.\d+$/);
    });

    test("describes each key, with its type and a default", () => {
        for (const [key, schema] of Object.entries(schemasOf(policy.settings))) {
            expect({ key, ...schema, type: [schema.type].flat().join(" or ") }).toEqual({
                ...schema,
                key,
                type: expect.stringMatching(/^(array|boolean|integer|number|object|string|string or number)$/),
                description: expect.stringMatching(/^[A-Z].*\.$/),
                default: expect.anything(),
            });
        }
    });

    test("takes its own defaults", () => {
        const configured = configure(policy, withDefaults(policy, {}));
        expect(configured.problems).toEqual([]);
        expect(configured.config).toBeDefined();
    });

    test("refuses an unknown key, at the top and in exemptions", () => {
        const exempt = [{ resource: "*", reason: "a test", extra: 1 }];
        const { problems, config } = configure(policy, { noSuchKey: true, exempt });
        expect(problems.map(({ key }) => key).sort()).toEqual(["exempt[0].extra", "noSuchKey"]);
        expect(config).toBeUndefined();
    });

    test("has the common keys", () => {
        const common = ["environments", "exempt", ...(policy.organizationOnly ? [] : ["annotationExemptions"])];
        expect(Object.keys(policy.settings)).toEqual(expect.arrayContaining(common));
        expect(Object.hasOwn(policy.settings, "annotationExemptions")).toBe(!policy.organizationOnly);
    });
});

function phaseOf({ definition }: Policy): Phase {
    if (definition.checkStack) return "stack";
    return definition.remediate ? "resource, remediation" : "resource";
}

/** The TypeScript files of a folder, without their ending. */
function filesIn(folder: string): string[] {
    return entriesOf(folder)
        .filter(entry => entry.isFile() && entry.name.endsWith(".ts"))
        .map(({ name }) => name.slice(0, -".ts".length))
        .sort();
}

/** The folders of a folder, but those with an underscore. */
function foldersIn(folder: string): string[] {
    return entriesOf(folder)
        .filter(entry => entry.isDirectory() && !entry.name.startsWith("_"))
        .map(({ name }) => name)
        .sort();
}

function entriesOf(folder: string) {
    return readdirSync(join(PACK_DIR, folder), { withFileTypes: true });
}
