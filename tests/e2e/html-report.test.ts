import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { folderWith, run } from "../cli/support/command";
import { TWO_CLUSTERS } from "../cli/support/two-clusters";

const CHROMIUM = "/usr/bin/chromium";

const CONFIG = {
    ...{ all: "disabled", "no-naked-pods": "advisory", "production-cluster-isolation": "mandatory" },
    "require-protection": { enforcementLevel: "advisory", environments: [] },
};

let browser: Browser;

beforeAll(async () => {
    if (!existsSync(CHROMIUM)) installChromium();
    // Its sandbox needs a user of its own, which containers lack.
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
});

afterAll(async () => {
    await browser?.close();
});

function installChromium(): void {
    try {
        execFileSync("apt-get", ["install", "--yes", "--no-install-recommends", "chromium"], { stdio: "ignore" });
    } catch {
        throw new Error(`This test needs ${CHROMIUM}: install the Debian package chromium.`);
    }
}

/** Opens the report on the stack with two clusters; fails when the page asks for anything else or logs an error. */
async function open(options: Parameters<Browser["newPage"]>[0] = {}): Promise<{ page: Page; trouble: string[] }> {
    const here = folderWith({ "state.json": TWO_CLUSTERS, "config.json": JSON.stringify(CONFIG) });
    await run(here, ["check", "state.json", "--config", "config.json", "--format", "html=report.html"]);
    const page = await browser.newPage(options);
    const trouble: string[] = [];
    page.on("request", request => {
        if (!request.url().endsWith("/report.html")) trouble.push(request.url());
    });
    page.on("console", message => trouble.push(message.text()));
    page.on("pageerror", error => trouble.push(error.message));
    await page.goto(pathToFileURL(join(here, "report.html")).href);
    return { page, trouble };
}

/** Headings of the groups that are shown. */
function headings(page: Page): Promise<string[]> {
    return page.locator(".group:visible h3").allTextContents();
}

test("the page runs by itself, without errors", async () => {
    const { page, trouble } = await open();
    expect(await page.title()).toContain("1 mandatory and ");
    expect(await page.locator("#filters").isVisible()).toBe(true);
    expect(trouble).toEqual([]);
});

test("search by keyboard alone", async () => {
    const { page } = await open();
    const total = await page.locator("#groups li").count();
    await page.keyboard.press("/");
    await page.keyboard.type("SHOP-DEV naked");
    expect(await headings(page)).toEqual(["Pod shop-dev/web"]);
    expect(await page.locator("#shown").textContent()).toBe(`1 of ${total}`);
    await page.keyboard.press("Escape");
    expect(await page.locator("#shown").textContent()).toBe(`${total} of ${total}`);
    await page.keyboard.type("nothing has this");
    expect(await headings(page)).toEqual([]);
    expect(await page.locator("#nothing").isVisible()).toBe(true);
});

test("the first Tab offers to skip to the violations", async () => {
    const { page } = await open();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the violations");
});

test("groups by policy and severity, and back", async () => {
    const { page } = await open();
    const byObject = await headings(page);
    await page.selectOption("#group", "policy");
    expect(await headings(page)).toEqual(["no-naked-pods", "production-cluster-isolation", "require-protection"]);
    await page.selectOption("#group", "severity");
    expect((await headings(page))[0]).toBe("critical");
    await page.selectOption("#group", "object");
    expect(await headings(page)).toEqual(byObject);
});

test("filters", async () => {
    const { page } = await open();
    await page.selectOption("#level", "mandatory");
    expect(await headings(page)).toEqual(["Pod qa-<script>/try"]);
    await page.selectOption("#policy", "no-naked-pods");
    expect(await headings(page)).toEqual([]);
});

test.each([
    ["light", "rgb(255, 255, 255)"],
    ["dark", "rgb(13, 17, 23)"],
] as const)("%s mode", async (colorScheme, background) => {
    const { page } = await open({ colorScheme });
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(background);
});

test("the picture marks the way from test to the production cluster", async () => {
    const { page } = await open();
    const { width, height } = (await page.locator("svg").boundingBox()) ?? { width: 0, height: 0 };
    expect(Math.min(width, height)).toBeGreaterThan(100);
    expect(await page.locator("svg path.offending").count()).toBe(2);
    const colourOf = (selector: string) =>
        page.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).stroke`);
    expect(await colourOf("svg .production rect")).not.toBe(await colourOf("svg .non-production rect"));
    expect(await page.locator("svg .offending title").textContent()).toBe("qa-<script>: qa, 1 object");
});

test("without JavaScript all violations are there", async () => {
    const { page } = await open({ javaScriptEnabled: false });
    expect(await page.locator("#filters").isVisible()).toBe(false);
    expect((await headings(page)).length).toBeGreaterThan(2);
});
