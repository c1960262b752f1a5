import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { compareFacts, type Fact, factsOf, parseFacts } from "../../scripts/charts/facts";
import { findCharts, type RenderedChart, renderCharts } from "../../scripts/charts/render";

const FOLDER = "tests/data/charts";
const LIST = `${FOLDER}/facts.tsv`;

let charts: readonly RenderedChart[] = [];

beforeAll(async () => {
    charts = await renderCharts(findCharts(FOLDER));
});

test("Helm renders every chart but the library", () => {
    const skipped = charts.filter(chart => chart.skipped !== undefined).map(({ chart, reason }) => [chart, reason]);
    expect(skipped).toEqual([["library@1.0.0", "library chart"]]);
    expect(charts.length).toBeGreaterThanOrEqual(30);
});

test("the pack finds in the charts what people have judged, and nothing else", async () => {
    const rendered = charts.filter(({ skipped }) => skipped === undefined);
    const found: (Fact & { readonly what: string })[] = [];
    for (const chart of rendered) found.push(...(await factsOf(chart)));
    const listed = parseFacts(readFileSync(LIST, "utf8"), LIST);
    const { added, gone, others } = compareFacts(found, listed, new Set(rendered.map(({ chart }) => chart)));
    // UPDATE: npm run charts -- tests/data/charts --facts tests/data/charts/facts.tsv --write
    expect({ added, gone, others }).toEqual({ added: [], gone: [], others: [] });
});

describe("what Helm renders", () => {
    const manifestsOf = (name: string) => charts.find(({ folder }) => folder === `${FOLDER}/${name}`)?.manifests ?? "";

    test("says where each object comes from, hooks and definitions included", () => {
        expect(manifestsOf("hook-migration")).toContain("# Source: hook-migration/templates/job.yaml");
        expect(manifestsOf("operator-with-definitions")).toContain(
            "# Source: operator-with-definitions/crds/backups.yaml",
        );
    });

    test("has subcharts by the names that values give them, without those that are switched off", () => {
        expect(manifestsOf("subchart-aliases")).toContain("name: shop-sessions");
        expect(manifestsOf("subchart-aliases")).toContain("name: shop-pages");
        expect(manifestsOf("subchart-conditions")).toContain("port: 6380");
    });

    test("has dependencies of the same folder, and values of the chart's own tests", () => {
        expect(manifestsOf("dependency-of-neighbour")).toContain("image: registry.example.com/shop/web:1.4.2");
        expect(manifestsOf("values-of-its-tests")).toContain("https://metrics.example.com");
    });
});
