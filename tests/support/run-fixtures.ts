/**
 * Runs the fixtures of some policies in all hosts: npm run fixtures -- <policy>... With UPDATE=1 it first writes into
 * them what the policies say now. Ends with 1 when a host says anything else than a fixture expects.
 */
import { isDeepStrictEqual } from "node:util";
import { suggest } from "../../framework/suggest";
import { policies } from "../../policies";
import { builtPack } from "./build";
import { expectedInCheck, expectedOutcome, type Outcome, runInCheck } from "./check-host";
import { type Fixture, loadFixtures } from "./fixtures";
import { runBesideOthers, runInPack, runInSdk } from "./hosts";
import { PackProcess } from "./pack-process";
import { updateFixture } from "./update-fixture";

const USAGE = "usage: npm run fixtures -- <policy>...";

async function main(names: readonly string[]): Promise<number> {
    const start = performance.now();
    const known = policies.map(({ name }) => name);
    const unknown = names.filter(name => !known.includes(name));
    for (const name of unknown) console.error(`There is no policy "${name}"${suggest(name, known) ?? ""}.`);
    if (names.length === 0) console.error(USAGE);
    if (names.length === 0 || unknown.length > 0) return 2;

    const chosen = policies.filter(({ name }) => names.includes(name));
    if (process.env.UPDATE) {
        for (const fixture of loadFixtures(chosen).fixtures) updateFixture(fixture, runInCheck(fixture));
    }
    const { fixtures, problems } = loadFixtures(chosen);
    const wrong = problems.filter(problem => !/no policy has this name/.test(problem));
    const booting = builtPack().then(folder => PackProcess.start(folder));
    for (const fixture of fixtures) wrong.push(...(await differencesOf(fixture)));
    const pack = await booting;
    try {
        for (const fixture of fixtures) {
            wrong.push(...differences(fixture, "the pack's process", await runInPack(fixture, policies, pack)));
        }
    } finally {
        await pack.stop();
    }
    for (const text of wrong) console.error(`${text}\n`);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${fixtures.length} fixtures in 4 hosts, ${wrong.length} wrong, ${seconds} s`);
    return wrong.length > 0 ? 1 : 0;
}

async function differencesOf(fixture: Fixture): Promise<string[]> {
    const { outcome } = await runBesideOthers(fixture, policies);
    const { remediated } = expectedOutcome(fixture);
    return [
        ...differences(fixture, "the check command", runInCheck(fixture), expectedInCheck(fixture)),
        ...differences(fixture, "the SDK", await runInSdk(fixture)),
        ...differences(fixture, "the SDK, beside all other policies", { ...outcome, remediated }),
    ];
}

function differences(fixture: Fixture, host: string, actual: Outcome, expected = expectedOutcome(fixture)): string[] {
    const { policy, name } = fixture;
    if (isDeepStrictEqual(actual, expected)) return [];
    const show = (outcome: Outcome) => JSON.stringify(outcome, undefined, 2);
    return [
        `fixtures/${policy.name}/${name}.yaml in ${host}:\nexpected ${show(expected)}\nbut got ${show(actual)}\nTo accept it, run it with UPDATE=1 and look at the difference.`,
    ];
}

main(process.argv.slice(2)).then(
    code => {
        process.exitCode = code;
    },
    (error: unknown) => {
        console.error(error);
        process.exitCode = 2;
    },
);
