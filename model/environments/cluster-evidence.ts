import type { Glob } from "../glob";
import { type Read, STACK_REFERENCE } from "../pulumi/stack";
import type { Value } from "../value";
import { type ClusterSettings, environmentOfNames, statementsOfTags } from "./cluster-environment";
import { clusterType } from "./cluster-types";
import type { Access } from "./clusters";
import {
    agree,
    clearVocabulary,
    environmentOfName,
    environmentOfValue,
    type FoundEnvironment,
    firstOf,
    type KnownEnvironment,
    known,
    type Vocabulary,
} from "./environment";

/** What speaks of one cluster: its own resource, the providers that something uses, and what they are made from. */
export interface ClusterFacts {
    /** What each of its tags or labels says. */
    readonly tags: readonly FoundEnvironment[];
    /** What its own resource calls it, where the stack makes it. */
    readonly names: readonly Value[];
    /** What else the configuration may know it by. */
    readonly identities: readonly (string | undefined)[];
    readonly accesses: readonly Access[];
    /** What the program reads to find it, where the stack does not make it. */
    readonly reads: readonly Read[];
}

/** How environments of clusters, and of the stacks that own them, are found. */
export interface EvidenceSettings extends ClusterSettings {
    /** Globs over `project/stack`, each with the environment of such stacks. */
    readonly stacks: readonly (readonly [Glob, string])[];
}

/** A strong statement on a cluster. */
interface Statement {
    readonly environment: KnownEnvironment;
    /** The name or address that says so; undefined for a tag and the configuration. */
    readonly name?: string;
    /** URN of the provider that leads to this name. */
    readonly provider?: string;
}

/** Two strong statements that cannot both be true. */
export type Conflict = readonly [Statement, Statement];

/**
 * The evidence on one cluster.
 *
 * Strong is what says what the cluster itself is: its tags, the configuration, and what its cloud and its API server
 * call it. Where two of those contradict each other one is a mistake, and neither may win in silence. Weak is what a
 * program calls its way to the cluster, which is free to choose: the stack that the kubeconfig is from, the provider's
 * name, the context's. It counts where nothing stronger speaks, and contradicts nothing.
 */
export class ClusterEvidence {
    /** The configuration's entry for the cluster. */
    private readonly entry: readonly [Glob, string] | undefined;
    /** Undefined when the strong evidence agrees. */
    readonly conflict: Conflict | undefined;

    constructor(
        private readonly facts: ClusterFacts,
        private readonly settings: EvidenceSettings,
    ) {
        const all = [...this.ownNames(), ...facts.accesses.flatMap(({ names }) => names)];
        this.entry = settings.clusters.find(([glob]) => matchesAny(glob, all));
        this.conflict = this.findConflict();
    }

    /**
     * The environment that the strongest evidence tells. A cluster that is tagged as one for all environments is of
     * none.
     * @param ofHost the environment of a virtual cluster's host, which it shares when it says nothing itself.
     */
    environment(ofHost: () => FoundEnvironment): FoundEnvironment {
        if (this.conflict) return "contradictory";
        const { names, accesses, reads } = this.facts;
        return firstOf(
            [
                () => this.explicit(),
                () => environmentOfNames(names, this.settings),
                () => agree(reads.map(read => environmentOfNames(namesOfRead(read), this.settings))),
                () =>
                    this.ofNames(
                        accesses.flatMap(({ clusterNames }) => clusterNames),
                        "cluster",
                    ),
                () => this.inferred(accesses.map(({ server }) => this.ofServer(server))),
                () => agree(reads.map(read => this.ofReferencedStack(read))),
                () =>
                    this.inferred([
                        ...accesses.map(one => this.ofProviderName(one)),
                        ...reads.map(one => this.ofReadName(one)),
                    ]),
                () =>
                    this.ofNames(
                        accesses.map(({ context }) => context),
                        "kubeconfig context",
                    ),
                ofHost,
                () => (accesses.some(({ isOpen }) => isOpen) ? "unknown" : "none"),
            ],
            ({ isNeutral }) => isNeutral,
        );
    }

    /** What people say of the cluster, in tags and in the configuration. */
    private explicit(): FoundEnvironment {
        return firstOf([() => agree(this.tags()), () => this.ofEntry()], ({ isNeutral }) => isNeutral);
    }

    private findConflict(): Conflict | undefined {
        const explicit = [...this.tags(), this.ofEntry()].flatMap(found => known(found) ?? []);
        const statements = [...explicit.map(environment => ({ environment })), ...this.statementsOfNames()];
        const [first] = statements;
        const other = statements.find(({ environment }) => environment.class !== first?.environment.class);
        return first && other && [first, other];
    }

    /**
     * What names say beyond doubt: by clear words, unless the configuration has an entry for one of them, which was
     * made in knowledge of it. A cluster for all environments may be called after those who run it.
     */
    private statementsOfNames(): Statement[] {
        const { names, accesses, reads } = this.facts;
        const explicit = this.explicit();
        const isNeutral = typeof explicit !== "string" && explicit.isNeutral;
        const isOverruled = this.entry !== undefined && matchesAny(this.entry[0], this.ownNames());
        if (!this.settings.inferFromNames || isNeutral || isOverruled) return [];
        const ofResources = [...names, ...reads.flatMap(namesOfRead)].flatMap(({ string: name = "" }) =>
            statement(environmentOfName(name, this.clear, `name ${name}`), name),
        );
        const ofAccesses = accesses.flatMap(({ urn, clusterNames, server }) => [
            ...clusterNames.flatMap(name =>
                statement(environmentOfName(name, this.clear, `name of cluster ${name}`), name, urn),
            ),
            ...statement(this.ofServer(server), server, urn),
        ]);
        return [...ofResources, ...ofAccesses];
    }

