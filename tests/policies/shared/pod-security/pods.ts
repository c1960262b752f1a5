import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Policy } from "../../../../framework/define";
import { checkResource, configure } from "../../../../framework/evaluate";
import { Inventory } from "../../../../model/environments/inventory";
import { Resource } from "../../../../model/pulumi/resource";
import { podSecurityBaseline } from "../../../../policies/pod-security-baseline";
import { podSecurityRestricted } from "../../../../policies/pod-security-restricted";
import { BASELINE_CONTROLS, RESTRICTED_CONTROLS } from "../../../../policies/shared/pod-security/controls";
import { NEWEST_MINOR } from "../../../../policies/shared/pod-security/version";
import { mergePatch, type WireMap } from "../../../support/wire";

export type Level = "baseline" | "restricted";

/** A pod, and what Pod Security Admission says of it. */
export interface TestPod {
    /** The pod, complete. */
    readonly pod: WireMap;
    readonly level: Level;
    readonly minor: number;
    readonly verdict: "pass" | "fail";
    /** What the case is about: the id of a control, in lower case, and a number. */
    readonly name: string;
}

/** A pod of this pack's own, and the controls that forbid it. */
export interface OwnPod {
    readonly name: string;
    readonly pod: WireMap;
    /** Minor versions by control. */
    readonly forbidden: ReadonlyMap<string, readonly number[]>;
}

/** All minor versions that the policies know. */
export const MINORS: readonly number[] = range(`0-${NEWEST_MINOR}`);

/** The ids of all controls of both profiles. */
export const CONTROL_IDS = [...BASELINE_CONTROLS, ...RESTRICTED_CONTROLS].map(({ id }) => id);

const POLICIES: readonly Policy[] = [podSecurityBaseline, podSecurityRestricted];

/** The test pods of the Pod Security Admission project, for every version of every profile. */
export function upstreamPods(): TestPod[] {
    const entries = read("upstream-pods.yaml") as { cases: string[]; pod: WireMap }[];
    return entries.flatMap(({ cases, pod }) =>
        cases.flatMap(text => {
            const [level, verdict, name, minors] = text.split(" ") as [Level, TestPod["verdict"], string, string];
            const complete = mergePatch(pod, { apiVersion: "v1", kind: "Pod", metadata: { name: "test" } }) as WireMap;
            return range(minors).map(minor => ({ pod: complete, level, minor, verdict, name }));
        }),
    );
}

/** This pack's own pods: one that passes, and changes of it. */
export function ownPods(): OwnPod[] {
    const { pod, changes } = read("own-pods.yaml") as {
        pod: WireMap;
        changes: Record<string, { change: WireMap; forbidden: Record<string, string> }>;
    };
    return Object.entries(changes).map(([name, { change, forbidden }]) => ({
        name,
        pod: mergePatch(pod, change) as WireMap,
        forbidden: new Map(Object.entries(forbidden).map(([id, minors]) => [id, range(minors)])),
    }));
}

/**
 * The controls that the policies report, sorted. The restricted profile holds when both policies' controls do.
 * @param level the profile.
 * @param minor the version, by its minor number.
 */
export function reportedControls(pod: WireMap, level: Level, minor: number): string[] {
    const resource = new Resource({
        urn: "urn:pulumi:s::p::t::pod",
        type: "kubernetes:core/v1:Pod",
        name: "pod",
        props: pod,
    });
    const run = { stackTags: new Map(), now: new Date(0), inventory: new Inventory() };
    const policies = level === "baseline" ? POLICIES.slice(0, 1) : POLICIES;
    const reported = policies
        .map(policy => configure(policy, { version: `v1.${minor}` }))
        .flatMap(configured => checkResource(configured, resource, run))
        .flatMap(({ problems }) => problems.map(({ id }) => id));
    return CONTROL_IDS.filter(id => reported.includes(id)).sort();
}

function read(file: string): unknown {
    return parse(readFileSync(join(__dirname, file), "utf8"));
}

/** `3-5` as 3, 4 and 5. */
function range(text: string): number[] {
    const [first, last = first] = text.split("-").map(Number) as [number, number?];
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
