import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { CI_RECIPES, CI_SYSTEMS, type CiSystem } from "./ci-recipes";
import { SHELLS, type Shell } from "./completion";
import { EXIT, FAIL_ON } from "./exit";
import type { StackName } from "./input/manifests";
import { describeNotice, type Notice } from "./notice";
import { FORMATS, readWanted, type Wanted } from "./report/formats";

/** The version that package.json says. The build puts it in. */
declare const VERSION: string;

const EXAMPLES = `
Examples:
  Check a folder of manifests:
    $ kubernetes-guardrails check manifests/
  Check a Helm chart:
    $ helm template shop ./chart | kubernetes-guardrails check -
  Check what a Pulumi stack has deployed, with the policies' configuration:
    $ pulumi stack export | kubernetes-guardrails check - --config guardrails.json
  Report to a code scanning service, and to people:
    $ kubernetes-guardrails check manifests/ --format sarif=guardrails.sarif --format text
  Let only new violations fail:
    $ kubernetes-guardrails check manifests/ --baseline guardrails-baseline.json --update-baseline
    $ kubernetes-guardrails check manifests/ --baseline guardrails-baseline.json

Exit codes: 0 no mandatory violation, 1 a mandatory violation, 2 something could not be checked, whatever was found
elsewhere.
`;

const COMPARE_EXAMPLE = `
Example, before an upgrade:
  $ pulumi stack export > state.json
  $ npx kubernetes-guardrails@<this version> check state.json --format json=before.json
  $ npx kubernetes-guardrails@<new version> check state.json --format json=after.json
  $ npx kubernetes-guardrails@<new version> compare before.json after.json

Exit codes: 0 nothing is newly mandatory, 1 something is, 2 a report could not be read.
`;

const CONFIG_OPTION = [
    "-c, --config <file>",
    "policy configuration, the file that Pulumi takes as --policy-pack-config",
] as const;

interface Flags {
    readonly config?: string;
    readonly stack: StackName;
    readonly stackTag: ReadonlyMap<string, string>;
    readonly environment?: string;
    readonly format: readonly Wanted[];
    readonly baseline?: string;
    readonly excerpt: boolean;
    readonly updateBaseline: boolean;
    readonly only: readonly string[];
    readonly skip: readonly string[];
    readonly failOn: (typeof FAIL_ON)[number];
    readonly maxWarnings?: number;
    readonly quiet: boolean;
    readonly includeTests: boolean;
}

const program = new Command("kubernetes-guardrails")
    .description("Checks Kubernetes objects against the policies of the policy pack kubernetes-guardrails.")
    .version(VERSION)
    .exitOverride()
    .addHelpText("after", EXAMPLES);

