import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { EXEMPT_ANNOTATION } from "../../framework/exemptions";
import { folderWith, run } from "../cli/support/command";
import type { EngineResource } from "../support/engine";
import { unwrap, type Wire, type WireMap } from "../support/wire";
import { MARKER, plantMarkers } from "./markers";
import { loadSeeds } from "./seeds";

/** Of how many stacks one is reported. */
const SHARE = 15;

const REPORTS = ["text", "json", "sarif", "junit", "github", "markdown", "html"];

/** What `pulumi stack export --show-secrets` writes for a secret. */
function shownSecret(value: string): WireMap {
    return {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        plaintext: JSON.stringify(value),
    };
}

/** The value with every text that has the mark changed, and without exemptions, whose reasons are for all to see. */
function marked(value: Wire, change: (text: string) => Wire): Wire {
    if (typeof value === "string") return value.includes(MARKER) ? change(value) : value;
    if (Array.isArray(value)) return value.map(item => marked(item, change));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).filter(([key]) => !key.startsWith(EXEMPT_ANNOTATION));
    return Object.fromEntries(entries.map(([key, item]) => [key, marked(item, change)]));
}

function stateOf(resources: readonly EngineResource[], shown: boolean): string {
    const states = resources.map(plantMarkers).map(({ urn, type, props, provider, parent }) => {
        const inputs = marked(unwrap(props), shown ? shownSecret : text => text);
        return {
            urn,
            type,
            custom: true,
            inputs,
            outputs: inputs,
            parent,
            provider: provider && `${provider.urn}::id`,
        };
    });
    return JSON.stringify({ version: 3, deployment: { manifest: {}, resources: states } });
}

test("no report, baseline or error has a secret of a state in it", { timeout: 300_000 }, async () => {
    // All of them would take minutes, and are tried by other tests of this folder, but for the reports.
    const stacks = loadSeeds().stacks.filter((_, index) => index % SHARE === 0);
    const states = stacks.map((stack, index): [string, string] => [
        `states/${index}.json`,
        stateOf(stack, index % 2 === 0),
    ]);
    const here = folderWith({
        ...Object.fromEntries(states),
        "states/broken.json": `{"password": "${MARKER}", }`,
        "states/broken.yaml": `password: "${MARKER}\n`,
        "config.json": '{"all": "advisory"}',
    });
    expect(readFileSync(join(here, "states/0.json"), "utf8")).toContain("deployment");
    expect(states.filter(([, state]) => state.includes(MARKER)).length).toBeGreaterThan(25);

    const formats = REPORTS.flatMap(format => ["--format", `${format}=reports/${format}`]);
    const args = ["check", "states", "--config", "config.json", "--baseline", "reports/baseline"];
    const folder = folderWith({});
    const inFolder = (arg: string) => arg.replace("reports/", `${folder}/`);
    const recorded = await run(here, [...args, "--update-baseline"].map(inFolder));
    const checked = await run(here, [...args.slice(0, 4), ...formats].map(inFolder));
    const compared = await run(folder, ["compare", "json", "json"]);

    const written = readdirSync(folder).map((file): [string, string] => [
        file,
        readFileSync(join(folder, file), "utf8"),
    ]);
    expect(written.map(([file]) => file).sort()).toEqual(["baseline", ...REPORTS].sort());
    const { violations } = JSON.parse(Object.fromEntries(written).json ?? "") as { violations: unknown[] };
    expect(violations.length).toBeGreaterThan(500);
    const outputs: [string, string][] = [
        ...written,
        ...Object.entries({ recorded, checked, compared }).map(([name, output]): [string, string] => [
            name,
            JSON.stringify(output),
        ]),
    ];
    expect(outputs.filter(([, text]) => text.includes(MARKER)).map(([name, text]) => [name, around(text)])).toEqual([]);
});

/** The text beside the mark. */
function around(text: string): string {
    const at = text.indexOf(MARKER);
    return text.slice(Math.max(0, at - 200), at + 40);
}
