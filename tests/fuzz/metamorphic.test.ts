import { expect, test } from "vitest";
import { configure, messageOf } from "../../policies/evaluate";
import type { EngineResource } from "../support/engine";
import { violationsOf } from "../support/evaluation";
import type { Fixture } from "../support/fixtures";
import { isMap, UNKNOWN_VALUES, type Wire, type WireMap } from "../support/wire";
import { at, changed, placesIn } from "./generators";
import { seedFixtures } from "./seeds";

/** A change of a stack that must change no verdict, or only as said. */
type Change = (resources: readonly EngineResource[]) => readonly EngineResource[];

const fixtures = seedFixtures().filter(({ outcome }) => outcome !== "remediate");

/** Where an unknown value may make a violation appear, by policy or case, and why. */
const APPEARS_BY_UNKNOWN: Readonly<Record<string, string>> = {
    "resource-budget": "what is not known counts as nothing, so another object is the biggest contributor",
    "restrict-annotations/pass-values-of-wrong-type": "an annotation of another type is none, an unknown one may be",
    "no-naked-pods/pass-exempt-by-annotation": "annotations that are not known exempt nothing",
    "pod-security-baseline/pass-exempt-by-annotation": "annotations that are not known exempt nothing",
    "require-labels/pass-exempt-by-annotation": "annotations that are not known exempt nothing",
};

/** What a List does to cases, and why. */
const DIFFERS_IN_LIST: Readonly<Record<string, string>> = {
    "restrict-ignore-changes": "paths to ignore are those of the resource, which is the List",
};

/** Whether a table names a case or its policy. */
function isNamed(table: Readonly<Record<string, string>>, name: string): boolean {
    return Object.hasOwn(table, name) || Object.hasOwn(table, name.split("/", 1)[0] ?? "");
}

/** What a fixture's policy says of some resources: resource and message, sorted. */
function verdict(
    { policy, config, stack }: Fixture,
    resources: readonly EngineResource[],
): [urn: string, text: string][] {
    return violationsOf([{ ...configure(policy, config), level: "mandatory" }], resources, stack.tags)
        .map((violation): [string, string] => [violation.urn, messageOf(violation)])
        .sort();
}

/** The fixtures whose verdict a change changes, the policy's name and the case's. */
function changedBy(change: Change, normalize = (text: string) => text): string[] {
    return fixtures.flatMap(fixture => {
        const before = verdict(fixture, fixture.resources);
        const urns = new Set(fixture.resources.map(({ urn }) => urn));
        const after = verdict(fixture, change(fixture.resources)).filter(([urn]) => urns.has(urn));
        const [old, now] = [before, after].map(all => JSON.stringify(all.map(([urn, text]) => [urn, normalize(text)])));
        const same = old === now;
        return same ? [] : [`${fixture.policy.name}/${fixture.name}`];
    });
}

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

test("the order of resources changes nothing", () => {
    expect(changedBy(resources => resources.toReversed(), undefined)).toEqual([]);
});

test("the order of keys changes nothing", () => {
    expect(changedBy(withProps(reversedKeys))).toEqual([]);
});

test("an object in another namespace of another cluster changes nothing", () => {
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
    expect(changedBy(resources => [...resources, provider, stranger])).toEqual([]);
});

test("a manifest in a List is judged as by itself", () => {
    const wrap: Change = resources =>
        resources.map(resource => {
            // The provider has no Lists of Lists.
            if (
                !isObject(resource) ||
                String(resource.props.kind).endsWith("List") ||
                resource.type.endsWith(`${resource.props.kind}Patch`)
            )
                return resource;
            const props = { apiVersion: "v1", kind: "List", items: [resource.props] };
            return { ...resource, type: "kubernetes:core/v1:List", props };
        });
    const differing = changedBy(wrap, text => text.replaceAll("items[0].", ""));
    expect(differing.filter(name => !isNamed(DIFFERS_IN_LIST, name))).toEqual([]);
});

test("what no policy reads may be unknown", () => {
    const unread = UNKNOWN_VALUES.string;
    const add = withProps((props, resource) =>
        isObject(resource) ? { ...props, status: unread, unheardOf: unread } : undefined,
    );
    expect(changedBy(add)).toEqual([]);
});

test("an unknown value makes no violation where there was none", () => {
    const made = fixtures.flatMap(fixture => {
        const name = `${fixture.policy.name}/${fixture.name}`;
        if (isNamed(APPEARS_BY_UNKNOWN, name)) return [];
        const before = new Set(verdict(fixture, fixture.resources).map(([urn]) => urn));
        return fixture.resources.flatMap((resource, index) =>
            placesIn(resource.props).flatMap(path => {
                if (path.length === 0 || at(resource.props, path) === UNKNOWN_VALUES.string) return [];
                const props = changed(resource.props, path, () => UNKNOWN_VALUES.string);
                if (!isMap(props)) return [];
                const resources = fixture.resources.with(index, { ...resource, props } as never);
                const added = verdict(fixture, resources).filter(([urn]) => !before.has(urn));
                return added.length > 0 ? [`${name} at ${path.join(".")}`] : [];
            }),
        );
    });
    expect(made).toEqual([]);
}, 300_000);
