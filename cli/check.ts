import { type ActivePolicy, evaluate, type LeveledViolation } from "../hosts/in-process";
import { isOwn } from "../model/pulumi/stack";
import { policies } from "../policies";
import { type Baseline, readBaseline, writeBaseline } from "./baseline";
import { type Choice, chosenPolicies, isFailed } from "./choice";
import { configuredPolicies } from "./config";
import { exemptionNotes } from "./exemption-notes";
import { EXIT } from "./exit";
import { accessProblem } from "./input/files";
import type { StackName } from "./input/manifests";
import { type Input, readInput } from "./input/read";
import { describeNotice, type Notice } from "./notice";
import { clashes, writeWhole } from "./output-files";
import type { Progress } from "./progress";
import { render, type Wanted } from "./report/formats";
import { type CheckReport, count, type ReportedViolation } from "./report/report";
import type { Terminal } from "./report/text";

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
    /** The reports that are wanted, at most one of them on standard output. */
    readonly formats: readonly Wanted[];
    /** File of the violations that need not fail. */
    readonly baseline?: string | undefined;
    /** Whether to write that file anew instead of reading it. */
    readonly updateBaseline: boolean;
    /** Version of the command, for reports. */
    readonly version: string;
    /** Whether tests of Helm charts are checked too. */
    readonly includeTests: boolean;
    /** Which policies run, and what of their violations counts. */
    readonly choice: Choice;
}

/** Where results go: the report, and what is to be said besides it. */
export interface Output extends Terminal {
    /** Rejects with the error of the file system where the report cannot be written. */
    readonly report: (text: string) => Promise<void>;
    readonly message: (text: string) => void;
    readonly progress: Progress;
}

/**
 * Checks the objects in files, folders and standard input.
 * @returns the exit code.
 */
export async function check(paths: readonly string[], options: CheckOptions, output: Output): Promise<number> {
    const setupProblems: Notice[] = [];
    const { choice } = options;
    const active = chosenPolicies(configuredPolicies(policies, options.config, setupProblems), choice, setupProblems);
    const { baseline: baselineFile, updateBaseline } = options;
    setupProblems.push(...clashesOf(paths, options));
    const baseline =
        baselineFile !== undefined && !updateBaseline ? readBaseline(baselineFile, setupProblems) : undefined;
    tell(inOrder(setupProblems), output);
    if (setupProblems.length > 0) return EXIT.error;

    const { progress } = output;
    const input = await readInput(paths, options.stack, progress, options.includeTests);
    progress.end();
    const { problems, skippedCount } = input;
    tell(problems, output);
    if (skippedCount > 0) {
        output.message(
            `note: ${skippedCount === 1 ? "1 document holds" : `${skippedCount} documents hold`} no object to deploy and ${skippedCount === 1 ? "was" : "were"} skipped.`,
        );
    }
    const isEmpty = input.resources.length === 0 && input.fileCount === 0;
    if (isEmpty && problems.length === 0) output.message(`error: nothing to check in ${paths.join(", ")}.`);

    const violations = evaluateAll(active, input, options, progress);
    progress.end();
    const outputProblems: Notice[] = [];
    const report = reportOf(active, input, violations, options, baseline);
    for (const note of report.notes) {
        const text = describeNotice(note);
        output.message(`${note.level ?? "note"}: ${text}${text.endsWith("?") ? "" : "."}`);
    }
    const shown = choice.quiet ? { ...report, findings: report.findings.filter(isMandatory) } : report;
    for (const { format, file } of options.formats) {
        // People are told that nothing was checked; a report would say that nothing is wrong.
        if (isEmpty && format === "text" && file === undefined) continue;
        const text = await render(
            format,
            shown,
            file === undefined ? output : { colours: false, width: undefined, excerpts: output.excerpts },
        );
        await attempt(file ?? "<stdout>", outputProblems, async () =>
            file === undefined ? output.report(text) : writeWhole(file, text),
        );
    }
    // The baseline last: what nobody could be told is not to be known from now on.
    if (updateBaseline && baselineFile !== undefined && outputProblems.length === 0) {
        const recorded = violations.filter(({ exemption }) => !exemption);
        if (await attempt(baselineFile, outputProblems, async () => writeBaseline(baselineFile, recorded))) {
            output.message(`note: ${baselineFile} records ${count(recorded.length, "violation")}.`);
        }
    }
    tell(outputProblems, output);
    if (isEmpty || problems.length + outputProblems.length > 0) return EXIT.error;
    const { failed, why } = isFailed(report, choice);
    if (why !== undefined) output.message(`error: ${why}`);
    return failed ? EXIT.violation : EXIT.ok;
}

