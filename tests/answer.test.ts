import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EnforcementLevel, Policy } from "../framework/define";
import { messageOf, type Violation } from "../framework/evaluate";
import { fitting, LARGEST_ANSWER, Room, sizeOf } from "../hosts/answer";
import { policies } from "../policies";
import { bad, many, resourceOf } from "./fuzz/large";
import { builtPack } from "./support/build";
import type { Diagnostic, EngineResource } from "./support/engine";
import { withDefaults } from "./support/hosts";
import { MOST_ANSWERED_BYTES, PackProcess, type PolicySettings } from "./support/pack-process";
import type { WireMap } from "./support/wire";

/** Whether all is tried at full size, which takes minutes. */
const NIGHTLY = process.env.FUZZ_NIGHTLY !== undefined;

const STACK_POLICIES = policies.filter(({ definition }) => definition.checkStack).map(({ name }) => name);

const POD_POLICIES = ["pod-security-baseline", "pod-security-restricted", "require-resource-requests"];

function policy(name: string): Policy {
    const found = policies.find(one => one.name === name);
    if (!found) throw new Error(`there is no policy ${name}`);
    return found;
}

function violations(count: number, name = (index: number) => `ConfigMap shop/c${index}`): Violation[] {
    return Array.from({ length: count }, (_, index) => ({
        policy: policy("no-dangling-references"),
        urn: `urn:pulumi:main::shop::kubernetes:core/v1:ConfigMap::c${index}`,
        label: name(index),
        reference: ["ConfigMap", "shop", `c${index}`],
        problems: [{ id: "missing", what: "It is not what it should be.", fix: "Make it so.", paths: [], fields: [] }],
    }));
}

/** How many objects some messages are about: one each, but those that only name or count. */
function objectsIn(messages: readonly string[]): number {
    return messages
        .map(message => {
            const [, names, more = "0"] =
                /^(.*?)(?: and (\d+) more)?: (?:It violates|They violate) the policy too\. /.exec(message) ?? [];
            return names === undefined ? 1 : names.split(/, | and /).length + Number(more);
        })
        .reduce((sum, count) => sum + count, 0);
}

function total(all: readonly Violation[]): number {
    return all.reduce((sum, violation) => sum + sizeOf(violation), 0);
}

describe("violations of one policy in the room of an answer", () => {
    const all = violations(10_000);

    it("are as they are where they fit", () => {
        expect(fitting(all, total(all))).toBe(all);
    });

    it("are names in the end where not all fit", () => {
        const fitted = fitting(all, total(all) - 1);
        expect(messageOf(fitted[0] as Violation)).toBe("ConfigMap shop/c0: It is not what it should be. Make it so.");
        expect(objectsIn(fitted.map(messageOf))).toBe(10_000);
        expect(total(fitted)).toBeLessThan(total(all));
        expect(messageOf(fitted.at(-1) as Violation)).toMatch(
            /^ConfigMap shop\/c\d+, .*\bConfigMap shop\/c9999: They violate the policy too\. /,
        );
    });

    it("are counted in the end where not even the names fit", () => {
        const fitted = fitting(all, 100_000).map(messageOf);
        expect(fitted.at(-1)).toBe(
            "ConfigMap shop/c2750 and 7249 more: They violate the policy too. Run kubernetes-guardrails check on the stack's preview or state to see why.",
        );
        expect(objectsIn(fitted)).toBe(10_000);
    });

    it("are one message where there is no room left", () => {
        expect(fitting(all.slice(0, 1), 0).map(messageOf)).toEqual([
            "ConfigMap shop/c0: It violates the policy too. Run kubernetes-guardrails check on the stack's preview or state to see why.",
        ]);
        expect(fitting(all, 0).map(messageOf)).toEqual([
            "ConfigMap shop/c0 and 9999 more: They violate the policy too. Run kubernetes-guardrails check on the stack's preview or state to see why.",
        ]);
    });

    it("keep their policy, level and the first of their resources", () => {
        const [first] = fitting(
            all.map(violation => ({ ...violation, level: "advisory" as const })),
            0,
        );
        expect(first).toMatchObject({ policy: all[0]?.policy, urn: all[0]?.urn, level: "advisory" });
    });

    it("are not below the level of the worst of them", () => {
        const [one, other] = violations(2) as [Violation, Violation];
        const [first] = fitting([{ ...one, level: "advisory" }, other], 0);
        expect(first).not.toHaveProperty("level");
    });

    it("take no more than there is, but for one message", () => {
        const long = violations(3000, index => `ConfigMap ${"ü".repeat(500)}/c${index}`);
        for (const bytes of [0, 5000, 50_000, 500_000]) {
            expect(total(fitting(long, bytes).slice(0, -1))).toBeLessThanOrEqual(bytes);
            expect(sizeOf(fitting(long, bytes).at(-1) as Violation)).toBeLessThan(12_000);
            expect(objectsIn(fitting(long, bytes).map(messageOf))).toBe(3000);
        }
    });

    it("leave the policies that come later as much", () => {
        const room = new Room();
        expect(room.share(2)).toBe(LARGEST_ANSWER / 2);
        expect(room.take(LARGEST_ANSWER)).toBe(true);
        expect(room.share(2)).toBe(0);
        expect(room.take(1)).toBe(false);
        expect(room.share(2)).toBe(0);
    });
});

