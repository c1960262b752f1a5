import { beforeAll, describe, expect, test } from "vitest";
import { schemasOf } from "../framework/settings";
import { policies } from "../policies";
import { problemsOf } from "./support/check-host";
import { type Fixture, loadFixtures } from "./support/fixtures";

const { fixtures } = loadFixtures(policies);

interface Said {
    readonly from: string;
    readonly policy: string;
    readonly id: string;
    readonly what: string;
    readonly fix: string;
    readonly fields: readonly string[];
}

const said: Said[] = [];
beforeAll(() => {
    for (const fixture of fixtures) said.push(...saidIn(fixture));
});

function saidIn(fixture: Fixture): Said[] {
    const from = `${fixture.policy.name}/${fixture.name}`;
    return problemsOf(fixture).map(({ id, what, fix, fields }) => ({
        from,
        policy: fixture.policy.name,
        id,
        what,
        fix,
        fields,
    }));
}

/** What a native engineer would not write, and what machines glue together. */
const FORBIDDEN: readonly RegExp[] = [
    /\b(?:is|are) no (?!longer)/,
    /\basks? for\b/,
    /\bwrite texts?\b/,
    /;(?! until=)/,
    /\bnone of\b.*\bneither\b/,
    /\be\.g\.|\betc\b|\bplease\b/i,
    /\b1 (?:pods|replicas|containers|objects|resources|load balancers|nodes)\b/,
    /\bundefined\b|\[object/,
    /^[^,]*[^A-Z][^,]*, (?:add|remove|set|use|give|keep|write|let) (?:the|a|an|it|them|one)\b[^,]*\.$/,
];

/** The verbs that a fix may begin with. */
const VERBS =
    `Add Allow Annotate Ask Bind Break Build Change Choose Clear Configure Copy Correct Create Declare Delete Depend Deploy Do
Drop Enable Exempt Extend Find Fix Give Grant Have Hold Import Install Keep Label Leave Let Limit List Look Lower Make
Mark Match Merge Mount Move Name Narrow Order Pass Pin Point Protect Pull Put Quote Raise Read Reduce Refer Remove Rename
Repair Replace Report Request Return Review Rewrite Run Say Scale Select Send Set Shorten Specify Split Spread Start
Store Switch Tag Take Tell Turn Unset Update Upgrade Use Wait Write`.split(/\s+/);

/** Texts without what they quote: names, values and paths may hold anything. */
function ownWords(text: string): string {
    return text.replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'|\([^()]*\)|\[[^\]]*\]|`[^`]*`/g, "_");
}

describe("every message of every fixture", () => {
    test("says what is wrong in a sentence: a capital, a path or a name, and a period", () => {
        const wrong = said.filter(
            ({ what }) => !/^(?:[A-Z"]|[a-z][\w-]*(?:[.:[/]\S| ))/.test(what) || !/[^.]\.$/.test(what),
        );
        expect(wrong.map(({ from, what }) => `${from}: ${what}`)).toEqual([]);
    });

    test("begins with a small letter only where that is a field", () => {
        const wrong = said.filter(({ what, fields }) => {
            const [word] = /^[a-z]\w*(?=[ ,])/.exec(what) ?? [];
            return word !== undefined && !fields.some(field => field.split(/[.[]/).includes(word));
        });
        expect(wrong.map(({ from, what }) => `${from}: ${what}`)).toEqual([]);
    });

    test("says what to do in a sentence that begins with a verb", () => {
        const wrong = said.filter(
            ({ fix }) => !VERBS.includes(/^[A-Z][a-z]+/.exec(fix)?.[0] ?? "") || !/[^.]\.$/.test(fix),
        );
        expect(wrong.map(({ from, fix }) => `${from}: ${fix}`)).toEqual([]);
    });

    test.each(FORBIDDEN.map(one => [String(one), one] as const))("has nothing like %s", (_, pattern) => {
        const wrong = said.filter(({ what, fix }) => [what, fix].some(text => pattern.test(ownWords(text))));
        expect(wrong.map(({ from, what, fix }) => `${from}: ${what} ${fix}`)).toEqual([]);
    });
});

/** Problems that no fixture can have, and the tests that have them. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
    // Only a preview tells what an update deletes: tests/cli/preview.test.ts.
    "one-owner-per-object": ["renamed", "replaced"],
    // Only the order in which an update registers resources tells: tests/host.test.ts.
    "require-start-order": ["unproven"],
};

describe.each(policies)("$name", policy => {
    test("each of its problems occurs in a fixture", () => {
        const ids = new Set(said.filter(one => one.policy === policy.name).map(({ id }) => id));
        const without = Object.keys(policy.definition.messages).filter(
            id => !ids.has(id) && !ELSEWHERE[policy.name]?.includes(id),
        );
        expect(without, `write fixtures/${policy.name}/fail-<case>.yaml with an object that has the problem`).toEqual(
            [],
        );
    });

    test("each of its configuration keys occurs in a fixture", () => {
        const used = new Set(
            fixtures.filter(one => one.policy === policy).flatMap(({ config }) => Object.keys(config)),
        );
        const common = ["exempt", "environments", "annotationExemptions"];
        const without = Object.keys(schemasOf(policy.settings)).filter(key => !used.has(key) && !common.includes(key));
        expect(without, `write a case in fixtures/${policy.name}/ whose config has the key`).toEqual([]);
    });
});