function isMandatory({ violation }: ReportedViolation): boolean {
    return violation.level === "mandatory";
}

function clashesOf(paths: readonly string[], { formats, baseline, updateBaseline, config }: CheckOptions): Notice[] {
    const reports = formats.flatMap(({ format, file }) =>
        file === undefined ? [] : [{ file, option: `--format ${format}` }],
    );
    const recorded = baseline === undefined ? [] : [{ file: baseline, option: "--baseline" }];
    const inputs = [
        ...paths.map(file => ({ file, option: "the input" })),
        ...(config === undefined ? [] : [{ file: config, option: "--config" }]),
    ];
    return updateBaseline ? clashes([...recorded, ...reports], inputs) : clashes(reports, [...recorded, ...inputs]);
}

function evaluateAll(
    active: readonly ActivePolicy[],
    { sets, resources: all, problems }: Input,
    { stackTags, environment, now }: CheckOptions,
    progress: Progress,
): LeveledViolation[] {
    progress.begin("Checking", all.length);
    const isPartial = problems.length > 0;
    return sets.flatMap(nodes => {
        const resources = nodes.filter(isOwn).map(({ resource }) => resource);
        return evaluate(active, resources, { stackTags, environment, now, isPartial }, nodes, share =>
            progress.advance(share * resources.length),
        );
    });
}

function reportOf(
    active: readonly ActivePolicy[],
    { sets, resources, fileCount, skippedCount, problems, notes }: Input,
    violations: readonly LeveledViolation[],
    { version, stackTags, environment, now, config, baseline: baselineFile, updateBaseline }: CheckOptions,
    baseline: Baseline | undefined,
): CheckReport {
    const findings = violations.flatMap((violation): ReportedViolation[] => {
        if (violation.exemption) return [{ violation, status: "exempt" }];
        if (updateBaseline) return [{ violation, status: "known" }];
        if (!baseline) return [{ violation, status: "open" }];
        const divided = baseline.divide(violation);
        return (["open", "known"] as const)
            .filter(status => divided[status].length > 0)
            .map(status => ({ violation: { ...violation, problems: divided[status] }, status }));
    });
    const gone = baseline?.goneCount ?? 0;
    return {
        version,
        policies: active.filter(({ level }) => level !== "disabled"),
        resources,
        sets,
        fileCount,
        skippedCount,
        findings,
        problems,
        notes: [
            ...notes,
            ...exemptionNotes(active, resources, violations, { now, configFile: config }),
            ...(gone > 0
                ? [
                      {
                          file: baselineFile,
                          text: `${count(gone, "violation")} of the baseline ${gone === 1 ? "is" : "are"} gone. Remove ${gone === 1 ? "it" : "them"} with --update-baseline`,
                      },
                  ]
                : []),
        ],
        stackTags,
        environment,
        hasBaseline: baselineFile !== undefined,
    };
}

/** Does something with a file; tells as a problem why it could not be done. */
async function attempt(file: string, problems: Notice[], act: () => Promise<void>): Promise<boolean> {
    try {
        await act();
        return true;
    } catch (error) {
        problems.push({ file, text: accessProblem(error).replace("cannot be read", "cannot be written") });
        return false;
    }
}

/** Problems of one file, from its beginning to its end. */
function inOrder(problems: readonly Notice[]): Notice[] {
    return [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

function tell(problems: readonly Notice[], output: Output): void {
    for (const problem of problems) output.message(describeNotice(problem));
}
