/** A form of text that only a credential has. */
interface Shape {
    /** What it is, as messages call it. */
    readonly name: string;
    /** Finds it, in time linear in the text: the look-behind keeps one run of characters from many attempts. */
    readonly pattern: RegExp;
    /** Where the form is described. */
    readonly source: string;
}

const GITLEAKS = "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml";

/** What tokens of many makers have in common: letters, digits, underscores and dashes behind a prefix of their own. */
const SHAPES: readonly Shape[] = [
    {
        name: "private key",
        pattern: /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/,
        source: "https://www.rfc-editor.org/rfc/rfc7468#section-10",
    },
    { name: "age key", pattern: /(?<!\w)AGE-SECRET-KEY-1[0-9A-Z]{58}/, source: GITLEAKS },
    {
        name: "AWS access key",
        pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids",
    },
    { name: "Google API key", pattern: /(?<![\w-])AIza[\w-]{35}(?![\w-])/, source: GITLEAKS },
    { name: "Google OAuth client secret", pattern: /(?<![\w-])GOCSPX-[\w-]{28}(?![\w-])/, source: GITLEAKS },
    {
        name: "Azure storage or service bus key",
        pattern: /(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{40,90}=/i,
        source: "https://learn.microsoft.com/en-us/azure/storage/common/storage-configure-connection-string",
    },
    {
        name: "Azure shared access signature",
        pattern: /[?&;]sig=[A-Za-z0-9+/=%]{40,}/i,
        source: "https://learn.microsoft.com/en-us/azure/storage/common/storage-sas-overview",
    },
    { name: "Azure client secret", pattern: /(?<![\w~.-])[\w~.]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])/, source: GITLEAKS },
    {
        name: "GitHub token",
        pattern: /(?<!\w)(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22})/,
        source: "https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/",
    },
    {
        name: "GitLab token",
        pattern: /(?<![\w-])gl(?:agent|cbt|dt|ffct|ft|imt|oas|pat|ptt|rt|soat)-[\w-]{20}/,
        source: "https://docs.gitlab.com/security/tokens/#token-prefixes",
    },
    { name: "Slack token", pattern: /(?<!\w)(?:xox[abeoprs]|xapp-\d)-[\w-]{10}/, source: GITLEAKS },
    {
        name: "Slack webhook",
        pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/[\w/+]{20}/,
        source: GITLEAKS,
    },
    {
        name: "Stripe key",
        pattern: /(?<![A-Za-z0-9])[rs]k_(?:live|test|prod)_[A-Za-z0-9]{10}/,
        source: "https://docs.stripe.com/keys",
    },
    { name: "npm token", pattern: /(?<!\w)npm_[A-Za-z0-9]{36}/, source: GITLEAKS },
    { name: "PyPI token", pattern: /(?<![\w-])pypi-AgE[\w-]{50}/, source: GITLEAKS },
    { name: "Docker Hub token", pattern: /(?<!\w)dckr_(?:pat|oat)_[\w-]{27}/, source: GITLEAKS },
    {
        name: "registry login",
        pattern: /"auth"\s{0,9}:\s{0,9}"[A-Za-z0-9+/]{8,}={0,2}"/,
        source: "https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/",
    },
    { name: "SendGrid key", pattern: /(?<![\w.-])SG\.[\w-]{16,32}\.[\w-]{16}/, source: GITLEAKS },
    { name: "Twilio key", pattern: /(?<!\w)SK[0-9a-fA-F]{32}(?!\w)/, source: GITLEAKS },
    { name: "Vault token", pattern: /(?<![\w.])hv[sbr]\.[\w-]{24}/, source: GITLEAKS },
    { name: "DigitalOcean token", pattern: /(?<!\w)do[opr]_v1_[a-f0-9]{64}/, source: GITLEAKS },
    { name: "Pulumi token", pattern: /(?<![\w-])pul-[a-f0-9]{40}(?!\w)/, source: GITLEAKS },
    { name: "Grafana token", pattern: /(?<!\w)glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}/, source: GITLEAKS },
    { name: "New Relic key", pattern: /(?<![\w-])NRAK-[A-Z0-9]{27}/, source: GITLEAKS },
    { name: "Shopify token", pattern: /(?<!\w)shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}/, source: GITLEAKS },
    { name: "Hugging Face token", pattern: /(?<!\w)hf_[A-Za-z]{34}(?!\w)/, source: GITLEAKS },
    { name: "Atlassian token", pattern: /(?<!\w)ATATT3[\w=-]{100}/, source: GITLEAKS },
    { name: "OpenAI or Anthropic key", pattern: /(?<![\w-])sk-(?:ant|proj|svcacct|admin)-[\w-]{32}/, source: GITLEAKS },
    {
        name: "JSON web token",
        pattern: /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/,
        source: "https://www.rfc-editor.org/rfc/rfc7519",
    },
];

/** The beginning of what is in PEM, in base64. */
const PEM_IN_BASE64 = /(?<![A-Za-z0-9+/])LS0tLS1CRUdJTi[A-Za-z0-9+/]{20,60}/;

/** What the credential in a text is called, when it has a known form. */
export function knownShape(text: string): string | undefined {
    const shape = SHAPES.find(({ pattern }) => pattern.test(text));
    if (shape) return shape.name;
    const [encoded] = PEM_IN_BASE64.exec(text) ?? [];
    return encoded && /PRIVATE K/.test(Buffer.from(encoded, "base64").toString("latin1")) ? "private key" : undefined;
}
