import { definePolicy } from "../framework/define";
import { cis } from "../framework/frameworks";

export const secretsAsFiles = definePolicy({
    name: "secrets-as-files",
    category: "secrets",
    description: "Forbid environment variables that take their values from Secrets.",
    why: "Programs write their environment to logs and crash reports and pass it on to every process that they start. A running container also never sees that the Secret has changed.",
    url: "https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod",
    severity: "low",
    enforcementLevel: "disabled",
    since: "0.1.0",
    remediationSteps: "Mount the Secret as a volume, and let the program read the credential from the file.",
    whenNotToUse: "For programs that can read credentials only from the environment.",
    frameworks: cis("5.4.1"),
    config: {},
    messages: {
        fromSecret: findings => ({
            what: `${findings.places} ${findings.word("exposes a Secret", "expose Secrets")} as environment variables`,
            fix: `Mount the ${findings.word("Secret", "Secrets")} as ${findings.word("a volume", "volumes")} instead`,
        }),
    },
    checkPod(pod, { report }) {
        for (const container of pod.containers) {
            const references = [
                ...container.get("env").select("[].valueFrom.secretKeyRef"),
                ...container.get("envFrom").select("[].secretRef"),
            ];
            for (const reference of references) if (reference.isSet) report("fromSecret", reference);
        }
    },
});
