import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { TOKEN_TYPE } from "../model/environments/inventory";

export const noLongLivedTokens = definePolicy({
    name: "no-long-lived-tokens",
    category: "access",
    description: "Forbid tokens of service accounts that never expire.",
    why: "A token in a Secret is valid until the Secret is deleted, wherever it has been copied; the tokens that pods get expire within hours and end with their pod.",
    url: "https://kubernetes.io/docs/concepts/security/service-accounts/#get-a-token",
    severity: "high",
    enforcementLevel: "mandatory",
    levelReason: "A copy of the token stays valid, so that a warning after the deployment comes too late.",
    since: "0.1.0",
    remediationSteps:
        "Let pods use the token that is mounted for them, or a projected one; request others with kubectl create token or the TokenRequest API.",
    whenNotToUse: "Clusters whose outside clients can use nothing but a fixed token.",
    config: {},
    messages: {
        secret: findings => ({
            what: `${findings.places} is ${TOKEN_TYPE}, so the Secret holds a token that never expires`,
            fix: "Use the token that is mounted into pods, or request one with the TokenRequest API (kubectl create token)",
        }),
        serviceAccount: (findings: Findings<{ name: string }>) => ({
            what: `${findings.places} ${findings.word("names the Secret", "name the Secrets")} ${findings.each(({ data }) => data.name)}, which ${findings.word("holds a token that never expires", "hold tokens that never expire")}`,
            fix: `Remove ${findings.word("the entry", "the entries")}: pods get a token of their own`,
        }),
    },
    kinds: ["Secret", "ServiceAccount"],
    checkObject(object, { report, isToken }) {
        const type = object.get("type");
        if (object.is("Secret") && type.string === TOKEN_TYPE) report("secret", type);
        if (!object.is("ServiceAccount")) return;
        // A list of Secrets makes no token, and charts list others there: what the Secret is decides.
        for (const secret of object.get("secrets").items()) {
            const name = secret.get("name");
            if (isToken(object, name)) report("serviceAccount", secret, { name: name.string ?? "" });
        }
    },
});
