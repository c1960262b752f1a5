import { definePolicy } from "./define";
import { Glob } from "./model/glob";
import { indexOf } from "./model/object-index";
import { hasPort, kindName, type Reference, Resolver, referencesOf, selectorsOf } from "./model/references";
import type { Value } from "./model/value";
import { choice, texts } from "./settings";

export const noDanglingReferences = definePolicy({
    name: "no-dangling-references",
    category: "readiness",
    description: "Forbid references to objects, keys and ports that do not exist.",
    why: "A pod whose ConfigMap, Secret or claim does not exist never starts, and a Service that selects nothing answers nobody.",
    url: "https://kubernetes.io/docs/tasks/debug/debug-application/",
    severity: "high",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps: "Create the target, correct its name, or list it in the key external when it exists elsewhere.",
    whenNotToUse: "Stacks whose objects refer to what other tools create in the same namespaces.",
    config: {
        world: choice(
            ["namespace", "stack"],
            "namespace",
            "What must be in the stack: what belongs into namespaces that it creates, or everything.",
        ),
        external: texts(
            [],
            "Globs over Kind/namespace/name (Kind/name when in no namespace) of what exists elsewhere.",
        ),
    },
    messages: {
        missing: offenders => ({
            what: `${offenders}, which does not exist`,
            fix: "create it or correct the name; if it exists elsewhere, name it in the key external",
        }),
        key: offenders => ({
            what: `${offenders} ${offenders.are} not in its data`,
            fix: "add the key or correct it",
        }),
        port: offenders => ({
            what: `${offenders}, which has no such port`,
            fix: "refer to a port of the Service by its name or number",
        }),
        headless: offenders => ({
            what: `${offenders}, which is not headless`,
            fix: "set clusterIP: None on that Service, which gives each pod a name of its own",
        }),
        selector: offenders => ({
            what: `${offenders} ${offenders.word("selects", "select")} nothing in its namespace`,
            fix: "correct the labels on one side",
        }),
    },
    checkStack(stack, { config, report }) {
        const index = indexOf(stack);
        const external = config.external.map(source => new Glob(source));
        const resolver = new Resolver(index, { world: config.world, external });
        for (const object of index.objects) {
            for (const reference of referencesOf(object, index)) {
                if (!reference.type.mustExist) continue;
                const say = (problem: "missing" | "key" | "port" | "headless", at: Value, what: string) =>
                    report(object, problem, at, what);
                const resolution = resolver.resolve(reference);
                if (resolution.state === "missing") say("missing", reference.at, `refers to ${nameOf(reference)}`);
                if (resolution.state !== "found") continue;
                for (const key of resolution.missingKeys) say("key", key, `of ${nameOf(reference)}`);
                const { target } = resolution;
                const port = reference.type.port === undefined ? undefined : reference.element.get(reference.type.port);
                if (port && target.is("Service") && hasPort(target, port) === "no") {
                    say("port", port, `refers to ${nameOf(reference)}`);
                }
                if (object.is("StatefulSet") && target.is("Service") && isHeadless(target.get("spec")) === "no") {
                    say("headless", reference.at, `refers to ${nameOf(reference)}`);
                }
            }
            for (const type of selectorsOf(object)) {
                if (resolver.resolveSelector(object, type) === "missing") {
                    report(object, "selector", object.get(...type.at.split(".")));
                }
            }
        }
    },
});

function nameOf({ kind, name, place }: Reference): string {
    return `${kindName(kind)} ${place.namespace === "" ? "" : `${place.namespace}/`}${name}`;
}

function isHeadless(spec: Value) {
    return spec.get("clusterIP").is("None");
}
