import { expect, test } from "vitest";
import { beyondTheSdk, deedsOfProgram } from "./support/observer";

/** What a policy might do, and how it shows. */
const DEEDS: readonly (readonly [program: string, deed: string | RegExp])[] = [
    ['require("node:fs").readFileSync("/etc/hosts")', "fs.readFileSync /etc/hosts"],
    ['await require("node:fs/promises").access("/nowhere").catch(() => {})', "fs.access /nowhere"],
    ['require("node:fs").writeFileSync("/dev/null", "")', "fs.writeFileSync /dev/null"],
    [
        'require("node:net").connect({ host: "127.0.0.1", port: 1 }).on("error", () => {})',
        'net.connect [{"host":"127.0.0.1","port":1},null]',
    ],
    ['await fetch("http://127.0.0.1:65533/").catch(() => {})', /^net\.connect .*"port":"65533","host":"127\.0\.0\.1"/],
    ['require("node:dns").resolve4("localhost", () => {})', 'dns.resolve4 ["localhost"]'],
    ['require("node:child_process").spawn("true")', 'child_process.spawn ["true",["true"]]'],
    ['require("node:child_process").execFileSync("true")', 'child_process.execFileSync ["true"]'],
];

/** A pack with a policy that does this with each resource. */
function packThat(does: string): string {
    return `const { PolicyPack } = require("@pulumi/policy");
        new PolicyPack("p", { policies: [{
            name: "n", description: "d", enforcementLevel: "mandatory", validateResource: async () => { ${does} },
        }] });`;
}

test("a pack that reads, writes, connects, asks or starts anything is found out", { timeout: 180_000 }, async () => {
    const program = packThat(DEEDS.map(([does]) => `${does};`).join("\n"));
    const deeds = await beyondTheSdk(await deedsOfProgram(program));
    const unseen = DEEDS.filter(
        ([, deed]) => !deeds.some(seen => (typeof deed === "string" ? seen === deed : deed.test(seen))),
    );
    expect(unseen, `seen: ${deeds.join("\n")}`).toEqual([]);
});

test("a pack that does nothing does nothing", { timeout: 180_000 }, async () => {
    expect(await beyondTheSdk(await deedsOfProgram(packThat("")))).toEqual([]);
});
