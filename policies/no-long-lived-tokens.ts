import { definePolicy } from "../framework/define";

export const noLongLivedTokens = definePolicy({
    name: "no-long-lived-tokens",
    category: "access",
    description: "Forbid tokens of service accounts that never expire.",
    why: "A token in a Secret is valid until the Secret is deleted, wherever it was copied to; the tokens that pods get expire within hours and end with their pod.",
    url: "https://kubernetes.io/docs/concepts/security/service-accounts/#get-a-token",
    severity: "high",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps:
        "Let pods use the token that is mounted for them, or a projected one; ask for others with kubectl create token or the TokenRequest API.",
    whenNotToUse: "Clusters with programs outside that can use nothing but a fixed token.",
    config: {},
    messages: {
        secret: offenders => ({
            what: `${offenders} makes it hold a token that never expires`,
            fix: "Use the token mounted into pods, or request one with the TokenRequest API (kubectl create token)",
        }),
        serviceAccount: offenders => ({
            what: `${offenders} lists Secrets with tokens that never expire`,
            fix: "remove it: pods get a token of their own",
        }),
    },
    kinds: ["Secret", "ServiceAccount"],
    checkObject(object, { report }) {
        const type = object.get("type");
        if (object.is("Secret") && type.string === "kubernetes.io/service-account-token") {
            report("secret", type, type.string);
        }
        const secrets = object.get("secrets");
        if (object.is("ServiceAccount") && secrets.items().some(secret => secret.isSet)) {
            report("serviceAccount", secrets);
        }
    },
});
