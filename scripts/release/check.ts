import { gte, inc, type ReleaseType, valid } from "semver";
import type { Section } from "./changelog";
import { type Change, changesBetween, firstChanges, type Kind } from "./changes";
import type { PackInterface } from "./interface";

/** A version that users may have. */
export interface Release {
    readonly version: string;
    readonly interface: PackInterface;
}

/** What is about to become a version. */
export interface Candidate {
    /** As package.json says. */
    readonly version: string;
    readonly changelog: readonly Section[];
    readonly interface: PackInterface;
}

/**
 * What keeps a candidate from being announced as it must: each change since the last release stands in the changelog,
 * and the version is high enough for all of them.
 * @param last undefined before the first release.
 * @returns what to do, each a sentence; none when all is well.
 */
export function unannounced(last: Release | undefined, candidate: Candidate): string[] {
    const { version, changelog } = candidate;
    const changes = last ? changesBetween(last.interface, candidate.interface) : firstChanges(candidate.interface);
    const [newest] = changelog;
    const problems: string[] = [];
    if (newest?.version !== version) {
        problems.push(`CHANGELOG.md begins with ${newest?.version ?? "no version"}, package.json says ${version}.`);
    }
    if (last && changes.length > 0) {
        const least = leastVersion(last.version, changes);
        if (valid(version) === null || !gte(version, least)) {
            problems.push(`The version has to be ${least} or higher, as ${reasonFor(changes)}.`);
        }
    }
    const news = last ? changelog.slice(0, indexOfVersion(changelog, last.version)) : changelog;
    const items = news.flatMap(section => section.items);
    for (const { text, words, refusal } of changes) {
        if (refusal) problems.push(`Not in any version: ${refusal}.`);
        if (words.length === 0 || items.some(item => words.every(word => item.includes(word)))) continue;
        problems.push(`No line of CHANGELOG.md has ${words.join(" and ")}: ${text}.`);
    }
    return problems;
}

function indexOfVersion(changelog: readonly Section[], version: string): number {
    const index = changelog.findIndex(section => section.version === version);
    return index < 0 ? changelog.length : index;
}

/** Which number of the version a change raises, from 1.0.0 on and before. */
const RAISES = {
    breaking: ["major", "minor"],
    feature: ["minor", "patch"],
    fix: ["patch", "patch"],
} as const satisfies Record<Kind, readonly [ReleaseType, ReleaseType]>;

/** The lowest version that may have changes. */
function leastVersion(last: string, changes: readonly Change[]): string {
    const [later, early] = RAISES[kindOf(changes)];
    return inc(last, last.startsWith("0.") ? early : later) ?? last;
}

function kindOf(changes: readonly Change[]): Kind {
    return (["breaking", "feature"] as const).find(kind => changes.some(change => change.kind === kind)) ?? "fix";
}

function reasonFor(changes: readonly Change[]): string {
    const kind = kindOf(changes);
    return `${changes.find(change => change.kind === kind)?.text} (${kind})`;
}
