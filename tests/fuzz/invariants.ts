import type { EnforcementLevel, Policy } from "../../framework/define";
import { configurationErrors, configure, messageOf, remediate, textOf } from "../../framework/evaluate";
import { type ActivePolicy, evaluate, type LeveledViolation } from "../../hosts/in-process";
import { pulumiPolicies } from "../../hosts/pulumi";
import { Inventory } from "../../model/environments/inventory";
import type { NodeInit } from "../../model/pulumi/stack";
import type { Diagnostic, EngineResource } from "../support/engine";
import { graphOf, modelOf } from "../support/evaluation";
import { withDefaults } from "../support/hosts";
import type { PackProcess, PolicySettings } from "../support/pack-process";
import { SdkHost } from "../support/sdk";
import { isMap, isSecret, unwrap, type Wire } from "../support/wire";
import type { Program } from "./generators";
import { GUARDED_STACK_POLICIES, GUARDS } from "./guards";
import { MARKER } from "./markers";

/** What a message may have at most, in characters. */
export const LONGEST_MESSAGE = 60_000;

/** A day on which dated exemptions are tried, the same in every run. */
const NOW = new Date("2026-11-01T00:00:00Z");

/** What a program violates: level, policy, resource and message, sorted. */
type Verdict = readonly string[];

/** Policies that are disabled until configured run too. */
export function levelInForce({ enforcementLevel }: Policy): EnforcementLevel {
    return enforcementLevel === "disabled" ? "mandatory" : enforcementLevel;
}

/**
 * Runs a program through the check command's code and holds it to what must hold for every program.
 * @returns what it violates.
 * @throws with the first thing that does not hold.
 */
export function inProcess(program: Program, policies: readonly Policy[]): Verdict {
    const active = policies.map((policy): ActivePolicy => {
        const configured = configure(policy, program.config[policy.name] ?? {});
        for (const error of configurationErrors(configured))
            throw new Error(`valid configuration is refused: ${error}`);
        return { ...configured, level: levelInForce(policy) };
    });
    const graph = graphOf(program.resources, inputsOf);
    const first = run(active, graph, program.tags);
    for (const violation of first) requireSound(violation, graph);
    requireOnePerObject(first, graph);
    // One or the other: each evaluation takes as long as the first.
    if (program.order < 0.25) {
        requireSame("a second evaluation", verdictOf(first), verdictOf(run(active, graph, program.tags)));
    }
    const shuffled = run(active, graphOf(shuffle(program.resources, program.order), inputsOf), program.tags);
    const stackPolicies = new Set(policies.filter(({ definition }) => definition.checkStack).map(({ name }) => name));
    const ofStack = (violations: readonly LeveledViolation[]) =>
        verdictOf(violations.filter(({ policy }) => stackPolicies.has(policy.name)));
    requireSame("another order of resources", ofStack(first), ofStack(shuffled));
    if (program.guarded) requireGuarded(active, program, first);
    return verdictOf(first);
}

/** Requires of policies with their own configuration that they say of the guards what they say of them alone. */
function requireGuarded(
    active: readonly ActivePolicy[],
    program: Program,
    violations: readonly LeveledViolation[],
): void {
    const kept = active.filter(
        ({ policy }) =>
            !Object.hasOwn(program.config, policy.name) &&
            (!policy.definition.checkStack || GUARDED_STACK_POLICIES.includes(policy.name)),
    );
    const urns = new Set(GUARDS.map(({ urn }) => urn));
    const names = new Set(kept.map(({ policy }) => policy.name));
    const ofGuards = violations.filter(({ urn, policy }) => urns.has(urn) && names.has(policy.name));
    requireSame("other company", verdictOf(run(kept, graphOf(GUARDS, inputsOf), program.tags)), verdictOf(ofGuards));
}

/** Runs a program as the engine does, by the SDK's own code. */
export async function inSdk(program: Program, policies: readonly Policy[]): Promise<Verdict> {
    const host = new SdkHost(pulumiPolicies(policies), settingsOf(program, policies), program.tags);
    return played(program, policies, host);
}

/** Runs a program in a pack's process. */
export async function inPack(program: Program, policies: readonly Policy[], pack: PackProcess): Promise<Verdict> {
    await pack.configureStack({ name: "main", project: "fuzz", tags: program.tags });
    await pack.configure(settingsOf(program, policies));
    return played(program, policies, pack);
}

