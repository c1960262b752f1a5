import { type ActivePolicy, evaluate } from "../../hosts/in-process";
import { pulumiPolicies } from "../../hosts/pulumi";
import type { EnforcementLevel, Policy } from "../../policies/define";
import { configure, messageOf, remediate } from "../../policies/evaluate";
import { Inventory } from "../../policies/model/inventory";
import { Resource } from "../../policies/model/resource";
import { schemasOf } from "../../policies/settings";
import type { FixtureResource } from "./documents";
import type { Diagnostic, EngineResource, Remediated } from "./engine";
import type { Fixture } from "./fixtures";
import type { PackProcess, PolicySettings } from "./pack-process";
import { SdkHost } from "./sdk";
import { hasUnknown, unwrap, type Wire, type WireMap } from "./wire";

/** A violation as the user sees it. */
export interface Reported {
    readonly object: string;
    /** Without the policy's description. */
    readonly message: string;
    readonly level: EnforcementLevel;
}

/** What a host made of a fixture. */
export interface Outcome {
    /** The violations, sorted. */
    readonly violations: readonly Reported[];
    /** The resources that remediation changed: their properties afterwards, by the fixture's name for them. */
    readonly remediated: Readonly<Record<string, WireMap>>;
}

/** What both the SDK in process and a pack in its own process answer. */
interface Engine {
    analyze(resource: EngineResource): Promise<Diagnostic[]>;
    remediate(resource: EngineResource): Promise<Remediated[]>;
    analyzeStack(resources: readonly EngineResource[]): Promise<Diagnostic[]>;
}

/** A policy's configuration with the defaults of its schema, as the engine merges it: at the top level only. */
export function withDefaults(policy: Policy, config: WireMap): WireMap {
    const defaults = Object.entries(schemasOf(policy.settings)).map(([key, schema]) => [key, schema.default]);
    return { ...(JSON.parse(JSON.stringify(Object.fromEntries(defaults))) as WireMap), ...config };
}

/** Runs a fixture on the policies' sources, by the SDK's own code. */
export async function runInSdk(fixture: Fixture): Promise<Outcome> {
    return run(fixture, sdkHost([fixture.policy], fixture));
}

/**
 * Runs a fixture on all policies at once, the others with their default configuration.
 * @returns the outcome of the fixture's policy, and what all policies reported.
 */
export async function runBesideOthers(
    fixture: Fixture,
    policies: readonly Policy[],
): Promise<{ outcome: Outcome; all: readonly Diagnostic[] }> {
    const all: Diagnostic[] = [];
    const outcome = await run(fixture, sdkHost(policies, fixture), all);
    return { outcome, all };
}

/** Runs a fixture in a pack's process, all other policies disabled. */
export async function runInPack(fixture: Fixture, policies: readonly Policy[], pack: PackProcess): Promise<Outcome> {
    await pack.configureStack(fixture.stack);
    await pack.configure(
        Object.fromEntries(
            policies.map(policy => [
                policy.name,
                policy === fixture.policy
                    ? settingsOf(fixture)
                    : { level: "disabled", properties: withDefaults(policy, {}) },
            ]),
        ),
    );
    return run(fixture, pack);
}

/** Runs a fixture as the check command does. */
export function runInCheck(fixture: Fixture): Outcome {
    const active: ActivePolicy = { ...configure(fixture.policy, fixture.config), level: fixture.level };
    const context = { stackTags: new Map(Object.entries(fixture.stack.tags ?? {})), now: new Date() };
    const inventory = new Inventory();
    const remediated: Record<string, WireMap> = {};
    const resources = fixture.resources.map(resource => {
        const props = unwrap(resource.props) as WireMap;
        const model = modelOf(resource, props);
        inventory.add(model);
        const edits = fixture.level === "remediate" ? remediate(active, model, { ...context, inventory }) : [];
        if (edits.length === 0) return model;
        for (const { path, value } of edits) setAt(props, path, value);
        remediated[resource.id] = props;
        return modelOf(resource, props);
    });
    const graph = fixture.resources.flatMap((node, index) => {
        const resource = resources[index];
        return resource ? [{ ...node, resource, outputs: outputsOf(node) }] : [];
    });
    const violations = evaluate([active], resources, context, graph)
        .filter(({ exemption }) => !exemption)
        .map(violation => ({
            object: objectOf(fixture, violation.urn),
            message: messageOf(violation),
            level: violation.level,
        }));
    return { violations: violations.sort(byText), remediated };
}

