import { namespaceOfRelease } from "../../../model/environments/clusters";
import { RELEASE } from "../../../model/pulumi/charts";
import type { Node } from "../../../model/pulumi/stack";
import { waitsBy } from "../../../model/pulumi/start-order";
import type { Location, ObjectIndex } from "../../../model/references/object-index";
import { isAlwaysThere } from "../../../model/references/resolver";
import type { Value } from "../../../model/value";
import { clusterOfInstaller } from "./installers";
import type { Need, Symptom } from "./need";

/** A value of charts that names an object which must be there before their pods start. */
interface NamingValue {
    /** The keys that lead to the name, from the last one back; a list on the way is entered. */
    readonly keys: readonly [last: RegExp, ...before: RegExp[]];
    readonly kind: string;
    readonly symptom: Symptom;
}

const STARTS_LATER: Symptom = {
    looks: "its pods do not start",
    until: "exists",
    afterwards: "and Helm gives up after 5 minutes",
};
const PULL_ERROR: Symptom = { looks: "private images stay in ImagePullBackOff", until: "exists" };
const REFUSED: Symptom = { looks: "no pods are created (FailedCreate)", until: "exists" };

/**
 * How charts call values that name objects: by the habits of Bitnami's and the Prometheus community's charts, which most
 * others follow, and as in a container or pod, whose parts many charts take as they are.
 *
 * Sources: https://github.com/bitnami/charts/blob/main/bitnami/postgresql/README.md#parameters,
 * https://github.com/grafana/helm-charts/blob/main/charts/grafana/values.yaml,
 * https://github.com/prometheus-community/helm-charts/blob/main/charts/kube-prometheus-stack/values.yaml and
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
const NAMING_VALUES: readonly NamingValue[] = [
    { keys: [/^(?=.*existing).*secret(name)?$/i], kind: "Secret", symptom: STARTS_LATER },
    { keys: [/^(extraEnvVarsSecret|envFromSecret)$/], kind: "Secret", symptom: STARTS_LATER },
    { keys: [/^name$/, /^(secretKeyRef|secretRef|envFromSecrets)$/], kind: "Secret", symptom: STARTS_LATER },
    { keys: [/^secretName$/, /^secret$/], kind: "Secret", symptom: STARTS_LATER },
    { keys: [/existing(configmap|cm)(name)?$/i], kind: "ConfigMap", symptom: STARTS_LATER },
    { keys: [/^extraEnvVarsCM$/], kind: "ConfigMap", symptom: STARTS_LATER },
    {
        keys: [/^name$/, /^(configMapKeyRef|configMapRef|configMap|envFromConfigMaps)$/],
        kind: "ConfigMap",
        symptom: STARTS_LATER,
    },
    { keys: [/^existing(persistentvolume)?claim(name)?$/i], kind: "PersistentVolumeClaim", symptom: STARTS_LATER },
    { keys: [/^name$/, /^(imagePullSecrets|pullSecrets)$/], kind: "Secret", symptom: PULL_ERROR },
    { keys: [/^(imagePullSecrets|pullSecrets)$/], kind: "Secret", symptom: PULL_ERROR },
    { keys: [/^priorityClassName$/], kind: "PriorityClass", symptom: REFUSED },
];

/** Kinds of the table that are in no namespace. */
const CLUSTER_SCOPED: ReadonlySet<string> = new Set(["PriorityClass"]);

/** The objects of the stack that the values of a Release, or of a chart which has not been rendered, name as texts. */
export function valueNeeds(index: ObjectIndex): Need[] {
    return index.stack.nodes.flatMap(node => {
        const { resource } = node;
        const isChart = resource.type === RELEASE || (waitsBy(node) !== undefined && node.children.length === 0);
        const cluster =
            isChart && /:(Release|Chart)$/.test(resource.type) ? clusterOfInstaller(node, index) : undefined;
        if (cluster === undefined) return [];
        const own = resource.type === RELEASE ? namespaceOfRelease(resource) : resource.props.get("namespace");
        const namespace = own.isUnset ? "default" : own.string;
        if (namespace === undefined) return [];
        return namesIn(resource.props.get("values")).flatMap(({ at, row }) => {
            const target = targetOf(at, row, { cluster, namespace }, index);
            if (!target) return [];
            const label = [row.kind, [...(CLUSTER_SCOPED.has(row.kind) ? [] : [namespace]), at.string].join("/")];
            return { from: resource, node, target, at, label: label.join(" "), symptom: row.symptom, isName: true };
        });
    });
}

function targetOf(at: Value, { kind }: NamingValue, location: Location, index: ObjectIndex): Node | undefined {
    const name = at.string ?? "";
    const space = CLUSTER_SCOPED.has(kind) ? { ...location, namespace: "" } : location;
    const [object] = isAlwaysThere(kind, name) ? [] : index.find(space, kind, name).certain;
    return object && index.nodeOf(object);
}

interface NamedIn {
    readonly at: Value;
    readonly row: NamingValue;
}

/** How deep values are looked into: no chart nests as deep. */
const DEEPEST = 20;

/**
 * What is not read when the chart's own pods start: the spec of a custom resource, whose pods an operator makes later,
 * and what it says of certificates.
 *
 * Source: https://github.com/prometheus-community/helm-charts/blob/main/charts/kube-prometheus-stack/values.yaml
 * (`prometheusSpec`, `alertmanagerSpec`, `serviceMonitor.tlsConfig`) and
 * https://github.com/VictoriaMetrics/helm-charts/blob/master/charts/victoria-metrics-k8s-stack/values.yaml (`spec`)
 */
const READ_LATER = /^(?:spec|(?!pod)[a-z]\w*Spec|tlsConfig)$/;

/** Whether a map is a whole object, which the chart makes as it is: nobody knows what waits for it. */
function isObject(value: Value): boolean {
    return !value.get("apiVersion").isUnset && !value.get("kind").isUnset;
}

/** The texts in a chart's values that name objects, but for what is switched off, may be missing or is read later. */
function namesIn(values: Value): NamedIn[] {
    const found: NamedIn[] = [];
    const seen = new Set<unknown>();
    const visit = (value: Value, keys: readonly string[], depth: number): void => {
        if (depth > DEEPEST || seen.has(value.raw)) return;
        if (typeof value.raw === "object") seen.add(value.raw);
        if (value.isList) {
            for (const item of value.items()) visit(item, keys, depth + 1);
        } else if (value.isMap) {
            if (value.get("enabled").is(false) !== "no" || value.get("optional").is(true) !== "no") return;
            if (isObject(value)) return;
            for (const [key, child] of value.entries()) {
                if (!READ_LATER.test(key)) visit(child, [key, ...keys], depth + 1);
            }
        } else if (value.string) {
            const row = NAMING_VALUES.find(one => one.keys.every((pattern, i) => pattern.test(keys[i] ?? "")));
            if (row) found.push({ at: value, row });
        }
    };
    visit(values, [], 0);
    return found;
}
