import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { configure } from "../../framework/evaluate";
import { MAX_ANNOTATIONS_BYTES } from "../../model/kubernetes/names";
import { policies } from "../../policies";
import { selectorMatchesTemplate } from "../../policies/selector-matches-template";
import { validLabels } from "../../policies/valid-labels";
import { resourcesOf } from "../support/documents";
import type { EngineResource } from "../support/engine";
import { violationsOf } from "../support/evaluation";
import { type Fixture, loadFixtures } from "../support/fixtures";
import { isMap, UNKNOWN_VALUES, type Wire, type WireMap } from "../support/wire";
import { parseDocuments } from "../support/yaml";
import { Api, type Cause, type Judgement } from "./support/api-objects";
import { Cluster } from "./support/cluster";
import { exampleProgram, PACK, SHOP_CONFIG, test as testOnEngine } from "./support/engine";

/** Passing cases whose objects the API server refuses, and why they are cases all the same. */
const REFUSED: Readonly<Record<string, string>> = {
    "ingress-tls/pass-wildcard": "hosts in another spelling than the API server's",
    "ingress-tls/pass-wildcard-rule": "hosts in another spelling than the API server's",
    "no-anonymous-bindings/pass-service-account-of-that-name": "a name that no service account can have",
    "no-cluster-admin/pass-aggregation-rule-of-a-role": "only a ClusterRole can have the rule",
    "no-default-service-account/pass-subjects-named-alike": "a name that no service account can have",
    "no-public-services/pass-clouds": "an annotation that is true instead of a text",
    "no-public-services/pass-external-names-of-others": "a name with the dot of the root at its end",
    "pod-security-baseline/pass-app-armor-annotations": "annotations of containers that are not there",
    "pod-security-baseline/pass-seccomp-annotations-of-v1-19": "annotations that v1.37 compares with fields",
    "pod-security-restricted/pass-volume-of-two-types": "what Pod Security Admission says of volumes of two types",
    "probe-quality/pass-patch": "a patch of a probe whose handler is elsewhere",
    "require-resource-requests/pass-ephemeral-container": "ephemeral containers come to pods that are there",
    "restrict-host-paths/pass-other-volumes": "volumes of the wrong type",
    "restrict-ingress-hosts/pass-allowed": "hosts in another spelling than the API server's",
    "selector-matches-template/pass-exempt-in-configuration": "exempt from being valid",
    "selector-matches-template/pass-patch-of-selector": "a patch whose labels are elsewhere",
};

/** Policies that say something else of an object with what the API server has filled in, and why. */
const POLICIES_ON_DEFAULTS: Readonly<Record<string, string>> = {
    "autoscaler-consistency": "the API server writes replicas: 1; only replicas in the program undo what a scaler did",
    "no-default-service-account": "the API server copies the deprecated field to its successor",
};

/** The same of one case. */
const CASES_ON_DEFAULTS: Readonly<Record<string, string>> = {
    "restrict-annotations/pass-values-of-wrong-type": "the API server reads null as an empty text",
    "restrict-namespaces/unknown-namespace": "the API server gives a Job the labels of its template",
};

/** Kinds whose names the API server derives from what else they say, and so judges by rules of their own. */
const NAMED_BY_CONTENT: ReadonlySet<unknown> = new Set(["APIService", "CustomResourceDefinition", "IPAddress"]);

/** An object of a fixture or an example, and what the API server makes of it. */
interface Case {
    /** The fixture or the file, and what the object is called there. */
    readonly name: string;
    /** As the API server was asked about it. */
    readonly object: WireMap;
    readonly judgement: Judgement;
}

const { fixtures } = loadFixtures(policies);

