import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
    CONTROL_IDS,
    type Level,
    MINORS,
    ownPods,
    reportedControls,
    upstreamPods,
} from "../policies/shared/pod-security/pods";
import type { WireMap } from "../support/wire";
import { Cluster } from "./support/cluster";

/** How the API server names what each control forbids. */
const REASONS: Readonly<Record<string, RegExp>> = {
    allowPrivilegeEscalation: /^allowPrivilegeEscalation != false/,
    appArmorProfile: /^forbidden AppArmor profiles?/,
    capabilities_baseline: /^non-default capabilities/,
    capabilities_restricted: /^unrestricted capabilities/,
    hostNamespaces: /^host namespaces/,
    hostPathVolumes: /^hostPath volumes/,
    hostPorts: /^hostPort/,
    hostProbesAndHostLifecycle: /^probe or lifecycle host/,
    privileged: /^privileged/,
    procMount: /^procMount/,
    procMount_restricted: /^procMount/,
    restrictedVolumes: /^restricted volume types/,
    runAsNonRoot: /^runAsNonRoot != true/,
    runAsUser: /^runAsUser=0/,
    seLinuxOptions: /^seLinuxOptions/,
    seccompProfile_baseline: /^seccompProfile/,
    seccompProfile_restricted: /^seccompProfile/,
    sysctls: /^forbidden sysctls/,
    windowsHostProcess: /^hostProcess/,
};

/** Controls of the restricted profile that the API server asks instead of one of the baseline profile. */
const INSTEAD: Readonly<Record<string, string>> = {
    capabilities_baseline: "capabilities_restricted",
    hostPathVolumes: "restrictedVolumes",
};

const LEVELS: readonly Level[] = ["baseline", "restricted"];

interface Case {
    readonly name: string;
    readonly pod: WireMap;
    readonly level: Level;
    readonly minor: number;
}

const cases: readonly Case[] = [
    ...upstreamPods(),
    ...ownPods().flatMap(({ name, pod }) =>
        LEVELS.flatMap(level => MINORS.map(minor => ({ name: `own: ${name}`, pod, level, minor }))),
    ),
];

describe("Pod Security Admission of a real API server", () => {
    let cluster: Cluster;
    beforeAll(async () => {
        cluster = await Cluster.start();
        for (const level of LEVELS) for (const minor of MINORS) await createNamespace(cluster, level, minor);
    }, 1_800_000);
    afterAll(() => cluster?.stop());

    test("knows the newest version", async () => {
        expect(await cluster.version()).toMatch(new RegExp(`^v1\\.${MINORS.at(-1)}\\.`));
    });

    test.each(MINORS)("says the same of all pods in v1.%i", async minor => {
        const differing = await Promise.all(
            cases
                .filter(one => one.minor === minor)
                .map(async one => {
                    const { name, pod, level } = one;
                    const path = `/api/v1/namespaces/${namespaceOf(level, minor)}/pods`;
                    const { status, body } = await cluster.dryRun(path, pod);
                    const found = status === 201 ? "allowed" : verdictOf(body.message ?? "", one);
                    const expected = isInvalid(pod) ? "invalid" : reasonsOf(reportedControls(pod, level, minor), level);
                    return found === expected ? [] : [{ name, level, expected, found, message: body.message }];
                }),
        );
        expect(differing).not.toEqual([]);
        expect(differing.flat()).toEqual([]);
    });

    test.each(LEVELS)("warns of the same templates, %s profile", async level => {
        const minor = MINORS.at(-1) ?? 0;
        const different = await Promise.all(
            ownPods().map(async ({ name, pod }) => {
                const path = `/apis/apps/v1/namespaces/${namespaceOf(level, minor)}/deployments`;
                const { status, warnings, body } = await cluster.dryRun(path, deploymentOf(pod));
                const warned = warnings.some(warning =>
                    warning.includes(String.raw`would violate PodSecurity \"${level}:v1.${minor}\"`),
                );
                const agrees = status === 201 && warned === reportedControls(pod, level, minor).length > 0;
                return agrees ? [] : [{ name, status, warnings, message: body.message }];
            }),
        );
        expect(different.flat()).toEqual([]);
    });
});

function namespaceOf(level: Level, minor: number): string {
    return `${level}-1-${minor}`;
}

async function createNamespace(cluster: Cluster, level: Level, minor: number): Promise<void> {
    const labels = Object.fromEntries(
        ["enforce", "warn"].flatMap(mode => [
            [`pod-security.kubernetes.io/${mode}`, level],
            [`pod-security.kubernetes.io/${mode}-version`, `v1.${minor}`],
        ]),
    );
    const metadata = { name: namespaceOf(level, minor), labels };
    const { status, body } = await cluster.request("POST", "/api/v1/namespaces", { metadata });
    if (status !== 201) throw new Error(body.message);
}

/**
 * Whether the API server refuses a pod before it asks Pod Security Admission: an unmasked procMount needs a user
 * namespace, whatever the profile.
 */
function isInvalid({ spec }: WireMap): boolean {
    return JSON.stringify(spec).includes('"Unmasked"') && !JSON.stringify(spec).includes('"hostUsers":false');
}

/** What the API server would say of these controls: each reason once, sorted. */
function reasonsOf(controls: readonly string[], level: Level): string {
    if (controls.length === 0) return "allowed";
    const asked = controls.filter(id => level === "baseline" || !controls.includes(INSTEAD[id] ?? ""));
    return [...new Set(asked.map(id => String(REASONS[id])))].sort().join();
}

/** The reasons that the API server gives, in the same form. */
function verdictOf(message: string, { level, minor }: Case): string {
    if (message.includes(" is invalid: ")) return "invalid";
    const [, reasons] = message.split(`violates PodSecurity "${level}:v1.${minor}": `);
    if (!reasons) return "no verdict of Pod Security Admission";
    // Each reason has its details in parentheses, which hold no others.
    const named = reasons.replace(/ \([^()]*\)/g, "").split(", ");
    const patterns = CONTROL_IDS.flatMap(id => REASONS[id] ?? []);
    return [...new Set(named.map(text => String(patterns.find(pattern => pattern.test(text)) ?? text)))].sort().join();
}

function deploymentOf(pod: WireMap): WireMap {
    const labels = { app: "test" };
    const metadata = { ...(pod.metadata as WireMap), labels };
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "test" },
        spec: { selector: { matchLabels: labels }, template: { metadata, spec: pod.spec ?? {} } },
    };
}
