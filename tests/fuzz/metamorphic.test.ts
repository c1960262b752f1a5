import { beforeAll, describe, expect, test } from "vitest";
import type { EngineResource } from "../support/engine";
import type { Fixture } from "../support/fixtures";
import { expectFile } from "../support/stale";
import { isMap, UNKNOWN_VALUES, type Wire, type WireMap } from "../support/wire";
import { at, changed, placesIn } from "./generators";
import { namesIn, renamed } from "./rename";
import { seedFixtures } from "./seeds";
import { type Verdict, verdict } from "./verdict";

/** A change of a stack that must change no verdict, or only as said. */
type Change = (resources: readonly EngineResource[], fixture: Fixture) => readonly EngineResource[];

/** Where a change may change a verdict after all: by policy or `policy/case`, and why. Each entry must be needed. */
type Exceptions = Readonly<Record<string, string>>;

const fixtures = seedFixtures().filter(({ outcome }) => outcome !== "remediate");

const UNKNOWN = UNKNOWN_VALUES.string;

/** Fixtures in which the target is called almost so. */
const MISSPELT = [
    "cluster-role-misspelt",
    "misspelt-beside-a-release",
    "misspelt-beside-a-release-as-advice",
    "misspelt-in-namespace-of-another-stack",
    "storage-class-misspelt",
    "volume-misspelt",
];

const verdicts = new Map(fixtures.map(fixture => [fixture, verdict(fixture, fixture.resources)]));

function nameOf({ policy, name }: Fixture): string {
    return `${policy.name}/${name}`;
}

/**
 * What a change does beyond what it may.
 * @param normalize makes messages before and after comparable.
 * @param configure changes the configuration likewise.
 * @returns the cases whose verdict it changes without an exception, and the exceptions that no case needs.
 */
function surprises(
    change: Change,
    {
        exceptions = {},
        normalize = text => text,
        configure: reconfigure = config => config,
    }: {
        exceptions?: Exceptions;
        normalize?: (text: string) => string;
        configure?: (config: WireMap, fixture: Fixture) => WireMap;
    } = {},
): { unexplained: string[]; unneeded: string[] } {
    const comparable = (said: Verdict) =>
        JSON.stringify(said.map(([urn, text]) => [normalize(urn), normalize(text)]).sort());
    const differing = fixtures.filter(fixture => {
        const resources = change(fixture.resources, fixture);
        if (resources === fixture.resources) return false;
        const urns = new Set(fixture.resources.map(({ urn }) => normalize(urn)));
        const config = reconfigure(fixture.config, fixture);
        const after = verdict({ ...fixture, config }, resources).filter(([urn]) => urns.has(normalize(urn)));
        return comparable(verdicts.get(fixture) ?? []) !== comparable(after);
    });
    return explained(differing.map(nameOf), exceptions);
}

function explained(cases: readonly string[], exceptions: Exceptions): { unexplained: string[]; unneeded: string[] } {
    const used = new Set<string>();
    const unexplained = cases.filter(name => {
        const entry = [name, name.split("/", 1)[0] ?? ""].find(key => Object.hasOwn(exceptions, key));
        if (entry !== undefined) used.add(entry);
        return entry === undefined;
    });
    return { unexplained, unneeded: Object.keys(exceptions).filter(key => !used.has(key)) };
}

const NO_SURPRISES = { unexplained: [], unneeded: [] };

function withProps(change: (props: WireMap, resource: EngineResource) => Wire | undefined): Change {
    return resources =>
        resources.map(resource => {
            const props = change(resource.props, resource);
            return isMap(props) ? { ...resource, props } : resource;
        });
}

function reversedKeys(value: Wire): Wire {
    if (Array.isArray(value)) return value.map(reversedKeys);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([key, item]): [string, Wire] => [key, reversedKeys(item)]);
    return Object.fromEntries(entries.reverse());
}

function isObject({ type, props }: EngineResource): boolean {
    return type.startsWith("kubernetes:") && typeof props.kind === "string" && typeof props.apiVersion === "string";
}

