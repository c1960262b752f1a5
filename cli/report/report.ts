import { createHash } from "node:crypto";
import type { Problem } from "../../framework/evaluate";
import type { ActivePolicy, LeveledViolation } from "../../hosts/in-process";
import type { Resource, Source } from "../../model/pulumi/resource";
import type { NodeInit } from "../../model/pulumi/stack";
import type { Notice } from "../notice";

/** What has become of a violation: it counts, the baseline holds it, or an exemption lets it pass. */
export type Status = "open" | "known" | "exempt";

/** A violation and what has become of it. */
export interface ReportedViolation {
    readonly violation: LeveledViolation;
    readonly status: Status;
}

/** What was checked, and what came of it: all that any format shows. */
export interface CheckReport {
    /** Version of the command. */
    readonly version: string;
    /** The policies that were run. */
    readonly policies: readonly ActivePolicy[];
    /** In the order in which objects are to be listed. */
    readonly resources: readonly Resource[];
    /** What belongs together: all manifests, and each Pulumi state. */
    readonly sets: readonly (readonly NodeInit[])[];
    readonly fileCount: number;
    /** How many documents in folders held nothing to check. */
    readonly skippedCount: number;
    /** In the order of the resources. */
    readonly findings: readonly ReportedViolation[];
    /** What could not be checked. */
    readonly problems: readonly Notice[];
    /** What a user may want to tidy up: exemptions and baseline entries that do nothing. */
    readonly notes: readonly Notice[];
    /** What a stack's policies know besides its resources. */
    readonly stackTags: ReadonlyMap<string, string>;
    readonly environment: string | undefined;
    /** Whether a baseline was given, which open violations are new to. */
    readonly hasBaseline: boolean;
}

export type Level = LeveledViolation["level"];

/** The levels that a violation can have, the worse first. */
export const LEVELS: readonly Level[] = ["mandatory", "advisory"];

/** How many there are of what. */
export interface Counts {
    /** Kubernetes objects. */
    readonly objects: number;
    /** Resources that are none. */
    readonly others: number;
    /** Open violations by level. */
    readonly mandatory: number;
    readonly advisory: number;
    readonly known: number;
    readonly exempt: number;
}

export function countsOf({ resources, findings }: Pick<CheckReport, "resources" | "findings">): Counts {
    const open = findings.filter(({ status }) => status === "open");
    return {
        objects: resources.reduce((sum, { objects }) => sum + objects.length, 0),
        others: resources.filter(({ objects }) => objects.length === 0).length,
        mandatory: open.filter(({ violation }) => violation.level === "mandatory").length,
        advisory: open.filter(({ violation }) => violation.level === "advisory").length,
        known: findings.filter(({ status }) => status === "known").length,
        exempt: findings.filter(({ status }) => status === "exempt").length,
    };
}

/** What was checked, as a sentence says it: `3 objects and 1 other resource in 2 files`. */
export function describeChecked({ objects, others }: Counts, fileCount: number): string {
    const checked = [
        ...(objects > 0 || others === 0 ? [count(objects, "object")] : []),
        ...(others > 0 ? [count(others, objects > 0 ? "other resource" : "resource")] : []),
    ].join(" and ");
    return `${checked} in ${count(fileCount, "file")}`;
}

/** What came of it: `1 mandatory and 2 advisory violations, 1 exempt`. */
export function describeCounts(counts: Counts): string {
    const parts = LEVELS.filter(level => counts[level] > 0).map(level => `${counts[level]} ${level}`);
    const open = counts.mandatory + counts.advisory;
    const violations = open === 0 ? "no violations" : `${parts.join(" and ")} violation${open === 1 ? "" : "s"}`;
    return [
        violations,
        ...(counts.known > 0 ? [`${counts.known} in the baseline`] : []),
        ...(counts.exempt > 0 ? [`${counts.exempt} exempt`] : []),
    ].join(", ");
}

/** A number and what it counts: `1 file`, `2 files`. */
export function count(number: number, word: string): string {
    return `${number} ${word}${number === 1 ? "" : "s"}`;
}

/** Findings of one object each, the objects in the order of the resources, the worse findings first. */
export function groupByObject({
    resources,
    findings,
}: Pick<CheckReport, "resources" | "findings">): ReportedViolation[][] {
    const order = new Map(resources.map((resource, index) => [resource.urn, index]));
    const groups = new Map<string, ReportedViolation[]>();
    for (const finding of findings) {
        const key = objectKey(finding.violation);
        const group = groups.get(key);
        if (group) group.push(finding);
        else groups.set(key, [finding]);
    }
    const position = ([finding]: readonly ReportedViolation[]) => order.get(finding?.violation.urn ?? "") ?? 0;
    return [...groups.values()]
        .sort((a, b) => position(a) - position(b))
        .map(group => LEVELS.flatMap(level => group.filter(({ violation }) => violation.level === level)));
}

/** The same for all violations of one object. */
export function objectKey({ urn, label }: Pick<LeveledViolation, "urn" | "label">): string {
    return JSON.stringify([urn, label]);
}

/** Where something is wrong: a file as the user named it, and for manifests the line and column. */
export interface FileLocation {
    readonly file: string;
    readonly line?: number | undefined;
    readonly column?: number | undefined;
    /** The column behind what is wrong, on the same line. */
    readonly endColumn?: number | undefined;
}

/** The places that a problem is about, each once; the object's own where it is about all of it. */
export function placesOf(
    { source }: Pick<LeveledViolation, "source">,
    { paths }: Pick<Problem, "paths">,
): FileLocation[] {
    return placesAt(source, paths);
}

function placesAt(source: Source | undefined, paths: Problem["paths"]): FileLocation[] {
    if (!source) return [];
    const { file, line: ownLine } = source;
    if (!source.positionOf) return [{ file, line: ownLine }];
    const positions = (paths.length > 0 ? paths : [[]]).map(path => source.positionOf?.(path));
    const byText = new Map(positions.flatMap(place => (place ? [[`${place.line}:${place.column}`, place]] : [])));
    return [...byText.values()].map(({ line, column, endColumn }) => ({ file, line, column, endColumn }));
}

/** The first place that a violation is about. */
export function placeOf({ source, problems }: Pick<LeveledViolation, "source" | "problems">): FileLocation | undefined {
    return placesAt(source, problems[0]?.paths.slice(0, 1) ?? [])[0];
}

/** A place as compilers print it: `file:line:column`. */
export function describePlace(place: FileLocation | undefined): string {
    return place ? [place.file, place.line, place.column].filter(part => part !== undefined).join(":") : "";
}

/**
 * The same for the same problem on every run, whatever its words, lines and the order of files: policy, object, problem
 * and the fields that have it.
 */
export function fingerprintOf(violation: LeveledViolation, problem: Problem): string {
    const identity = [identityOf(violation), problem.id, [...problem.fields].sort()];
    return createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 32);
}

/** What a violation is of. Of an object that is there twice, the number that tells them apart depends on their order. */
export function identityOf({ policy, urn, label }: LeveledViolation): readonly string[] {
    return [policy.name, urn.replace(/#\d+$/, ""), label];
}
