import type { Policy } from "../../framework/define";
import { CIS_ITEMS } from "../../framework/frameworks";

/** Items of section 5 that no manifest decides, and why. */
const NOT_DECIDABLE: Readonly<Record<string, { readonly title: string; readonly reason: string }>> = {
    "5.3.1": {
        title: "Ensure that the CNI in use supports NetworkPolicies",
        reason: "a property of the cluster's network plugin",
    },
};

/** The items of the benchmark's section 5, each with what decides it: `config/README.md`, the part that is generated. */
export function cisTable(policies: readonly Policy[], preset: Readonly<Record<string, unknown>>): string {
    const titles = new Map<string, string>([
        ...Object.entries(CIS_ITEMS),
        ...Object.entries(NOT_DECIDABLE).map(([item, { title }]): [string, string] => [item, title]),
    ]);
    const rows = [...titles]
        .sort(([a], [b]) => compareItems(a, b))
        .map(([item, title]) => {
            const deciding = policies.filter(({ frameworks = [] }) =>
                frameworks.some(entry => entry.framework === "CIS Kubernetes Benchmark" && entry.item === item),
            );
            const names = deciding.map(({ name }) => {
                const isEnabled = Object.hasOwn(preset, name);
                return `[${name}](../policies/README.md#${name})${isEnabled ? "" : " (not in this preset)"}`;
            });
            const reason = NOT_DECIDABLE[item]?.reason ?? "no policy of this pack decides it";
            return `| ${item} | ${title} | ${names.length > 0 ? names.join(", ") : reason} |`;
        });
    return `| item | title | decided by |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
}

function compareItems(a: string, b: string): number {
    const [left, right] = [a, b].map(item => item.split(".").map(Number));
    const difference = (left ?? []).map((part, index) => part - (right?.[index] ?? 0)).find(part => part !== 0);
    return difference ?? 0;
}