function isPatch({ type, props }: EngineResource): boolean {
    return type.endsWith(`${props.kind}Patch`);
}

describe("a verdict does not change", () => {
    test("with the order of resources", () => {
        const inHalves: Change = resources => [
            ...resources.filter((_, index) => index % 2 === 1),
            ...resources.filter((_, index) => index % 2 === 0),
        ];
        const exceptions: Exceptions = {
            "require-explicit-provider/fail-default-provider": "it is said of the first resource on a provider",
            "no-deprecated-apis/fail-version-not-known": "it is said of the first object",
        };
        expect(surprises(resources => resources.toReversed(), { exceptions })).toEqual(NO_SURPRISES);
        expect(surprises(inHalves)).toEqual(NO_SURPRISES);
    });

    test("with the order of keys", () => {
        expect(surprises(withProps(reversedKeys))).toEqual(NO_SURPRISES);
    });

    test("with an object in another namespace of another cluster", () => {
        const prefix = "urn:pulumi:main::other";
        const provider = {
            urn: `${prefix}::pulumi:providers:kubernetes::far`,
            type: "pulumi:providers:kubernetes",
            name: "far",
            props: { context: "far-away" },
        };
        const metadata = { name: "far-away", namespace: "far-away" };
        const props = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { far: "away" } };
        const type = "kubernetes:core/v1:ConfigMap";
        const stranger = { urn: `${prefix}::${type}::far-away`, type, name: "far-away", props, provider };
        const exceptions = {
            "require-start-order/fail-release-on-a-new-cluster":
                "a chart that is not rendered does not say which of two clusters it is for",
        };
        expect(surprises(resources => [...resources, provider, stranger], { exceptions })).toEqual(NO_SURPRISES);
    });

    test("with a List around a manifest", () => {
        const exceptions: Exceptions = {
            "restrict-ignore-changes": "paths to ignore are those of the resource, which is the List",
            "production-cluster-isolation/fail-evidence-of-virtual-clusters": "a cluster is called by its resource",
            "no-dangling-references/fail-auto-named-namespace": "Pulumi names no items",
            "one-owner-per-object/pass-fields-of-patches":
                "paths to ignore are those of the resource, which is the List",
            "no-dangling-references/fail-auto-named-target": "Pulumi names no items",
            "no-dangling-references/fail-release-in-auto-named-namespace": "Pulumi names no items",
            "valid-labels/fail-auto-names": "Pulumi names no items",
        };
        const wrap: Change = resources =>
            resources.map(resource => {
                // The provider has no Lists of Lists.
                if (!isObject(resource) || String(resource.props.kind).endsWith("List") || isPatch(resource)) {
                    return resource;
                }
                const props = { apiVersion: "v1", kind: "List", items: [resource.props] };
                return { ...resource, type: "kubernetes:core/v1:List", props };
            });
        const normalize = (text: string) => text.replaceAll(/ of items\[0\](?!\.)|items\[0\]\./g, "");
        expect(surprises(wrap, { exceptions, normalize })).toEqual(NO_SURPRISES);
    });

    test("with components around the resources", () => {
        const exceptions: Exceptions = {};
        const components = ["orders", "billing"].map(name => {
            const type = "shop:index:Application";
            return { urn: `urn:pulumi:main::shop::${type}::${name}`, type, name, props: {} };
        });
        const split: Change = resources => [
            ...components,
            ...resources.map((resource, index) => {
                const component = components[index % components.length];
                const isInside = resource.parent !== undefined && !resource.parent.includes("::pulumi:pulumi:Stack::");
                return isInside || !component || !resource.type.startsWith("kubernetes:")
                    ? resource
                    : { ...resource, parent: component.urn };
            }),
        ];
        expect(surprises(split, { exceptions })).toEqual(NO_SURPRISES);
    });

    test("with other names of all objects, wherever they are named", () => {
        const exceptions: Exceptions = {
            "no-dangling-references/pass-labels-of-controllers": "pods of a StatefulSet have its name and a number",
            "no-dangling-references/fail-auto-named-namespace": "the name is that of a resource",
            ...Object.fromEntries(
                MISSPELT.map(name => [`no-dangling-references/fail-${name}`, "what is misspelt keeps its name"]),
            ),
            "no-naked-pods/pass-exempt-in-configuration": "the exemption is for names that begin alike",
            "production-cluster-isolation/fail-by-key-stacks": "the configuration names the project",
            "production-cluster-isolation/pass-neutral-stack": "the configuration names the project",
            "require-start-order/unknown-mark-of-a-made-name": "Pulumi makes no name with such an end",
            "require-headless-service/fail-resource-name-for-name": "the name is that of a resource",
            "require-network-policy/pass-policy-of-calico-by-label":
                "selectors of Calico are texts, in which no name is changed",
            "require-network-policy/pass-policy-of-calico-for-cluster-by-label":
                "selectors of Calico are texts, in which no name is changed",
            "require-readiness-probe/fail-selected-for-its-metrics": "what a port is for shows in its name",
            "one-owner-per-object/fail-made-by-eks": "what clusters make has names of its own",
            "one-owner-per-object/fail-made-by-every-cluster": "what clusters make has names of its own",
            "valid-labels": "names have a length that they may have",
        };
        const rename: Change = resources => {
            const names = namesIn(resources.map(({ props }) => props));
            const inNamespace = <T extends { type: string; props: WireMap }>(one: T): T => {
                if (one.type.startsWith("kubernetes:")) return { ...one, props: renamed(one.props, names, SUFFIX) };
                const { namespace } = one.props;
                return namespace === undefined
                    ? one
                    : { ...one, props: { ...one.props, namespace: renamed(namespace, names, SUFFIX) } };
            };
            return resources
                .map(resource => {
                    const { provider } = resource;
                    return { ...inNamespace(resource), ...(provider && { provider: inNamespace(provider) }) };
                })
                .map(inRenamedProject);
        };
        const configure = (config: WireMap, { resources }: Fixture) =>
            renamed(config, namesIn(resources.map(({ props }) => props)), SUFFIX);
        const normalize = (text: string) =>
            text
                .replaceAll(SUFFIX, "")
                .split(/, | and |\n- |\n/)
                .sort()
                .join();
        expect(surprises(rename, { exceptions, normalize, configure })).toEqual(NO_SURPRISES);
    });

    test("with unknown values that no policy reads", () => {
        const add = withProps((props, resource) =>
            isObject(resource) ? { ...props, status: UNKNOWN, unheardOf: UNKNOWN } : undefined,
        );
        expect(surprises(add)).toEqual(NO_SURPRISES);
    });
});

