import { definePolicy, type Report } from "../framework/define";
import type { Finding, Findings } from "../framework/findings";
import { integer } from "../framework/settings";
import { type Autoscaler, autoscalersOf } from "../model/demand/autoscalers";
import type { KubeObject } from "../model/kubernetes/object";
import { parsePropertyPath, stepsMeet } from "../model/pulumi/property-path";
import type { Resource } from "../model/pulumi/resource";
import { indexOf } from "../model/references/object-index";
import { joinSome } from "../model/text";
import type { Value } from "../model/value";
import { type UtilizationMetric, utilizationMetrics } from "./shared/autoscaling/metrics";
import { Requests } from "./shared/autoscaling/requests";
import { controlledResources } from "./shared/autoscaling/vertical";

/** What two objects do to the same workload. */
interface Rivalry {
    readonly others: string;
}

const messages = {
    min: (findings: Findings<{ says: string }>, { minReplicas }: { minReplicas: number }) => ({
        what: `${findings.places} ${findings.data.says}, below the minimum of ${minReplicas}`,
        fix: `Set it to at least ${minReplicas}`,
    }),
    noMax: (findings: Findings<unknown>) => ({
        what: `${findings.places} is not set, but the API server requires it`,
        fix: "Set it above the minimum",
    }),
    max: (findings: Findings<{ says: string; min: string }>) => ({
        what: `${findings.places} ${findings.data.says}, not above ${findings.data.min}, so there is nothing to scale`,
        fix: "Raise it above the minimum",
    }),
    invalid: {
        per: ({ at }: Finding<{ value: string }>) => String(at),
        message: (findings: Findings<{ value: string }>) => ({
            what: `${findings.places} is ${findings.data.value}, not a whole number`,
            fix: "Write it as a whole number, without quotes",
        }),
    },
    double: (findings: Findings<Rivalry & { isOne: boolean }>) => ({
        what: `${findings.places} names a workload that ${findings.data.others} also ${findings.data.isOne ? "scales" : "scale"}`,
        fix: "Keep one of the autoscalers",
    }),
    contrary: {
        per: ({ data }: Finding<{ resource: string }>) => data.resource,
        message: (findings: Findings<Rivalry & { resource: string }>) => ({
            what: `It changes the ${findings.data.resource} requests by which ${findings.data.others} scales the same workload`,
            fix: `Set updateMode to "Off", leave ${findings.data.resource} out of controlledResources, or scale by another metric`,
        }),
    },
    static: (findings: Findings<Rivalry & { says: string }>) => ({
        what: `${findings.places} ${findings.data.says}, but ${findings.data.others} scales the workload, which each update undoes`,
        fix: "Remove spec.replicas, or add it to ignoreChanges",
    }),
    requests: {
        per: ({ data }: Finding<Rivalry & { resource: string }>) => `${data.resource} ${data.others}`,
        message: (findings: Findings<Rivalry & { resource: string }>) => ({
            what: `${findings.subjects} ${findings.do} not request ${findings.data.resource}, but ${findings.data.others} scales by its utilization`,
            fix: `Set resources.requests.${findings.data.resource}${findings.subjectCount === 1 ? "" : " in each"}`,
        }),
    },
};

type Reporter = Report<typeof messages>;

export const autoscalerConsistency = definePolicy({
    name: "autoscaler-consistency",
    category: "availability",
    description: "Check that autoscalers can scale and that nothing works against them.",
    why: "An autoscaler that has no room to scale, no requests to measure by, or a rival for the replicas does nothing or flaps.",
    url: "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "Change the autoscaler or its target as the message says.",
    whenNotToUse: "Clusters for development, where one pod is enough.",
    config: {
        minReplicas: integer(2, 0, "The lowest minReplicas that a HorizontalPodAutoscaler may have."),
    },
    messages,
    checkStack(stack, { config, report }) {
        const index = indexOf(stack);
        const autoscalers = autoscalersOf(stack);
        for (const autoscaler of [...autoscalers.all, ...autoscalers.patches]) {
            checkBounds(autoscaler, config.minReplicas, report);
        }
        for (const rivals of autoscalers.rivals) checkRivals(rivals, report);
        const requests = new Requests(index);
        for (const object of [...index.objects, ...index.patches]) {
            const horizontal = distinct(autoscalers.of(object, "replicas").certain);
            const [first] = horizontal;
            if (!first) continue;
            checkStatic(object, first, report);
            const vertical = autoscalers.of(object, "requests").certain;
            checkMetrics(object, horizontal, vertical, requests, report);
        }
    },
});

