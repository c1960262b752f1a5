import { definePolicy } from "../framework/define";
import type { Value } from "../model/value";

export const rollingUpdates = definePolicy({
    name: "rolling-updates",
    category: "availability",
    description: "Require Deployments to replace their pods step by step.",
    why: "An update that stops all pods before new ones are ready is an outage, and one that may neither add nor remove a pod is refused.",
    url: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "Leave out strategy, or set type RollingUpdate with a maxUnavailable below the number of pods.",
    whenNotToUse:
        "Deployments whose volume can be mounted by one pod at a time, which must be recreated: exempt them, or make them StatefulSets.",
    config: {},
    messages: {
        recreate: offenders => ({
            what: `${offenders} is Recreate, which stops all pods before it starts new ones`,
            fix: "use RollingUpdate",
        }),
        all: offenders => ({
            what: `${offenders} lets an update stop all pods at once`,
            fix: "set it below the number of pods, 25% for example",
        }),
        stuck: offenders => ({
            what: `${offenders} are both 0, so that no pod could be replaced`,
            fix: "let one of them be at least 1",
        }),
    },
    kinds: ["Deployment"],
    checkObject(object, { report }) {
        const strategy = object.get("spec", "strategy");
        const type = strategy.get("type");
        if (type.is("Recreate") === "yes") report("recreate", type);
        // Only this type, which is the default, reads the numbers.
        if (!type.isUnset && type.is("RollingUpdate") !== "yes") return;
        const maxUnavailable = strategy.get("rollingUpdate", "maxUnavailable");
        const maxSurge = strategy.get("rollingUpdate", "maxSurge");
        if (isAll(maxUnavailable, object.get("spec", "replicas"))) {
            report("all", maxUnavailable, String(maxUnavailable.raw));
        }
        if (isZero(maxUnavailable) && isZero(maxSurge))
            for (const at of [maxUnavailable, maxSurge]) report("stuck", at);
    },
});

/** A percentage as the API server reads one: digits and a percent sign. */
function percentage(value: Value): number | undefined {
    const [, digits] = /^(\d+)%$/.exec(value.string ?? "") ?? [];
    return digits === undefined ? undefined : Number(digits);
}

/** Whether it is 0 or 0%. What is not set is 25%. */
function isZero(value: Value): boolean {
    return value.number === 0 || percentage(value) === 0;
}

/** Whether it is all pods of a Deployment that has several. */
function isAll(value: Value, replicas: Value): boolean {
    const { number } = value;
    if (number !== undefined) return replicas.number !== undefined && replicas.number > 1 && number >= replicas.number;
    return (percentage(value) ?? 0) >= 100;
}
