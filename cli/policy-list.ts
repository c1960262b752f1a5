import type { FrameworkItem } from "../framework/define";
import { EXEMPT_ANNOTATION } from "../framework/exemptions";
import { schemasOf } from "../framework/settings";
import type { ActivePolicy } from "../hosts/in-process";
import { describePolicy } from "./report/json";

/** The version of the shape of the list as JSON; it changes as that of the report does. */
const SHAPE_VERSION = 1;

/** The policies as a table. */
export function policyTable(policies: readonly ActivePolicy[]): string {
    const rows = policies.map(({ policy, level }) => [
        policy.name,
        level,
        policy.severity,
        policy.category,
        (policy.frameworks ?? []).map(describeItem).join(", "),
    ]);
    const table = [["POLICY", "LEVEL", "SEVERITY", "CATEGORY", "FRAMEWORKS"], ...rows];
    const widths = [0, 1, 2, 3].map(column => Math.max(...table.map(row => row[column]?.length ?? 0)));
    return table
        .map(
            row =>
                `${row
                    .map((cell, at) => cell.padEnd(widths[at] ?? 0))
                    .join("  ")
                    .trimEnd()}\n`,
        )
        .join("");
}

/** The policies with all that is known of them, for programs. */
export function policyJson(policies: readonly ActivePolicy[]): string {
    const list = policies.map(({ policy, level }) => ({
        name: policy.name,
        level,
        defaultLevel: policy.enforcementLevel,
        ...describePolicy(policy),
        /** JSON schemas of the keys. */
        configuration: schemasOf(policy.settings),
    }));
    return `${JSON.stringify({ version: SHAPE_VERSION, policies: list }, null, 2)}\n`;
}

/** All about one policy, for people. */
export function explanation({ policy, level }: ActivePolicy): string {
    const keys = Object.entries(schemasOf(policy.settings)).map(
        ([key, { default: value, description }]) => `  ${key} = ${JSON.stringify(value)}\n      ${description}`,
    );
    const frameworks = (policy.frameworks ?? []).map(item => `${describeItem(item)} (${item.title})`);
    const sections: readonly (readonly [string, readonly string[]])[] = [
        ["Why", [`  ${policy.why}`]],
        [`Why it is ${policy.enforcementLevel} by default`, policy.levelReason ? [`  ${policy.levelReason}`] : []],
        ["What to do", [`  ${policy.remediationSteps}`]],
        ["When not to use it", [`  ${policy.whenNotToUse}`]],
        ["Source", [`  ${policy.url}`]],
        ["Frameworks", frameworks.map(text => `  ${text}`)],
        ["Configuration, with defaults", keys],
        [
            "Exemptions",
            policy.organizationOnly
                ? ["  Only by the key exempt: an object cannot exempt itself from this policy."]
                : [`  By the key exempt, or by the annotation ${EXEMPT_ANNOTATION}${policy.name}: "<reason>".`],
        ],
    ];
    return [
        `${policy.name}: ${policy.description}`,
        `Level ${level}, severity ${policy.severity}, category ${policy.category}, since ${policy.since}.`,
        ...sections.filter(([, lines]) => lines.length > 0).map(([title, lines]) => `\n${title}:\n${lines.join("\n")}`),
        "",
    ].join("\n");
}

/** An item of a framework in a few words: `CIS 1.12 5.2.2`, `PSS v1.30 baseline/capabilities`. */
function describeItem({ framework, version, item }: FrameworkItem): string {
    const short = { "CIS Kubernetes Benchmark": "CIS", "Pod Security Standards": "PSS" } as const;
    return `${short[framework]} ${version} ${item}`;
}
