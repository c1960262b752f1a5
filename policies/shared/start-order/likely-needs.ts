import type { Pod } from "../../../model/kubernetes/pod";
import type { Node } from "../../../model/pulumi/stack";
import { kindId, type ObjectIndex } from "../../../model/references/object-index";
import { MAKES_SECRETS } from "../../../model/references/reference-types";
import { referencesOf, targetLabel } from "../../../model/references/references";
import type { Resolver } from "../../../model/references/resolver";
import { Bindings } from "./bindings";
import type { Need, Symptom } from "./need";

/** What workloads of a stack are likely to need when they start: what others make, and their rights. */
export function likelyNeeds(index: ObjectIndex, resolver: Resolver): Need[] {
    return [...secretNeeds(index), ...jobNeeds(index, resolver), ...rightNeeds(index)];
}

/** Makes a Secret only for pods that mount it: nobody else can wait for it. */
const MADE_WITH_THE_POD = "secrets-store.csi.x-k8s.io/SecretProviderClass";

/** The custom resources whose controllers make Secrets that pods of the stack name. */
function secretNeeds(index: ObjectIndex): Need[] {
    const makers = new Map<string, Node>();
    for (const object of index.objects) {
        const node = index.nodeOf(object);
        if (object.facts || !node || kindId(object) === MADE_WITH_THE_POD) continue;
        const { cluster, namespace } = index.locationOf(object);
        const paths = Object.hasOwn(MAKES_SECRETS, kindId(object)) ? (MAKES_SECRETS[kindId(object)] ?? []) : [];
        const names = paths.map(path => object.root.select(path)).find(values => values.length > 0) ?? [];
        for (const { string } of names) if (string) makers.set([cluster, namespace, string].join("\n"), node);
    }
    if (makers.size === 0) return [];
    return index.objects.flatMap(object => {
        const node = index.podOf(object) ? index.nodeOf(object) : undefined;
        if (!node) return [];
        return referencesOf(object, index).flatMap(reference => {
            const { kind, name, location, at, type } = reference;
            const target =
                kind === "Secret" && type.without
                    ? makers.get([location.cluster, location.namespace, name].join("\n"))
                    : undefined;
            const { certain, possible } = index.find(location, kind, name);
            if (!target || certain.length > 0 || possible.length > 0) return [];
            const need: Need = {
                from: object,
                node,
                target,
                at,
                label: target.resource.label,
                role: `, which makes ${targetLabel(reference)}`,
                symptom: { looks: type.without?.looks ?? "", until: "exists" },
                isName: false,
            };
            return [need];
        });
    });
}

/**
 * The Jobs that alone have the right to make a Secret or ConfigMap that pods name and the stack lacks, in a namespace
 * of the stack's own: nothing else is there to make it.
 */
function jobNeeds(index: ObjectIndex, resolver: Resolver): Need[] {
    if (!index.objects.some(object => object.is("Job"))) return [];
    return index.objects.flatMap(object => {
        const node = index.podOf(object) ? index.nodeOf(object) : undefined;
        return node
            ? referencesOf(object, index).flatMap(reference => {
                  const { type, location, at } = reference;
                  const space = { ...location, namespace: "" };
                  if (!type.without || index.find(space, "Namespace", location.namespace).certain.length === 0)
                      return [];
                  const found = resolver.resolve(reference);
                  const [creator, ...others] = found.state === "unknown" ? (found.creators ?? []) : [];
                  const target =
                      creator?.workload.is("Job") && creator.hasRight === "yes"
                          ? index.nodeOf(creator.workload)
                          : undefined;
                  if (!creator || !target || others.some(({ workload }) => workload !== creator.workload)) return [];
                  const need: Need = {
                      from: object,
                      node,
                      target,
                      at,
                      label: creator.workload.label,
                      role: `, which may make ${targetLabel(reference)}`,
                      symptom: { looks: type.without.looks, until: "exists" },
                      isName: false,
                  };
                  return [need];
              })
            : [];
    });
}

/** The bindings that give the service accounts of workloads their rights. */
function rightNeeds(index: ObjectIndex): Need[] {
    const bindings = new Bindings(index);
    return index.objects.flatMap(object => {
        const node = index.nodeOf(object);
        const pod = index.podOf(object);
        if (!node || !pod || object.is("CronJob") || !mountsToken(pod, index)) return [];
        const at = pod.serviceAccountName;
        return bindings.of(object).flatMap(binding => {
            const target = index.nodeOf(binding);
            if (!target) return [];
            const role = " with the rights of its service account";
            const symptom: Symptom = { looks: "the API server answers its requests with Forbidden", until: "exists" };
            return [{ from: object, node, target, at, label: binding.label, role, symptom, isName: false }];
        });
    });
}

/** Whether the pod gets a token, and says by which account: it is there to ask the API server. */
function mountsToken({ spec, serviceAccountName, object }: Pod, index: ObjectIndex): boolean {
    const own = spec.get("automountServiceAccountToken");
    const name = serviceAccountName.string;
    if (!name || name === "default" || own.isUnknown || own.raw === false) return false;
    if (own.raw === true) return true;
    const { certain, possible } = index.find(index.locationOf(object), "ServiceAccount", name);
    if (certain.length === 0) return possible.length === 0;
    return certain.every(account => account.get("automountServiceAccountToken").is(false) === "no");
}
