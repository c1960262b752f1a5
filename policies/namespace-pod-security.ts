import { definePolicy } from "../framework/define";
import { cis } from "../framework/frameworks";
import { choice } from "../framework/settings";
import { shorten } from "../model/text";
import type { Value } from "../model/value";

const ENFORCE = "pod-security.kubernetes.io/enforce";

/** The levels of the Pod Security Standards, the most open first. */
const LEVELS = ["privileged", "baseline", "restricted"] as const;

export const namespacePodSecurity = definePolicy({
    name: "namespace-pod-security",
    category: "namespaces",
    description: "Require namespaces to enforce a level of the Pod Security Standards.",
    why: "Policies of a pack see only what Pulumi creates; with the label the API server refuses unsafe pods whoever creates them.",
    url: "https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: `Add the label ${ENFORCE} with one of the levels. At the level remediate the policy adds it where it is missing.`,
    whenNotToUse: "Clusters where another admission controller, such as Kyverno or Gatekeeper, does the same.",
    frameworks: cis("5.2.1"),
    config: {
        minimum: choice(LEVELS, "baseline", "The most open level that namespaces may enforce."),
    },
    messages: {
        missing: (offenders, { minimum }) => ({
            what: `${offenders} is not set`,
            fix: `add the label with ${levelsFrom(minimum)}`,
        }),
        invalid: (offenders, { minimum }) => ({
            what: `${offenders} is not a level`,
            fix: `use ${levelsFrom(minimum)}`,
        }),
        low: (offenders, { minimum }) => ({
            what: `${offenders} is more open than ${minimum}`,
            fix: `use ${levelsFrom(minimum)}`,
        }),
    },
    kinds: ["Namespace"],
    checkObject(object, { config, report }) {
        const label = object.labels.get(ENFORCE);
        const level = (LEVELS as readonly unknown[]).indexOf(label.raw);
        // A Patch leaves the label as it is.
        if (label.isUnset && !object.isPatch) report("missing", label);
        else if (label.isSet && level < 0) report("invalid", label, quoted(label));
        else if (label.isSet && level < LEVELS.indexOf(config.minimum)) report("low", label, quoted(label));
    },
    remediate(object, { config, set }) {
        const label = object.labels.get(ENFORCE);
        if (object.is("Namespace") && !object.isPatch && label.isUnset) set(label, config.minimum);
    },
});

/** The levels that are good enough, as a message lists them. */
function levelsFrom(minimum: (typeof LEVELS)[number]): string {
    return LEVELS.slice(LEVELS.indexOf(minimum)).join(" or ");
}

function quoted(label: Value): string | undefined {
    return label.string === undefined ? undefined : JSON.stringify(shorten(label.string));
}