/**
 * Repairs each resource of a program, all policies at the level `remediate`.
 * @throws when a remediation fails or takes anything away.
 */
export async function repaired(program: Program, policies: readonly Policy[]): Promise<void> {
    const settings = Object.entries(settingsOf(program, policies)).map(([name, { properties }]) => [
        name,
        { level: "remediate" as const, properties },
    ]);
    const host = new SdkHost(pulumiPolicies(policies), Object.fromEntries(settings), program.tags);
    const inventory = new Inventory();
    for (const resource of program.resources) {
        for (const { policy, props, diagnostic } of await host.remediate(resource)) {
            if (diagnostic.includes(MARKER)) throw new Error(`${policy} prints a secret in its diagnostic`);
            if (!props) throw new Error(`${policy} could not repair: ${diagnostic}`);
            requireKept(resource.props, props, `${policy} on ${resource.urn}`);
        }
        const model = modelOf(resource, inputsOf);
        inventory.add(model);
        for (const policy of policies) {
            const configured = configure(policy, program.config[policy.name] ?? {});
            const context = { stackTags: new Map(Object.entries(program.tags)), now: NOW, inventory };
            for (const { path, value } of remediate(configured, model, context)) {
                if (value.includes(MARKER)) throw new Error(`${policy.name} copies a secret to ${path.join(".")}`);
                const old = model.props.get(...path);
                if (!old.isUnset && old.raw !== "") throw new Error(`${policy.name} replaces ${path.join(".")}`);
            }
        }
    }
}

/** Whether a program can be told to all hosts alike: JavaScript's protocol buffers take this key for something else. */
export function isPortable({ resources }: Program): boolean {
    return resources.every(({ props }) => isWithoutPrototypeKey(props));
}

/** The program as it is after its way to another process, which knows no lone surrogates. */
export function sendable(program: Program): Program {
    return JSON.parse(JSON.stringify(program), (_, value) =>
        typeof value === "string" ? Buffer.from(value).toString() : value,
    ) as Program;
}

/** Requires two verdicts to be the same. */
export function requireSame(what: string, expected: Verdict, actual: Verdict): void {
    const missing = expected.filter(line => !actual.includes(line));
    const added = actual.filter(line => !expected.includes(line));
    if (missing.length === 0 && added.length === 0) return;
    throw new Error(
        `${what} decides otherwise:\n${[...missing.map(line => `- ${cut(line)}`), ...added.map(line => `+ ${cut(line)}`)].join("\n")}`,
    );
}

function isWithoutPrototypeKey(value: Wire): boolean {
    if (Array.isArray(value)) return value.every(isWithoutPrototypeKey);
    if (typeof value !== "object" || value === null) return true;
    return !Object.hasOwn(value, "__proto__") && Object.values(value).every(isWithoutPrototypeKey);
}

function run(active: readonly ActivePolicy[], graph: readonly NodeInit[], tags: Program["tags"]): LeveledViolation[] {
    const context = { stackTags: new Map(Object.entries(tags)), now: NOW };
    return evaluate(
        active,
        graph.map(({ resource }) => resource),
        context,
        graph,
    );
}

async function played(
    program: Program,
    policies: readonly Policy[],
    host: Pick<SdkHost, "analyze" | "analyzeStack">,
): Promise<Verdict> {
    const diagnostics: Diagnostic[] = [];
    for (const resource of program.resources) diagnostics.push(...(await host.analyze(resource)));
    diagnostics.push(...(await host.analyzeStack(program.resources)));
    return diagnostics
        .map(({ policy: name, urn, message, level }) => {
            if (!(host instanceof SdkHost)) return line(level, name, urn, message);
            // The SDK puts the policy's description before each message.
            const policy = policies.find(one => one.name === name);
            const prefix = `${policy?.description}\n`;
            if (!message.startsWith(prefix)) throw new Error(`${name} says something else: ${cut(message)}`);
            return line(level, name, urn, message.slice(prefix.length));
        })
        .sort();
}

function settingsOf({ config }: Program, policies: readonly Policy[]): Record<string, PolicySettings> {
    return Object.fromEntries(
        policies.map(policy => {
            const properties = withDefaults(policy, config[policy.name] ?? {});
            return [policy.name, { level: levelInForce(policy), properties }];
        }),
    );
}