program
    .command("check")
    .description("Check Kubernetes manifests (YAML, JSON), Pulumi state and previews.")
    .argument(
        "<paths...>",
        "files, globs, folders (all .yaml, .yml and .json files below them) or - for standard input",
    )
    .option(...CONFIG_OPTION)
    .addOption(
        new Option(
            "-s, --stack <name>",
            "[[organization/]project/]stack that manifests belong to; a Pulumi state names its own",
        )
            .argParser(parseStack)
            .default({ project: "project", stack: "stack" }, "project/stack"),
    )
    .option("-e, --environment <name>", "environment of the cluster that manifests go to", parseName)
    .addOption(
        new Option("--stack-tag <key=value>", "tag of the stack, may be repeated")
            .argParser(parseTag)
            .default(new Map<string, string>(), "none"),
    )
    .addOption(
        new Option("-f, --format <format[=file]>", "report, on standard output or in a file, may be repeated")
            .choices(FORMATS)
            .argParser(parseFormat)
            .default([{ format: "text" }], "text"),
    )
    .option("-b, --baseline <file>", "violations that need not fail, as --update-baseline recorded them")
    .option("--no-excerpt", "show no lines of the manifests")
    .option("--update-baseline", "record all violations in the file of --baseline", false)
    .option("--only <policies>", "run only these policies, separated by commas", parseNames, [])
    .option("--skip <policies>", "run all policies but these", parseNames, [])
    .addOption(
        new Option("--fail-on <level>", "the level of violations that make the command end with 1")
            .choices(FAIL_ON)
            .default("mandatory"),
    )
    .option("--max-warnings <number>", "end with 1 when there are more advisory violations", parseCount)
    .option("--include-tests", "check the tests of Helm charts too", false)
    .option("-q, --quiet", "report only mandatory violations", false)
    .addHelpText("after", EXAMPLES)
    .action(async (paths: string[], flags: Flags, command: Command) => {
        const { config, stack, stackTag, environment, format, baseline, updateBaseline, excerpt } = flags;
        const { only, skip, failOn, maxWarnings, quiet, includeTests } = flags;
        if (updateBaseline && baseline === undefined) {
            command.error("error: --update-baseline needs --baseline <file>, the file to write");
        }
        const { check } = await import("./check.js");
        const { ProgressBar, SILENT } = await import("./progress.js");
        const isTerminal = process.stdout.isTTY === true;
        process.exitCode = await check(
            paths,
            {
                ...{ config, stack, stackTags: stackTag, environment, now: new Date() },
                ...{ formats: format, baseline, updateBaseline, version: VERSION },
                includeTests,
                choice: { only, skip, failOn, maxWarnings, quiet },
            },
            {
                colours: isTerminal && !process.env.NO_COLOR,
                width: isTerminal ? process.stdout.columns : undefined,
                excerpts: excerpt,
                report: write,
                message: tell,
                progress: process.stderr.isTTY ? new ProgressBar() : SILENT,
            },
        );
    });

program
    .command("compare")
    .description("Show what one JSON report says otherwise than another: of a new version, configuration or state.")
    .argument("<before>", "report that check --format json wrote")
    .argument("<after>", "another one")
    .addHelpText("after", COMPARE_EXAMPLE)
    .action(async (before: string, after: string) => {
        const { compare } = await import("./compare.js");
        process.exitCode = compare(before, after, print, tell);
    });

program
    .command("list")
    .description("List all policies, with their levels.")
    .option(...CONFIG_OPTION)
    .addOption(new Option("-f, --format <format>", "how to list them").choices(["table", "json"]).default("table"))
    .action(async ({ config, format }: { readonly config?: string; readonly format: string }) => {
        const policies = await policiesOf(config);
        const { policyJson, policyTable } = await import("./policy-list.js");
        if (policies) print(format === "json" ? policyJson(policies) : policyTable(policies));
    });

program
    .command("explain")
    .description("Explain a policy: why it is there, what to do, and its configuration.")
    .argument("<policy>", "name of the policy")
    .option(...CONFIG_OPTION)
    .action(async (name: string, { config }: { readonly config?: string }, command: Command) => {
        const policies = await policiesOf(config);
        if (!policies) return;
        const found = policies.find(({ policy }) => policy.name === name);
        const { suggest } = await import("../framework/suggest.js");
        const nearest = suggest(
            name,
            policies.map(({ policy }) => policy.name),
        );
        if (!found) {
            const hint = nearest ? `Did you mean "${nearest}"?` : "kubernetes-guardrails list shows them all.";
            return command.error(`error: There is no policy ${JSON.stringify(name)}. ${hint}`);
        }
        const { explanation } = await import("./policy-list.js");
        print(explanation(found));
    });

program
    .command("init")
    .description("Write a configuration to begin with, and print what a CI system needs.")
    .argument("[folder]", "where to write it", ".")
    .addOption(new Option("--ci <system>", "the CI system").choices(CI_SYSTEMS).default("github"))
    .action(async (folder: string, { ci }: { readonly ci: CiSystem }) => {
        const { policies } = await import("../policies/index.js");
        const { initialize } = await import("./init.js");
        const problems: Notice[] = [];
        const { written, kept } = initialize(policies, folder, problems);
        for (const file of written) tell(`note: wrote ${file}.`);
        for (const file of kept) tell(`note: ${file} is there already and stays as it is.`);
        for (const problem of problems) tell(describeNotice(problem));
        if (problems.length > 0) process.exitCode = EXIT.error;
        else print(CI_RECIPES[ci]);
    });

