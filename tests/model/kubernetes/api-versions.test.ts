import { describe, expect, test } from "vitest";
import {
    API_VERSIONS,
    apiVersionOf,
    introductionOf,
    isBuiltInGroup,
    misnamed,
    NEWEST_API_MINOR,
    servedInsteadOf,
    successorOf,
} from "../../../model/kubernetes/api-versions";
import lifecycle from "../../data/api-lifecycle.json";

/** Kinds that were dropped earlier than announced, as the changelogs of these versions tell. */
const DROPPED_EARLY: Readonly<Record<string, number>> = {
    "coordination.k8s.io/v1alpha1 LeaseCandidate": 32,
    "networking.k8s.io/v1alpha1 ClusterCIDR": 29,
    "resource.k8s.io/v1alpha3 DeviceClass": 34,
    "resource.k8s.io/v1alpha3 ResourceClaim": 34,
    "resource.k8s.io/v1alpha3 ResourceClaimTemplate": 34,
    "resource.k8s.io/v1alpha3 ResourceSlice": 34,
    "storagemigration.k8s.io/v1alpha1 StorageVersionMigration": 35,
};

/** What k8s.io/api v0.37.0 registers in versions whose lifecycle it does not announce. */
const WITHOUT_LIFECYCLE = ["internal.apiserver.k8s.io/v1alpha1", "scheduling.k8s.io/v1alpha3"];

const kinds = API_VERSIONS.flatMap(version => version.kinds.map(kind => ({ ...version, kind })));

describe("the table of API versions", () => {
    test("says of each kind what Kubernetes itself says", () => {
        const ends = Object.entries(lifecycle).map(([key, [deprecated, removed]]) => {
            const early = DROPPED_EARLY[key];
            return [key, early === undefined ? { deprecated, removed } : { removed: early }];
        });
        const found = Object.keys(lifecycle).map(key => {
            const [apiVersion = "", kind = ""] = key.split(" ");
            const known = apiVersionOf(apiVersion, kind);
            const { deprecated, removed } = known ?? {};
            return [key, DROPPED_EARLY[key] === undefined ? { deprecated, removed } : { removed }];
        });
        expect(Object.fromEntries(found)).toEqual(Object.fromEntries(ends));
    });

    test("has each kind of a version once", () => {
        const keys = kinds.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`);
        expect(keys).toEqual([...new Set(keys)]);
    });

    test("says of each alpha and beta version when it ends", () => {
        const endless = kinds.filter(({ removed, apiVersion }) => removed === undefined && apiVersion !== "v1");
        expect([...new Set(endless.map(({ apiVersion }) => apiVersion))]).toEqual(WITHOUT_LIFECYCLE);
    });

    test("has deprecations before removals, and replacements that are served", () => {
        for (const { deprecated, removed, replacement, ...entry } of kinds) {
            const order = (deprecated ?? 0) < (removed ?? 100);
            const isServed = (replacement?.since ?? 0) <= NEWEST_API_MINOR;
            const other = replacement && apiVersionOf(replacement.apiVersion, replacement.kind ?? entry.kind);
            expect({ ...entry, order, isServed, ends: (other?.removed ?? 100) > NEWEST_API_MINOR }).toEqual({
                ...entry,
                order: true,
                isServed: true,
                ends: true,
            });
        }
    });

    test("knows the groups of Kubernetes from those of custom resources", () => {
        const groups = ["", "apps", "resource.k8s.io", "lifecycle.k8s.io", "gateway.networking.k8s.io", "k8s.io"];
        expect(groups.filter(isBuiltInGroup)).toEqual(["", "apps", "resource.k8s.io", "lifecycle.k8s.io"]);
    });

    test("names what takes the place of a version", () => {
        const successors = [
            ["policy/v1beta1", "PodDisruptionBudget"],
            ["policy/v1beta1", "PodSecurityPolicy"],
            ["batch/v2alpha1", "ScheduledJob"],
            ["networking.k8s.io/v1alpha1", "ClusterCIDR"],
        ].map(([apiVersion = "", kind = ""]) => {
            const version = apiVersionOf(apiVersion, kind);
            return version && successorOf(version, kind);
        });
        expect(successors).toEqual([
            { apiVersion: "policy/v1", kind: "PodDisruptionBudget", since: 21 },
            undefined,
            { apiVersion: "batch/v1", kind: "CronJob", since: 21 },
            undefined,
        ]);
    });

    test("has introductions before deprecations, and those of all that takes the place of something", () => {
        for (const { apiVersion, kind, deprecated = 100, removed = 100, replacement } of kinds) {
            const since = introductionOf(apiVersion, kind) ?? 0;
            expect([apiVersion, kind, since < deprecated && since < removed]).toEqual([apiVersion, kind, true]);
            if (!replacement) continue;
            const known = introductionOf(replacement.apiVersion, replacement.kind ?? kind) ?? replacement.since;
            expect([apiVersion, kind, replacement.since]).toEqual([apiVersion, kind, known]);
        }
    });

    test.each([
        ["policy/v1beta1", "PodDisruptionBudget", 25, "policy/v1"],
        ["policy/v1", "PodDisruptionBudget", 20, "policy/v1beta1"],
        ["extensions/v1beta1", "Ingress", 18, undefined],
        // Beta versions are off by default since v1.24; who uses the alpha version has told the cluster to serve it.
        ["storagemigration.k8s.io/v1", "StorageVersionMigration", 36, undefined],
        ["storagemigration.k8s.io/v1alpha1", "StorageVersionMigration", 36, "storagemigration.k8s.io/v1beta1"],
        ["admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", 27, undefined],
        ["example.com/v1", "Ingress", 30, undefined],
    ])("finds what is served instead of %s %s by v1.%i", (apiVersion, kind, minor, expected) => {
        expect(servedInsteadOf(apiVersion, kind, minor)?.apiVersion).toBe(expected);
    });
});

describe("what is meant by an object that no cluster can serve", () => {
    test.each([
        ["v1", "Deployment", "apps/v1 Deployment"],
        ["apps/v1", "Pod", "v1 Pod"],
        ["app/v1", "Deployment", "apps/v1 Deployment"],
        ["rbac.authorization.k8s.io/v1", "ClusterRol", "rbac.authorization.k8s.io/v1 ClusterRole"],
        ["rbac/v1", "Role", "rbac.authorization.k8s.io/v1 Role"],
        ["apps/v1", "deployment", "apps/v1 Deployment"],
        ["batch/v1", "Cronjob", "batch/v1 CronJob"],
        ["apps/v1", "Deploymnet", "apps/v1 Deployment"],
        ["networking.k8s.io/v1", "NetworkPolicies", "networking.k8s.io/v1 NetworkPolicy"],
    ])("%s %s: %s", (apiVersion, kind, expected) => {
        const meant = misnamed(apiVersion, kind);
        expect(`${meant?.apiVersion} ${meant?.kind}`).toBe(expected);
    });

    test.each([
        ["apps/v1", "Deployment"],
        ["extensions/v1beta1", "Ingress"],
        // What a newer version may bring, and what nothing is near to.
        ["apps/v1", "Rollout"],
        ["v1", "Config"],
        ["apps.example.com/v1", "deployment"],
        ["events.k8s.io/v1", "Event"],
        ["v1", "Event"],
        ["policy/v1", "Eviction"],
        ["v1", "Binding"],
        ["autoscaling.k8s.io/v1", "VerticalPodAutoscaler"],
    ])("nothing, as far as is known: %s %s", (apiVersion, kind) => {
        expect(misnamed(apiVersion, kind)).toBeUndefined();
    });
});
