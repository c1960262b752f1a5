import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configuredPolicies } from "../../cli/config";
import { readInput } from "../../cli/input/read";
import { evaluate } from "../../hosts/in-process";
import { policies } from "../../policies";
import type { RenderedChart } from "./render";

/**
 * What a person says of a mandatory violation: the chart has the problem, it has it but that is no reason to stop a
 * deployment, or it does not have it. What nobody has looked at is unjudged.
 */
const VERDICTS = ["true", "noise", "false", "unjudged"] as const;
type Verdict = (typeof VERDICTS)[number];

/** A problem at mandatory level in one object of a chart. */
export interface Fact {
    /** `name@version` */
    readonly chart: string;
    readonly object: string;
    readonly policy: string;
    /** The policy's id of the problem. */
    readonly problem: string;
}

/** A fact that somebody has judged. */
export interface JudgedFact extends Fact {
    readonly verdict: Verdict;
    /** A sentence; empty while it is unjudged. */
    readonly why: string;
}

/** What a run finds otherwise than the list says. */
export interface Comparison {
    readonly added: readonly (Fact & { readonly what: string })[];
    readonly gone: readonly JudgedFact[];
    /** Those of the list that the charts have still. */
    readonly same: readonly JudgedFact[];
    /** Those of charts that are not in the folder. */
    readonly others: readonly JudgedFact[];
}

const COLUMNS = ["chart", "object", "policy", "problem", "verdict", "why"] as const;

/** Reads a list: a line of column names, then a fact a line, with tabs between its columns. */
export function parseFacts(text: string, name: string): JudgedFact[] {
    const [header, ...lines] = text.trimEnd().split("\n");
    if (header !== COLUMNS.join("\t")) throw new Error(`${name}:1: the columns must be ${COLUMNS.join(", ")}`);
    return lines.map((line, index) => {
        const [chart = "", object = "", policy = "", problem = "", verdict, why = "", ...rest] = line.split("\t");
        const known = VERDICTS.find(one => one === verdict);
        const place = `${name}:${index + 2}`;
        if (!known) throw new Error(`${place}: the verdict must be one of ${VERDICTS.join(", ")}`);
        if (rest.length > 0) throw new Error(`${place}: more columns than ${COLUMNS.length}`);
        if (known !== "unjudged" && !/^[A-Z].*\.$/.test(why)) throw new Error(`${place}: the why must be a sentence`);
        return { chart, object, policy, problem, verdict: known, why };
    });
}

/** Writes a list, in an order of its own. */
export function formatFacts(facts: readonly JudgedFact[]): string {
    const lines = facts.map(fact => COLUMNS.map(column => fact[column]).join("\t"));
    return `${[COLUMNS.join("\t"), ...lines.sort()].join("\n")}\n`;
}

/** The mandatory violations in what a chart renders, as the check command reports them. */
export async function factsOf({ chart, manifests }: RenderedChart): Promise<(Fact & { readonly what: string })[]> {
    const folder = mkdtempSync(join(tmpdir(), "charts-"));
    try {
        const file = join(folder, "manifests.yaml");
        writeFileSync(file, manifests);
        const { sets } = await readInput([file], { project: "shop", stack: "shop" });
        const active = configuredPolicies(policies, undefined, []);
        const circumstances = { stackTags: new Map<string, string>(), now: new Date() };
        return sets
            .flatMap(nodes =>
                evaluate(
                    active,
                    nodes.map(({ resource }) => resource),
                    circumstances,
                    nodes,
                ),
            )
            .filter(({ exemption, level }) => !exemption && level === "mandatory")
            .flatMap(({ policy, label, problems }) =>
                problems.map(({ id, what }) => ({ chart, object: label, policy: policy.name, problem: id, what })),
            );
    } finally {
        rmSync(folder, { recursive: true });
    }
}

/** Compares what was found with a list. */
export function compareFacts(
    found: readonly (Fact & { readonly what: string })[],
    listed: readonly JudgedFact[],
    charts: ReadonlySet<string>,
): Comparison {
    const foundKeys = new Set(found.map(keyOf));
    const listedKeys = new Set(listed.map(keyOf));
    const own = listed.filter(({ chart }) => charts.has(chart));
    const seen = new Set<string>();
    return {
        added: found.filter(fact => {
            const key = keyOf(fact);
            return !listedKeys.has(key) && !seen.has(key) && seen.add(key);
        }),
        gone: own.filter(fact => !foundKeys.has(keyOf(fact))),
        same: own.filter(fact => foundKeys.has(keyOf(fact))),
        others: listed.filter(({ chart }) => !charts.has(chart)),
    };
}

function keyOf({ chart, object, policy, problem }: Fact): string {
    return [chart, object, policy, problem].join("\t");
}
