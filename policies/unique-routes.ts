import { definePolicy, problem, type StackReport } from "../framework/define";
import { flag } from "../framework/settings";
import type { KubeObject } from "../model/kubernetes/object";
import { Multimap } from "../model/multimap";
import { indexOf } from "../model/references/object-index";
import { joinWords } from "../model/text";
import type { Claim } from "./shared/routes/claim";
import { gatewayClaims } from "./shared/routes/gateway";
import { ingressClaims } from "./shared/routes/ingress";
import { serviceClaims } from "./shared/routes/services";

/** The most other objects that one message names for one route. */
const MAX_NAMED = 3;

const messages = {
    route: problem("keep the route in one place, or give it another host, path or match"),
    service: problem("keep one of the Services, or give them different selectors or ports"),
};

export const uniqueRoutes = definePolicy({
    name: "unique-routes",
    category: "networking",
    description: "Forbid two routes that claim the same host, path and match.",
    why: "Of two routes for the same requests one wins, by age or by name, and the other silently gets none.",
    url: "https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches",
    severity: "high",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps: "Remove one of the routes, or change its host, path or match.",
    whenNotToUse: "Controllers that merge routes of several objects on purpose.",
    config: {
        services: flag(
            false,
            "Whether two Services of one namespace with the same selector and port are reported too, headless ones apart.",
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
        for (const group of claims.values()) if (group.length > 1) checkGroup(group, report);
    },
});

/** Claims of one route conflict where they are for one listener, or one of them for every listener. */
function checkGroup(group: readonly Claim[], report: StackReport<typeof messages>): void {
    const everyone = new Set(group.map(({ object }) => object));
    const byListener = new Map<string, Set<KubeObject>>();
    const effects = new Map<KubeObject, Set<string>>();
    for (const { object, listener, effect } of group) {
        byListener.set(listener, (byListener.get(listener) ?? new Set()).add(object));
        if (effect !== undefined) effects.set(object, (effects.get(object) ?? new Set()).add(effect));
    }
    const everywhere = byListener.get("") ?? [];
    for (const { object, at, label, listener } of group) {
        const own = byListener.get(listener) ?? [];
        const others = othersOf(object, listener === "" ? [everyone] : [own, everywhere]);
        const isService = object.is("Service");
        const words = isService ? "leads to the same pods as" : "is also claimed by";
        if (others) report(object, isService ? "service" : "route", at, `(${label}) ${words} ${others}`);
        if ((effects.get(object)?.size ?? 0) > 1)
            report(object, "route", at, `(${label}) is claimed twice, with different backends`);
    }
}

/** The first of the other objects, "" when there are none. */
function othersOf(object: KubeObject, claimants: readonly Iterable<KubeObject>[]): string {
    const others = new Set<KubeObject>();
    for (const some of claimants) {
        for (const other of some) {
            if (other !== object) others.add(other);
            if (others.size > MAX_NAMED) break;
        }
    }
    const named = [...others].slice(0, MAX_NAMED).map(({ label }) => label);
    if (others.size > MAX_NAMED) named.push("others");
    return joinWords(named);
}
