import type { EnforcementLevel, FrameworkItem, Policy, Severity } from "../framework/define";
import { type JsonSchema, schemasOf } from "../framework/settings";

/** An item of a compliance framework as Pulumi Cloud shows it. */
export interface Framework {
    readonly name: string;
    readonly version: string;
    readonly reference: string;
    readonly specification: string;
}

/** What Pulumi is told of a policy. */
export interface Metadata {
    readonly name: string;
    readonly displayName: string;
    readonly description: string;
    readonly enforcementLevel: EnforcementLevel;
    readonly severity: Severity;
    readonly tags: readonly string[];
    readonly url: string;
    readonly remediationSteps: string;
    readonly framework?: Framework;
    /** The schemas of its configuration, by key. */
    readonly properties: Readonly<Record<string, JsonSchema>>;
}

/** What Pulumi is told of a policy, by whatever server. */
export function metadataOf(policy: Policy): Metadata {
    return {
        name: policy.name,
        displayName: policy.displayName,
        description: policy.description,
        enforcementLevel: policy.enforcementLevel,
        severity: policy.severity,
        tags: ["kubernetes", policy.category],
        url: policy.url,
        remediationSteps: policy.remediationSteps,
        ...(policy.frameworks && { framework: complianceFramework(policy.frameworks) }),
        properties: schemasOf(policy.settings),
    };
}

/** Pulumi has room for one framework a policy: the first, with all of its items. */
function complianceFramework(items: readonly FrameworkItem[]): Framework {
    const [first] = items;
    const same = items.filter(item => item.framework === first?.framework);
    return {
        name: first?.framework ?? "",
        version: first?.version ?? "",
        reference: same.map(({ item }) => item).join(", "),
        specification: same.map(({ title }) => title).join("; "),
    };
}
