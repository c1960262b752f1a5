import { suggest } from "../framework/suggest";
import type { ActivePolicy } from "../hosts/in-process";
import type { FAIL_ON } from "./exit";
import type { Notice } from "./notice";
import { type CheckReport, count } from "./report/report";

/** Which policies run, and what of their violations counts. */
export interface Choice {
    /** Names of the only policies that run. */
    readonly only: readonly string[];
    /** Names of policies that do not run. */
    readonly skip: readonly string[];
    readonly failOn: (typeof FAIL_ON)[number];
    /** How many advisory violations there may be; any number when undefined. */
    readonly maxWarnings?: number | undefined;
    /** Whether only mandatory violations are reported. */
    readonly quiet: boolean;
}

/**
 * The policies that are chosen.
 * @param problems gets names that no policy has, and policies that are asked for and disabled.
 */
export function chosenPolicies(all: readonly ActivePolicy[], choice: Choice, problems: Notice[]): ActivePolicy[] {
    const { only, skip } = choice;
    for (const [option, names] of [
        ["--only", only],
        ["--skip", skip],
    ] as const) {
        for (const name of names) {
            const found = all.find(({ policy }) => policy.name === name);
            if (!found) problems.push({ text: unknownPolicy(option, name, all) });
            else if (option === "--only" && found.level === "disabled") {
                problems.push({
                    text: `--only names ${name}, which is disabled. Give it a level in the configuration.`,
                });
            }
        }
    }
    const isChosen = (name: string) => (only.length === 0 || only.includes(name)) && !skip.includes(name);
    return all.map(one => (isChosen(one.policy.name) ? one : { ...one, level: "disabled" as const }));
}

function unknownPolicy(option: string, name: string, all: readonly ActivePolicy[]): string {
    const near = suggest(
        name,
        all.map(({ policy }) => policy.name),
    );
    const hint =
        near === undefined ? "kubernetes-guardrails list shows them all." : `Did you mean ${JSON.stringify(near)}?`;
    return `${option} names ${JSON.stringify(name)}, which is not a policy. ${hint}`;
}

/** Whether violations make the run fail, and a line that says why where no violation by itself does. */
export function isFailed(
    { findings }: Pick<CheckReport, "findings">,
    choice: Choice,
): { failed: boolean; why?: string } {
    const { failOn, maxWarnings } = choice;
    if (failOn === "never") return { failed: false };
    const open = findings.filter(({ status }) => status === "open").map(({ violation }) => violation.level);
    if (open.includes("mandatory")) return { failed: true };
    if (failOn === "advisory" && open.length > 0) return { failed: true };
    if (maxWarnings === undefined || open.length <= maxWarnings) return { failed: false };
    return {
        failed: true,
        why: `${count(open.length, "advisory violation")}, and --max-warnings allows ${maxWarnings}.`,
    };
}
