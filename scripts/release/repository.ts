import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compare } from "semver";
import { policies } from "../../policies";
import { sectionsOf } from "./changelog";
import type { Candidate, Release } from "./check";
import { interfaceOf } from "./interface";

/** Folder of what was released, one file a version. */
export const RELEASES = "releases";

/** The newest release that a repository records; undefined before the first. */
export function lastRelease(repository: string): Release | undefined {
    const folder = join(repository, RELEASES);
    const versions = existsSync(folder) ? readdirSync(folder).map(file => file.replace(/\.json$/, "")) : [];
    const version = versions.sort(compare).at(-1);
    if (version === undefined) return undefined;
    return { version, interface: JSON.parse(readFileSync(join(folder, `${version}.json`), "utf8")) };
}

/** What a repository holds now. */
export function candidateIn(repository: string): Candidate {
    const read = (file: string) => readFileSync(join(repository, file), "utf8");
    const { version } = JSON.parse(read("package.json")) as { version: string };
    const changelog = sectionsOf(read("CHANGELOG.md"));
    return { version, changelog, interface: interfaceOf(policies, join(repository, "config")) };
}
