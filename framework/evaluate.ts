import { environmentOfCloudResource } from "../model/environments/cluster-environment";
import { namespaceOfRelease } from "../model/environments/clusters";
import {
    DEFAULT_ENVIRONMENT_SETTINGS,
    environmentOfNamespace,
    environmentOfObject,
    environmentOfStack,
    environmentOfValue,
    type FoundEnvironment,
    firstOf,
    isOneOf,
} from "../model/environments/environment";
import type { Inventory } from "../model/environments/inventory";
import { groupedBy } from "../model/groups";
import { KubeObject } from "../model/kubernetes/object";
import { Pod } from "../model/kubernetes/pod";
import { ownerOf, type Provider, type Resource, type Source } from "../model/pulumi/resource";
import type { Stack } from "../model/pulumi/stack";
import { compareText, shorten, withoutControls } from "../model/text";
import { type Step, Value } from "../model/value";
import type { CheckContext, CommonConfig, Message, Messages, Policy } from "./define";
import { asksForExemption, dateOf, type Exemption, findExemption, referenceOf } from "./exemptions";
import { type Finding, Findings, type Place } from "./findings";
import { type ConfigProblem, readConfig } from "./settings";

/** One policy's objection to one object. */
export interface Violation {
    readonly policy: Policy;
    /** The resource to change. */
    readonly urn: string;
    /** The object: `Kind namespace/name`. Empty for a violation that is about the configuration. */
    readonly label: string;
    /** What exemptions name the object by. */
    readonly reference: readonly string[];
    /** What is wrong with it, at least one problem. */
    readonly problems: readonly Problem[];
    /** The level to report at where it is lower than the policy's. */
    readonly level?: "advisory";
    /** The exemption that lets it pass: the violation is for information only. */
    readonly exemption?: Extract<Exemption, { state: "holds" }>;
    readonly source?: Source | undefined;
}

/** One problem of an object, as people and programs are told. */
export interface Problem {
    /** The policy's name for it, which is the same in all versions and for all objects. */
    readonly id: string;
    /** One sentence for what is wrong. */
    readonly what: string;
    /** One imperative sentence for what to do. */
    readonly fix: string;
    /** Where, as paths into the resource's properties; none when it is about the object as a whole. */
    readonly paths: readonly (readonly Step[])[];
    /** The same paths as people write them, list elements by their names: `spec.containers["web"].image`. */
    readonly fields: readonly string[];
}

/** A violation as people read it: the object, what is wrong and what to do; a line for each of several problems. */
export function messageOf({ label, problems }: Pick<Violation, "label" | "problems">): string {
    const [first, ...others] = problems.map(({ what, fix }) => `${what} ${fix}`);
    if (first === undefined) return label;
    if (label === "") return [first, ...others].join("\n");
    return others.length === 0 ? `${label}: ${first}` : [`${label}:`, first, ...others].join("\n- ");
}

/** What is wrong and what to do, without the object: all problems in one paragraph. */
export function textOf({ problems }: Pick<Violation, "problems">): string {
    return problems.map(({ what, fix }) => `${what} ${fix}`).join(" ");
}

/** All places of a violation, as paths into the resource's properties. */
export function pathsOf({ problems }: Pick<Violation, "problems">): (readonly Step[])[] {
    return problems.flatMap(({ paths }) => paths);
}

/** A policy with the configuration that is to be used. */
export interface ConfiguredPolicy {
    readonly policy: Policy;
    /** What checks read; undefined when the configuration is wrong. */
    readonly config: CommonConfig | undefined;
    readonly problems: readonly ConfigProblem[];
}

/** Reads a policy's configuration, as a user wrote it, without the enforcement level. */
export function configure(policy: Policy, raw: Readonly<Record<string, unknown>>): ConfiguredPolicy {
    const { config, problems } = readConfig(policy.settings, raw);
    return { policy, config: config as CommonConfig | undefined, problems };
}

/** What is wrong in a policy's configuration, as a sentence a line. */
export function configurationErrors({ policy, problems }: ConfiguredPolicy): string[] {
    return problems.map(({ key, problem }) => `Configuration of ${policy.name}: ${JSON.stringify(key)} ${problem}.`);
}

