import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { configure, messageOf } from "../../framework/evaluate";
import type { ActivePolicy } from "../../hosts/in-process";
import { policies } from "../../policies";
import { builtPack } from "../support/build";
import { expectedViolations } from "../support/check-host";
import type { Diagnostic, EngineResource } from "../support/engine";
import { violationsOf } from "../support/evaluation";
import { type Fixture, loadFixtures } from "../support/fixtures";
import { withDefaults } from "../support/hosts";
import { PackProcess } from "../support/pack-process";
import { hasUnknown, isMap, secret, UNKNOWN_VALUES, type Wire, type WireMap } from "../support/wire";
import { type Engine, PACK, test as testOnEngine } from "./support/engine";

/** What is reported otherwise where the provider is not known yet, and why. */
const OTHERWISE_ON_NEW_CLUSTER: Readonly<Record<string, string>> = {
    "no-default-namespace/fail-empty-namespace": "the provider may have a namespace",
    "no-default-namespace/fail-items-of-list": "the provider may have a namespace",
    "no-default-namespace/fail-no-namespace": "the provider may have a namespace",
    "no-default-namespace/fail-well-known-custom-resource": "the provider may have a namespace",
    "no-naked-pods/fail-metadata-null": "the message cannot say the namespace",
    "no-naked-pods/fail-pods-in-list": "the message cannot say the namespace",
    "one-owner-per-object/fail-default-namespace": "the provider may have a namespace",
    "one-owner-per-object/pass-made-by-every-cluster": "what the case has as a manifest is made by a provider",
    "restrict-namespaces/fail-no-namespace": "the provider may have a namespace",
};

/** What an update does not report, and why. */
const OTHERWISE_IN_UPDATE: Readonly<Record<string, string>> = {
    "require-start-order/fail-secret-that-a-custom-resource-makes": "a likely need, of what apply may make",
    "require-start-order/fail-secret-that-a-job-makes": "a likely need, of what apply may make",
    "require-start-order/fail-workload-before-its-rights": "a likely need, of what apply may make",
};

const fixtures = loadFixtures(policies).fixtures.filter(({ outcome }) => outcome !== "remediate");

describe("every fixture in the pack's process", () => {
    let pack: PackProcess;
    beforeAll(async () => {
        pack = await PackProcess.start(await builtPack());
    });
    afterAll(() => pack?.stop());

    /** The cases in which the pack does not report what the fixture expects, when the engine tells of it like this. */
    async function differing(
        dryRun: boolean,
        tell: (fixture: Fixture) => Told,
        comparable: (lines: string[]) => string[] = lines => lines,
    ): Promise<string[]> {
        const names: string[] = [];
        for (const fixture of fixtures) {
            const found = comparable(await replay(pack, fixture, dryRun, tell(fixture)));
            const expected = comparable(expectedLines(fixture));
            if (JSON.stringify(found) !== JSON.stringify(expected)) names.push(nameOf(fixture));
        }
        return names;
    }

    test("in the preview of a cluster that does not exist yet", async () => {
        // What the SDK makes of a cluster's kubeconfig, which some providers call a secret.
        const kubeconfigs = [UNKNOWN_VALUES.string, secret(UNKNOWN_VALUES.string)];
        const names = await differing(true, fixture => {
            const inputs = onNewCluster(fixture, kubeconfigs[fixtures.indexOf(fixture) % 2] ?? null);
            return { inputs, outputs: inputs.map(one => (isUnconfigured(one) ? { ...one, props: {} } : one)) };
        });
        expect(names).toEqual(Object.keys(OTHERWISE_ON_NEW_CLUSTER));
    }, 600_000);

    test("in an update, whose outputs are what the cluster says", async () => {
        const names = await differing(
            false,
            ({ resources }) => ({
                inputs: resources,
                outputs: resources.map(one => (isUnconfigured(one) ? { ...one, props: {} } : live(one))),
            }),
            withoutApply,
        );
        expect(names).toEqual(Object.keys(OTHERWISE_IN_UPDATE));
    }, 600_000);
});

