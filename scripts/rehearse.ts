// What the sources, compiled, decide otherwise than an earlier version: npm run rehearse -- --from v0.1.0 [state.json ...]
// The earlier version is a commit or tag of this repository, or an archive that npm pack made. Without files, all
// examples and fixtures are rehearsed. Fails when a policy decides otherwise that CHANGELOG.md does not name.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describeDifferences } from "../cli/compare";
import { policies } from "../policies";
import type { FixtureResource } from "../tests/support/documents";
import { loadFixtures } from "../tests/support/fixtures";
import { unwrap } from "../tests/support/wire";
import { sectionsOf } from "./release/changelog";
import { rehearse, unannouncedPolicies } from "./release/rehearsal";

const repository = process.cwd();
const folder = mkdtempSync(join(tmpdir(), "rehearse-"));

main()
    .finally(() => rmSync(folder, { recursive: true }))
    .catch(error => {
        console.error(error);
        process.exitCode = 2;
    });

async function main(): Promise<void> {
    const { values, positionals } = parseArgs({ options: { from: { type: "string" } }, allowPositionals: true });
    if (values.from === undefined) {
        console.error("usage: npm run rehearse -- --from <commit, tag or archive> [files and options of check...]");
        process.exitCode = 2;
        return;
    }
    const old = unpacked(values.from, join(folder, "old"));
    execFileSync(process.execPath, ["scripts/build.mjs", "--javascript"], { stdio: "inherit" });
    const rehearsal = await rehearse(old, repository, positionals.length > 0 ? positionals : ownInput());
    console.log(describeDifferences(rehearsal.differences, rehearsal.from, rehearsal.to));
    const sections = sectionsOf(readFileSync(join(repository, "CHANGELOG.md"), "utf8"));
    const released = sections.findIndex(({ version, date }) => version === rehearsal.from && date !== undefined);
    const unannounced = unannouncedPolicies(rehearsal, released < 0 ? sections : sections.slice(0, released));
    for (const policy of unannounced)
        console.error(`CHANGELOG.md does not name \`${policy}\`, which decides otherwise.`);
    process.exitCode = unannounced.length > 0 ? 1 : 0;
}

/** Puts a version into a folder, compiled. */
function unpacked(from: string, target: string): string {
    mkdirSync(target);
    if (existsSync(from)) {
        execFileSync("tar", ["-xzf", from, "--strip-components=1", "-C", target]);
        return target;
    }
    const archive = execFileSync("git", ["archive", from], { cwd: repository, maxBuffer: 256 * 1024 * 1024 });
    execFileSync("tar", ["-x", "-C", target], { input: archive });
    // Its own dependencies may have been others, which seldom matters and would take a minute.
    symlinkSync(join(repository, "node_modules"), join(target, "node_modules"));
    execFileSync(process.execPath, ["scripts/build.mjs"], { cwd: target, stdio: "inherit" });
    return target;
}

/** The examples, and each fixture as the state of a stack. */
function ownInput(): string[] {
    const states = join(folder, "fixtures");
    mkdirSync(states);
    const { fixtures } = loadFixtures(policies, join(repository, "fixtures"));
    for (const { policy, name, resources } of fixtures) {
        const state = { version: 3, deployment: { manifest: {}, resources: resources.map(stateOf) } };
        writeFileSync(join(states, `${policy.name}.${name}.json`), JSON.stringify(state));
    }
    return ["examples/manifests", "examples/manifests-broken", states];
}

/** A resource as a state holds it. */
function stateOf({ urn, type, props, parent, provider, options, dependencies, propertyDependencies }: FixtureResource) {
    const inputs = unwrap(props);
    return {
        ...{ urn, type, custom: true, id: "id", inputs, outputs: inputs, parent, dependencies, propertyDependencies },
        ...options,
        ...(provider && { provider: `${provider.urn}::id` }),
    };
}
