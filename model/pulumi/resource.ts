import { KubeObject } from "../kubernetes/object";
import { printable } from "../text";
import { type Step, Value } from "../value";
import { SecretPaths } from "./secret-paths";

/** The provider that a resource is managed by. */
export interface Provider {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly props: Value;
    /** Whether the engine made it because the program names none. */
    readonly isDefault: boolean;
    /** URN and id, where a preview is known to leave the provider as it is. */
    readonly kept?: string | undefined;
}

/** The resource options that policies can see. Times in seconds, 0 for the provider's default. */
export interface ResourceOptions {
    readonly protect: boolean;
    readonly ignoreChanges: readonly string[];
    readonly customTimeouts: { readonly create: number; readonly update: number; readonly delete: number };
}

/** Where something stands in the files that a command was given. Lines count from 1. */
export interface Source {
    readonly file: string;
    readonly line?: number;
    /** The place of a value of the resource, or of the nearest around it that is there. */
    positionOf?(path: readonly Step[]): Position;
    /** A line of the file, without its end. */
    lineAt?(line: number): string | undefined;
}

/** A place in a text. Lines and columns, in UTF-16 code units, count from 1. */
export interface Position {
    readonly line: number;
    readonly column: number;
    /** The column behind what stands there: a key with its value where that is on the same line. */
    readonly endColumn?: number;
    /** Whether the value itself stands there, rather than the nearest around it. */
    readonly isExact?: boolean;
}

/** What a host knows of a resource: the engine, or the check command. */
export interface ResourceInit {
    urn: string;
    type: string;
    name: string;
    /** The inputs, plain data in which unknown values are the engine's sentinels. */
    props: unknown;
    provider?:
        | {
              urn: string;
              type: string;
              name: string;
              props: unknown;
              isDefault?: boolean;
              kept?: string | undefined;
          }
        | undefined;
    /** Undefined where there are none, as for a manifest. */
    options?: ResourceOptions | undefined;
    /** URN of the parent. */
    parent?: string | undefined;
    source?: Source | undefined;
    /** Whether it is a manifest in a file, not a resource of a program. */
    isManifest?: boolean | undefined;
    /** Which of the properties are secrets of Pulumi, where the host can tell. */
    secrets?: SecretPaths | undefined;
    /** Whether it is known that Pulumi has taken over something that existed. */
    isImported?: boolean | undefined;
    /** Whether the stack's configuration has rules of its own for names (`pulumi:autonaming`). */
    hasOwnNaming?: boolean | undefined;
}

/**
 * Names that the engine gives the providers that it makes.
 *
 * Source: pulumi/pulumi pkg/resource/deploy/default_providers.go (`newRegisterDefaultProviderEvent`).
 */
const DEFAULT_PROVIDER_NAME = /^default(_\d\w*)?$/;

/** Whether a provider is called like one that the engine makes. */
export function isDefaultProviderName(name: string): boolean {
    return DEFAULT_PROVIDER_NAME.test(name);
}

/** Resources by their properties. */
const resources = new WeakMap<Value, Resource>();

/**
 * What a value is of: the object that it lies in, or the resource where that describes no object, or one that holds
 * several. Undefined for a value that is in no resource.
 */
export function ownerOf(value: Value): KubeObject | Resource | undefined {
    const resource = resources.get(value.root);
    if (!resource) return undefined;
    const path = value.path;
    const holds = ({ root }: KubeObject) => root.path.every((step, index) => path[index] === step);
    return resource.objects.find(holds) ?? resource;
}

/** One resource of a stack, of any provider, with the Kubernetes objects that it describes. */
export class Resource {
    readonly urn: string;
    readonly type: string;
    /** The Pulumi name. */
    readonly name: string;
    readonly props: Value;
    readonly provider: Provider | undefined;
    /** Undefined for what no program describes: a manifest. */
    readonly options: ResourceOptions | undefined;
    readonly parent: string | undefined;
    readonly source: Source | undefined;
    /** Whether it is a manifest in a file, not a resource of a program. */
    readonly isManifest: boolean;
    /** Which of the properties are secrets of Pulumi, also those whose value is not known. */
    readonly secrets: SecretPaths;
    /** Whether Pulumi is known to have taken over something that existed; the engine does not say so to policies. */
    readonly isImported: boolean;
    /** Whether the stack's configuration has rules of its own for the names of what has none. */
    readonly hasOwnNaming: boolean;
    /** The Kubernetes object, or for a `*List` resource its items; none for anything else. */
    readonly objects: readonly KubeObject[];

