import type { EnforcementLevel, Policy } from "../../framework/define";
import { schemasOf } from "../../framework/settings";
import { pulumiPolicies } from "../../hosts/pulumi";
import { STACK_REFERENCE } from "../../model/pulumi/stack";
import { byText, type Outcome, objectOf, outputsOf } from "./check-host";
import type { Diagnostic, EngineResource, Remediated } from "./engine";
import type { Fixture } from "./fixtures";
import type { PackProcess, PolicySettings } from "./pack-process";
import { SdkHost } from "./sdk";
import type { WireMap } from "./wire";

/** Who speaks with the engine: the published pack's own server, or the SDK's. */
export type Server = "own" | "of the SDK";

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
    return run(fixture, sdkHost([fixture.policy], fixture), "of the SDK");
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
    const outcome = await run(fixture, sdkHost(policies, fixture), "of the SDK", all);
    return { outcome, all };
}

/** Runs a fixture in a pack's process, all other policies disabled. */
export async function runInPack(
    fixture: Fixture,
    policies: readonly Policy[],
    pack: PackProcess,
    server: Server = "own",
): Promise<Outcome> {
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
    return run(fixture, pack, server);
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
async function run(fixture: Fixture, engine: Engine, server: Server, all: Diagnostic[] = []): Promise<Outcome> {
    const remediated: Record<string, WireMap> = {};
    const repaired: EngineResource[] = [];
    // What the program reads is shown to no policy.
    for (const resource of fixture.resources.filter(({ type }) => type !== STACK_REFERENCE)) {
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
            message: server === "of the SDK" ? withoutDescription(diagnostic, fixture.policy) : diagnostic.message,
            level: diagnostic.level,
        }));
    return { violations: violations.sort(byText), remediated };
}

/** The SDK puts the policy's description before each message; nothing else may come before it. */
function withoutDescription({ message }: Diagnostic, { description }: Policy): string {
    const prefix = `${description}\n`;
    return message.startsWith(prefix) ? message.slice(prefix.length) : `without the description: ${message}`;
}
