import { definePolicy } from "../framework/define";
import type { KubeObject } from "../model/kubernetes/object";
import { any, type Value } from "../model/value";

/** Policies that keep runs of one CronJob apart. */
const CONCURRENCY_POLICIES: readonly unknown[] = ["Forbid", "Replace"];

/** Restart policies that let the pod of a job end. */
const RESTART_POLICIES: readonly unknown[] = ["Never", "OnFailure"];

export const jobLifecycle = definePolicy({
    name: "job-lifecycle",
    category: "workloads",
    description: "Require Jobs to be cleaned up, and CronJobs to neither pile up nor start too late.",
    why: "Finished Jobs stay for ever with their pods, runs that overlap fight over the same data, and a CronJob that misses 100 starts without a deadline never starts again.",
    url: "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/",
    severity: "low",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Set ttlSecondsAfterFinished on Jobs, startingDeadlineSeconds and concurrencyPolicy Forbid or Replace on CronJobs, and restartPolicy Never or OnFailure on their pods.",
    whenNotToUse: "Jobs whose result is looked up in the cluster for as long as the stack lives.",
    config: {},
    messages: {
        ttl: offenders => ({
            what: `${offenders}`,
            fix: "set it to the seconds after which the finished Job may be deleted",
        }),
        deadline: offenders => ({
            what: `${offenders}`,
            fix: "set it to the seconds by which a run may start late",
        }),
        concurrency: offenders => ({
            what: `${offenders}, so that runs may overlap`,
            fix: "set it to Forbid or Replace",
        }),
        restart: offenders => ({
            what: `${offenders}, with which a pod never ends`,
            fix: "set it to Never or OnFailure",
        }),
    },
    kinds: ["Job", "CronJob"],
    checkObject(object, { report }) {
        const mustBeNumber = (problem: "ttl" | "deadline", at: Value) => {
            if (at.isUnknown || at.number !== undefined || (at.isUnset && object.isPatch)) return;
            report(problem, at, at.isUnset ? "is not set" : "is not a number");
        };
        const mustBeOneOf = (problem: "concurrency" | "restart", values: readonly unknown[], at: Value) => {
            if (at.isUnknown || values.includes(at.raw) || (at.isUnset && object.isPatch)) return;
            const byDefault = problem === "concurrency" ? "Allow" : "Always";
            report(problem, at, at.isUnset ? `is ${byDefault} by default` : `is ${at.string ?? "not text"}`);
        };
        if (!object.pod) return;
        if (object.is("Job") && mayBeStandalone(object))
            mustBeNumber("ttl", object.get("spec", "ttlSecondsAfterFinished"));
        if (object.is("CronJob")) {
            mustBeNumber("deadline", object.get("spec", "startingDeadlineSeconds"));
            mustBeOneOf("concurrency", CONCURRENCY_POLICIES, object.get("spec", "concurrencyPolicy"));
        }
        mustBeOneOf("restart", RESTART_POLICIES, object.pod.spec.get("restartPolicy"));
    },
});

/** Whether no controller, such as a CronJob, owns the Job and cleans it up. */
function mayBeStandalone(object: KubeObject): boolean {
    const owners = object.get("metadata", "ownerReferences");
    return !owners.isUnknown && any(owners.items().map(owner => owner.get("controller").is(true))) === "no";
}