describe("the state of a stack", () => {
    // The stack's name and tags are not told there, and a state has no unknown values.
    const known = fixtures.filter(
        ({ stack, resources }) =>
            stack.name === "main" && Object.keys(stack.tags ?? {}).length === 0 && !resources.some(isPartlyUnknown),
    );
    const isOfStack = ({ policy }: Fixture) => policy.definition.checkStack !== undefined;

    const together = statesOf(known.filter(fixture => !isOfStack(fixture))).slice(0, STATES);

    testOnEngine.for(together.map((state, index) => ({ index, state })))(
        "of all cases of resource policies is judged by policy analyze as each case is, state $index",
        async ({ state }, { engine }) => {
            const found = await analyzed(engine, state);
            expect(differences(linesOf(found), linesOf(inProcess(state)))).toEqual([]);

            const differing = state.fixtures.filter(fixture => {
                const ids = new Map(fixture.resources.map(({ urn, id }) => [urn, id]));
                const own = found
                    .filter(({ policy, urn }) => policy === fixture.policy.name && ids.has(urn))
                    .map(one => ({ ...one, urn: ids.get(one.urn) ?? "" }));
                return JSON.stringify(linesOf(own)) !== JSON.stringify(expectedLines(fixture));
            });
            expect(differing.map(nameOf)).toEqual([]);
        },
    );

    // Stack policies see all of a state, so that a case of each is enough for one.
    const beside = [0, 1].map(index => {
        const cases = policies.flatMap(policy => {
            const own = known.filter(fixture => fixture.policy === policy && isOfStack(fixture));
            return own.filter(({ outcome }) => outcome === "fail")[index] ?? [];
        });
        return statesOf(cases)[0] ?? NO_STATE;
    });

    testOnEngine.for(beside.map((state, index) => ({ index, state })))(
        "of a case of every stack policy is judged by policy analyze as by the check command, state $index",
        async ({ state }, { engine }) => {
            const reported = await analyzed(engine, state);
            expect(differences(linesOf(reported), linesOf(inProcess(state)))).toEqual([]);
            // What one case lacks another may have, but most are about themselves.
            expect(new Set(reported.map(({ policy }) => policy)).size).toBeGreaterThan(state.fixtures.length / 2);
        },
    );
});

const NO_STATE: State = { fixtures: [], settings: new Map(), urns: new Set() };

/** Of how many states the engine is asked: the others have only cases with rare configurations. */
const STATES = 4;

/** What `policy analyze` reports of a state. */
async function analyzed(engine: Engine, state: State): Promise<Finding[]> {
    const config = engine.write("policies.json", JSON.stringify(policyConfigOf(state)));
    const file = engine.write("state.json", JSON.stringify(deploymentOf(state)));
    const { stdout, stderr, exitCode } = await engine.pulumi([
        ...["policy", "analyze", "--json", "--disable-integrity-checking", "--file", file],
        ...["--policy-pack", PACK, "--policy-pack-config", config],
    ]);
    expect(stderr.replaceAll(/^warning: using .*\n/gm, "")).toBe(
        "error: one or more mandatory policy violations were found\n",
    );
    expect(exitCode).toBe(1);
    return policyEventsIn(stdout);
}

/** What the engine tells of a stack, resource by resource and afterwards of all. */
interface Told {
    readonly inputs: readonly EngineResource[];
    readonly outputs: readonly EngineResource[];
}

/** What a policy reported. */
type Finding = Pick<Diagnostic, "policy" | "urn" | "message" | "level">;

function nameOf({ policy, name }: Fixture): string {
    return `${policy.name}/${name}`;
}

function linesOf(findings: readonly Finding[]): string[] {
    return findings.map(({ policy, urn, message, level }) => JSON.stringify([policy, urn, message, level])).sort();
}

function differences(found: readonly string[], expected: readonly string[]): string[] {
    return [
        ...found.filter(line => !expected.includes(line)).map(line => `+ ${line}`),
        ...expected.filter(line => !found.includes(line)).map(line => `- ${line}`),
    ];
}

