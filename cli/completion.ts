import type { Command, Option } from "commander";

/** The shells that completion can be generated for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof SHELLS)[number];

/** What a shell needs to know of one subcommand. */
interface Entry {
    readonly name: string;
    readonly summary: string;
    readonly options: readonly Option[];
    /** The values that its argument can have; none when it takes files or nothing. */
    readonly values: readonly string[];
}

/**
 * A script that makes a shell complete the command, its options, and names of policies and formats; files otherwise.
 * @param values the values of the arguments of subcommands that take no files.
 */
export function completionScript(
    shell: Shell,
    program: Command,
    values: Readonly<Record<string, readonly string[]>>,
): string {
    const entries = program.commands.map(
        (command): Entry => ({
            name: command.name(),
            summary: firstSentence(command.description()),
            options: command.createHelp().visibleOptions(command),
            values: values[command.name()] ?? [],
        }),
    );
    return { bash, zsh, fish }[shell](program.name(), entries);
}

function bash(name: string, entries: readonly Entry[]): string {
    const cases = entries.map(({ name: command, options, values }) => {
        const valued = options.flatMap(option =>
            option.argChoices
                ? [`            ${flagsOf(option).join("|")}) words="${option.argChoices.join(" ")}" ;;`]
                : [],
        );
        const flags = options.flatMap(flagsOf).join(" ");
        return `    ${command})
        case "$previous" in
${[...valued, `            *) if [[ $current == -* ]]; then words="${flags}"; else words="${values.join(" ")}"; fi ;;`].join("\n")}
        esac ;;`;
    });
    return `# Add to ~/.bashrc: source <(${name} completion bash)
${functionName(name)}() {
    local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} words=
    if [[ $COMP_CWORD -eq 1 ]]; then
        COMPREPLY=($(compgen -W "${entries.map(entry => entry.name).join(" ")}" -- "$current"))
        return
    fi
    case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F ${functionName(name)} ${name}
`;
}

function zsh(name: string, entries: readonly Entry[]): string {
    const commands = entries.map(({ name: command, summary }) => `        ${quote(`${command}:${summary}`)}`);
    const cases = entries.map(({ name: command, options, values }) => {
        const specs = options.map(option => {
            const value = option.required || option.optional ? `:value:${action(option.argChoices)}` : "";
            const flags = flagsOf(option);
            const summary = firstSentence(option.description).replace(/[[\]:]/g, "\\$&");
            const repeated = flags.length > 1 ? `'(${flags.join(" ")})'{${flags.join(",")}}` : (flags[0] ?? "");
            return `${repeated}${quote(`[${summary}]${value}`)}`;
        });
        const argument = quote(`*:argument:${action(values)}`);
        return `        ${command}) _arguments ${[...specs, argument].join(" ")} ;;`;
    });
    return `#compdef ${name}
# Add to ~/.zshrc, behind compinit: source <(${name} completion zsh)
${functionName(name)}() {
    local -a commands=(
${commands.join("\n")}
    )
    if ((CURRENT == 2)); then
        _describe command commands
        return
    fi
    shift words
    ((CURRENT--))
    case "$words[1]" in
${cases.join("\n")}
    esac
}
compdef ${functionName(name)} ${name}
`;
}

function action(values: readonly string[] | undefined): string {
    return values && values.length > 0 ? `(${values.join(" ")})` : "_files";
}

function fish(name: string, entries: readonly Entry[]): string {
    const lines = entries.flatMap(({ name: command, summary, options, values }) => {
        const isSeen = `-n '__fish_seen_subcommand_from ${command}'`;
        return [
            `complete -c ${name} -n __fish_use_subcommand -f -a ${command} -d ${quote(summary)}`,
            ...(values.length > 0 ? [`complete -c ${name} ${isSeen} -f -a ${quote(values.join(" "))}`] : []),
            ...options.map(option => {
                const short = option.short ? ` -s ${option.short.slice(1)}` : "";
                const long = option.long ? ` -l ${option.long.slice(2)}` : "";
                const takes = option.required ? " -r" : "";
                const choices = option.argChoices ? ` -f -a ${quote(option.argChoices.join(" "))}` : "";
                const text = quote(firstSentence(option.description));
                return `complete -c ${name} ${isSeen}${short}${long}${takes}${choices} -d ${text}`;
            }),
        ];
    });
    return [`# Write to ~/.config/fish/completions/${name}.fish`, ...lines, ""].join("\n");
}

function functionName(name: string): string {
    return `_${name.replaceAll("-", "_")}`;
}

function flagsOf({ short, long }: Option): string[] {
    return [short, long].filter(flag => flag !== undefined);
}

function firstSentence(text: string): string {
    return text.replace(/[.;,(:].*$/s, "").trim();
}

/** A text in single quotes, as all three shells read it. */
function quote(text: string): string {
    return `'${text.replaceAll("'", "")}'`;
}