/** What is put behind names: a word of its own, so that what the rest says stays as it is. */
const SUFFIX = "-renamed";

/** A resource in a project with the suffix: beside an environment's, a namespace's name may have words of its project. */
function inRenamedProject(resource: EngineResource): EngineResource {
    return renamedUrns(resource as unknown as Wire) as unknown as EngineResource;
}

function renamedUrns(value: Wire): Wire {
    if (typeof value === "string") return value.replace(/^(urn:pulumi:[^:]*::[^:]*)(?=::)/, `$1${SUFFIX}`);
    if (Array.isArray(value)) return value.map(renamedUrns);
    if (!isMap(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renamedUrns(item)]));
}

/** Kinds that pods are written in: API version, and where the pod's template is. */
const POD_KINDS: Readonly<Record<string, { apiVersion: string; template: readonly string[] }>> = {
    Pod: { apiVersion: "v1", template: [] },
    ReplicaSet: { apiVersion: "apps/v1", template: ["spec", "template"] },
    Deployment: { apiVersion: "apps/v1", template: ["spec", "template"] },
    StatefulSet: { apiVersion: "apps/v1", template: ["spec", "template"] },
    DaemonSet: { apiVersion: "apps/v1", template: ["spec", "template"] },
    Job: { apiVersion: "batch/v1", template: ["spec", "template"] },
    CronJob: { apiVersion: "batch/v1", template: ["spec", "jobTemplate", "spec", "template"] },
};

