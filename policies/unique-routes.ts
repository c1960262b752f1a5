import { definePolicy, type Report } from "../framework/define";
import type { Finding, Findings } from "../framework/findings";
import { flag } from "../framework/settings";
import type { KubeObject } from "../model/kubernetes/object";
import { Multimap } from "../model/multimap";
import { indexOf, kindId, type ObjectIndex } from "../model/references/object-index";
import { joinWords } from "../model/text";
import { UNKNOWN } from "../model/value";
import type { Claim } from "./shared/routes/claim";
import { gatewayClaims } from "./shared/routes/gateway";
import { ingressClaims } from "./shared/routes/ingress";
import { serviceClaims } from "./shared/routes/services";

/** The most other objects that one message names for one route. */
const MAX_NAMED = 3;

/** A claim and who else makes it. */
interface Shared {
    /** What is claimed. */
    readonly label: string;
    readonly others: string;
    readonly areMany: boolean;
}

const messages = {
    route: {
        per: ({ data }: Finding<Shared>) => data.others,
        message: (findings: Findings<Shared>) => ({
            what: `${findings.data.others} also ${findings.data.areMany ? "claim" : "claims"} ${labels(findings)}`,
            fix: `Keep ${findings.word("the route", "each route")} in one object, or change its host, path or match`,
        }),
    },
    duplicate: {
        per: ({ data }: Finding<{ label: string }>) => data.label,
        message: (findings: Findings<{ label: string }>) => ({
            what: `${findings.places} claim ${findings.data.label} with different backends`,
            fix: "Keep one of them, or change the host, path or match of the others",
        }),
    },
    service: {
        per: ({ data }: Finding<Shared>) => data.others,
        message: (findings: Findings<Shared>) => ({
            what: `${findings.data.others} ${findings.data.areMany ? "have" : "has"} the same selector and ${findings.word("port", "ports")} ${findings.each(({ data }) => data.label)}`,
            fix: "Keep one of the Services, or give them different selectors or ports",
        }),
    },
};

export const uniqueRoutes = definePolicy({
    name: "unique-routes",
    category: "networking",
    description: "Forbid two routes that claim the same host, path and match.",
    why: "Of two routes for the same requests, one wins by age or name, and the other silently receives none.",
    url: "https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches",
    severity: "high",
    enforcementLevel: "mandatory",
    levelReason: "Requests go elsewhere, and nothing in the cluster says so.",
    since: "0.1.0",
    remediationSteps: "Keep the route in one object, or change its host, path or match.",
    whenNotToUse: "Controllers that merge the routes of several objects on purpose.",
    config: {
        services: flag(
            false,
            "Whether two Services of one namespace with the same selector and port are reported too; headless Services never are.",
        ),
    },
    messages,
    checkStack(stack, { config, report }) {
        const index = indexOf(stack);
        const claims = new Multimap<Claim>();
        for (const object of index.objects) {
            const claimed = object.is("Ingress") ? ingressClaims(object, index) : gatewayClaims(object, index);
            for (const claim of claimed) claims.add(claim, claim.key);
            if (!config.services || !object.is("Service")) continue;
            for (const claim of serviceClaims(object, index)) claims.add(claim, claim.key);
        }
        for (const group of claims.values()) if (group.length > 1) checkGroup(group, index, report);
    },
});

/** Claims of one route conflict where they are for one listener, or one of them for every listener. */
function checkGroup(group: readonly Claim[], index: ObjectIndex, report: Report<typeof messages>): void {
    const everyone = new Claimants(index);
    const byListener = new Map<string, Claimants>();
    const effects = new Map<KubeObject, Set<string>>();
    for (const { object, listener, effect } of group) {
        everyone.add(object);
        const own = byListener.get(listener) ?? new Claimants(index);
        byListener.set(listener, own);
        own.add(object);
        if (effect !== undefined) effects.set(object, (effects.get(object) ?? new Set()).add(effect));
    }
    for (const { object, at, label, listener } of group) {
        const some = listener === "" ? [everyone] : [listener, ""].flatMap(one => byListener.get(one) ?? []);
        const others = othersOf(object, some);
        const data = { label, others: joinWords(others), areMany: others.length > 1 };
        if (others.length > 0) report(object.is("Service") ? "service" : "route", at, data);
        if ((effects.get(object)?.size ?? 0) > 1) report("duplicate", at, { label });
    }
}

/**
 * The objects that claim a route. One that is given several times, or may be, is one: that it has several owners is all
 * that is wrong.
 */
class Claimants {
    private readonly identities = new Map<KubeObject, Identity>();
    /** The first object of each identity, by its key. */
    private readonly first = new Map<string, { identity: Identity; object: KubeObject }>();
    private readonly others = new Map<string, readonly KubeObject[]>();

    constructor(private readonly index: ObjectIndex) {}

    add(object: KubeObject): void {
        const identity = this.identityOf(object);
        if (!this.first.has(identity.key)) this.first.set(identity.key, { identity, object });
    }

    /** The first of those that are another object for sure, one more than are named at most. */
    besides(object: KubeObject): readonly KubeObject[] {
        const own = this.identityOf(object);
        const known = this.others.get(own.key);
        if (known) return known;
        const others: KubeObject[] = [];
        for (const { identity, object: other } of this.first.values()) {
            if (isOther(own, identity)) others.push(other);
            if (others.length > MAX_NAMED) break;
        }
        this.others.set(own.key, others);
        return others;
    }

    private identityOf(object: KubeObject): Identity {
        const known = this.identities.get(object);
        if (known) return known;
        const { namespace } = this.index.locationOf(object);
        // Pulumi and the API server give what has no name one of its own.
        const own = JSON.stringify([object.resource.urn, object.root.path]);
        const name = object.name.isUnknown ? UNKNOWN : object.name.string || own;
        const identity = { kind: kindId(object), namespace, name, key: JSON.stringify([namespace, name]) };
        this.identities.set(object, identity);
        return identity;
    }
}

/** What tells the objects of one cluster apart; namespace and name are `UNKNOWN` while they are not known. */
interface Identity {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly key: string;
}

function isOther(one: Identity, other: Identity): boolean {
    const differs = (a: string, b: string) => a !== b && a !== UNKNOWN && b !== UNKNOWN;
    return one.kind !== other.kind || differs(one.namespace, other.namespace) || differs(one.name, other.name);
}

/** The first of the other objects, with the files that they are in. */
function othersOf(object: KubeObject, claimants: readonly Claimants[]): string[] {
    const others = [...new Set(claimants.flatMap(some => some.besides(object)))];
    const named = others.slice(0, MAX_NAMED).map(labelWithSource);
    return others.length > MAX_NAMED ? [...named, "others"] : named;
}

function labelWithSource({ label, resource: { definedAt } }: KubeObject): string {
    return definedAt === undefined ? label : `${label} (${definedAt})`;
}

function labels(findings: Findings<Shared>): string {
    return findings.each(({ at, data }) => `${data.label} (${at})`);
}
