import { definePolicy, type Report } from "../framework/define";
import type { Finding, Findings } from "../framework/findings";
import type { KubeObject } from "../model/kubernetes/object";
import { mapSelects } from "../model/kubernetes/selector";
import { indexOf, type ObjectIndex } from "../model/references/object-index";
import { governingServiceOf, isHeadless, targetLabel } from "../model/references/references";
import { Resolver } from "../model/references/resolver";
import { autoNamed, nameOfResource } from "./shared/references/wording";

/** The Service that a StatefulSet names. */
interface Governing {
    readonly label: string;
}

const messages = {
    missing: {
        per: ({ data: { label } }: Finding<Governing & { near: string | undefined }>) => label,
        message: (findings: Findings<Governing & { near: string | undefined }>) => {
            const { label, near } = findings.data;
            return {
                what: `spec.serviceName names ${label}, which the stack does not create${near === undefined ? "" : `, unlike ${JSON.stringify(near)}`}: the pods get no DNS names of their own`,
                fix:
                    near === undefined
                        ? "Create a Service of that name with clusterIP: None, or correct the name"
                        : `Change the name to ${JSON.stringify(near)}`,
            };
        },
    },
    autoNamed,
    notHeadless: ({ data: { label } }: Findings<Governing>) => ({
        what: `spec.serviceName names ${label}, which is not headless: the pods get no DNS names of their own`,
        fix: "Set spec.clusterIP: None in that Service, or name another one that has it",
    }),
    notSelecting: ({ data: { label } }: Findings<Governing>) => ({
        what: `spec.serviceName names ${label}, which does not select the pods of the StatefulSet: they get no DNS names of their own`,
        fix: "Set spec.selector of that Service to labels of the pod template",
    }),
};

type Reporter = Report<typeof messages>;

export const requireHeadlessService = definePolicy({
    name: "require-headless-service",
    category: "readiness",
    description: "Require a headless Service that selects the pods of each StatefulSet.",
    why: "The Service that a StatefulSet names gives each pod a DNS name of its own, by which the members of a database or queue find each other. Pods start without it, and those names do not resolve.",
    url: "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Create the Service with clusterIP: None and a selector for the pods, or correct spec.serviceName.",
    whenNotToUse: "StatefulSets whose pods nobody addresses one by one.",
    config: {},
    messages,
    checkStack(stack, { report }) {
        const index = indexOf(stack);
        const resolver = new Resolver(index, { world: "namespace", external: [] });
        for (const object of index.objects) if (object.is("StatefulSet")) checkService(object, index, resolver, report);
    },
});

function checkService(set: KubeObject, index: ObjectIndex, resolver: Resolver, report: Reporter): void {
    const reference = governingServiceOf(set, index);
    if (!reference) return;
    const label = targetLabel(reference);
    const resolution = resolver.resolve(reference);
    if (resolution.state === "missing") {
        const { near, autoNamed: named } = resolution;
        if (named) report("autoNamed", reference.at, nameOfResource(label, "Service", named));
        else report("missing", reference.at, { label, near });
    }
    if (resolution.state !== "found") return;
    const { target } = resolution;
    if (isHeadless(target) === "no") report("notHeadless", reference.at, { label });
    const selector = target.get("spec", "selector");
    const pod = index.podOf(set);
    if (pod && selector.isMap && mapSelects(selector, { labels: pod.labels }) === "no") {
        report("notSelecting", reference.at, { label });
    }
}