/** What a fixture expects, in the form of an outcome. */
export function expectedViolations(fixture: Fixture): Reported[] {
    return fixture.expect
        .flatMap(({ object, message, level }) => (message === undefined ? [] : [{ object, message, level }]))
        .sort(byText);
}

function sdkHost(policies: readonly Policy[], fixture: Fixture): SdkHost {
    const settings = policies.map(policy => [
        policy.name,
        policy === fixture.policy
            ? settingsOf(fixture)
            : { level: levelInForce(policy), properties: withDefaults(policy, {}) },
    ]);
    return new SdkHost(pulumiPolicies(policies), Object.fromEntries(settings), fixture.stack.tags);
}

/** A policy that is disabled until configured still must not throw. */
function levelInForce({ enforcementLevel }: Policy): EnforcementLevel {
    return enforcementLevel === "disabled" ? "advisory" : enforcementLevel;
}

function settingsOf({ policy, level, config }: Fixture): PolicySettings {
    return { level, properties: withDefaults(policy, config) };
}

/** Plays the engine: each resource is repaired, then checked; the whole stack comes last, in another order. */
async function run(fixture: Fixture, engine: Engine, all: Diagnostic[] = []): Promise<Outcome> {
    const remediated: Record<string, WireMap> = {};
    const repaired: EngineResource[] = [];
    for (const resource of fixture.resources) {
        let { props } = resource;
        for (const remediation of await engine.remediate(resource)) {
            if (!remediation.props) throw new Error(`${remediation.policy}: ${remediation.diagnostic}`);
            props = remediation.props;
            remediated[resource.id] = props;
        }
        repaired.push({ ...resource, props });
        all.push(...(await engine.analyze({ ...resource, props })));
    }
    const outputs = repaired.map(resource => ({ ...resource, props: outputsOf(resource) }));
    const stackViolations = await engine.analyzeStack(outputs);
    all.push(...stackViolations);
    const backwards = await engine.analyzeStack(outputs.toReversed());
    if (JSON.stringify(backwards) !== JSON.stringify(stackViolations)) {
        throw new Error("the stack's violations depend on the order of its resources");
    }
    // Resources with a provider have no outputs in the preview of what does not exist yet.
    const without = await engine.analyzeStack(outputs.map(one => (one.provider ? { ...one, props: {} } : one)));
    if (JSON.stringify(without) !== JSON.stringify(stackViolations)) {
        throw new Error("the stack's violations depend on outputs that a preview does not know");
    }
    const violations = all
        .filter(({ policy }) => policy === fixture.policy.name)
        .map(diagnostic => ({
            object: objectOf(fixture, diagnostic.urn),
            message: withoutDescription(diagnostic, fixture.policy),
            level: diagnostic.level,
        }));
    return { violations: violations.sort(byText), remediated };
}

/** In a preview with a provider that is not configured yet, the engine has no outputs. */
function outputsOf({ provider, props }: EngineResource): WireMap {
    return provider && hasUnknown(provider.props) ? {} : props;
}

function objectOf({ resources }: Fixture, urn: string): string {
    return resources.find(resource => resource.urn === urn)?.id ?? `no resource of the fixture (${urn})`;
}

/** The SDK puts the policy's description before each message; nothing else may come before it. */
function withoutDescription({ message }: Diagnostic, { description }: Policy): string {
    const prefix = `${description}\n`;
    return message.startsWith(prefix) ? message.slice(prefix.length) : `without the description: ${message}`;
}

function modelOf(resource: FixtureResource, props: WireMap): Resource {
    const { protect = false, ignoreChanges = [], customTimeouts = {} } = resource.options ?? {};
    return new Resource({
        urn: resource.urn,
        type: resource.type,
        name: resource.name,
        props,
        provider: resource.provider && { ...resource.provider, props: unwrap(resource.provider.props) },
        options: {
            protect,
            ignoreChanges,
            customTimeouts: { create: 0, update: 0, delete: 0, ...customTimeouts },
        },
        parent: resource.parent,
    });
}

function setAt(props: WireMap, path: readonly (string | number)[], value: Wire): void {
    let target = props as Record<string | number, Wire>;
    for (const step of path.slice(0, -1)) {
        target[step] ??= {};
        target = target[step] as Record<string | number, Wire>;
    }
    const last = path.at(-1);
    if (last !== undefined) target[last] = value;
}

function byText(a: Reported, b: Reported): number {
    const [left, right] = [JSON.stringify([a.object, a.message]), JSON.stringify([b.object, b.message])];
    return left < right ? -1 : left > right ? 1 : 0;
}
