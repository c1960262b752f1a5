import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { htmlReport } from "../../cli/report/html";
import { folderWith, run } from "./support/command";
import { emptyReport } from "./support/report";
import { TWO_CLUSTERS } from "./support/two-clusters";

const CONFIG = { all: "disabled", "no-naked-pods": "advisory", "production-cluster-isolation": "mandatory" };

async function page(files: Readonly<Record<string, string>> = { "state.json": TWO_CLUSTERS }, config: object = CONFIG) {
    const here = folderWith({ ...files, "config.json": JSON.stringify(config) });
    const args = ["check", ...Object.keys(files), "--config", "config.json", "--format", "html=report.html"];
    expect((await run(here, args)).stderr).toBe("");
    return readFileSync(join(here, "report.html"), "utf8");
}

/** All texts that a pattern's group finds. */
function all(text: string, pattern: RegExp): string[] {
    return [...text.matchAll(pattern)].map(([, found]) => found ?? "");
}

test("violations by object, each with what filters ask for", async () => {
    const html = await page();
    expect(html).toContain("<title>Kubernetes guardrails: 1 mandatory and 3 advisory violations</title>");
    expect(all(html, /<h3>(.*?)<\/h3>/g)).toEqual([
        "Pod shop-prod/web",
        "Pod qa-&lt;script&gt;/try",
        "Pod shop-dev/web",
    ]);
    expect(all(html, /<li (data-[^>]*)>/g)[1]).toBe(
        'data-object="Pod qa-&lt;script&gt;/try" data-policy="production-cluster-isolation" data-severity="critical" data-level="mandatory" data-status="open"',
    );
});

test("nothing is loaded from elsewhere", async () => {
    const html = await page();
    expect(all(html, /(\s(?:src|srcset)=|@import|url\()/g)).toEqual([]);
    expect(all(html, /<(link|img|iframe|object|embed)\b/g)).toEqual([]);
    expect(html).toContain(`content="default-src 'none'; style-src 'sha256-`);
});

test("no violation", async () => {
    const html = await page({ "a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" });
    expect(html).toContain('<p id="nothing">No violations.</p>');
    expect(html).not.toContain("<svg");
});

test("what could not be checked, and notes", () => {
    const html = htmlReport({ ...emptyReport, problems: [{ file: "<a>", text: "b" }], notes: [{ text: "c & d" }] });
    expect(all(html, /<ul class="plain">\n<li>(.*?)<\/li>/g)).toEqual(["&lt;a&gt;: b", "c &amp; d"]);
});

describe("the picture of the environments", () => {
    test("namespaces, providers and clusters, in the colours of their environments", async () => {
        const html = await page();
        expect(all(html, /<g class="box(.*?<title>.*?)<\/title>/g)).toEqual([
            ' non-production offending"><title>qa-&lt;script&gt;: qa, 1 object',
            ' non-production"><title>shop-dev: development, 1 object',
            ' production"><title>shop-prod: production, 2 objects',
            '"><title>on-live: provider',
            '"><title>on-play: provider',
            ' production"><title>aws:eks/cluster:Cluster &quot;live&quot;: production cluster',
            ' non-production"><title>aws:eks/cluster:Cluster &quot;play&quot;: development cluster',
        ]);
    });

    test("the edges of what is in the wrong place are marked, above the others", async () => {
        expect(all(await page(), /<path( class="offending")? d=/g)).toEqual([
            ...["", "", ""],
            ...[' class="offending"', ' class="offending"'],
        ]);
    });

    test("nothing is marked when the policy is switched off", async () => {
        const html = await page(undefined, { all: "disabled", "no-naked-pods": "advisory" });
        expect(html).toContain("<svg");
        expect(html).not.toContain('class="offending"');
    });

    test("the policy's configuration counts", async () => {
        const words = { production: ["live"], nonProduction: ["play"], tagKeys: ["none"] };
        const config = { all: "disabled", "production-cluster-isolation": { enforcementLevel: "mandatory", ...words } };
        expect(all(await page(undefined, config), /: (\S+ cluster)<\/title>/g)).toEqual([
            "production cluster",
            "play cluster",
        ]);
    });
});
