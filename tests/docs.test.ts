import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { configurationErrors, configure } from "../framework/evaluate";
import { policies } from "../policies";
import { awaitsPage } from "./support/awaits";
import { builtPack } from "./support/build";
import { comparison, peerChecks } from "./support/comparison";
import { loadFixtures } from "./support/fixtures";
import { reference, repositoryFile } from "./support/reference";
import { expectFile, replaceBetween } from "./support/stale";

const run = promisify(execFile);

/** Outputs of the real engine, which the end-to-end tests keep true, by page, and the line before each. */
const PREVIEWS: Readonly<Record<string, readonly [file: string, line: string]>> = {
    "adopt.md": ["broken-shop-preview.txt", "<!-- output of: pulumi preview -->"],
    "environments.md": ["broken-clusters-preview.txt", "<!-- output of: examples/clusters-typescript-broken -->"],
    "start-order.md": ["start-order-preview.txt", "<!-- output of: examples/start-order-broken -->"],
};

it("policies/README.md is what the policies and their fixtures say", () => {
    expectFile("policies/README.md", reference(policies, loadFixtures(policies).fixtures));
});

it("policies/PEERS.md is what the data says, and names policies that exist", () => {
    const checks = peerChecks();
    const names = new Set(policies.map(({ name }) => name));
    expect(checks.flatMap(check => check.policies).filter(name => !names.has(name))).toEqual([]);
    expectFile("policies/PEERS.md", comparison(checks));
});

it("policies/AWAITS.md is what the table says", () => {
    expectFile("policies/AWAITS.md", awaitsPage());
});

it("README shows what the command really prints", async () => {
    const folder = await builtPack();
    const command = "npx kubernetes-guardrails check examples/manifests-broken";
    const readme = readFileSync(repositoryFile("README.md"), "utf8");
    expect(readme).toContain(`npm ci && ${command}`);
    const [, ...args] = command.split(" ").slice(1);
    const output = await run(process.execPath, ["dist/cli.js", ...args], { cwd: folder }).catch(error => error);
    const withOutput = replaceBetween(
        readme,
        `<!-- output of: ${command} -->\n\n\`\`\`text`,
        "```\n\nRun the tests",
        output.stdout,
    );
    expectFile("README.md", withOutput);
    expect(Buffer.byteLength(withOutput), "README stays short: guides are in docs/").toBeLessThanOrEqual(10_240);
});

it.each(Object.entries(PREVIEWS))("docs/%s shows what the engine really prints", (page, [file, line]) => {
    const text = readFileSync(repositoryFile(`docs/${page}`), "utf8");
    const preview = readFileSync(repositoryFile(`tests/e2e/${file}`), "utf8").trimEnd();
    expectFile(`docs/${page}`, replaceBetween(text, `${line}\n\n\`\`\`text`, "```", `${preview}\n`));
});

it("CI runs the tests by the very command that README gives", () => {
    const command = "npm ci && npm test";
    expect(readFileSync(repositoryFile("README.md"), "utf8")).toContain(`\n${command}\n`);
    expect(readFileSync(repositoryFile(".ci/run"), "utf8")).toContain(`\n${command}\n`);
});

describe("what people read", () => {
    const pages = ["README.md", ...readdirSync(repositoryFile("docs")).map(name => `docs/${name}`)];

    it.each(pages)("%s links to files that exist", page => {
        const text = readFileSync(repositoryFile(page), "utf8");
        const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = ""]) => link);
        const missing = links.filter(link => !existsSync(resolve(dirname(repositoryFile(page)), link)));
        expect(missing).toEqual([]);
    });

    it.each(pages)("%s shows configurations that the policies take", page => {
        const text = readFileSync(repositoryFile(page), "utf8");
        const blocks = [...text.matchAll(/^```json\n(\{\n {4}"[a-z-]+": [\s\S]*?)^```$/gm)].map(
            ([, json = ""]) => json,
        );
        const problems = blocks.flatMap(block =>
            Object.entries(JSON.parse(block) as Record<string, Record<string, unknown>>).flatMap(([name, settings]) => {
                const policy = policies.find(one => one.name === name);
                if (!policy || typeof settings === "string") return [];
                const { enforcementLevel, ...own } = settings;
                return configurationErrors(configure(policy, own));
            }),
        );
        expect(problems).toEqual([]);
    });
});