    /** What the cluster's own resource, its cloud and its API server call it. */
    private ownNames(): (string | undefined)[] {
        const { names, identities, accesses, reads } = this.facts;
        return [
            ...[...names, ...reads.flatMap(namesOfRead)].map(({ string }) => string),
            ...identities,
            ...accesses.flatMap(({ clusterNames, server }) => [...clusterNames, server]),
        ];
    }

    private tags(): FoundEnvironment[] {
        const { tags, reads } = this.facts;
        const ofReads = reads.flatMap(({ type, outputs }) =>
            outputs ? statementsOfTags(outputs, clusterType(type)?.tags ?? [], undefined, this.settings) : [],
        );
        return [...tags, ...ofReads];
    }

    private ofEntry(): FoundEnvironment {
        if (!this.entry) return "none";
        const [glob, environment] = this.entry;
        return environmentOfValue(environment, this.settings.vocabulary, `"${glob.source}" in the key clusters`);
    }

    private get clear(): Vocabulary {
        return clearVocabulary(this.settings.vocabulary);
    }

    private ofNames(names: readonly (string | undefined)[], what: string): FoundEnvironment {
        return this.inferred(
            names.map((name = "") => environmentOfName(name, this.settings.vocabulary, `name of ${what} ${name}`)),
        );
    }

    private inferred(found: readonly FoundEnvironment[]): FoundEnvironment {
        return this.settings.inferFromNames ? agree(found) : "none";
    }

    /** The environment that the address of an API server tells. */
    private ofServer(server = ""): FoundEnvironment {
        return environmentOfName(ownPartOfHost(server), this.clear, `server ${server}`);
    }

    /** A provider's name counts only where its kubeconfig, which weighs more, is known to say nothing. */
    private ofProviderName({ provider, isOpen }: Access): FoundEnvironment {
        return isOpen ? "none" : environmentOfName(provider, this.clear, `name of provider ${provider}`);
    }

    /** What a program calls something that it reads, where the real name is not known. */
    private ofReadName({ type, name, outputs }: Read): FoundEnvironment {
        const isCluster = clusterType(type) !== undefined && outputs === undefined;
        if (type !== STACK_REFERENCE && !isCluster) return "none";
        const what = type === STACK_REFERENCE ? "StackReference" : type;
        return environmentOfName(name, this.clear, `name of ${what} "${name}"`);
    }

    /** The environment of the stack that a StackReference refers to. */
    private ofReferencedStack(read: Read): FoundEnvironment {
        const fullName = referencedStack(read);
        if (fullName === undefined) return "none";
        const { stacks, vocabulary } = this.settings;
        const [stack = "", project = ""] = fullName.split("/").reverse();
        const entry = stacks.find(([glob]) => matchesAny(glob, [`${project}/${stack}`, fullName]));
        const source = `stack ${fullName}, which the kubeconfig is from`;
        return firstOf(
            [
                () =>
                    entry
                        ? environmentOfValue(
                              entry[1],
                              vocabulary,
                              `"${entry[0].source}" in the key stacks for ${source}`,
                          )
                        : "none",
                () => this.inferred([environmentOfName(stack, vocabulary, `name of ${source}`)]),
            ],
            ({ isNeutral }) => isNeutral,
        );
    }
}

/** The full name of the stack that a StackReference refers to, as far as its own name or its inputs tell. */
export function referencedStack({ type, name, inputs }: Read): string | undefined {
    if (type !== STACK_REFERENCE) return undefined;
    return inputs?.get("name").string || (name.includes("/") ? name : undefined);
}

/** What the cloud calls a cluster that the program reads. */
function namesOfRead({ type, inputs, outputs }: Read): Value[] {
    const names = clusterType(type)?.names ?? [];
    return [outputs, inputs].flatMap(props => (props ? names.flatMap(name => props.select(name)) : []));
}

function statement(found: FoundEnvironment, name = "", provider?: string): Statement[] {
    const environment = known(found);
    return environment ? [{ environment, name, ...(provider !== undefined && { provider }) }] : [];
}

function matchesAny(glob: Glob, names: readonly (string | undefined)[]): boolean {
    return names.some(name => name !== undefined && glob.matches(name));
}

/** Ends of host names that are no registered domain by themselves: what stands before them is somebody's own choice. */
const PRIVATE_DOMAINS = new Set(["internal", "local", "lan", "home", "corp", "localdomain", "private", "intranet"]);

/**
 * The part of a server's address that its operator chose for the cluster: the host without the organization's domain,
 * whose words (`acme.dev`, `testing-company.com`) say nothing. A proxy that tells its clusters apart by paths, as Rancher
 * and Teleport do, is called after itself.
 */
function ownPartOfHost(server: string): string {
    const [, host = "", path = ""] = /^(?:https?:\/\/)?([^/:]+)(?::\d+)?(\/.*)?$/i.exec(server.trim()) ?? [];
    if (/[^/]/.test(path)) return "";
    const labels = host
        .toLowerCase()
        .split(".")
        .filter(label => label !== "");
    const domain = PRIVATE_DOMAINS.has(labels.at(-1) ?? "") ? 1 : 2;
    return labels.length === 1 ? host : labels.slice(0, -domain).join(".");
}