/** What is known of the run as a whole. */
export interface RunContext {
    readonly stackTags: ReadonlyMap<string, string>;
    /** The present moment, which ends exemptions. */
    readonly now: Date;
    /** The environment of the one cluster that all objects without a provider are on, where a user names it. */
    readonly environment?: string | undefined;
    /** Whether there is more that could not be read, so that nothing is proven to be missing. */
    readonly isPartial?: boolean;
    /** What else is known of the stack's objects. */
    readonly inventory: Inventory;
    /** Is told of an error in a policy: tests show it to the policy's author, nobody shows it to a user. */
    readonly onError?: (error: unknown) => void;
}

/** Collects what a check reports about one object. */
class Collected {
    /** Most checks find nothing: made with the first finding. */
    private byProblem: Map<string, Finding<unknown>[]> | undefined;

    readonly add = (problem: string, at: Value, data: unknown): void => {
        this.byProblem ??= new Map();
        const findings = this.byProblem.get(problem);
        if (findings) findings.push({ at, data });
        else this.byProblem.set(problem, [{ at, data }]);
    };

    get isEmpty(): boolean {
        return this.byProblem === undefined;
    }

    /** The problems in words, in the order in which the policy defines them. */
    problems(messages: Messages<never>, config: unknown): LeveledProblem[] {
        return Object.entries(messages).flatMap(([id, wording]) => {
            const findings = this.byProblem?.get(id);
            if (!findings) return [];
            const write = typeof wording === "function" ? wording : wording.message;
            const groups = groupsOf(findings, wording);
            const more = groups.length - MOST_MESSAGES;
            return groups.slice(0, MOST_MESSAGES).map((group, index) => {
                const message = write(new Findings(group as never), config as never);
                const isLast = more > 0 && index === MOST_MESSAGES - 1;
                return worded(id, isLast ? { ...message, what: withMore(message.what, more) } : message, group);
            });
        });
    }
}

/** A problem and its level where that is lower than its policy's. */
type LeveledProblem = Problem & Pick<Message, "level">;

/** How many messages one problem of one object has at most: the last says how many more there are. */
const MOST_MESSAGES = 20;

/** The findings that are worded together, in a stable order. */
function groupsOf(findings: readonly Finding<unknown>[], wording: Messages<never>[string]): Finding<unknown>[][] {
    if (typeof wording === "function") return [[...findings]];
    const groups = [...groupedBy(findings, wording.per)].sort(([a], [b]) => compareText(a, b));
    return groups.map(([, group]) => group);
}

function withMore(what: string, more: number): string {
    return `${what.replace(/\.$/, "")}, as ${more === 1 ? "is 1 more like it" : `are ${more} more like it`}`;
}

function worded(id: string, { what, fix, level }: Message, findings: readonly Finding<unknown>[]): LeveledProblem {
    const places = new Map(findings.map(({ at }) => [at.path.join("\0"), at]));
    places.delete("");
    const paths = [...places.values()].map(({ path }) => path);
    const fields = [...places.values()].map(String);
    return { id, what: sentence(what, paths), fix: sentence(fix), paths, fields, ...(level && { level }) };
}

/** What a sentence has at most, of one word and in all: what it quotes may be of any length. */
const LONGEST_WORD = 600;
const LONGEST_SENTENCE = 12_000;

function limited(text: string): string {
    const words = text.replaceAll(/\S{601,}/g, word => shorten(word, LONGEST_WORD));
    return shorten(words, LONGEST_SENTENCE);
}