    constructor(init: ResourceInit) {
        this.urn = init.urn;
        this.type = init.type;
        this.name = init.name;
        this.props = new Value(init.props);
        this.provider = init.provider && {
            ...init.provider,
            props: new Value(init.provider.props),
            isDefault: init.provider.isDefault ?? isDefaultProviderName(init.provider.name),
        };
        this.options = init.options;
        this.parent = init.parent;
        this.source = init.source;
        this.isManifest = init.isManifest ?? false;
        this.secrets = init.secrets ?? SecretPaths.none;
        this.isImported = init.isImported ?? false;
        this.hasOwnNaming = init.hasOwnNaming ?? false;
        this.objects = objectsOf(this);
        resources.set(this.props, this);
    }

    /** Stack and project, as the URN has them: `urn:pulumi:<stack>::<project>::<type>::<name>`. */
    get stack(): string {
        return this.urn.split("::", 1)[0]?.slice("urn:pulumi:".length) ?? "";
    }

    get project(): string {
        return this.urn.split("::", 2)[1] ?? "";
    }

    /** Where a manifest stands, for messages: `shop.yaml:12`; undefined for a resource of a program. */
    get definedAt(): string | undefined {
        const { isManifest, source } = this;
        if (!isManifest || !source) return undefined;
        return printable(source.line === undefined ? source.file : `${source.file}:${source.line}`);
    }

    /** The resource as messages begin: its Kubernetes object, else its type and Pulumi name. */
    get label(): string {
        return this.objects.length === 1 && this.objects[0] ? this.objects[0].label : `${this.type} "${this.name}"`;
    }
}

/** Whether a type is one of the Kubernetes provider's, objects or not. */
export function isOfKubernetes(type: string): boolean {
    return type.startsWith("kubernetes:");
}

/** The type of a Helm release, of whose objects nothing is seen. */
export const RELEASE = "kubernetes:helm.sh/v3:Release";

/** Modules of the Kubernetes provider whose resources are not objects but make objects. */
const OVERLAYS = new Set(["yaml", "kustomize", "helm.sh"]);

function objectsOf(resource: Resource): KubeObject[] {
    const [pkg, module, tokenKind] = resource.type.split(":");
    if (pkg !== "kubernetes" || !module || !tokenKind) return [];
    if (OVERLAYS.has(module.split("/", 1)[0] ?? "") && resource.props.get("kind").isUnset) return [];
    // The token of a core kind says `core/v1`, the object `v1`.
    const tokenVersion = module.replace(/^core\//, "");
    const apiVersion = resource.props.get("apiVersion").string ?? tokenVersion;
    const ownKind = resource.props.get("kind").string;
    const kind = ownKind ?? tokenKind;
    const isPatch = ownKind === undefined ? isPatchToken(tokenVersion, tokenKind) : tokenKind === `${ownKind}Patch`;
    const object = new KubeObject(
        resource,
        resource.props,
        apiVersion,
        isPatch && ownKind === undefined ? tokenKind.slice(0, -"Patch".length) : kind,
        isPatch,
    );
    return listItems(object) ?? [object];
}

/** Without `kind` in the inputs only the token tells a Patch; a custom kind may well end in Patch. */
function isPatchToken(tokenVersion: string, tokenKind: string): boolean {
    const group = tokenVersion.split("/", 1)[0] ?? "";
    return tokenKind.endsWith("Patch") && (!group.includes(".") || group.endsWith(".k8s.io"));
}

/**
 * The items of a List, each an object of its own. Items of a typed list may leave out their kind.
 *
 * Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#collections
 */
function listItems(list: KubeObject): KubeObject[] | undefined {
    const builtInGroup = !list.group.includes(".") || list.group.endsWith(".k8s.io");
    if (!list.kind.endsWith("List") || !builtInGroup || !list.get("items").isList) return undefined;
    const itemKind = list.kind.slice(0, -"List".length);
    const version = list.group === "" ? list.version : `${list.group}/${list.version}`;
    return list
        .get("items")
        .items()
        .filter(item => item.isMap)
        .map(
            item =>
                new KubeObject(
                    list.resource,
                    item,
                    item.get("apiVersion").string ?? version,
                    item.get("kind").string ?? itemKind,
                    false,
                ),
        );
}
