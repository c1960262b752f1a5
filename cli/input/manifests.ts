import { builtInKind } from "../../model/kubernetes/kinds";
import { Resource, type Source } from "../../model/pulumi/resource";
import type { Step } from "../../model/value";
import { type Fields, isFields } from "../fields";

/** The stack that manifests are taken to belong to. */
export interface StackName {
    readonly project: string;
    readonly stack: string;
}

/** A Kubernetes object as a document or an item of a list gives it. */
export interface Manifest {
    readonly apiVersion: string;
    readonly kind: string;
    readonly fields: Fields;
    /** Where in the document it stands; empty for the whole document. */
    readonly path: readonly Step[];
}

/**
 * Kinds of files that look like Kubernetes objects, but are read by tools and programs and never sent to a cluster, by
 * group; `*.` stands for any group below.
 *
 * Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/,
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/,
 * https://kubernetes.io/docs/reference/config-api/, https://kind.sigs.k8s.io/docs/user/configuration/,
 * https://skaffold.dev/docs/references/yaml/, https://eksctl.io/usage/schema/,
 * https://kyverno.io/docs/kyverno-cli/reference/kyverno_test/, and of functions
 * https://github.com/kubernetes-sigs/kustomize/blob/master/cmd/config/docs/api-conventions/functions-spec.md
 */
const TOOL_FILES: readonly { readonly group: string; readonly kind?: string }[] = [
    // Of the components of a cluster: kubelet, scheduler, proxy, API server and its admission plugins; of kustomize.
    { group: "*.config.k8s.io" },
    { group: "apiserver.k8s.io" },
    { group: "audit.k8s.io" },
    { group: "kubeadm.k8s.io" },
    { group: "client.authentication.k8s.io" },
    { group: "", kind: "Config" },
    { group: "config.kubernetes.io" },
    { group: "kind.x-k8s.io" },
    { group: "skaffold" },
    { group: "eksctl.io" },
    { group: "cli.kyverno.io" },
];

/**
 * The Kubernetes objects in a document; the items of lists (`List`, `DeploymentList`) one by one. None when the
 * document is something else, which texts as `apiVersion` and `kind` tell.
 * @param path where in the document the value stands.
 */
export function findManifests(value: unknown, path: readonly Step[] = []): Manifest[] {
    if (!isFields(value)) return [];
    const { apiVersion, kind, items } = value;
    if (typeof apiVersion !== "string" || typeof kind !== "string" || apiVersion === "" || kind === "") return [];
    if (kind.endsWith("List") && Array.isArray(items)) {
        // The items of a typed list may leave out what the list says for all of them.
        const common = kind === "List" ? {} : { apiVersion, kind: kind.slice(0, -"List".length) };
        return items.flatMap((item, index) => findManifests(withDefaults(item, common), [...path, "items", index]));
    }
    const group = groupOf(apiVersion);
    if (TOOL_FILES.some(tool => isOf(tool.group, group) && (tool.kind === undefined || tool.kind === kind))) return [];
    return [{ apiVersion, kind, fields: value, path }];
}

function isOf(wanted: string, group: string): boolean {
    return wanted.startsWith("*.") ? group.endsWith(wanted.slice(1)) : group === wanted;
}

/** A manifest as a note calls it: `Pod shop-test`. */
export function titleOf({ kind, fields: { metadata } }: Manifest): string {
    return `${kind} ${(isFields(metadata) && nameOf(metadata.name)) || "<unnamed>"}`;
}

/** Whether Helm has made an object, as its labels say. Source: https://helm.sh/docs/chart_best_practices/labels/ */
export function isOfHelm({ metadata }: Fields): boolean {
    const labels = isFields(metadata) && isFields(metadata.labels) ? metadata.labels : {};
    return labels["app.kubernetes.io/managed-by"] === "Helm" || labels["helm.sh/chart"] !== undefined;
}

/**
 * Whether only `helm test` ever creates an object. An installation does not, nor does Pulumi unless it is told to.
 *
 * Source: https://helm.sh/docs/topics/chart_tests/, and for Pulumi pulumi/pulumi-kubernetes
 * provider/pkg/provider/invoke_helm_template.go (`includeTestHookResources`).
 */
export function isHelmTest({ metadata }: Fields): boolean {
    const annotations = isFields(metadata) && isFields(metadata.annotations) ? metadata.annotations : {};
    const hooks = annotations["helm.sh/hook"];
    return typeof hooks === "string" && hooks.split(",").every(hook => /^test(-success|-failure)?$/.test(hook.trim()));
}

function withDefaults(item: unknown, common: object): unknown {
    return isFields(item) ? { ...common, ...item } : item;
}

function groupOf(apiVersion: string): string {
    return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.lastIndexOf("/")) : "";
}

/** Makes the resources that a program would register for manifests, with made-up URNs, each of which is given once. */
export class ManifestResources {
    private readonly urns = new Map<string, number>();

    constructor(private readonly stack: StackName) {}

    resourceOf({ apiVersion, kind, fields }: Manifest, source: Source): Resource {
        const type = `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
        const metadata = isFields(fields.metadata) ? fields.metadata : {};
        const name = nameOf(metadata.name) || nameOf(metadata.generateName) || "<unnamed>";
        const scope = builtInKind(groupOf(apiVersion), kind)?.scope;
        const own = scope === "cluster" ? "" : nameOf(metadata.namespace);
        const namespace = own || (scope === "namespaced" ? "default" : "");
        const urn = `urn:pulumi:${this.stack.stack}::${this.stack.project}::${type}::${namespace && `${namespace}/`}${name}`;
        return new Resource({ urn: this.unique(urn), type, name, props: fields, source, isManifest: true });
    }

    /** The same object may be in two files, such as the base and an overlay of it: both are checked. */
    private unique(urn: string): string {
        const count = (this.urns.get(urn) ?? 0) + 1;
        this.urns.set(urn, count);
        return count === 1 ? urn : `${urn}#${count}`;
    }
}

function nameOf(value: unknown): string {
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
