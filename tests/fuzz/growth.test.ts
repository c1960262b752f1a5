import { Session } from "node:inspector/promises";
import { setFlagsFromString } from "node:v8";
import { describe, expect, test } from "vitest";
import type { Policy } from "../../framework/define";
import { UNKNOWN } from "../../model/value";
import { policies } from "../../policies";
import type { EngineResource } from "../support/engine";
import { copyOf } from "./generators";
import { bad, many, onClusters, resourceOf } from "./large";
import { namesIn, renamed } from "./rename";
import { STACK, seedFixtures } from "./seeds";
import { verdict } from "./verdict";

/** How often as often a block may run for twice as much: twice, with sorting a bit more; four times is quadratic. */
const MOST_GROWTH = 3;

/** Below so many runs, what is done once weighs too much. */
const ENOUGH_RUNS = 3000;

// What the compiler puts together or throws away is not counted.
for (const flag of ["--no-opt", "--no-maglev", "--no-sparkplug", "--no-flush-bytecode"]) setFlagsFromString(flag);

const fixtures = seedFixtures();

/** How often each block of the policies' code runs, and how many elements lists are searched through. */
async function blocksRun(run: () => void): Promise<Map<string, number>> {
    const session = new Session();
    session.connect();
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
    const searched = withSearchesCounted(run);
    const { result } = await session.post("Profiler.takePreciseCoverage");
    session.disconnect();
    const blocks = result.flatMap(({ url, functions }) => {
        const [, file] = /\/((?:policies|framework|model)\/.*)$/.exec(url) ?? [];
        if (file === undefined) return [];
        return functions.flatMap(({ functionName, ranges }) =>
            ranges.map(({ startOffset, count }): [string, number] => [
                `${file} ${functionName} at ${startOffset}`,
                count,
            ]),
        );
    });
    return new Map([...blocks, ["elements searched", searched]]);
}

/** What the engine's own code does is no block of ours: the length of a list that is searched counts. */
function withSearchesCounted(run: () => void): number {
    let searched = 0;
    const { includes, indexOf } = Array.prototype;
    Array.prototype.includes = function (this: unknown[], ...args) {
        searched += this.length;
        return includes.apply(this, args);
    };
    Array.prototype.indexOf = function (this: unknown[], ...args) {
        searched += this.length;
        return indexOf.apply(this, args);
    };
    try {
        run();
    } finally {
        Object.assign(Array.prototype, { includes, indexOf });
    }
    return searched;
}

/** The blocks that run more often than they may when there is twice as much to decide. */
async function growing(policies: readonly Policy[], make: (size: number) => EngineResource[], size: number) {
    const [small, large] = [make(size), make(2 * size)];
    const judge = (resources: readonly EngineResource[]) => () => {
        for (const policy of policies) verdict({ policy, config: {}, stack: STACK }, resources);
    };
    const [once, twice] = [await blocksRun(judge(small)), await blocksRun(judge(large))];
    return [...twice].flatMap(([block, count]) => {
        const growth = count / (once.get(block) ?? 1);
        return count > ENOUGH_RUNS && growth > MOST_GROWTH ? [`${block}: ${growth.toFixed(1)} times`] : [];
    });
}

/** Copies of all cases of a policy in one stack, each with objects of its own. */
function copies({ name }: Policy, namespaces: boolean): (count: number) => EngineResource[] {
    const cases = fixtures.filter(({ policy }) => policy.name === name).map(({ resources }) => resources);
    return count =>
        many(count, copy =>
            cases.flatMap((resources, index) => {
                const own = resources.filter(({ type }) => type !== "pulumi:pulumi:Stack");
                const names = namesIn(
                    own.map(({ props }) => props),
                    namespaces,
                );
                return copyOf(own, copy).map(resource => ({
                    ...resource,
                    props: renamed(resource.props, names, `-${index}-${copy}`),
                }));
            }),
        ).flat();
}

/** Where work grows faster when all copies are in one namespace, and why. */
const GROWS_IN_ONE_NAMESPACE: Readonly<Record<string, string>> = {
    "pod-disruption-budgets": "each budget whose selector is not known is compared with each pod",
};

/** Pods of one tier, and as many budgets and Services that each select nearly all of them, no two in the same words. */
function broad(count: number): EngineResource[] {
    return many(count, index => {
        const metadata = { name: `cart-${index}`, namespace: "shop" };
        const labels = { tier: "web", app: `cart-${index}` };
        const template = {
            metadata: { labels },
            spec: { containers: [{ name: "web", ports: [{ containerPort: 80 }] }] },
        };
        const notIn = { key: "app", operator: "NotIn", values: [`other-${index}`] };
        const selector = { matchLabels: { tier: "web" }, matchExpressions: [notIn] };
        const objects = [
            { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas: 3, template } },
            { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata, spec: { minAvailable: 1, selector } },
            {
                apiVersion: "v1",
                kind: "Service",
                metadata,
                spec: { selector: { tier: "web" }, ports: [{ port: index + 1, targetPort: 80 }] },
            },
        ];
        return objects.map(object => resourceOf(object, `${object.kind}-${index}`));
    }).flat();
}

/** Policies that ask which pods selectors select, and stop where enough is known. */
const SELECTING = ["pod-disruption-budgets", "require-readiness-probe"];

const OPEN = { kubeconfig: UNKNOWN };

function kubeconfigOf(index: number): string {
    const cluster = { server: `https://api-${index}.example.com` };
    return JSON.stringify({
        clusters: [{ name: "c", cluster }],
        contexts: [{ name: "c", context: { cluster: "c" } }],
        "current-context": "c",
    });
}

const stackPolicies = policies.filter(({ definition }) => definition.checkStack);

describe("twice as much to decide takes no more than twice the work", { timeout: 300_000 }, () => {
    test.each(stackPolicies.map(policy => [policy.name, policy] as const))("of %s", async (_, policy) => {
        expect(await growing([policy], copies(policy, true), 2), "each in a namespace of its own").toEqual([]);
        const together = await growing([policy], copies(policy, false), 2);
        expect(together.length > 0, together.join("\n")).toBe(Object.hasOwn(GROWS_IN_ONE_NAMESPACE, policy.name));
    });

    test.each([
        ["that may all be the same", () => ({ kubeconfig: UNKNOWN })],
        ["with an address each", (index: number) => ({ kubeconfig: kubeconfigOf(index) })],
        [
            "with a context each of kubeconfigs that are not known",
            (index: number) => ({ ...OPEN, context: `c${index}` }),
        ],
        [
            "with two contexts of each kubeconfig",
            (index: number) => ({ kubeconfig: `./${index >> 1}`, context: `c${index}` }),
        ],
    ])("of stack policies, for clusters %s", async (_, props) => {
        expect(await growing(stackPolicies, count => onClusters(count, props), 60)).toEqual([]);
    });

    test.each(SELECTING)("of %s, for twice as many broad selectors of twice as many pods", async name => {
        const selecting = policies.filter(policy => policy.name === name);
        expect(selecting).toHaveLength(1);
        expect(await growing(selecting, broad, 100)).toEqual([]);
    });

    test("of all policies, for objects of twice the size", async () => {
        expect(await growing(policies, bad, 50)).toEqual([]);
    });
});
