import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { cis } from "../framework/frameworks";
import { choice } from "../framework/settings";
import { joinWords, shorten } from "../model/text";

const ENFORCE = "pod-security.kubernetes.io/enforce";

/** The levels of the Pod Security Standards, the least strict first. */
const LEVELS = ["privileged", "baseline", "restricted"] as const;

export const namespacePodSecurity = definePolicy({
    name: "namespace-pod-security",
    category: "namespaces",
    description: "Require namespaces to enforce a level of the Pod Security Standards.",
    why: "A policy pack sees only what Pulumi creates. With the label, the API server rejects unsafe pods no matter who creates them.",
    url: "https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: `Add the label ${ENFORCE} with one of the levels. At the level remediate, the policy adds it where it is missing.`,
    whenNotToUse: "Clusters where another admission controller, such as Kyverno or Gatekeeper, enforces the same.",
    frameworks: cis("5.2.1"),
    config: {
        minimum: choice(LEVELS, "baseline", "The least strict level that a namespace may enforce."),
    },
    messages: {
        missing: (findings, { minimum }) => ({
            what: `${findings.places} is not set`,
            fix: `Set it to ${levelsFrom(minimum)}`,
        }),
        invalid: (findings: Findings<{ level: string | undefined }>, { minimum }) => ({
            what: `${findings.places} is ${findings.data.level === undefined ? "not a string" : `${JSON.stringify(shorten(findings.data.level))}, which the Pod Security Standards do not define`}`,
            fix: `Set it to ${levelsFrom(minimum)}`,
        }),
        low: (findings: Findings<{ level: string | undefined }>, { minimum }) => ({
            what: `${findings.places} is "${findings.data.level}", the minimum is "${minimum}"`,
            fix: `Set it to ${levelsFrom(minimum)}`,
        }),
    },
    kinds: ["Namespace"],
    checkObject(object, { config, report }) {
        const label = object.labels.get(ENFORCE);
        const level = (LEVELS as readonly unknown[]).indexOf(label.raw);
        // A Patch leaves the label as it is.
        if (label.isUnset && !object.isPatch) report("missing", label);
        else if (label.isSet && level < 0) report("invalid", label, { level: label.string });
        else if (label.isSet && level < LEVELS.indexOf(config.minimum)) report("low", label, { level: label.string });
    },
    remediate(object, { config, set }) {
        const label = object.labels.get(ENFORCE);
        if (object.is("Namespace") && !object.isPatch && label.isUnset) set(label, config.minimum);
    },
});

/** The levels that are good enough, as a message lists them. */
function levelsFrom(minimum: (typeof LEVELS)[number]): string {
    return joinWords(
        LEVELS.slice(LEVELS.indexOf(minimum)).map(level => JSON.stringify(level)),
        "or",
    );
}