program
    .command("schema")
    .description("Print the JSON schema of the configuration file, by which editors complete and explain it.")
    .action(async () => {
        const { policies } = await import("../policies/index.js");
        const { configSchema } = await import("./config-schema.js");
        print(`${JSON.stringify(configSchema(policies), null, 4)}\n`);
    });

program
    .command("completion")
    .description("Print a script that makes a shell complete this command.")
    .argument("<shell>", SHELLS.join(", "), parseShell)
    .action(async (shell: Shell) => {
        const { policies } = await import("../policies/index.js");
        const { completionScript } = await import("./completion.js");
        const names = policies.map(({ name }) => name);
        print(completionScript(shell, program, { explain: names, completion: SHELLS }));
    });

/** The policies as a file configures them; undefined when it is wrong, which is then told. */
async function policiesOf(config: string | undefined) {
    const { policies } = await import("../policies/index.js");
    const { configuredPolicies } = await import("./config.js");
    const problems: Notice[] = [];
    const active = configuredPolicies(policies, config, problems);
    for (const problem of problems) tell(describeNotice(problem));
    if (problems.length === 0) return active;
    process.exitCode = EXIT.error;
    return undefined;
}

/** Writes to standard output; rejects where that is full or closed. */
function write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
        process.stdout.write(text, error => (error ? reject(error) : resolve()));
    });
}

/** The same for what is all that a command does. */
function print(text: string): void {
    write(text).catch(async (error: unknown) => {
        const { accessProblem } = await import("./input/files.js");
        tell(`<stdout>: ${accessProblem(error).replace("read", "written")}`);
        process.exitCode = EXIT.error;
    });
}

function tell(text: string): void {
    process.stderr.write(`${text}\n`);
}

const givenFormats: Wanted[] = [];

/** Collects formats. The first one takes the place of the default. */
function parseFormat(text: string): readonly Wanted[] {
    const wanted = readWanted(text);
    if (!wanted) {
        throw new InvalidArgumentError(`Write it as format or format=file, with one of ${FORMATS.join(", ")}.`);
    }
    givenFormats.push(wanted);
    if (givenFormats.filter(({ file }) => file === undefined).length > 1) {
        throw new InvalidArgumentError("Only one format can go to standard output. Give the others a file.");
    }
    return givenFormats;
}

function parseShell(text: string): Shell {
    const shell = SHELLS.find(known => known === text);
    if (!shell) throw new InvalidArgumentError(`Allowed choices are ${SHELLS.join(", ")}.`);
    return shell;
}

function parseStack(text: string): StackName {
    const parts = text.split("/");
    const [stack = "", project = "project"] = parts.reverse();
    if (parts.length > 3 || parts.some(part => !/^[\w.-]+$/.test(part))) {
        throw new InvalidArgumentError("Write it as stack, project/stack or organization/project/stack.");
    }
    return { project, stack };
}

function parseNames(text: string, before: readonly string[]): readonly string[] {
    return [...before, ...text.split(",").flatMap(name => name.trim() || [])];
}

function parseCount(text: string): number {
    if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Write it as a number from 0 on.");
    return Number(text);
}

function parseName(text: string): string {
    if (text.trim() === "") throw new InvalidArgumentError("It must not be empty.");
    return text;
}

function parseTag(text: string, tags: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const at = text.indexOf("=");
    if (at < 1) throw new InvalidArgumentError("Write it as key=value.");
    return new Map([...tags, [text.slice(0, at), text.slice(at + 1)]]);
}

/** An unexpected error without its own text, which might quote a secret. */
function reportInternalError(error: unknown): void {
    const frames = error instanceof Error ? (error.stack ?? "").split("\n").filter(line => /^ {4}at /.test(line)) : [];
    process.stderr.write(
        `internal error: ${error instanceof Error ? error.name : typeof error} in kubernetes-guardrails ${VERSION}; please report it with these lines\n${frames.join("\n")}\n`,
    );
    process.exitCode = EXIT.error;
}

// Whoever wrote is told: the output may be full, or its reader may stop early, as `head` does.
process.stdout.on("error", () => {});

program.parseAsync().catch(error => {
    // Commander has already said what is wrong, or shown the help that was asked for.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.error;
    else reportInternalError(error);
});
