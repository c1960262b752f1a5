import { evaluate } from "../hosts/in-process";
import { policies } from "../policies";
import { configuredPolicies } from "./config";
import type { StackName } from "./input/manifests";
import { readInput } from "./input/read";
import { describeProblem, type Problem } from "./problem";
import { type Terminal, textReport } from "./report/text";

/** What `check` is told besides the paths. */
export interface CheckOptions {
    /** Policy configuration file. */
    readonly config?: string | undefined;
    /** The stack that manifests belong to. */
    readonly stack: StackName;
    /** Tags of the stack. */
    readonly stackTags: ReadonlyMap<string, string>;
    /** The environment of the cluster that manifests go to. */
    readonly environment?: string | undefined;
    /** The present moment, which ends exemptions. */
    readonly now: Date;
}

/** Where results go: the report, and what is to be said besides it. */
export interface Output extends Terminal {
    readonly report: (text: string) => void;
    readonly message: (text: string) => void;
}

/** How the command ends. A violation outweighs an error: both are told. */
export const EXIT = { ok: 0, violation: 1, error: 2 } as const;

/**
 * Checks the objects in files, folders and standard input.
 * @returns the exit code.
 */
export async function check(paths: readonly string[], options: CheckOptions, output: Output): Promise<number> {
    const configProblems: Problem[] = [];
    const active = configuredPolicies(policies, options.config, configProblems);
    tell(inOrder(configProblems), output);
    if (configProblems.length > 0) return EXIT.error;

    const { sets, resources, fileCount, skippedCount, problems } = await readInput(paths, options.stack);
    tell(problems, output);
    if (skippedCount > 0) {
        output.message(
            `note: ${skippedCount === 1 ? "1 document holds" : `${skippedCount} documents hold`} no Kubernetes object and ${skippedCount === 1 ? "was" : "were"} skipped.`,
        );
    }
    if (resources.length === 0) {
        if (problems.length === 0) output.message(`error: nothing to check in ${paths.join(", ")}.`);
        return EXIT.error;
    }

    const { stackTags, now, environment } = options;
    const violations = sets.flatMap(nodes =>
        evaluate(
            active,
            nodes.map(({ resource }) => resource),
            { stackTags, now, environment },
            nodes,
        ),
    );
    output.report(textReport({ resources, fileCount, violations }, output));
    if (violations.some(({ level, exemption }) => level === "mandatory" && !exemption)) return EXIT.violation;
    return problems.length > 0 ? EXIT.error : EXIT.ok;
}

/** Problems of one file, from its beginning to its end. */
function inOrder(problems: readonly Problem[]): Problem[] {
    return [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

function tell(problems: readonly Problem[], output: Output): void {
    for (const problem of problems) output.message(describeProblem(problem));
}