describe("the API server", () => {
    let cluster: Cluster;
    let api: Api;
    /** What it makes of each resource; of a List, of its items. Kinds that it does not serve have none. */
    const judged = new Map<EngineResource, readonly Case[]>();

    beforeAll(async () => {
        cluster = await Cluster.start();
        api = await Api.of(cluster);
        const resources = fixtures.flatMap(fixture => fixture.resources.map(resource => ({ fixture, resource })));
        await Promise.all(
            resources.map(async ({ fixture, resource }) => {
                judged.set(resource, await judge(api, `${nameOf(fixture)} ${resource.id}`, objectsIn(resource)));
            }),
        );
    }, 1_800_000);
    afterAll(() => cluster?.stop());

    test("accepts the objects of passing cases", () => {
        const differing = fixtures
            .filter(({ outcome }) => outcome === "pass" || outcome === "remediate")
            .flatMap(fixture => {
                const cases = fixture.resources.flatMap(resource => judged.get(resource) ?? []);
                const refused = cases.filter(({ judgement }) => !judgement.stored);
                const mayBe = nameOf(fixture) in REFUSED || (cases.length > 0 && /-wrong-types?$/.test(fixture.name));
                if (mayBe && refused.length === 0) return [`${nameOf(fixture)} is accepted`];
                return mayBe ? [] : refused.map(({ name, judgement }) => `${name}: ${judgement.message}`);
            });
        expect(differing).toEqual([]);
    });

    test("refuses the names, labels and selectors that policies report, and no others", () => {
        expect([...judged.values()].flat().flatMap(disagreements)).toEqual([]);
    });

    test("fills in nothing that changes a verdict", () => {
        const used = new Set<string>();
        const changed = fixtures.flatMap(fixture => {
            const before = fixture.resources.map(resource =>
                withObject(resource, onlyOf(judged.get(resource))?.object),
            );
            const after = fixture.resources.map(resource =>
                withObject(resource, storedOf(onlyOf(judged.get(resource)))),
            );
            const [old, now] = [verdictsOf(fixture, before), verdictsOf(fixture, after)];
            return [...old.filter(verdict => !now.includes(verdict)), ...now.filter(verdict => !old.includes(verdict))]
                .filter(verdict => {
                    const [policy = ""] = verdict.split(" ");
                    for (const [table, key] of [
                        [POLICIES_ON_DEFAULTS, policy],
                        [CASES_ON_DEFAULTS, nameOf(fixture)],
                    ] as const) {
                        if (!(key in table)) continue;
                        used.add(key);
                        return false;
                    }
                    return true;
                })
                .map(verdict => `${nameOf(fixture)}: ${verdict}`);
        });
        expect(changed).toEqual([]);
        expect([...used].sort()).toEqual([...Object.keys({ ...POLICIES_ON_DEFAULTS, ...CASES_ON_DEFAULTS })].sort());
    });

    describe("on the examples", () => {
        const files = readdirSync(path.join(PACK, "examples"), { recursive: true, encoding: "utf8" })
            .filter(file => /^(manifests.*\.yaml|shop-yaml.*\/Pulumi\.yaml)$/.test(file))
            .sort();

        test.each(files)("%s", async file => {
            const cases = await judge(api, file, objectsOf(file));
            expect(cases.length).toBeGreaterThan(5);
            expect(cases.flatMap(disagreements)).toEqual([]);
            const refused = cases.filter(({ object, judgement }) => !judgement.stored && !isReported(object));
            expect(refused).toEqual([]);
        });

        testOnEngine.for(PROGRAMS)("%s", async (name, { engine }) => {
            const stack = await engine.inlineStack(exampleProgram(name), SHOP_CONFIG);
            const { inputs } = await stack.preview({ policyConfig: { all: "disabled" } });
            const objects = [...inputs.values()].flatMap(input => (isMap(input as Wire) ? [input as WireMap] : []));
            const cases = await judge(api, name, objects);
            expect(cases.length).toBeGreaterThan(1);
            expect(cases.flatMap(disagreements)).toEqual([]);
            const refused = cases.filter(({ object, judgement }) => !judgement.stored && !isReported(object));
            expect(refused).toEqual([]);
        });
    });

    test("accepts the labels and annotations that valid-labels accepts, wherever they are", async () => {
        const metadata = fc.record({ labels: labelMaps, annotations: labelMaps }, { requiredKeys: [] });
        const property = fc.asyncProperty(metadata, metadata, async (own, ofPods) => {
            const spec = { containers: [{ name: "web", image: "registry.example.com/shop/cart:1.4.2" }] };
            await requireAgreement(api, {
                apiVersion: "v1",
                kind: "PodTemplate",
                metadata: { name: "cart", namespace: "shop", ...own },
                template: { metadata: ofPods, spec },
            } as WireMap);
        });
        await fc.assert(property, { seed: SEED, numRuns: 1500 });
    });

    test("accepts as many annotations as valid-labels", async () => {
        for (const bytes of [MAX_ANNOTATIONS_BYTES, MAX_ANNOTATIONS_BYTES + 1]) {
            const annotations = { key: "ü".repeat(100_000), rest: "-".repeat(bytes - 200_000 - "keyrest".length) };
            const metadata = { name: "settings", namespace: "shop", annotations };
            const { stored } = await api.judge({ apiVersion: "v1", kind: "ConfigMap", metadata });
            expect(stored !== undefined).toBe(bytes === MAX_ANNOTATIONS_BYTES);
            expect(isReported({ apiVersion: "v1", kind: "ConfigMap", metadata })).toBe(!stored);
        }
    });

    test("accepts the names that valid-labels accepts, of every kind", async () => {
        const kinds = api.creatable.filter(([apiVersion, kind]) => !(`${apiVersion} ${kind}` in OTHERWISE_NAMED));
        expect(kinds.length).toBeGreaterThan(50);
        await Promise.all(
            kinds.map(([apiVersion, kind]) => {
                const fields = ["name", ...(JUDGED_WHEN_MADE.has(kind) ? [] : ["generateName"])];
                const property = fc.asyncProperty(names, fc.constantFrom(...fields), async (name, field) => {
                    const object = { apiVersion, kind, metadata: { [field]: name } };
                    const { stored, causes, message } = await api.judge(object);
                    const isRefused = !stored && (causes.length === 0 || causes.some(isOfName));
                    if (isRefused === reported(object).includes(validLabels.name)) return;
                    throw new Error(`${message || "accepted"}: ${reported(object)}`);
                });
                return fc.assert(property, { seed: SEED, numRuns: 40 });
            }),
        );
    });

    test.each(Object.keys(WORKLOADS))(
        "accepts the selectors that selector-matches-template accepts, of a %s",
        async kind => {
            const isJob = kind.endsWith("Job");
            // The API server gives the pods of Jobs labels of its own, and refuses others of these names.
            const labels = fc.dictionary(fc.constantFrom("a", "b", ...(isJob ? [] : CONTROLLER_KEYS)), texts, {
                maxKeys: 2,
            });
            const selector = kind === "ReplicationController" ? plainSelectors : selectors;
            const manual = fc.constantFrom(...(kind === "Job" ? [true, false, undefined] : [undefined]));
            const property = fc.asyncProperty(
                labels,
                fc.option<WireMap>(selector),
                manual,
                async (labelsOfPods, selected, manualSelector) => {
                    const pod = { containers: [{ name: "web", image: "registry.example.com/shop/cart:1.4.2" }] };
                    const spec = {
                        ...(selected && { selector: selected }),
                        ...(manualSelector !== undefined && { manualSelector }),
                        template: {
                            metadata: { labels: labelsOfPods },
                            spec: isJob ? { ...pod, restartPolicy: "Never" } : pod,
                        },
                    };
                    await requireAgreement(api, {
                        apiVersion: WORKLOADS[kind] ?? "",
                        kind,
                        metadata: { name: "cart", namespace: "shop" },
                        spec: kind === "CronJob" ? { schedule: "@daily", jobTemplate: { spec } } : spec,
                    });
                },
            );
            await fc.assert(property, { seed: SEED, numRuns: 300 });
        },
    );
});