function checkBounds(autoscaler: Autoscaler, least: number, report: Reporter): void {
    const { object, scales, min, max, minAt, maxAt } = autoscaler;
    if (scales !== "replicas") return;
    if (min === "invalid") report("invalid", minAt, { value: minAt.shown });
    if (max === "invalid") report("invalid", maxAt, { value: maxAt.shown });
    if (max === "unset" && !object.isPatch) report("noMax", maxAt);
    if (typeof min !== "number" || (object.isPatch && minAt.isUnset)) return;
    // Scaling to nothing is what KEDA is for.
    if (object.is("HorizontalPodAutoscaler") && min < least) report("min", minAt, { says: said(minAt, min) });
    if (typeof max === "number" && max <= min && !(object.isPatch && maxAt.isUnset)) {
        report("max", maxAt, { says: said(maxAt, max), min: `${minAt} (${min}${minAt.isUnset ? " by default" : ""})` });
    }
}

function said(at: Value, count: number): string {
    return at.isUnset ? `is not set, which means ${count}` : `is ${count}`;
}

/** Autoscalers, an object that is given twice told once: that it has two owners is another policy's. */
function distinct(autoscalers: readonly Autoscaler[]): Autoscaler[] {
    const byObject = new Map<string, Autoscaler>();
    for (const autoscaler of autoscalers) {
        const { identity } = autoscaler.object;
        if (!byObject.has(identity)) byObject.set(identity, autoscaler);
    }
    return [...byObject.values()];
}

/** KEDA can take over an autoscaler that is there. */
const TAKES_OVER = "scaledobject.keda.sh/transfer-hpa-ownership";

/** How many rivals of an autoscaler a message names. */
const MOST_NAMED = 5;

function checkRivals(all: readonly Autoscaler[], report: Reporter): void {
    const rivals = distinct(all.filter(({ object }) => object.annotations.get(TAKES_OVER).isUnset));
    if (rivals.length < 2) return;
    const first = rivals.slice(0, MOST_NAMED + 1);
    for (const rival of rivals) {
        const others = first.filter(other => other !== rival).map(({ object }) => object.label);
        report("double", rival.target, {
            others: joinSome(others, rivals.length - 1, MOST_NAMED),
            isOne: rivals.length === 2,
        });
    }
}

/** Reports replicas that an autoscaler scales. While they are 0, it is switched off. */
function checkStatic(object: KubeObject, autoscaler: Autoscaler, report: Reporter): void {
    const replicas = object.get("spec", "replicas");
    if (!replicas.isSet || replicas.number === 0 || ignoresReplicas(object.resource)) return;
    const says = replicas.number === undefined ? "is set" : `is ${replicas.number}`;
    report("static", replicas, { says, others: autoscaler.object.label });
}

/** Reports what keeps a workload's autoscalers from measuring, once for each metric. */
function checkMetrics(
    object: KubeObject,
    horizontal: readonly Autoscaler[],
    vertical: readonly Autoscaler[],
    requests: Requests,
    report: Reporter,
): void {
    const measured = new Map<string, { metric: UtilizationMetric; others: string }>();
    for (const autoscaler of horizontal) {
        for (const metric of utilizationMetrics(autoscaler)) {
            const key = `${metric.resource}\n${metric.container.string ?? ""}`;
            if (!measured.has(key)) measured.set(key, { metric, others: autoscaler.object.label });
        }
    }
    for (const { metric, others } of measured.values()) {
        for (const at of requests.missing(object, metric))
            report("requests", at, { resource: metric.resource, others });
    }
    const byResource = new Map([...measured.values()].map(({ metric, others }) => [metric.resource, others]));
    for (const other of vertical) {
        for (const resource of new Set(controlledResources(other))) {
            const others = byResource.get(resource);
            if (others !== undefined) report("contrary", other.object, { resource, others });
        }
    }
}

const REPLICAS = ["spec", "replicas"];

/** Whether updates leave the number of replicas as it is on the cluster. */
function ignoresReplicas({ options }: Resource): boolean {
    return (options?.ignoreChanges ?? []).some(text => {
        const path = parsePropertyPath(text);
        return path?.every((step, place) => stepsMeet(step, REPLICAS[place] ?? ""));
    });
}
