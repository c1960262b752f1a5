// Makes what the repository holds a version: npm run release. Puts the day into CHANGELOG.md and records in releases/
// what configurations rely on, which the next version is compared with. Refuses what is not announced.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dated } from "./release/changelog";
import { unannounced } from "./release/check";
import { candidateIn, lastRelease, RELEASES } from "./release/repository";

const repository = process.cwd();
const candidate = candidateIn(repository);
const { version } = candidate;
const problems = unannounced(lastRelease(repository), candidate);
if (candidate.changelog[0]?.date !== undefined) problems.push(`${version} was released already.`);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

const changelog = join(repository, "CHANGELOG.md");
writeFileSync(changelog, dated(readFileSync(changelog, "utf8"), new Date().toISOString().slice(0, 10)));
mkdirSync(join(repository, RELEASES), { recursive: true });
const record = join(RELEASES, `${version}.json`);
writeFileSync(join(repository, record), `${JSON.stringify(candidate.interface, null, 4)}\n`);
console.log(`CHANGELOG.md and ${record} are written. Commit them, tag the commit v${version} and publish it.`);
