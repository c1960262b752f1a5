import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import type { KubeObject } from "../model/kubernetes/object";
import { awaitSwitchedOff, isAwaited, mayBeSwitchedOff } from "../model/order/awaits";
import { any, type Value } from "../model/value";

/** Policies that keep runs of one CronJob apart. */
const CONCURRENCY_POLICIES: readonly unknown[] = ["Forbid", "Replace"];

/** Restart policies that let the pod of a job end. */
const RESTART_POLICIES: readonly unknown[] = ["Never", "OnFailure"];

/** What a field says, behind its path: `is not set`, `is "Allow"`. */
interface Said {
    readonly says: string;
}

export const jobLifecycle = definePolicy({
    name: "job-lifecycle",
    category: "workloads",
    description: "Require finished Jobs to be cleaned up and CronJobs to start on time without overlapping.",
    why: "Finished Jobs keep their pods for ever, overlapping runs fight over the same data, and a CronJob that misses 100 starts without a deadline never starts again.",
    url: "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/",
    severity: "low",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Set ttlSecondsAfterFinished on Jobs, startingDeadlineSeconds and concurrencyPolicy Forbid or Replace on CronJobs, and restartPolicy Never or OnFailure in their pod templates.",
    whenNotToUse: "Jobs whose result someone looks up in the cluster for as long as the stack lives.",
    config: {},
    messages: {
        ttl: (findings: Findings<Said>) => ({
            what: `${findings.places} ${findings.data.says}, so the Job and its pods stay after it has finished`,
            fix: "Set it to the number of seconds after which the finished Job may be deleted",
        }),
        ttlAtOnce: findings => ({
            what: `${findings.places} is 0, so the Job may be gone before Pulumi, which waits for it, sees that it has completed`,
            fix: "Set it to at least 60",
        }),
        ttlOfCronJob: (findings: Findings<{ seconds: number }>) => ({
            what: `${findings.places} is ${findings.data.seconds}, so finished Jobs are deleted by age, whatever history limits the CronJob has`,
            fix: "Remove it, and set successfulJobsHistoryLimit and failedJobsHistoryLimit to the number of Jobs to keep",
        }),
        deadline: (findings: Findings<Said>) => ({
            what: `${findings.places} ${findings.data.says}, so the CronJob stops for good once it has missed 100 starts`,
            fix: "Set it to the number of seconds by which a run may start late",
        }),
        concurrency: (findings: Findings<Said>) => ({
            what: `${findings.places} ${findings.data.says}, so runs may overlap`,
            fix: "Set it to Forbid or Replace",
        }),
        restart: (findings: Findings<Said>) => ({
            what: `${findings.places} ${findings.data.says}, which the API server refuses for the pods of a Job`,
            fix: "Set it to Never or OnFailure",
        }),
    },
    kinds: ["Job", "CronJob"],
    checkObject(object, { report }) {
        const mustBeNumber = (problem: "ttl" | "deadline", at: Value) => {
            if (at.isUnknown || at.number !== undefined || (at.isUnset && object.isPatch)) return;
            report(problem, at, { says: at.isUnset ? "is not set" : `is ${at.shown}, not a number` });
        };
        const mustBeOneOf = (problem: "concurrency" | "restart", values: readonly unknown[], at: Value) => {
            if (at.isUnknown || values.includes(at.raw) || (at.isUnset && object.isPatch)) return;
            const byDefault = problem === "concurrency" ? "Allow" : "Always";
            report(problem, at, { says: at.isUnset ? `is ${byDefault} by default` : `is ${at.shown}` });
        };
        if (!object.pod) return;
        const ttl = object.get("spec", "ttlSecondsAfterFinished");
        if (object.is("Job") && !isCleanedUp(object)) mustBeNumber("ttl", ttl);
        if (object.is("Job") && ttl.number === 0 && waits(object)) report("ttlAtOnce", ttl);
        if (object.is("CronJob")) {
            mustBeNumber("deadline", object.get("spec", "startingDeadlineSeconds"));
            mustBeOneOf("concurrency", CONCURRENCY_POLICIES, object.get("spec", "concurrencyPolicy"));
            const ofRuns = object.get("spec", "jobTemplate", "spec", "ttlSecondsAfterFinished");
            if (ofRuns.number !== undefined && mayKeepHistory(object)) {
                report("ttlOfCronJob", ofRuns, { seconds: ofRuns.number });
            }
        }
        mustBeOneOf("restart", RESTART_POLICIES, object.pod.spec.get("restartPolicy"));
    },
});

/**
 * Annotations of hooks: what runs them deletes their Jobs, at the next run at the latest.
 *
 * Source: https://helm.sh/docs/topics/charts_hooks/#hook-deletion-policies,
 * https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/#hook-lifecycle-and-cleanup
 */
const HOOKS = ["helm.sh/hook", "argocd.argoproj.io/hook"];

/** Whether something else cleans the Job up, or may: a controller that owns it, such as a CronJob, or what runs hooks. */
function isCleanedUp(object: KubeObject): boolean {
    const owners = object.get("metadata", "ownerReferences");
    if (owners.isUnknown || any(owners.items().map(owner => owner.get("controller").is(true))) !== "no") return true;
    return HOOKS.some(hook => !object.annotations.get(hook).isUnset);
}

/** Whether the CronJob keeps finished Jobs: without limits three that succeeded and one that failed. */
function mayKeepHistory(object: KubeObject): boolean {
    const limits = ["successfulJobsHistoryLimit", "failedJobsHistoryLimit"].map(key => object.get("spec", key));
    return limits.some(limit => limit.isUnset || (limit.number ?? 0) > 0);
}

/**
 * Whether Pulumi waits until the Job has completed. It watches for that: a Job that is gone before the watch begins, or
 * while it is renewed, is never seen to complete, and the update fails after the timeout.
 *
 * Source: pulumi/pulumi-kubernetes provider/pkg/await/job.go (`Await`, `processJobEvent`).
 */
function waits(job: KubeObject): boolean {
    return !job.isPatch && isAwaited(job) && !awaitSwitchedOff(job) && !mayBeSwitchedOff(job);
}