/** TypeScript programs whose objects no manifest repeats. */
const PROGRAMS = [
    "shop-typescript-broken",
    "clusters-typescript",
    "clusters-typescript-broken",
    "start-order",
    "start-order-broken",
];

/** What chance begins with. */
const SEED = 20_261_123;

/** Kinds whose names the API server judges otherwise than other kinds', and why the policy does not. */
const OTHERWISE_NAMED: Readonly<Record<string, string>> = {
    "apiextensions.k8s.io/v1 CustomResourceDefinition": "the name repeats what else the object says",
    "apiregistration.k8s.io/v1 APIService": "the name repeats what else the object says",
    "authentication.k8s.io/v1 SelfSubjectReview": "answered, not stored: any name will do",
    "authentication.k8s.io/v1 TokenReview": "answered, not stored: any name will do",
    "authorization.k8s.io/v1 LocalSubjectAccessReview": "answered, not stored: any name will do",
    "authorization.k8s.io/v1 SelfSubjectAccessReview": "answered, not stored: any name will do",
    "authorization.k8s.io/v1 SelfSubjectRulesReview": "answered, not stored: any name will do",
    "authorization.k8s.io/v1 SubjectAccessReview": "answered, not stored: any name will do",
    "certificates.k8s.io/v1 CertificateSigningRequest": "its name is judged only once its request is one",
    "certificates.k8s.io/v1 ClusterTrustBundle": "its name begins with its signer's, which may have a colon",
    "events.k8s.io/v1 Event": "stricter than the Event of the core group, which may have any name",
    "networking.k8s.io/v1 IPAddress": "the name is the address",
    "v1 Binding": "changes a pod, is not stored",
};

