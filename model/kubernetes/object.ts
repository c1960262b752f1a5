import type { Resource } from "../pulumi/resource";
import { printable } from "../text";
import { UNKNOWN, Value } from "../value";
import { BUILT_IN_KINDS, type BuiltInKind, builtInKind, customKind, type KindFacts, type Scope } from "./kinds";
import { Pod } from "./pod";

/** How messages show a name or namespace that is not known before the update. */
const NOT_KNOWN_YET = "<unknown>";

/** A Kubernetes object: what a resource of the Kubernetes provider or a manifest describes. */
export class KubeObject {
    /** API group; "" for the core group. */
    readonly group: string;
    /** API version without the group: `v1`, `v1beta1`; "" when unknown. */
    readonly version: string;
    /** The plain kind, also for a Patch resource. */
    readonly kind: string;
    /** What is known of the kind when it is a built-in one. */
    readonly facts: KindFacts | undefined;
    /** The pod that it is, or the template that it makes pods from. */
    readonly pod: Pod | undefined;
    /** `metadata.name`; unset in a preview in which the provider could not choose one yet, or with generateName. */
    readonly name: Value;
    readonly labels: Value;
    readonly annotations: Value;
    private foundNamespace: Value | undefined;

    constructor(
        /** The resource that describes the object. */
        readonly resource: Resource,
        /** The object itself. */
        readonly root: Value,
        apiVersion: string,
        kind: string,
        /** Whether only some fields are given, to be applied to an object that exists (`DeploymentPatch`). */
        readonly isPatch: boolean,
    ) {
        const slash = apiVersion.lastIndexOf("/");
        this.group = slash < 0 ? "" : apiVersion.slice(0, slash);
        this.version = apiVersion.slice(slash + 1);
        this.kind = kind;
        // Read again and again, by most policies.
        const metadata = root.get("metadata");
        this.name = metadata.get("name");
        this.labels = metadata.get("labels");
        this.annotations = metadata.get("annotations");
        this.facts = builtInKind(this.group, kind);
        const template = this.facts?.podTemplate;
        this.pod = template && new Pod(this, root.get(...template), template.length > 0);
    }

    /** Whether it is of one of these built-in kinds, of any version and group that has served them. */
    is(...kinds: readonly BuiltInKind[]): boolean {
        return this.facts !== undefined && (kinds as readonly string[]).includes(this.kind);
    }

    /**
     * Whether a list of kinds in configuration means this object. The name of a built-in kind means that kind only,
     * any other name a custom resource of any group, `*` everything.
     */
    isOneOf(kinds: readonly string[]): boolean {
        if (kinds.includes("*")) return true;
        return kinds.includes(this.kind) && (this.facts !== undefined || !Object.hasOwn(BUILT_IN_KINDS, this.kind));
    }

    get isWorkload(): boolean {
        return this.facts?.workload === true;
    }

    /** Whether it is, or may be, a Patch of what clusters run themselves, such as CoreDNS: no workload of the program's. */
    get mayChangeCluster(): boolean {
        return this.isPatch && this.namespace.is("kube-system") !== "no";
    }

    /** Whether it is a custom resource. */
    get isCustom(): boolean {
        return this.facts === undefined;
    }

    get scope(): Scope {
        const known = this.facts ?? customKind(this.group, this.kind);
        return known?.scope ?? (this.get("metadata", "namespace").isUnset ? "unknown" : "namespaced");
    }

    get(...steps: string[]): Value {
        return this.root.get(...steps);
    }

    /**
     * The namespace the object will be in: its own, else the provider's, else `default`; unset for a cluster-scoped
     * object, unknown where the engine does not know it yet.
     *
     * Source: https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/ (`namespace`)
     */
    get namespace(): Value {
        this.foundNamespace ??= this.findNamespace();
        return this.foundNamespace;
    }

    private findNamespace(): Value {
        if (this.scope === "cluster") return new Value(undefined);
        const own = this.root.get("metadata", "namespace");
        if (!own.isUnset && own.raw !== "") return own;
        if (this.scope === "unknown") return new Value(undefined);
        const provider = this.resource.provider?.props.get("namespace");
        if (provider && !provider.isUnset && provider.raw !== "") return provider;
        // With a kubeconfig that is not known yet, its context may name a namespace.
        if (this.resource.provider?.props.get("kubeconfig").isUnknown) return new Value(UNKNOWN);
        return new Value("default");
    }

    /** Name as messages show it: the Pulumi name where the provider has not chosen one yet. */
    get displayName(): string {
        if (this.name.isUnknown) return NOT_KNOWN_YET;
        return this.name.string || this.get("metadata", "generateName").string || this.resource.name;
    }

    /** `Kind namespace/name`, or `Kind name` when it is in no namespace: how messages begin. */
    get label(): string {
        const namespace = this.namespace;
        if (namespace.isUnset) return printable(`${this.kind} ${this.displayName}`);
        return printable(`${this.kind} ${namespace.string ?? NOT_KNOWN_YET}/${this.displayName}`);
    }

    /**
     * What is the same for an object that is given twice, as a base and its overlay may be: its kind, namespace and name.
     * Of which cluster it is, is not told. Objects whose names are not known are told apart.
     */
    get identity(): string {
        const parts = [this.group, ...this.reference];
        return [...parts, parts.includes(UNKNOWN) ? this.resource.urn : ""].join("\n");
    }

    /** What exemptions name it by, unknown parts as `UNKNOWN`. */
    get reference(): readonly string[] {
        const name = this.name.isUnknown ? UNKNOWN : this.displayName;
        const namespace = this.namespace;
        return namespace.isUnset ? [this.kind, name] : [this.kind, namespace.string ?? UNKNOWN, name];
    }
}
