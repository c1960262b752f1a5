import type { EnforcementLevel } from "../../framework/define";
import { configure, messageOf, type Problem, remediate } from "../../framework/evaluate";
import { type ActivePolicy, evaluate } from "../../hosts/in-process";
import { Inventory } from "../../model/environments/inventory";
import { Resource } from "../../model/pulumi/resource";
import { SecretPaths } from "../../model/pulumi/secret-paths";
import type { FixtureResource } from "./documents";
import type { EngineResource } from "./engine";
import type { Fixture } from "./fixtures";
import { hasUnknown, mergePatch, unwrap, type Wire, type WireMap } from "./wire";

/** A violation as the user sees it. */
export interface Reported {
    readonly object: string;
    /** Without the policy's description. */
    readonly message: string;
    readonly level: EnforcementLevel;
}

/** What a host made of a fixture. */
export interface Outcome {
    /** The violations, sorted. */
    readonly violations: readonly Reported[];
    /** The resources that remediation changed: their properties afterwards, by the fixture's name for them. */
    readonly remediated: Readonly<Record<string, WireMap>>;
}

/** The problems of all violations in a fixture. */
export function problemsOf(fixture: Fixture): Problem[] {
    return evaluateFixture(fixture).violations.flatMap(({ problems }) => problems);
}

/** Runs a fixture as the check command does. */
export function runInCheck(fixture: Fixture): Outcome {
    const { violations, remediated } = evaluateFixture(fixture);
    const reported = violations.map(violation => ({
        object: objectOf(fixture, violation.urn),
        message: messageOf(violation),
        level: violation.level,
    }));
    return { violations: reported.sort(byText), remediated };
}

function evaluateFixture(fixture: Fixture) {
    const active: ActivePolicy = { ...configure(fixture.policy, fixture.config), level: fixture.level };
    const onError = (error: unknown) => {
        throw error;
    };
    const context = { stackTags: new Map(Object.entries(fixture.stack.tags ?? {})), now: new Date(), onError };
    const inventory = new Inventory();
    const remediated: Record<string, WireMap> = {};
    const resources = fixture.resources.map(resource => {
        const props = unwrap(resource.props) as WireMap;
        const model = modelOf(resource, props);
        inventory.add(model);
        const edits = fixture.level === "remediate" ? remediate(active, model, { ...context, inventory }) : [];
        if (edits.length === 0) return model;
        for (const { path, value } of edits) setAt(props, path, value);
        remediated[resource.id] = props;
        return modelOf(resource, props);
    });
    const graph = fixture.resources.flatMap((node, index) => {
        const resource = resources[index];
        return resource ? [{ ...node, resource, outputs: outputsOf(node) }] : [];
    });
    const violations = evaluate([active], resources, context, graph).filter(({ exemption }) => !exemption);
    return { violations, remediated };
}

/** What a fixture expects, in the form of an outcome. */
export function expectedViolations(fixture: Fixture): Reported[] {
    return fixture.expect
        .flatMap(({ object, message, level }) => (message === undefined ? [] : [{ object, message, level }]))
        .sort(byText);
}

/** What a host must make of a fixture that sees properties as the engine sends them. */
export function expectedOutcome(fixture: Fixture): Outcome {
    const remediated: Record<string, WireMap> = {};
    for (const { object, changes } of fixture.expect) {
        const resource = fixture.resources.find(({ id }) => id === object);
        if (changes && resource) remediated[object] = mergePatch(resource.props, changes) as WireMap;
    }
    return { violations: expectedViolations(fixture), remediated };
}

/** What the check command must make of a fixture: it knows no secrets. */
export function expectedInCheck(fixture: Fixture): Outcome {
    const { violations, remediated } = expectedOutcome(fixture);
    const unwrapped = Object.entries(remediated).map(([object, props]) => [object, unwrap(props) as WireMap]);
    return { violations, remediated: Object.fromEntries(unwrapped) };
}

/** In a preview with a provider that is not configured yet, the engine has no outputs. */
export function outputsOf({ provider, props }: EngineResource): WireMap {
    return provider && hasUnknown(provider.props) ? {} : props;
}

/** What the fixture calls a resource. */
export function objectOf({ resources }: Fixture, urn: string): string {
    return resources.find(resource => resource.urn === urn)?.id ?? `no resource of the fixture (${urn})`;
}

function modelOf(resource: FixtureResource, props: WireMap): Resource {
    const { protect = false, ignoreChanges = [], customTimeouts = {} } = resource.options ?? {};
    return new Resource({
        urn: resource.urn,
        type: resource.type,
        name: resource.name,
        props,
        provider: resource.provider && { ...resource.provider, props: unwrap(resource.provider.props) },
        options: {
            protect,
            ignoreChanges,
            customTimeouts: { create: 0, update: 0, delete: 0, ...customTimeouts },
        },
        parent: resource.parent,
        secrets: SecretPaths.of(resource.props),
    });
}

function setAt(props: WireMap, path: readonly (string | number)[], value: Wire): void {
    let target = props as Record<string | number, Wire>;
    for (const step of path.slice(0, -1)) {
        target[step] ??= {};
        target = target[step] as Record<string | number, Wire>;
    }
    const last = path.at(-1);
    if (last !== undefined) target[last] = value;
}

/** The order of violations: by object, then by message. */
export function byText(a: Reported, b: Reported): number {
    const [left, right] = [JSON.stringify([a.object, a.message]), JSON.stringify([b.object, b.message])];
    return left < right ? -1 : left > right ? 1 : 0;
}