/** Kinds of which the API server judges only the name that it has made of a generateName. */
const JUDGED_WHEN_MADE: ReadonlySet<string> = new Set(["DeviceClass", "ReplicationController"]);

/** Workloads with a selector of their own pods, and their API. */
const WORKLOADS: Readonly<Record<string, string>> = {
    CronJob: "batch/v1",
    DaemonSet: "apps/v1",
    Deployment: "apps/v1",
    Job: "batch/v1",
    ReplicaSet: "apps/v1",
    ReplicationController: "v1",
    StatefulSet: "apps/v1",
};

const CONTROLLER_KEYS = ["job-name", "pod-template-hash", "statefulset.kubernetes.io/pod-name"];

/** Parts of names, good and bad; the Kelvin sign is an ASCII letter in lower case. */
const nameParts = fc.oneof(
    fc.string({ unit: fc.constantFrom(..."abzAZ019-._/ é\u212a:%"), maxLength: 6 }),
    fc.string({ unit: fc.constantFrom("a", "-", "."), minLength: 1, maxLength: 4 }),
    fc.constantFrom(52, 53, 62, 63, 64, 247, 252, 253, 254).map(length => "a".repeat(length)),
    fc.constantFrom("app", "app.kubernetes.io", "Example.com", "a-", "-a", "1", ""),
);

/** Without what is no name at all, and what Roles alone refuse to make names of. */
const names = nameParts.filter(name => !["", ".", ".."].includes(name));

const labelMaps = fc.dictionary(
    fc.array(nameParts, { minLength: 1, maxLength: 3 }).map(parts => parts.join("/")),
    nameParts,
    { maxKeys: 2 },
);

const texts = fc.constantFrom("x", "y", "", "z@");

const selectorKeys = fc.constantFrom("a", "b", "a@", "", ...CONTROLLER_KEYS);

const plainSelectors = fc.dictionary(selectorKeys, texts, { maxKeys: 2 });

const selectors = fc.record(
    {
        matchLabels: plainSelectors,
        matchExpressions: fc.array(
            fc.record(
                {
                    key: selectorKeys,
                    operator: fc.constantFrom("In", "NotIn", "Exists", "DoesNotExist", "Equals", ""),
                    values: fc.array(texts, { maxLength: 2 }),
                },
                { requiredKeys: ["key", "operator"] },
            ),
            { maxLength: 2 },
        ),
    },
    { requiredKeys: [] },
);

function nameOf({ policy, name }: Fixture): string {
    return `${policy.name}/${name}`;
}

/** The Kubernetes objects that a resource describes: itself, or a List's items. */
function objectsIn({ type, props }: EngineResource): WireMap[] {
    if (!type.startsWith("kubernetes:")) return [];
    return String(props.kind).endsWith("List") && Array.isArray(props.items) ? props.items.filter(isMap) : [props];
}