function expectedLines(fixture: Fixture): string[] {
    const policy = fixture.policy.name;
    return linesOf(expectedViolations(fixture).map(({ object, ...rest }) => ({ policy, urn: object, ...rest })));
}

function findingOf({ policy, urn, level, message }: Finding): Finding {
    return { policy, urn, level, message };
}

/**
 * What an update registers after what it names may be made by a function passed to apply: what starts too early is advice
 * then, which says so. The problems without that and, for this policy, without their levels.
 */
function withoutApply(lines: readonly string[]): string[] {
    return lines
        .flatMap(line => {
            const [policy, id, message = ""] = JSON.parse(line) as string[];
            if (policy !== "require-start-order") return [line];
            const [, object = "", problems = ""] = /^(.*?):(?: |\n- )(.*)$/s.exec(message) ?? [];
            return problems
                .split("\n- ")
                .map(text => text.replace(", unless a function passed to apply creates it.", "."))
                .map(text => JSON.stringify([policy, id, object, text]));
        })
        .sort();
}

/** What the fixture's policy reports in the pack's process, resources by the names that the fixture has for them. */
async function replay(pack: PackProcess, fixture: Fixture, dryRun: boolean, told: Told): Promise<string[]> {
    const { policy, level, config, stack, resources } = fixture;
    await pack.configureStack({ ...stack, dryRun });
    const off = policies.map(({ name }) => [name, { level: "disabled", properties: {} }] as const);
    const on = { level, properties: withDefaults(policy, config) };
    await pack.configure({ ...Object.fromEntries(off), [policy.name]: on });
    const found: Diagnostic[] = [];
    for (const resource of told.inputs) found.push(...(await pack.analyze(resource)));
    found.push(...(await pack.analyzeStack(told.outputs)));
    const ids = new Map(resources.map(({ urn, id }) => [urn, id]));
    return linesOf(found.map(one => findingOf({ ...one, urn: ids.get(one.urn) ?? one.urn })));
}

/** The type of a resource of the Kubernetes SDK that is no resource of the provider, but has some as children. */
const COMPONENT = /^kubernetes:(helm\.sh\/v\d+:Chart|kustomize|yaml)/;

function isManaged({ type }: EngineResource): boolean {
    return type.startsWith("kubernetes:") && !COMPONENT.test(type);
}

function isComponent({ type }: EngineResource): boolean {
    return COMPONENT.test(type) || type === "pulumi:pulumi:Stack";
}

/** The fixture's objects on a cluster that the same update makes: those without a provider get that of the cluster. */
function onNewCluster({ resources, stack }: Fixture, kubeconfig: Wire): EngineResource[] {
    const type = "pulumi:providers:kubernetes";
    const name = "new-cluster";
    const provider = {
        urn: `urn:pulumi:${stack.name}::${stack.project}::${type}::${name}`,
        type,
        name,
        props: { kubeconfig },
    };
    const [root, ...rest] = resources.map(one => (isManaged(one) && !one.provider ? { ...one, provider } : one));
    return [...(root ? [root] : []), provider, ...rest];
}

/** Whether the engine knows no outputs of a resource, since its provider could not be asked. */
function isUnconfigured({ provider }: EngineResource): boolean {
    return provider !== undefined && hasUnknown(provider.props);
}

function isPartlyUnknown({ props, provider }: EngineResource): boolean {
    return hasUnknown(props) || (provider !== undefined && hasUnknown(provider.props));
}

/** The outputs after an update: the object with what the cluster adds to every one, and what the provider notes. */
function live(resource: EngineResource): EngineResource {
    const { props } = resource;
    if (!isManaged(resource) || !isMap(props.metadata ?? null)) return resource;
    const metadata = {
        ...(props.metadata as WireMap),
        creationTimestamp: "2026-11-01T00:00:00Z",
        generation: 1,
        managedFields: [{ apiVersion: "v1", manager: "pulumi-kubernetes", operation: "Apply" }],
        resourceVersion: "1",
        uid: "4c1dbe4e-4a24-4d8a-8f1e-2d2f2a4b2a10",
    };
    const status = { observedGeneration: 1, conditions: [{ type: "Ready", status: "True" }] };
    return { ...resource, props: { ...props, metadata, status, __fieldManager: "pulumi", __inputs: props } };
}

