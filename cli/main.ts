import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { check, EXIT } from "./check";
import type { StackName } from "./input/manifests";

const { version } = JSON.parse(readFileSync(join(__dirname, "../package.json"), "utf8")) as { version: string };

const EXAMPLES = `
Examples:
  Check a folder of manifests:
    $ kubernetes-guardrails check manifests/
  Check a Helm chart:
    $ helm template shop ./chart | kubernetes-guardrails check -
  Check what a Pulumi stack has deployed, with the policies' configuration:
    $ pulumi stack export | kubernetes-guardrails check - --config guardrails.json

Exit codes: 0 no mandatory violation, 1 a mandatory violation, 2 something could not be checked.
`;

interface Flags {
    readonly config?: string;
    readonly stack: StackName;
    readonly stackTag: ReadonlyMap<string, string>;
    readonly environment?: string;
}

const program = new Command("kubernetes-guardrails")
    .description("Checks Kubernetes objects against the policies of the policy pack kubernetes-guardrails.")
    .version(version)
    .exitOverride()
    .addHelpText("after", EXAMPLES);

program
    .command("check")
    .description("Check Kubernetes manifests (YAML, JSON) and Pulumi state.")
    .argument("<paths...>", "files, folders (all .yaml, .yml and .json files below them) or - for standard input")
    .option("-c, --config <file>", "policy configuration, the file that Pulumi takes as --policy-pack-config")
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
    .addHelpText("after", EXAMPLES)
    .action(async (paths: string[], { config, stack, stackTag, environment }: Flags) => {
        const isTerminal = process.stdout.isTTY === true;
        process.exitCode = await check(
            paths,
            { config, stack, stackTags: stackTag, environment, now: new Date() },
            {
                colours: isTerminal && !process.env.NO_COLOR,
                width: isTerminal ? process.stdout.columns : undefined,
                report: text => process.stdout.write(text),
                message: text => process.stderr.write(`${text}\n`),
            },
        );
    });

function parseStack(text: string): StackName {
    const parts = text.split("/");
    const [stack = "", project = "project"] = parts.reverse();
    if (parts.length > 3 || parts.some(part => !/^[\w.-]+$/.test(part))) {
        throw new InvalidArgumentError("Write it as stack, project/stack or organization/project/stack.");
    }
    return { project, stack };
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
        `internal error: ${error instanceof Error ? error.name : typeof error} in kubernetes-guardrails ${version}; please report it with these lines\n${frames.join("\n")}\n`,
    );
    process.exitCode = EXIT.error;
}

// Whoever reads the output may stop early, as `head` does.
process.stdout.on("error", () => process.exit());

program.parseAsync().catch(error => {
    // Commander has already said what is wrong, or shown the help that was asked for.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.error;
    else reportInternalError(error);
});
