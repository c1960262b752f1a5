import type { CredentialNames } from "./names";
import { knownShape } from "./shapes";
import { embeddedCredential, isLiteralCredential } from "./values";

/** A credential in a text, told without a part of it. */
export interface Credential {
    /** What its form tells that it is, `AWS access key`; undefined where only its name tells that it is one. */
    readonly form: string | undefined;
    /** The number of its line, in a text of several lines. */
    readonly line: number | undefined;
}

/** How much of a text is read, in characters: the API server takes no object that is larger. */
const MAX_TEXT = 1024 * 1024;

/**
 * `name=value`, quoted or not, as in properties, environment files, options and connection strings. What is looked
 * ahead to can be another assignment: `--from-literal=password=value`.
 */
const ASSIGNMENT =
    /(?<![\w.])([A-Za-z_][\w.-]{0,100})\s{0,9}=(?![=~>])(?=\s{0,9}(?:"([^"]{0,500})|'([^']{0,500})|([^\s;,&"']{1,500})))/g;

/** `"name": "value"`, as in JSON. */
const PAIR = /"([^"]{1,100})"\s{0,9}:\s{0,9}(?="([^"]{0,500})")/g;

/** `name: 'value'`, as in objects of programs. */
const PROPERTY = /(?<![\w.])([A-Za-z_][\w.-]{0,100})["']?\s{0,9}:\s{0,9}(?='([^']{0,500})'|"([^"]{0,500})")/g;

/** `<name>value<`, as in XML. */
const ELEMENT = /<([A-Za-z][\w.:-]{0,100})>([^<>]{1,500})</g;

/** `--name value`, as in scripts. */
const OPTION = /(?<!\S)--?([A-Za-z][\w.-]{0,100})\s{1,9}["']?([^\s"'-][^\s"']{0,500})/g;

/** `name: value` as the whole line, as in YAML. */
const ENTRY = /^\s{0,100}(?:-\s{1,9})?["']?([A-Za-z_][\w.-]{0,100})["']?\s{0,9}:\s{1,9}(\S.*)$/;

/** `requirepass value` as the whole line, as in the configuration of Redis. */
const DIRECTIVE = /^\s{0,100}(requirepass|masterauth)\s{1,9}["']?([^\s"']{1,500})["']?\s{0,9}$/;

/** What a user is given in SQL, after `PASSWORD` or `IDENTIFIED BY`. */
const SQL_PASSWORD =
    /\b(?:PASSWORD(?:\s{0,9}=)?|IDENTIFIED(?:\s{1,9}WITH\s{1,9}\S{1,50})?\s{1,9}BY)\s{1,9}N?'([^'"]{1,500})'/gi;

/** The statements that give users passwords. */
const SQL_STATEMENT = /\b(?:(?:CREATE|ALTER)\s{1,9}(?:USER|ROLE|LOGIN)|GRANT)\s/i;

/** An expression of a program: what a module or an object holds, a call or its end, an index, a list. */
const CODE =
    /^(?:self|this|process\.env)\.|^[A-Za-z_]+(?:\??\.[A-Za-z_]+)+[,)]?$|^[\w.?]*[([]|\)[:;]?$|^[[{`]|^(?:await|new|typeof|lambda|not|function|async|yield|if|null|None|nil|True|False|f|r|b)$|\?\./;

/** What may follow a value without quotes: nothing, a comment, the next assignment, option or command. */
const AFTER_VALUE = /^(?:\s{0,9}$|\s{1,9}(?:#|\/\/|--|-\w|&&|\|\||[|;\\])|\s{1,9}[\w.-]{1,100}\s{0,3}=|[;,&"')])/;

/** Files of programs, by their names: what they do not quote is no literal. */
const PROGRAM = /\.(?:cjs|cs|go|groovy|java|js|jsx|kt|lua|mjs|php|pl|ps1|py|rb|rego|rs|scala|sql|ts|tsx|vcl)$/i;

/** Blocks of text, in YAML and in TOML. */
const BLOCK = /^[|>][+-]?\d?[+-]?(?:\s+#.*)?$/;
const TOML_BLOCK = /^\s{0,100}["']?([A-Za-z_][\w.-]{0,100})["']?\s{0,9}=\s{0,9}('''|""")(.{0,500})$/;

/** Comments of the usual kinds of files. */
const COMMENT = /^\s*(?:#|;|!|\/\/\s|--\s)/;

/**
 * The credentials in one value.
 * @param name what the value is the value of, if anything.
 */
export function findCredentials(name: string | undefined, text: string, names: CredentialNames): Credential[] {
    const value = text.slice(0, MAX_TEXT);
    if (names.refersTo(value)) return [];
    if (name !== undefined && names.areHeldBy(name, value)) {
        return [{ form: knownShape(value) ?? embeddedCredential(value), line: undefined }];
    }
    const lines = value.split(/\r?\n/);
    const isFile = lines.length > 1;
    const kind = name !== undefined && PROGRAM.test(name) ? "program" : isFile ? "file" : "text";
    const blocks = isFile ? blockLines(lines, names) : new Set<number>();
    return lines.flatMap((line, index) => {
        const found = credentialInLine(line, kind, names) ?? (blocks.has(index) ? "" : undefined);
        if (found === undefined) return [];
        return [{ form: found === "" ? undefined : found, line: isFile ? index + 1 : undefined }];
    });
}

/** The lines that are the only one of a block whose name is that of a credential. */
function blockLines(lines: readonly string[], names: CredentialNames): Set<number> {
    const found = new Set<number>();
    for (const [index, line] of lines.entries()) {
        const [, entry, rest = ""] = ENTRY.exec(line) ?? [];
        const [, key, quote = "", first = ""] = TOML_BLOCK.exec(line) ?? [];
        if (entry !== undefined && BLOCK.test(rest)) {
            const inner = lines[index + 1] ?? "";
            const after = lines[index + 2] ?? "";
            const isOnly =
                indentOf(inner) > indentOf(line) && (after.trim() === "" || indentOf(after) < indentOf(inner));
            if (isOnly && names.areHeldBy(entry, inner)) found.add(index + 1);
        } else if (key !== undefined) {
            const at = first.trim() === "" ? index + 1 : index;
            const [literal = ""] = (at === index ? first : (lines[at] ?? "")).split(quote, 1);
            if (names.areHeldBy(key, literal)) found.add(at);
        }
    }
    return found;
}

function indentOf(line: string): number {
    return /^ {0,200}/.exec(line)?.[0].length ?? 0;
}

/** Whether an argument is a credential since the one before it is an option that takes one: `--password value`. */
export function isOptionValue(option: string, value: string, names: CredentialNames): boolean {
    if (value.startsWith("-")) return false;
    // `-u user:password` of curl, and what curl's headers are made of.
    const [, password] = /^-?-u(?:ser)?$/.test(option)
        ? (/^[^\s:/]{1,100}:([^\s/][^\s]{0,200})$/.exec(value) ?? [])
        : [];
    if (password !== undefined) return !names.refersTo(value) && isLiteralCredential(password);
    const isOption = /^(?:--?[A-Za-z][\w.-]*=?|[A-Za-z][\w.-]*=|requirepass|masterauth)$/.test(option);
    return isOption && names.areHeldBy(option.replace(/=$/, ""), value);
}

/** What a text is: a file of a program, another file, or a value of one line. */
type Kind = "program" | "file" | "text";

/** What a line holds a credential as: "" for one that only its name tells, undefined for none. */
function credentialInLine(line: string, kind: Kind, names: CredentialNames): string | undefined {
    const known = knownShape(line);
    if (known !== undefined || (kind !== "text" && COMMENT.test(line))) return known;
    const isNamed = assignments(kind, line.replaceAll('\\"', '"')).some(([name, value]) =>
        kind === "program" && isWord(value) && areAlike(name, value, names) ? false : names.areHeldBy(name, value),
    );
    return embeddedCredential(line) ?? (isNamed ? "" : undefined);
}

function isWord(value: string): boolean {
    return /^[A-Za-z_][\w-]*$/.test(value);
}

/** Programs call fields what they hold: `const PASSWORD = "password"`. */
function areAlike(name: string, value: string, names: CredentialNames): boolean {
    return lettersOf(name) === lettersOf(value) || names.matches(value);
}

function lettersOf(text: string): string {
    return text.replaceAll(/[^A-Za-z]/g, "").toLowerCase();
}

/** The names and values that a line gives each other. */
function assignments(kind: Kind, line: string): [string, string][] {
    const found: [string, string][] = [];
    const isSeveral = kind !== "text" || /\s/.test(line.trim());
    const open = line.indexOf("(");
    for (const match of line.matchAll(ASSIGNMENT)) {
        const [all, name = "", double, single, bare = ""] = match;
        const start = match.index + all.length;
        const isExpression =
            double === undefined &&
            single === undefined &&
            isSeveral &&
            (kind === "program" ||
                CODE.test(bare) ||
                /^(?:self|this)\./.test(name) ||
                // A value with spaces around its equals sign ends the line.
                (/\s$/.test(all) && !AFTER_VALUE.test(line.slice(start + bare.length, start + bare.length + 120))) ||
                // `password = password`, `connect(password=password)`.
                (isWord(bare) &&
                    (/\s$/.test(all) || (open >= 0 && open < match.index)) &&
                    lettersOf(bare) === lettersOf(name)) ||
                (isWord(bare) && open >= 0 && open < match.index && /^[,)]/.test(line.slice(start + bare.length))));
        found.push([name, double ?? single ?? (isExpression ? "" : bare)]);
    }
    const isSql = SQL_STATEMENT.test(line);
    // In SQL `:'name'` is a variable of psql.
    for (const pattern of [PAIR, ...(isSql ? [] : [PROPERTY]), ELEMENT, OPTION]) {
        for (const [, name = "", first, second = ""] of line.matchAll(pattern)) found.push([name, first ?? second]);
    }
    for (const [, value = ""] of isSql ? line.matchAll(SQL_PASSWORD) : []) found.push(["password", value]);
    const [, directive, argument = ""] = DIRECTIVE.exec(line) ?? [];
    if (directive !== undefined) found.push([directive, argument]);
    const [, name, rest = ""] = ENTRY.exec(line) ?? [];
    if (name !== undefined) found.push([name, scalar(rest)]);
    return found;
}

/** The text of a YAML value; nothing for what is no plain text: several words, an alias, a tag, a block. */
function scalar(rest: string): string {
    const quoted = /^(["'])([^"']*)\1\s*(?:,|#.*)?$/.exec(rest);
    if (quoted) return quoted[2] ?? "";
    const plain = rest.replace(/\s#.*/, "").trim().replace(/,$/, "");
    return /^[|>&*!@`%]|\s/.test(plain) || CODE.test(plain) ? "" : plain;
}
