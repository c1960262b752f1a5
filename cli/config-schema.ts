import type { Policy } from "../framework/define";
import { LEVELS } from "../framework/levels";
import { type JsonSchema, schemasOf } from "../framework/settings";

const LEVEL: JsonSchema = {
    enum: LEVELS,
    description: "How a violation is treated; remediate repairs the resource where the policy can.",
};

/**
 * The JSON schema (draft 7) of a policy configuration file, by which editors complete and explain it. The file itself
 * cannot name it: Pulumi takes every key for a policy.
 */
export function configSchema(policies: readonly Policy[]): JsonSchema {
    return {
        $schema: "http://json-schema.org/draft-07/schema#",
        title: "Configuration of the policy pack kubernetes-guardrails",
        type: "object",
        properties: {
            all: {
                description: "The level of all policies but those that have their own.",
                anyOf: [LEVEL, settingsSchema({ enforcementLevel: LEVEL }, ["enforcementLevel"])],
            },
            environments: {
                description: "Names of Pulumi ESC environments.",
                type: "array",
                items: { type: "string" },
            },
            ...Object.fromEntries(policies.map(policy => [policy.name, policySchema(policy)])),
        },
        additionalProperties: false,
    };
}

function policySchema(policy: Policy): JsonSchema {
    const { description, why, enforcementLevel, settings } = policy;
    return {
        description: `${description} ${why} Level: ${enforcementLevel}.`,
        anyOf: [LEVEL, settingsSchema({ enforcementLevel: LEVEL, ...schemasOf(settings) })],
    };
}

function settingsSchema(properties: Record<string, JsonSchema>, required: readonly string[] = []): JsonSchema {
    return { type: "object", properties, ...(required.length > 0 && { required }), additionalProperties: false };
}