/** A text as a sentence: a capital at its beginning, unless that is a path or a name, and a period. */
function sentence(text: string, paths: Problem["paths"] = []): string {
    const clean = text.length > LONGEST_WORD ? limited(withoutControls(text)) : withoutControls(text);
    const [word] = /^[a-z]+(?=[\s,.]|$)/.exec(clean) ?? [];
    const isWord = word !== undefined && !clean.startsWith(`${word}.`) && !paths.some(([key]) => key === word);
    const begun = isWord ? clean.charAt(0).toUpperCase() + clean.slice(1) : clean;
    return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/** Whose violation it is that a place has a problem. */
function targetOf(at: Place, value: Value): KubeObject | Resource {
    if (!(at instanceof Value)) return at instanceof Pod ? at.object : at;
    const owner = ownerOf(value);
    if (!owner) throw new TypeError("a problem was reported at a value that is in no resource");
    return owner;
}

/** The value that stands for a place. */
function valueAt(at: Place): Value {
    if (at instanceof Value) return at;
    return "props" in at ? at.props : at.root;
}

/** What most checks find. */
const NOTHING: readonly Violation[] = [];

/** Runs a resource policy on one resource. */
export function checkResource(configured: ConfiguredPolicy, resource: Resource, run: RunContext): readonly Violation[] {
    const { policy, config } = configured;
    if (config === undefined) return NOTHING;
    try {
        return decideResource(policy, config, resource, run);
    } catch (error) {
        return [internalError(policy, resource, error, run)];
    }
}

/**
 * A mistake in a policy must not stop a deployment, nor go unseen. The error's own text stays out of it: it might
 * quote a secret.
 */
function internalError(policy: Policy, resource: Resource, error: unknown, run: RunContext): Violation {
    run.onError?.(error);
    const name = error instanceof Error ? error.name : typeof error;
    return {
        policy,
        urn: resource.urn,
        label: resource.label,
        reference: referenceOf(resource, undefined),
        problems: [
            {
                id: "internal-error",
                what: `${policy.name} could not check this (internal error: ${name}).`,
                fix: "Report it to the authors of the pack.",
                paths: [],
                fields: [],
            },
        ],
        level: "advisory",
        source: resource.source,
    };
}

function decideResource(
    policy: Policy,
    config: CommonConfig,
    resource: Resource,
    run: RunContext,
): readonly Violation[] {
    const { definition } = policy;
    let violations = NOTHING;
    const conclude = (object: KubeObject | undefined, findings: Collected) => {
        const found = conclusions(policy, config, resource, object, findings, run);
        if (found.length > 0) violations = [...violations, ...found];
    };
    if (definition.checkResource && concernsResource(policy, resource)) {
        const context = new Checking(config, resource, run);
        definition.checkResource(resource, context);
        conclude(undefined, context);
        if (violations.some(({ exemption }) => !exemption)) context.claim();
    }
    if (!definition.checkObject && !definition.checkPod) return violations;
    for (const object of resource.objects) {
        if (!concerns(policy, object) && !asksForExemption(object)) continue;
        const context = new Checking(config, resource, run);
        if (concerns(policy, object)) {
            definition.checkObject?.(object, context);
            if (object.pod) definition.checkPod?.(object.pod, context);
        }
        conclude(object, context);
        if (violations.some(({ exemption }) => !exemption)) context.claim();
    }
    return violations;
}

/** Most policies are for a few kinds, or for pods: most objects they do not look at. */
function concerns({ definition: { checkObject, checkPod, kinds } }: Policy, object: KubeObject): boolean {
    if (kinds && !object.is(...kinds)) return false;
    return checkObject !== undefined || (checkPod !== undefined && object.pod !== undefined);
}

function concernsResource({ definition }: Policy, { type, objects }: Resource): boolean {
    const { kinds, resources, checkResource } = definition;
    if (!checkResource || resources?.includes(type) === false) return false;
    return !kinds || objects.some(object => object.is(...kinds));
}

/** Finds the policies that have anything to check in a resource, once for all resources of a type. */
export class PolicySelector<T extends ConfiguredPolicy> {
    private readonly byType = new Map<string, readonly T[]>();
    /** The same list for the same policies. */
    private readonly lists = new Map<string, readonly T[]>();

    /** @param policies resource policies. */
    constructor(private readonly policies: readonly T[]) {}

    /** Some of the policies, in their order. */
    of(resource: Resource): readonly T[] {
        const { type, objects } = resource;
        const [object, ...others] = objects;
        // What an object asks for is answered by each policy that may be meant.
        if (object && (others.length > 0 || asksForExemption(object))) return this.policies;
        const key = object ? `${type} ${object.facts ? object.kind : ""}` : type;
        let found = this.byType.get(key);
        if (!found) {
            found = this.listOf(
                this.policies.filter(
                    ({ policy }) => concernsResource(policy, resource) || (object && concerns(policy, object)),
                ),
            );
            this.byType.set(key, found);
        }
        return found;
    }

    private listOf(policies: readonly T[]): readonly T[] {
        const key = policies.map(({ policy }) => policy.name).join();
        const known = this.lists.get(key) ?? policies;
        this.lists.set(key, known);
        return known;
    }
}

/** What a check is given. What few checks ask for is looked up when they do. */
class Checking extends Collected implements CheckContext<never, never> {
    readonly config: never;
    private readonly shared: string[] = [];

    constructor(
        config: CommonConfig,
        private readonly resource: Resource,
        private readonly run: RunContext,
    ) {
        super();
        this.config = config as never;
    }

    readonly report = (problem: string, at: Place, data?: unknown): void => this.add(problem, valueAt(at), data);

    readonly isFirst = (shared: string): boolean => {
        this.shared.push(shared);
        return this.run.inventory.isFree(shared, this.resource);
    };

    /** Keeps what has been reported from being said again. */
    claim(): void {
        for (const shared of this.shared) this.run.inventory.claim(shared, this.resource);
    }

    get stackTags(): ReadonlyMap<string, string> {
        return this.run.stackTags;
    }

    get component(): Resource | undefined {
        return this.run.inventory.component(this.resource);
    }

    get isToken(): (object: KubeObject, name: Value) => boolean {
        return (object, name) => this.run.inventory.isToken(object, name);
    }

    get providers(): (name: string) => readonly Provider[] {
        return name => this.run.inventory.providers(name);
    }
}

/** Runs a stack policy on a whole stack. Violations come in the order of the stack's resources. */
export function checkStack(configured: ConfiguredPolicy, stack: Stack, run: RunContext): Violation[] {
    const { policy, config } = configured;
    if (config === undefined || !policy.definition.checkStack) return [];
    const byTarget = new Map<KubeObject | Resource, Collected>();
    const report = (problem: string, at: Place, data?: unknown): void => {
        const value = valueAt(at);
        const target = targetOf(at, value);
        const collected = byTarget.get(target) ?? new Collected();
        byTarget.set(target, collected);
        collected.add(problem, value, data);
    };
    try {
        policy.definition.checkStack(stack, {
            config,
            stackTags: run.stackTags,
            environment: run.environment,
            report,
        });
        // Most stacks are fine, and to go through all their objects once more takes longer than most checks.
        if (byTarget.size === 0) return [];
        return stack.nodes.flatMap(({ resource }) =>
            [resource, ...resource.objects].flatMap(target => {
                const findings = byTarget.get(target);
                const object = target instanceof KubeObject ? target : undefined;
                return findings ? conclusions(policy, config, resource, object, findings, run) : [];
            }),
        );
    } catch (error) {
        return stack.nodes.slice(0, 1).map(({ resource }) => internalError(policy, resource, error, run));
    }
}

/** Turns findings into a violation of each level, unless there are none; says what an exemption does to them. */
function conclusions(
    policy: Policy,
    config: CommonConfig,
    resource: Resource,
    object: KubeObject | undefined,
    findings: Collected,
    run: RunContext,
): readonly Violation[] {
    // Most objects are fine. Of those, only one that asks for an exemption can still be told something.
    if (findings.isEmpty && !(config.annotationExemptions && object && asksForExemption(object))) return NOTHING;
    if (!appliesIn(config.environments, resource, object, run)) return NOTHING;
    const problems = findings.problems(policy.definition.messages, config);
    const exemption = findExemption(policy.name, config, resource, object, dateOf(run.now));
    if (exemption.state === "invalid") {
        problems.push({
            id: "exemption",
            what: sentence(exemption.problem),
            fix: sentence(exemption.fix),
            paths: [],
            fields: [],
        });
    }
    if (exemption.state === "expired") {
        const what = sentence(`The exemption ended on ${exemption.until} (${shorten(exemption.reason)})`);
        if (problems.length > 0)
            problems.push({
                id: "exemption-ended",
                what,
                fix: "Correct the object or extend the exemption.",
                paths: [],
                fields: [],
            });
    }
    return LEVELS_OF_PROBLEMS.flatMap((level): Violation[] => {
        const some = problems.filter(problem => problem.level === level);
        if (some.length === 0) return [];
        return [
            {
                policy,
                urn: resource.urn,
                label: object?.label ?? resource.label,
                reference: referenceOf(resource, object),
                problems: some.map(({ level: _, ...problem }) => problem),
                ...(level && { level }),
                ...(exemption.state === "holds" && { exemption }),
                source: resource.source,
            },
        ];
    });
}

/** The levels that a problem can have besides its policy's, the worse first. */
const LEVELS_OF_PROBLEMS = [undefined, "advisory"] as const;

/** Whether a policy is for the environment of a resource. Where that is not known, it is for none in particular. */
function appliesIn(
    environments: readonly string[],
    resource: Resource,
    object: KubeObject | undefined,
    run: RunContext,
): boolean {
    if (environments.length === 0) return true;
    const found = environmentOf(resource, object, run);
    return typeof found !== "string" && isOneOf(found, environments);
}

/** The environment that a resource is in when nothing nearer tells: as the user says, else the stack's. */
function environmentOfRun(resource: Resource, run: RunContext): FoundEnvironment {
    const settings = DEFAULT_ENVIRONMENT_SETTINGS;
    const { environment: given } = run;
    return firstOf([
        () => (given === undefined ? "none" : environmentOfValue(given, settings.vocabulary, "option --environment")),
        () => environmentOfStack(resource.stack, run.stackTags, settings),
    ]);
}

/** The environment of a resource: its own evidence, that of its namespace, else its stack's. */
function environmentOf(resource: Resource, object: KubeObject | undefined, run: RunContext): FoundEnvironment {
    const settings = DEFAULT_ENVIRONMENT_SETTINGS;
    const surroundings = {
        home: resource,
        namespace: (name: Value) => run.inventory.namespace(resource, name),
        stack: () => environmentOfRun(resource, run),
    };
    const [target = object] = resource.objects;
    if (target) return environmentOfObject(object ?? target, surroundings, settings);
    return firstOf(
        [
            () => environmentOfCloudResource(resource, { ...settings, clusters: [] }),
            () => environmentOfNamespace(namespaceOfRelease(resource), surroundings, settings),
            surroundings.stack,
        ],
        ({ isNeutral }) => isNeutral,
    );
}

/** A change that a remediation makes: a value to set where none was. */
export interface Edit {
    readonly path: readonly Step[];
    readonly value: string;
}

/** What a policy's remediation would change in a resource, exempt objects left alone. */
export function remediate({ policy, config }: ConfiguredPolicy, resource: Resource, run: RunContext): Edit[] {
    if (config === undefined || !policy.definition.remediate) return [];
    const edits: Edit[] = [];
    try {
        for (const object of resource.objects) {
            if (!appliesIn(config.environments, resource, object, run)) continue;
            if (findExemption(policy.name, config, resource, object, dateOf(run.now)).state === "holds") continue;
            policy.definition.remediate(object, {
                config: config as never,
                stackTags: run.stackTags,
                set: (at, value) => {
                    if (canBeSet(resource, at.path)) edits.push({ path: at.path, value });
                },
            });
        }
    } catch {
        // Not repaired is not unseen: the check of the same policy follows and reports.
        return [];
    }
    return edits;
}

/** Whether a value can be set without replacing what is on the way to it: values of another type, or unknown ones. */
function canBeSet(resource: Resource, path: readonly Step[]): boolean {
    let parent = resource.props;
    for (const step of path) {
        const fits = typeof step === "number" ? parent.isList : parent.isMap;
        if (!fits && !parent.isUnset) return false;
        parent = parent.get(step);
    }
    return true;
}