/** The objects of a file of manifests, or of a program in YAML, in which references are unknown values. */
function objectsOf(file: string): WireMap[] {
    const text = readFileSync(path.join(PACK, "examples", file), "utf8");
    const documents = parseDocuments(
        file.endsWith("Pulumi.yaml") ? text.replaceAll(/\$\{[^}]+\}/g, UNKNOWN_VALUES.string) : text,
    );
    const [program] = documents;
    if (!isMap(program ?? null) || !isMap((program as WireMap).resources)) return documents.filter(isMap);
    return Object.values((program as { resources: WireMap }).resources).flatMap(resource => {
        const { type, properties } = resource as { type: string; properties?: WireMap };
        const [, group, kind] = /^kubernetes:(.*):(.*)$/.exec(type) ?? [];
        if (!group || !kind) return [];
        return [{ apiVersion: group.replace(/^core\//, ""), kind, ...properties } as WireMap];
    });
}

/** Asks about those objects that the API server serves, every value known and what they leave out added. */
async function judge(api: Api, name: string, objects: readonly WireMap[]): Promise<Case[]> {
    return Promise.all(
        objects
            .filter(object => api.serves(object))
            .map(async object => {
                const { completed, judgement } = await api.judgeCompleted(await api.withKnownValues(object));
                return { name, object: completed, judgement };
            }),
    );
}

/** Which of the two policies report an object. */
function reported(object: WireMap): string[] {
    const active = [validLabels, selectorMatchesTemplate].map(policy => ({
        ...configure(policy, {}),
        level: "mandatory" as const,
    }));
    const resources = resourcesOf([object], { name: "main", project: "shop" }, {}, undefined);
    return violationsOf(active, resources).map(({ policy }) => policy.name);
}

function isReported(object: WireMap): boolean {
    return reported(object).length > 0;
}

/** @throws when a policy accepts an otherwise good object that the API server refuses, or the other way round. */
async function requireAgreement(api: Api, object: WireMap): Promise<void> {
    const { stored, message } = await api.judge(object);
    if (isReported(object) === (stored !== undefined)) throw new Error(`${message || "accepted"}: ${reported(object)}`);
}

/** Where the API server accepts what a policy reports, or refuses for such a reason what none does. */
function disagreements({ name, object, judgement }: Case): string[] {
    const says = reported(object);
    const reasons = [
        ...(isRefusedForLabels(object, judgement) ? [validLabels] : []),
        ...(isRefusedForSelector(object, judgement) ? [selectorMatchesTemplate] : []),
    ];
    return [
        ...(judgement.stored ? says.map(policy => `${name}: ${policy} reports it, the API server accepts it`) : []),
        ...reasons
            .filter(policy => !says.includes(policy.name))
            .map(policy => `${name}: ${policy.name} does not report it: ${judgement.message}`),
    ];
}

function isRefusedForLabels({ kind }: WireMap, { message, causes }: Judgement): boolean {
    return (
        /\.metadata\.(labels|annotations|name|namespace)\b[^:]*: expected/.test(message) ||
        causes.some(({ field }) => /(^metadata|template)\.(labels|annotations)$/.test(field)) ||
        (causes.some(isOfName) && !NAMED_BY_CONTENT.has(kind))
    );
}

function isOfName({ field, reason }: Cause): boolean {
    return /^metadata\.(name|generateName|namespace)$/.test(field) && reason !== "FieldValueRequired";
}

/** A selector of pods of its own: that of a PodDisruptionBudget, say, is another matter. */
function isRefusedForSelector({ kind }: WireMap, { message, causes }: Judgement): boolean {
    if (!(String(kind) in WORKLOADS)) return false;
    return (
        /\.spec\.(jobTemplate\.spec\.)?selector\b[^:]*: expected/.test(message) ||
        causes.some(({ field }) => /^spec\.(jobTemplate\.spec\.)?selector\b|template\.metadata\.labels$/.test(field))
    );
}

function onlyOf(cases: readonly Case[] = []): Case | undefined {
    return cases.length === 1 ? cases[0] : undefined;
}

function withObject(resource: EngineResource, object: WireMap | undefined): EngineResource {
    // What the API server makes of a patch is the whole object.
    const isPatch = resource.type.endsWith(`${resource.props.kind}Patch`);
    return object && !isPatch && !("items" in resource.props) ? { ...resource, props: object } : resource;
}

/** The object as the API server would store it, but for the namespace that the request and not the object named. */
function storedOf(one: Case | undefined): WireMap | undefined {
    if (!one?.judgement.stored) return one?.object;
    const { namespace, ...metadata } = one.judgement.stored.metadata as WireMap;
    const hadNamespace = isMap(one.object.metadata ?? null) && "namespace" in (one.object.metadata as WireMap);
    return {
        ...one.judgement.stored,
        metadata: hadNamespace ? { namespace: namespace ?? null, ...metadata } : metadata,
    };
}

/** Which policies report which resources: all with their default configuration, but the fixture's own. */
function verdictsOf(fixture: Fixture, resources: readonly EngineResource[]): string[] {
    const active = policies.map(policy => ({
        ...configure(policy, policy === fixture.policy ? fixture.config : {}),
        level: "mandatory" as const,
    }));
    return violationsOf(active, resources, fixture.stack.tags)
        .map(({ policy, urn }) => `${policy.name} ${urn}`)
        .sort();
}
