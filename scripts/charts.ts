// Renders every chart below a folder and compares what the pack says of it with a list that people have judged.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { compareFacts, factsOf, formatFacts, type JudgedFact, parseFacts } from "./charts/facts";
import { findCharts, renderCharts } from "./charts/render";

const USAGE = `usage: npm run charts -- <folder> [--facts <file>] [--write]

Renders every chart below the folder with Helm, with its default values or, where these
do not render, with the first of its ci/*-values.yaml that does. Checks what comes of it,
and compares the mandatory violations with a list of facts, each judged by a person:

  true    the chart has the problem
  noise   it has it, but that is no reason to stop a deployment
  false   it does not have it

Prints what is new and what is gone, then how many there are by policy and verdict.
Facts about charts that are not below the folder are left alone. Dependencies are taken
from the chart's own charts/ folder and from the other charts below the folder.

  --facts <file>  the list (default: tests/data/chart-facts.tsv)
  --write         adds what is new as unjudged and removes what is gone
  --help          shows this

Exits with 1 where the charts and the list differ or a fact is unjudged, with 2 where
there is nothing to compare.
`;

main().catch(error => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
});

async function main(): Promise<void> {
    const { values, positionals } = parseArgs({
        options: {
            facts: { type: "string", default: "tests/data/chart-facts.tsv" },
            write: { type: "boolean", default: false },
            help: { type: "boolean", default: false },
        },
        allowPositionals: true,
    });
    const [folder] = positionals;
    if (values.help) {
        process.stdout.write(USAGE);
        return;
    }
    if (folder === undefined || positionals.length > 1) throw new Error(USAGE);
    const charts = await renderCharts(findCharts(folder));
    const rendered = charts.filter(({ skipped }) => skipped === undefined);
    if (rendered.length === 0) throw new Error(`No chart below ${folder} renders.`);
    for (const { chart, skipped, reason } of charts) {
        if (skipped !== undefined && skipped !== "library")
            console.log(`skipped ${chart}: ${skipped}: ${reason.trim()}`);
    }

    const found = [];
    for (const chart of rendered) found.push(...(await factsOf(chart)));
    const listed = existsSync(values.facts) ? parseFacts(readFileSync(values.facts, "utf8"), values.facts) : [];
    const { added, gone, same, others } = compareFacts(found, listed, new Set(rendered.map(({ chart }) => chart)));
    for (const { chart, object, policy, problem, what } of added) {
        console.log(`new   ${chart}  ${object}  ${policy}/${problem}\n      ${what}`);
    }
    for (const { chart, object, policy, problem, verdict, why } of gone) {
        console.log(
            `gone  ${chart}  ${object}  ${policy}/${problem}\n      was ${[verdict, why].filter(Boolean).join(": ")}`,
        );
    }
    if (values.write) {
        const fresh = added.map(({ what: _, ...fact }): JudgedFact => ({ ...fact, verdict: "unjudged", why: "" }));
        writeFileSync(values.facts, formatFacts([...same, ...others, ...fresh]));
    }
    console.log(counts(same));
    const skipped = (kind: string) => charts.filter(chart => chart.skipped === kind).length;
    console.log(
        `${charts.length} charts: ${rendered.length} rendered, ${skipped("library")} library charts, ` +
            `${skipped("dependencies")} without their dependencies, ${skipped("failure")} that Helm does not render.`,
    );
    console.log(`${found.length} mandatory problems: ${added.length} new, ${gone.length} gone.`);
    const unjudged = same.filter(({ verdict }) => verdict === "unjudged").length;
    if (unjudged > 0) console.log(`${unjudged} unjudged: give each a verdict and a why in ${values.facts}.`);
    process.exitCode = added.length + gone.length + unjudged > 0 ? 1 : 0;
}

/** How many facts each policy has, by verdict. */
function counts(facts: readonly JudgedFact[]): string {
    const columns = ["true", "noise", "false"] as const;
    const names = [...new Set(facts.map(({ policy }) => policy))].sort();
    const row = (name: string, cells: readonly unknown[]) =>
        `${name.padEnd(32)}${cells.map(cell => String(cell).padStart(7)).join("")}`;
    return [
        row("", columns),
        ...names.map(name =>
            row(
                name,
                columns.map(verdict => facts.filter(fact => fact.policy === name && fact.verdict === verdict).length),
            ),
        ),
    ].join("\n");
}