/** Where it matters in which kind a pod is written, and why. */
const KIND_MATTERS: Exceptions = {
    "autoscaler-consistency": "autoscalers name a kind",
    "job-lifecycle": "is about Jobs and CronJobs",
    "no-dangling-references": "autoscalers and others name a kind",
    "no-deprecated-apis": "the kind is written in its API version",
    "no-naked-pods": "is about Pods",
    "no-unstable-apis": "the kind is written in its API version",
    "pod-disruption-budgets": "is about what has replicas",
    "pod-security-baseline/pass-annotation-of-workload": "the annotation of a Pod is the pod's own",
    "require-annotations": "is for some kinds; workloads have a template besides",
    "require-headless-service": "is about StatefulSets",
    "require-labels": "is for some kinds; workloads have a template besides",
    "require-liveness-probe": "is about what runs on and on",
    "require-readiness-probe": "is about what runs on and on",
    "require-replicas": "is about what has replicas",
    "require-start-order": "what is waited for depends on the kind",
    "require-topology-spread": "is about what has replicas",
    "resource-budget": "replicas are multiplied",
    "restrict-annotations": "a workload's template has annotations besides",
    "restrict-ignore-changes": "paths to ignore begin at the workload",
    "restrict-persistent-volumes": "a StatefulSet has templates of claims",
    "restrict-resources": "bounds the replicas too",
    "rolling-updates": "is about Deployments",
    "selector-matches-template": "is about what has a selector",
    "valid-labels": "a CronJob's name is shorter, and a workload's template has labels besides",
};

describe("a pod is judged alike", () => {
    test("in every kind", () => {
        const cases = Object.keys(POD_KINDS).flatMap(
            kind => surprises(movedTo(kind), { normalize: withoutKind }).unexplained,
        );
        expect(explained([...new Set(cases)], KIND_MATTERS)).toEqual(NO_SURPRISES);
    });
});

function movedTo(kind: string): Change {
    return resources => {
        const moved = resources.map(resource => {
            const own = POD_KINDS[String(resource.props.kind)];
            const isBuiltIn = /^(v1|(apps|batch|extensions)\/\w+)$/.test(String(resource.props.apiVersion));
            if (!isObject(resource) || isPatch(resource) || !own || !isBuiltIn || resource.props.kind === kind) {
                return resource;
            }
            const template = own.template.length === 0 ? resource.props : at(resource.props, own.template);
            return isMap(template) ? inKind(kind, resource, template) : resource;
        });
        return moved.every((resource, index) => resource === resources[index]) ? resources : moved;
    };
}

function inKind(kind: string, resource: EngineResource, { metadata = null, spec = null }: WireMap): EngineResource {
    const { apiVersion, template } = POD_KINDS[kind] as (typeof POD_KINDS)[string];
    const own = isMap(resource.props.metadata) ? resource.props.metadata : {};
    const ofPod = isMap(metadata) ? metadata : {};
    const { labels = null, annotations = null } = ofPod;
    const pod = { metadata: { labels, annotations }, spec };
    const props =
        kind === "Pod"
            ? { apiVersion, kind, metadata: { ...own, ...ofPod, name: own.name ?? null }, spec }
            : {
                  apiVersion,
                  kind,
                  metadata: own,
                  ...(template.toReversed().reduce<Wire>((inner, key) => ({ [key]: inner }), pod) as WireMap),
              };
    const module = apiVersion === "v1" ? "core/v1" : apiVersion;
    return { ...resource, type: `kubernetes:${module}:${kind}`, props };
}

/** A message about a pod, without what its kind adds to it. */
function withoutKind(text: string): string {
    const kinds = Object.keys(POD_KINDS).join("|");
    return text
        .replaceAll(/spec\.(jobTemplate\.spec\.)?template\.(?=spec|metadata)/g, "")
        .replaceAll(new RegExp(`\\b(${kinds})\\b`, "g"), "Workload");
}

