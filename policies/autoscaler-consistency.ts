import { definePolicy, type Offenders, problem, type StackReport } from "../framework/define";
import { integer } from "../framework/settings";
import { type Autoscaler, type Autoscalers, autoscalersOf } from "../model/demand/autoscalers";
import type { KubeObject } from "../model/kubernetes/object";
import { parsePropertyPath, stepsMeet } from "../model/pulumi/property-path";
import type { Resource } from "../model/pulumi/resource";
import { indexOf, type ObjectIndex } from "../model/references/object-index";
import { joinWords } from "../model/text";
import type { Value } from "../model/value";
import { utilizationMetrics } from "./shared/autoscaling/metrics";
import { missingRequests } from "./shared/autoscaling/requests";
import { controlledResources } from "./shared/autoscaling/vertical";

const messages = {
    min: (offenders: Offenders, { minReplicas }: { minReplicas: number }) => ({
        what: `${offenders}`,
        fix: `keep at least ${minReplicas} pods, so that losing one is not an outage`,
    }),
    max: problem("set a maximum above the minimum, or there is nothing to scale"),
    invalid: problem("write it as a whole number, without quotes"),
    double: problem("keep one of the autoscalers: they undo what the other does"),
    contrary: problem(
        'let one of them use another metric, or set updateMode to "Off": each reacts to what the other does',
    ),
    static: problem(
        "remove replicas, or add spec.replicas to ignoreChanges: each update would undo what the autoscaler did",
    ),
    requests: problem("set the request: utilization is the share of it that is used"),
};

type Reporter = StackReport<typeof messages>;

export const autoscalerConsistency = definePolicy({
    name: "autoscaler-consistency",
    category: "availability",
    description: "Check that autoscalers can scale, and that nothing works against them.",
    why: "An autoscaler without room, without requests to measure by, or against another owner of the replicas does nothing, or flaps.",
    url: "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "Change the autoscaler or its target as the message says.",
    whenNotToUse: "Clusters for development, where one pod is enough.",
    config: {
        minReplicas: integer(2, 0, "Least minReplicas of a HorizontalPodAutoscaler."),
    },
    messages,
    checkStack(stack, { config, report }) {
        const index = indexOf(stack);
        const autoscalers = autoscalersOf(stack);
        for (const autoscaler of [...autoscalers.all, ...autoscalers.patches]) {
            checkBounds(autoscaler, config.minReplicas, report);
        }
        for (const rivals of autoscalers.rivals) checkRivals(rivals, report);
        for (const object of [...index.objects, ...index.patches]) checkTarget(object, autoscalers, index, report);
    },
});

function checkBounds(autoscaler: Autoscaler, least: number, report: Reporter): void {
    const { object, scales, min, max, minAt, maxAt } = autoscaler;
    if (scales !== "replicas") return;
    if (min === "invalid") report(object, "invalid", minAt, "is not a whole number");
    if (max === "invalid") report(object, "invalid", maxAt, "is not a whole number");
    if (max === "unset" && !object.isPatch) report(object, "max", maxAt, "is not set");
    if (typeof min !== "number" || (object.isPatch && minAt.isUnset)) return;
    const said = minAt.isUnset ? `is not set, which means ${min}` : `is ${min}`;
    // Scaling to nothing is what KEDA is for.
    if (object.is("HorizontalPodAutoscaler") && min < least) report(object, "min", minAt, said);
    if (typeof max === "number" && max <= min && !(object.isPatch && maxAt.isUnset)) {
        report(object, "max", maxAt, `(${shown(maxAt, max)}) is not above ${minAt} (${shown(minAt, min)})`);
    }
}

function shown(at: Value, count: number): string {
    return at.isUnset ? `${count} by default` : String(count);
}

/** KEDA can take over an autoscaler that is there. */
const TAKES_OVER = "scaledobject.keda.sh/transfer-hpa-ownership";

function checkRivals(all: readonly Autoscaler[], report: Reporter): void {
    const rivals = all.filter(({ object }) => object.annotations.get(TAKES_OVER).isUnset);
    if (rivals.length < 2) return;
    for (const { object, target } of rivals) {
        const others = rivals.filter(rival => rival.object !== object).map(rival => rival.object.label);
        report(object, "double", target, `is also the target of ${joinWords(others)}`);
    }
}

/** What a workload says that goes against its autoscalers. */
function checkTarget(object: KubeObject, autoscalers: Autoscalers, index: ObjectIndex, report: Reporter): void {
    const horizontal = autoscalers.of(object, "replicas").certain;
    const vertical = autoscalers.of(object, "requests").certain;
    const replicas = object.get("spec", "replicas");
    // While it is 0, the autoscaler is switched off.
    if (horizontal[0] && replicas.isSet && replicas.number !== 0 && !ignoresReplicas(object.resource)) {
        report(
            object,
            "static",
            replicas,
            `is ${replicas.number ?? "set"}, though ${horizontal[0].object.label} scales it`,
        );
    }
    for (const autoscaler of horizontal) {
        for (const metric of utilizationMetrics(autoscaler)) {
            const pod = object.isPatch ? undefined : index.podOf(object);
            for (const at of pod ? missingRequests(pod, metric, index) : []) {
                report(object, "requests", at, `is not set, though ${autoscaler.object.label} scales by it`);
            }
            for (const other of vertical) {
                if (!controlledResources(other).includes(metric.resource)) continue;
                const detail = `changes the requests for ${metric.resource}, by which ${autoscaler.object.label} scales`;
                report(other.object, "contrary", undefined, detail);
            }
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
