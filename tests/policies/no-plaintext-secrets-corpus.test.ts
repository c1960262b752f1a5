import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CredentialNames, DEFAULT_KEYS } from "../../policies/shared/secrets/names";
import { findCredentials, isOptionValue } from "../../policies/shared/secrets/scan";

const names = new CredentialNames(DEFAULT_KEYS);

/** The least share of what is reported that is a credential, and of credentials that is reported. */
const PRECISION = 0.98;
const RECALL = 0.95;

function casesOf(file: string): string[] {
    const text = readFileSync(join(__dirname, "../data/credentials", file), "utf8");
    return text.split("\n").filter(line => /^(?:env|arg|file) /.test(line));
}

/** Whether the policy reports a case, which is `env NAME=value`, `arg word word` or `file name text`. */
function isReported(line: string): boolean {
    const [, kind, first = "", rest = ""] = /^(\w+) ([^ =]*)[ =]?(.*)$/.exec(line) ?? [];
    if (kind === "env") return findCredentials(first, rest, names).length > 0;
    if (kind === "file") return findCredentials(first, `${rest.replaceAll("\\n", "\n")}\n`, names).length > 0;
    const words = line
        .slice("arg ".length)
        .split(" ")
        .map(word => word.replaceAll("\\s", " "));
    return words.some(
        (word, index) =>
            isOptionValue(words[index - 1] ?? "", word, names) || findCredentials(undefined, word, names).length > 0,
    );
}

test("finds credentials and nothing else", () => {
    const credentials = casesOf("with.txt");
    const others = casesOf("without.txt");
    expect(Math.min(credentials.length, others.length)).toBeGreaterThanOrEqual(300);
    const missed = credentials.filter(line => !isReported(line));
    const wrong = others.filter(isReported);
    const found = credentials.length - missed.length;
    const precision = found / (found + wrong.length);
    const recall = found / credentials.length;
    const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
    console.info(
        `${credentials.length} with and ${others.length} without credentials: precision ${percent(precision)}, recall ${percent(recall)}`,
    );
    expect({ wrong, isPrecise: precision >= PRECISION }).toEqual({ wrong, isPrecise: true });
    expect({ missed, isComplete: recall >= RECALL }).toEqual({ missed, isComplete: true });
});