describe("an answer of the pack's process", () => {
    let pack: PackProcess;
    beforeAll(async () => {
        pack = await PackProcess.start(await builtPack());
        await pack.configureStack({ name: "main", project: "shop" });
    });
    afterAll(() => pack.stop());

    /** Enables policies: each at the level it has, or at one for all. */
    async function enable(names: readonly string[], level?: EnforcementLevel, config: Record<string, WireMap> = {}) {
        const settings = policies.map((one): [string, PolicySettings] => {
            const own = one.enforcementLevel === "disabled" ? "mandatory" : one.enforcementLevel;
            return [
                one.name,
                {
                    level: names.includes(one.name) ? (level ?? own) : "disabled",
                    properties: withDefaults(one, config[one.name] ?? {}),
                },
            ];
        });
        await pack.configure(Object.fromEntries(settings));
    }

    function saidBy(name: string, diagnostics: readonly Diagnostic[]): string[] {
        return diagnostics.filter(diagnostic => diagnostic.policy === name).map(({ message }) => message);
    }

    /** Pods that nothing owns, that nothing lets through and that nothing starts in order. */
    function workloads(count: number): EngineResource[] {
        const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
        return [
            resourceOf(namespace, "shop"),
            ...many(count, index => {
                const metadata = { name: `cart-${index}`, namespace: "shop" };
                const spec = { containers: [{ name: "web", envFrom: [{ secretRef: { name: "gone" } }] }] };
                return resourceOf({ apiVersion: "v1", kind: "Pod", metadata, spec }, `cart-${index}`);
            }),
        ];
    }

    it("names or counts each of 10,000 offenders of stack policies", { timeout: 300_000 }, async () => {
        const names = NIGHTLY ? STACK_POLICIES : ["no-dangling-references", "require-start-order"];
        await enable(names);
        const diagnostics = await pack.analyzeStack(workloads(10_000));
        for (const name of ["no-dangling-references", "require-start-order"]) {
            expect(objectsIn(saidBy(name, diagnostics)), name).toBe(10_000);
        }
        expect(diagnostics.filter(({ level }) => level !== "mandatory" && !NIGHTLY)).toEqual([]);
        expect(pack.answerBytes).toBeGreaterThan(500_000);
        expect(pack.answerBytes).toBeLessThan(MOST_ANSWERED_BYTES);
    });

    it("has room for thousands of offending containers", { timeout: 300_000 }, async () => {
        await enable(NIGHTLY ? policies.map(({ name }) => name) : POD_POLICIES);
        const [deployment] = bad(NIGHTLY ? 10_000 : 3000) as [EngineResource];
        const diagnostics = await pack.analyze(deployment);
        expect(diagnostics.map(({ policy }) => policy)).toEqual(expect.arrayContaining(POD_POLICIES));
        expect(new Set(diagnostics.map(({ policy }) => policy)).size).toBe(diagnostics.length);
        expect(diagnostics.filter(({ message }) => message.includes("violates the policy too"))).toEqual([]);
        expect(pack.answerBytes).toBeLessThan(MOST_ANSWERED_BYTES);
    });

    it("has room for 10,000 offending objects of one List", { timeout: 300_000 }, async () => {
        await enable(NIGHTLY ? policies.map(({ name }) => name) : ["no-naked-pods", "require-readiness-probe"]);
        const items = workloads(10_000).slice(1);
        const list = resourceOf({ apiVersion: "v1", kind: "List", items: items.map(({ props }) => props) }, "all");
        expect(objectsIn(saidBy("no-naked-pods", await pack.analyze(list)))).toBe(10_000);
        expect(pack.answerBytes).toBeLessThan(MOST_ANSWERED_BYTES);
    });

    /** A ConfigMap of many small values. */
    function configMap(bytes: number): EngineResource {
        const data = Object.fromEntries(many(bytes / 100, index => [`key-${index}`, "x".repeat(90)]));
        return resourceOf(
            { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "all", namespace: "shop" }, data },
            "all",
        );
    }

    const repairing = ["require-labels", "require-annotations"];
    const REPAIRS = {
        "require-labels": { labels: { team: { default: "shop" } }, kinds: ["*"] },
        "require-annotations": { annotations: { owner: { default: "shop" } }, kinds: ["*"] },
    };

    it("repeats a ConfigMap of the largest size that Kubernetes has for each remediation", async () => {
        await enable(repairing, "remediate", REPAIRS);
        const remediated = await pack.remediate(configMap(1_000_000));
        expect(remediated.map(({ policy, props }) => [policy, props?.metadata])).toEqual([
            ["require-annotations", { name: "all", namespace: "shop", annotations: { owner: "shop" } }],
            [
                "require-labels",
                { name: "all", namespace: "shop", annotations: { owner: "shop" }, labels: { team: "shop" } },
            ],
        ]);
        expect(pack.answerBytes).toBeGreaterThan(2_000_000);
        expect(pack.answerBytes).toBeLessThan(MOST_ANSWERED_BYTES);
    });

    it("leaves out remediations that it has no room for; what they leave is reported", async () => {
        await enable(repairing, "remediate", REPAIRS);
        const resource = configMap(2_000_000);
        expect((await pack.remediate(resource)).map(({ policy }) => policy)).toEqual(["require-annotations"]);
        expect(pack.answerBytes).toBeLessThan(MOST_ANSWERED_BYTES);
        expect((await pack.analyze(resource)).map(({ policy, level }) => [policy, level])).toEqual([
            ["require-annotations", "mandatory"],
            ["require-labels", "mandatory"],
        ]);
        expect(await pack.remediate(configMap(4_000_000))).toEqual([]);
        expect((await pack.remediate(configMap(100))).map(({ policy }) => policy)).toEqual(repairing.toSorted());
    });
});
