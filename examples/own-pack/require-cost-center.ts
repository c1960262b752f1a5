import { definePolicy, pattern, withDefault } from "kubernetes-guardrails/policies";

const LABEL = "acme.example/cost-center";

export const requireCostCenter = definePolicy({
    name: "acme-require-cost-center",
    category: "metadata",
    description: "Require a cost center on every namespace.",
    why: "Clusters are shared; what runs on them is charged to the cost center of its namespace.",
    url: "https://wiki.acme.example/cost-centers",
    severity: "medium",
    enforcementLevel: "mandatory",
    since: "1.0.0",
    remediationSteps: `Add the label ${LABEL} to the namespace.`,
    whenNotToUse: "Clusters that Acme does not pay for.",
    config: {
        format: withDefault(
            pattern("Regular expression that the whole value must match."),
            "cc-[0-9]{4}",
            "Regular expression for cost centers.",
        ),
    },
    messages: {
        missing: ({ places }) => ({ what: `${places} is not set`, fix: "Set it to the cost center that pays" }),
        malformed: ({ places }, { format }) => ({
            what: `${places} is not a cost center`,
            fix: `Use a value that matches ${format.source}`,
        }),
    },
    kinds: ["Namespace"],
    checkObject(object, { config, report }) {
        const label = object.labels.get(LABEL);
        // A preview may not know it yet: then the update decides.
        if (label.isUnknown) return;
        if (label.isUnset) {
            // A patch says nothing of what is there already.
            if (!object.isPatch) report("missing", label);
        } else if (!label.string || !config.format.matches(label.string)) {
            report("malformed", label);
        }
    },
});