/** Properties as policies see them: secrets unwrapped, the engine's own left out; frozen, whoever changes them is told. */
function inputsOf(props: EngineResource["props"]): unknown {
    const own = Object.entries(props).filter(([key]) => !key.startsWith("__"));
    return frozen(unwrap(Object.fromEntries(own)));
}

function frozen<T>(value: T): T {
    if (typeof value !== "object" || value === null) return value;
    for (const item of Object.values(value)) frozen(item);
    return Object.freeze(value);
}

function verdictOf(violations: readonly LeveledViolation[]): Verdict {
    return violations
        .filter(({ exemption }) => !exemption)
        .map(violation => line(violation.level, violation.policy.name, violation.urn, messageOf(violation)))
        .sort();
}

function line(level: EnforcementLevel, policy: string, urn: string, message: string): string {
    return `${level} ${policy} on ${urn}: ${message}`;
}

function requireSound(violation: LeveledViolation, graph: readonly NodeInit[]): void {
    const message = messageOf(violation);
    const complain = (problem: string): never => {
        throw new Error(`${violation.policy.name} ${problem}: ${cut(message)}`);
    };
    if (/internal error|can't run policy/.test(textOf(violation))) complain("could not decide");
    if (/undefined|\[object |function \w*\(/.test(withoutNames(textOf(violation)))) complain("words a value badly");
    const said = message.startsWith(violation.label) ? message.slice(violation.label.length) : "";
    if (violation.label === "" || !/^:( |\n- )/.test(said)) complain("names no object");
    if (!message.endsWith(".")) complain("does not end its sentence");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
    const controls = /[\u0000-\u001f\u007f-\u009f]/;
    const texts = violation.problems.flatMap(({ what, fix }) => [what, fix]);
    if ([violation.label, ...texts].some(text => controls.test(text))) complain("prints control characters");
    if (message.length > LONGEST_MESSAGE) complain(`takes ${message.length} characters`);
    if (message.includes(MARKER)) complain("prints a secret");
    if (!graph.some(({ resource }) => resource.urn === violation.urn)) complain("blames a resource that is not there");
}

/** What objects are called may be anything. */
function withoutNames(text: string): string {
    return text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
}

function requireOnePerObject(violations: readonly LeveledViolation[], graph: readonly NodeInit[]): void {
    const objects = new Map(graph.map(({ resource }) => [resource.urn, Math.max(1, resource.objects.length)]));
    const counts = new Map<string, number>();
    for (const { policy, level, urn } of violations) {
        const key = `${policy.name} (${level}) ${urn}`;
        const count = (counts.get(key) ?? 0) + 1;
        counts.set(key, count);
        if (count > (objects.get(urn) ?? 1)) throw new Error(`${key} is reported ${count} times`);
    }
}

/** Requires everything that was there to be there still, and what was secret to be so. */
function requireKept(before: Wire, after: Wire, what: string): void {
    if (isSecret(before)) {
        if (!isSecret(after)) throw new Error(`${what} is no longer secret`);
        requireKept(before.value, after.value, what);
        return;
    }
    const [old, now] = [before, after].map(value => (isMap(value) ? value : undefined));
    if (old && now) {
        for (const [key, value] of Object.entries(old)) {
            if (key === "__proto__") continue;
            requireKept(value, now[key] ?? null, `${what}.${key}`);
        }
        return;
    }
    // Null is as good as absent, and so is an empty value of a label that is required.
    if (before === null || before === "") return;
    if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
        for (const [index, value] of before.entries()) requireKept(value, after[index] ?? null, `${what}[${index}]`);
        return;
    }
    if (JSON.stringify(unwrap(before)) !== JSON.stringify(unwrap(after))) throw new Error(`${what} was changed`);
}

/** The same elements in an order that depends on a number from 0 to 1 alone. */
function shuffle<T>(list: readonly T[], order: number): T[] {
    return list
        .map((item, index) => ({ item, rank: (order * (index + 1) * 7919) % 1 }))
        .sort((one, other) => one.rank - other.rank)
        .map(({ item }) => item);
}

function cut(text: string): string {
    const shown = JSON.stringify(text);
    return shown.length > 600 ? `${shown.slice(0, 300)} ... ${shown.slice(-300)}` : shown;
}