/** Where an unknown value may make a violation appear, and why. */
const APPEARS_BY_UNKNOWN: Exceptions = {
    "resource-budget": "what is not known counts as nothing, so another object is the biggest contributor",
    "restrict-annotations/pass-values-of-wrong-type": "an annotation of another type is none, an unknown one may be",
    "autoscaler-consistency/pass-one-autoscaler-given-twice":
        "two resources of a program that can be deployed are two objects",
    "pod-disruption-budgets/pass-one-budget-given-twice":
        "two resources of a program that can be deployed are two objects",
    "no-token-automount/pass-bound-accounts": "users and groups that are not known are people",
    "require-liveness-probe/pass-helpers":
        "an image that is not known is one that the program builds, and no public helper",
    "require-readiness-probe/pass-gateway-of-istio":
        "an image that is not known is one that the program builds, and not Istio's",
    "require-readiness-probe/pass-helpers":
        "an image that is not known is one that the program builds, and no public helper",
    "no-anonymous-bindings/pass-service-account-of-that-name": "no account can have it: all but accounts are users",
    "no-naked-pods/pass-exempt-by-annotation": "annotations that are not known exempt nothing",
    "pod-security-baseline/pass-exempt-by-annotation": "annotations that are not known exempt nothing",
    "production-cluster-isolation/pass-node-pools": "the other cluster of the same name has no name that is known",
    "require-labels/pass-exempt-by-annotation": "annotations that are not known exempt nothing",
    "require-start-order/fail-chart-not-awaited": "told of one object where not all are known to skip it",
};

describe("an unknown value", () => {
    const appearing = new Set<string>();
    const vanishing = new Map<string, Set<string>>();

    beforeAll(() => {
        for (const fixture of fixtures) tryUnknowns(fixture);
    }, 600_000);

    function tryUnknowns(fixture: Fixture): void {
        const before = new Set((verdicts.get(fixture) ?? []).map(([urn]) => urn));
        for (const [index, resource] of fixture.resources.entries()) {
            for (const path of placesIn(resource.props)) {
                if (path.length === 0 || at(resource.props, path) === UNKNOWN) continue;
                const props = changed(resource.props, path, () => UNKNOWN);
                if (!isMap(props)) continue;
                const after = new Set(
                    verdict(fixture, fixture.resources.with(index, { ...resource, props } as never)).map(
                        ([urn]) => urn,
                    ),
                );
                if ([...after].some(urn => !before.has(urn))) appearing.add(nameOf(fixture));
                if ([...before].every(urn => after.has(urn))) continue;
                const paths = vanishing.get(fixture.policy.name) ?? new Set();
                vanishing.set(fixture.policy.name, paths.add(pattern(path)));
            }
        }
    }

    test("makes no violation where there was none", () => {
        expect(explained([...appearing], APPEARS_BY_UNKNOWN)).toEqual(NO_SURPRISES);
    });

    test("takes a violation away only where the policy reads it", () => {
        const table = [...vanishing].map(([name, paths]) => [name, leaves(paths)]);
        expectFile(
            "tests/__snapshots__/deciding-paths.json",
            `${JSON.stringify(Object.fromEntries(table), undefined, 4)}\n`,
        );
    });
});

/** A place as the table lists it: list elements alike, keys that anybody may choose too, pods alike in every kind. */
function pattern(path: readonly (string | number)[]): string {
    return path
        .map(step => (typeof step === "number" ? "[]" : /^[A-Za-z]\w*$/.test(step) ? step : "*"))
        .join(".")
        .replaceAll(".[]", "[]")
        .replace(/\b(annotations|data|labels|limits|matchLabels|requests|tags)\.[^.[]+/g, "$1.*")
        .replace(/^items\[\]\./, "")
        .replace(/^spec\.(jobTemplate\.spec\.)?template\./, "");
}

/** The places below which there is no other, sorted. */
function leaves(paths: ReadonlySet<string>): string[] {
    const isBelow = (other: string, path: string) => other.startsWith(`${path}.`) || other.startsWith(`${path}[`);
    return [...paths].filter(path => ![...paths].some(other => isBelow(other, path))).sort();
}
