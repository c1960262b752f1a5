import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { policies } from "../policies";
import { builtPack } from "./support/build";
import type { EngineResource } from "./support/engine";
import { withDefaults } from "./support/hosts";
import { PackProcess, type PolicySettings } from "./support/pack-process";
import type { WireMap } from "./support/wire";

/** Wrong configuration, and its errors as they end after the policy's name. */
interface Mistake {
    readonly title: string;
    readonly policy: string;
    readonly config: WireMap;
    readonly errors: readonly string[];
}

const MISTAKES: readonly Mistake[] = [
    {
        title: "unknown key",
        policy: "no-naked-pods",
        config: { kind: ["Pod"] },
        errors: ['"kind" is not a key of this policy; the keys are annotationExemptions, environments, exempt, kinds.'],
    },
    {
        title: "unknown key in a list",
        policy: "no-naked-pods",
        config: { exempt: [{ resource: "Pod/*", reason: "a test", untill: "2030-01-01" }] },
        errors: ['"exempt[0].untill" is not a key of this policy.'],
    },
    {
        title: "missing key in a list",
        policy: "no-naked-pods",
        config: { exempt: [{ resource: "Pod/*" }] },
        errors: ['"exempt[0]" is {"resource":"Pod/*"}: does not have required property "reason".'],
    },
    {
        title: "wrong type",
        policy: "no-naked-pods",
        config: { kinds: "Pod" },
        errors: ['"kinds" is "Pod": type "string" is invalid. Expected "array".'],
    },
    {
        title: "value outside the list",
        policy: "no-naked-pods",
        config: { kinds: ["Pod", "Deployment"] },
        errors: ['"kinds[1]" is "Deployment": does not match any of ["Pod","ReplicaSet","ReplicationController"].'],
    },
    {
        title: "pattern that can match no image",
        policy: "restrict-image-registries",
        config: { allowed: ["registry.example.com/*", "nginx"], forbidden: ["docker.io/a b"] },
        errors: [
            '"allowed[1]" is "nginx": it can match no image, since it is compared with full names such as docker.io/library/nginx:1.27. Use "docker.io/library/nginx" instead.',
            '"forbidden[0]" is "docker.io/a b": it can match no image, since it is compared with full names such as docker.io/library/nginx:1.27.',
        ],
    },
    {
        title: "date that does not exist",
        policy: "valid-labels",
        config: { exempt: [{ resource: "Pod/*", reason: "a test", until: "2030-02-30" }] },
        errors: ['"exempt[0].until" is "2030-02-30": String does not match format "date".'],
    },
    {
        title: "date in another form",
        policy: "valid-labels",
        config: { exempt: [{ resource: "Pod/*", reason: "a test", until: "1.2.2030" }] },
        errors: ['"exempt[0].until" is "1.2.2030": String does not match format "date".'],
    },
    {
        title: "regular expression that does not parse",
        policy: "require-labels",
        config: { labels: { team: { pattern: "[a-z" } } },
        errors: ['"labels.team.pattern" is not a regular expression (missing closing ]: `[a-z`): "[a-z".'],
    },
    {
        title: "regular expression that could hang",
        policy: "require-labels",
        config: { labels: { team: { pattern: "(a)\\1" } } },
        errors: ['"labels.team.pattern" is not a regular expression (invalid escape sequence: `\\1`): "(a)\\\\1".'],
    },
    {
        title: "several mistakes",
        policy: "require-labels",
        config: { labels: { team: { pattern: "(", values: [1] } }, podTemplates: "no" },
        errors: [
            '"labels.team.values[0]" is 1: type "number" is invalid. Expected "string".',
            '"podTemplates" is "no": type "string" is invalid. Expected "boolean".',
        ],
    },
    {
        title: "annotationExemptions of a wrong type",
        policy: "selector-matches-template",
        config: { annotationExemptions: null },
        errors: ['"annotationExemptions" is null: type "null" is invalid. Expected "boolean".'],
    },
];

/** Violates every policy, were it to run. */
function pod(project: string, name: string): EngineResource {
    return {
        urn: `urn:pulumi:main::${project}::kubernetes:core/v1:Pod::${name}`,
        type: "kubernetes:core/v1:Pod",
        name,
        props: { apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "shop", labels: { "a b": "c" } } },
    };
}

// The engine reports what JSON schemas forbid before anything runs; the pack must not rely on it.
describe("a mistake in a policy's configuration", () => {
    let pack: PackProcess;
    beforeAll(async () => {
        pack = await PackProcess.start(await builtPack());
    });
    afterAll(() => pack.stop());

    test("is none by default: the two Pods violate", async () => {
        await pack.configureStack({ name: "main", project: "default" });
        await pack.configure(only("no-naked-pods", { level: "advisory", properties: {} }));
        for (const resource of [pod("default", "first"), pod("default", "second")]) {
            expect((await pack.analyze(resource)).map(({ level }) => level)).toEqual(["advisory"]);
        }
    });

    for (const { title, policy, config, errors } of MISTAKES) {
        test(title, async () => {
            await pack.configureStack({ name: "main", project: title });
            await pack.configure(only(policy, { level: "advisory", properties: config }));
            const [first, second] = [pod(title, "first"), pod(title, "second")];
            const message = errors.map(error => `Configuration of ${policy}: ${error}`).join("\n");
            expect(await pack.analyze(first)).toEqual([
                {
                    policy,
                    urn: first.urn,
                    description: descriptionOf(policy),
                    message,
                    level: "mandatory",
                },
            ]);
            expect(await pack.analyze(second)).toEqual([]);
            expect(await pack.analyzeStack([first, second])).toEqual([]);
        });
    }
});

function descriptionOf(name: string): string {
    return policies.find(policy => policy.name === name)?.description ?? "no such policy";
}

/** One policy with these settings, the defaults included; all others are disabled. */
function only(name: string, settings: PolicySettings): Record<string, PolicySettings> {
    return Object.fromEntries(
        policies.map(policy => [
            policy.name,
            policy.name === name
                ? { ...settings, properties: withDefaults(policy, settings.properties) }
                : { level: "disabled", properties: withDefaults(policy, {}) },
        ]),
    );
}
