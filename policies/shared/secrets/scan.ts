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

/** An expression of a program: what a module or an object holds, a call or its end, a list. */
const CODE = /^(?:self|this|process\.env)\.|^[A-Za-z_]+(?:\.[A-Za-z_]+)+$|^[\w.]*\(|\)[:;]?$|^[[{`]/;

/** Comments of the usual kinds of files. */
const COMMENT = /^\s*(?:#|;|!|\/\/\s|--\s)/;

/**
 * The credentials in one value.
 * @param name what the value is the value of, if anything.
 */
export function findCredentials(name: string | undefined, text: string, names: CredentialNames): Credential[] {
    const value = text.slice(0, MAX_TEXT);
    if (name !== undefined && names.matches(name) && isLiteralCredential(value)) {
        return [{ form: knownShape(value) ?? embeddedCredential(value), line: undefined }];
    }
    const lines = value.split(/\r?\n/);
    const isFile = lines.length > 1;
    return lines.flatMap((line, index) => {
        const found = credentialInLine(line, isFile, names);
        if (found === undefined) return [];
        return [{ form: found === "" ? undefined : found, line: isFile ? index + 1 : undefined }];
    });
}

/** Whether an argument is a credential since the one before it is an option that takes one: `--password value`. */
export function isOptionValue(option: string, value: string, names: CredentialNames): boolean {
    return /^--?[A-Za-z]/.test(option) && !/[=\s]/.test(option) && names.matches(option) && isArgument(value);
}

function isArgument(value: string): boolean {
    return !value.startsWith("-") && isLiteralCredential(value);
}

/** What a line holds a credential as: "" for one that only its name tells, undefined for none. */
function credentialInLine(line: string, isFile: boolean, names: CredentialNames): string | undefined {
    const known = knownShape(line);
    if (known !== undefined || (isFile && COMMENT.test(line))) return known;
    const isNamed = assignments(isFile || /\s/.test(line.trim()), line.replaceAll('\\"', '"')).some(
        ([name, value]) => names.matches(name) && isLiteralCredential(value),
    );
    return embeddedCredential(line) ?? (isNamed ? "" : undefined);
}

/**
 * The names and values that a line gives each other.
 * @param isProgram whether values without quotes may be expressions.
 */
function assignments(isProgram: boolean, line: string): [string, string][] {
    const found: [string, string][] = [];
    for (const [, name = "", double, single, bare = ""] of line.matchAll(ASSIGNMENT)) {
        const isExpression = isProgram && (CODE.test(bare) || /^(?:self|this)\./.test(name));
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
