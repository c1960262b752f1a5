import { definePolicy } from "../framework/define";
import { cis } from "../framework/frameworks";

export const secretsAsFiles = definePolicy({
    name: "secrets-as-files",
    category: "secrets",
    description: "Forbid environment variables that are filled from Secrets.",
    why: "Programs write their environment into logs and error reports and hand it to the programs they start, and a changed Secret does not reach it.",
    url: "https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod",
    severity: "low",
    enforcementLevel: "disabled",
    since: "0.1.0",
    remediationSteps: "Mount the Secret as a volume and let the program read the file.",
    whenNotToUse: "Programs that take their credentials from the environment only.",
    frameworks: cis("5.4.1"),
    config: {},
    messages: {
        fromSecret: offenders => ({
            what: `${offenders} ${offenders.word("puts a Secret", "put Secrets")} into the environment`,
            fix: "mount the Secret as a volume instead",
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