/** Fixtures whose resources are analyzed together: each policy has the same configuration for all of its own. */
interface State {
    readonly fixtures: Fixture[];
    readonly settings: Map<string, Pick<Fixture, "level" | "config">>;
    readonly urns: Set<string>;
}

/** As few states as there can be: fixtures of one policy need others when their configuration differs. */
function statesOf(list: readonly Fixture[]): State[] {
    const states: State[] = [];
    for (const fixture of list) {
        const { policy, level, config, resources } = fixture;
        let state = states.find(({ settings, urns }) => {
            const set = settings.get(policy.name);
            const fits = !set || JSON.stringify([set.level, set.config]) === JSON.stringify([level, config]);
            return fits && !resources.some(({ urn }) => urns.has(urn));
        });
        if (!state) {
            state = { fixtures: [], settings: new Map(), urns: new Set() };
            states.push(state);
        }
        state.fixtures.push(fixture);
        state.settings.set(policy.name, { level, config });
        for (const { urn } of resources) state.urns.add(urn);
    }
    return states;
}

/** The policies that the state has cases of. */
function settingsIn({ settings }: State) {
    const off = { level: "disabled" as const, config: {} };
    return policies.map(policy => ({ policy, ...(settings.get(policy.name) ?? off) }));
}

function policyConfigOf(state: State): unknown {
    return Object.fromEntries(
        settingsIn(state).map(({ policy, level, config }) => [policy.name, { enforcementLevel: level, ...config }]),
    );
}

function inProcess(state: State): Finding[] {
    const active = settingsIn(state).map(
        ({ policy, level, config }): ActivePolicy => ({ ...configure(policy, config), level }),
    );
    const resources = state.fixtures.flatMap(fixture => fixture.resources);
    return violationsOf(active, resources).map(violation => ({
        policy: violation.policy.name,
        urn: violation.urn,
        message: messageOf(violation),
        level: violation.level,
    }));
}

/** A stack's state as `pulumi stack export --show-secrets` writes it. */
function deploymentOf(state: State): unknown {
    const resources = state.fixtures.flatMap(fixture => fixture.resources);
    return {
        version: 3,
        deployment: {
            manifest: { time: "2026-11-01T00:00:00Z", magic: "", version: "v3.259.0" },
            resources: resources.map(resource => ({
                urn: resource.urn,
                type: resource.type,
                ...(isComponent(resource) ? { custom: false } : { custom: true, id: "id" }),
                inputs: stored(resource.props),
                outputs: stored(live(resource).props),
                parent: resource.parent,
                dependencies: resource.dependencies,
                propertyDependencies: resource.propertyDependencies,
                provider: resource.provider && `${resource.provider.urn}::id`,
                protect: resource.options?.protect,
                ignoreChanges: resource.options?.ignoreChanges,
                customTimeouts: resource.options?.customTimeouts,
            })),
        },
    };
}

/** The value as a state has it, secrets in clear. */
function stored(value: Wire): Wire {
    if (Array.isArray(value)) return value.map(stored);
    if (typeof value !== "object" || value === null) return value;
    if (!isMap(value)) {
        const { value: hidden = null, ...signature } = value as WireMap;
        return { ...signature, plaintext: JSON.stringify(stored(hidden)) };
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, stored(item)]));
}

function policyEventsIn(output: string): Finding[] {
    return output
        .split("\n")
        .flatMap(line => (line.startsWith("{") ? (JSON.parse(line).policyEvent ?? []) : []))
        .map(event => ({
            policy: event.policyName,
            urn: event.resourceUrn,
            message: event.message.trimEnd(),
            level: event.enforcementLevel,
        }))
        .map(findingOf);
}
