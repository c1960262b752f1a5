import {
    definePolicy,
    type Message,
    type Policy,
    type PolicyInfo,
    type RemediationContext,
} from "../../../framework/define";
import type { Findings } from "../../../framework/findings";
import { fields, flag, mapOf, type Pattern, pattern, type Setting, text, texts } from "../../../framework/settings";
import type { KubeObject } from "../../../model/kubernetes/object";
import { quoteNames } from "../../../model/text";
import type { Value } from "../../../model/value";

/** The two maps of an object's metadata that policies can demand keys of. */
export type MetadataMap = "labels" | "annotations";

/** All workloads but Pods, and what routes traffic to them. */
const DEFAULT_KINDS = [
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Ingress",
    "Job",
    "ReplicaSet",
    "ReplicationController",
    "Service",
    "StatefulSet",
];

/** The rules for one key. */
interface RequiredKey {
    readonly pattern?: Pattern;
    readonly values?: readonly string[];
    readonly default?: string;
    readonly fromStackTag?: string;
}

/**
 * Defines the policy that requires keys of one of the two maps. The map is also the key of the configuration.
 * @param byDefault the keys required where the configuration says nothing: advice, as long as nobody has chosen them.
 */
export function defineRequiredKeys(map: MetadataMap, byDefault: Record<string, unknown>, info: PolicyInfo): Policy {
    const one = map.slice(0, -1);
    const demand = fields({
        pattern: pattern(`Regular expression (RE2) that the whole value of the ${one} must match.`),
        values: texts([], `The only values that the ${one} may have; any when empty.`),
        default: text(`Value that remediation gives a missing ${one}.`),
        fromStackTag: text(`Stack tag whose value remediation gives a missing ${one}, in preference to the default.`),
    });
    const keys = mapOf(demand, byDefault, `The required ${map} by key, each with the rules for its value.`);
    const required: Setting<RequiredKeys> = {
        schema: keys.schema,
        // The SDK fills in defaults itself, so that only what they say tells them from what somebody chose.
        parse: (raw, key, problems) => ({
            byKey: keys.parse(raw, key, problems),
            isChosen: JSON.stringify(raw) !== JSON.stringify(byDefault),
        }),
    };
    return definePolicy({
        ...info,
        config: {
            ...({ [map]: required } as Record<"required", typeof required>),
            kinds: texts(DEFAULT_KINDS, `Kinds whose objects must have the ${map}; "*" means all kinds.`),
            podTemplates: flag(true, `Whether the pod templates of those objects must have the ${map} as well.`),
        },
        messages: {
            missing: {
                per: ({ data }) => String(expected(data)),
                message: (findings: Findings<RequiredKey>, config) => ({
                    what: `${findings.places} ${findings.are} not set`,
                    fix: `Add the ${findings.word(one, map)}${withValue(findings.data)}`,
                    ...levelOf(config),
                }),
            },
            empty: {
                per: ({ data }) => String(expected(data)),
                message: (findings: Findings<RequiredKey>, config) => ({
                    what: `${findings.places} ${findings.are} empty`,
                    fix: `Set ${findings.word("it", "each")} to ${expected(findings.data) ?? "a value that is not empty"}`,
                    ...levelOf(config),
                }),
            },
            forbidden: {
                per: ({ data }) => `${data.given} ${expected(data.demand)}`,
                message: (findings: Findings<Forbidden>, config) => {
                    const { given, demand } = findings.data;
                    return {
                        what: `${findings.places} ${unlike(given, demand, findings)}`,
                        fix: `Set ${findings.word("it", "each")} to ${expected(demand)}`,
                        ...levelOf(config),
                    };
                },
            },
            notText: (findings, config) => ({
                what: `${findings.places} ${findings.are} not text`,
                fix: `Put the ${findings.word("value", "values")} in quotes`,
                ...levelOf(config),
            }),
        },
        checkObject(object, { config, report }) {
            checkRequiredKeys(object, map, read(config), report);
        },
        remediate(object, context) {
            addRequiredKeys(object, map, read(context.config), context);
        },
    });

    /** What nobody has chosen is advice. */
    function levelOf(config: object): Pick<Message, "level"> {
        return read(config).required.isChosen ? {} : { level: "advisory" };
    }

    function read(config: object): RequiredKeysConfig {
        const values = config as RequiredKeysConfig & Record<MetadataMap, RequiredKeysConfig["required"]>;
        return { required: values[map], kinds: values.kinds, podTemplates: values.podTemplates };
    }
}

/** The required keys, and whether anyone has chosen them. */
interface RequiredKeys {
    readonly byKey: ReadonlyMap<string, RequiredKey>;
    readonly isChosen: boolean;
}

/** The configuration, whichever map it is about. */
interface RequiredKeysConfig {
    readonly required: RequiredKeys;
    readonly kinds: readonly string[];
    readonly podTemplates: boolean;
}

/** The maps of an object that must have the keys: its own, then its pod template's. */
function mapsOf(object: KubeObject, map: MetadataMap, { kinds, podTemplates }: RequiredKeysConfig): Value[] {
    if (!object.isOneOf(kinds)) return [];
    const own = object.get("metadata", map);
    return podTemplates && object.pod?.isTemplate ? [own, object.pod.metadata.get(map)] : [own];
}

/** A value that is not one of those wanted. */
interface Forbidden {
    readonly demand: RequiredKey;
    /** The value in quotes, where it may be shown. */
    readonly given: string | undefined;
}

/** What is told of keys. */
interface Reports {
    (problem: "missing" | "empty", at: Value, demand: RequiredKey): void;
    (problem: "forbidden", at: Value, data: Forbidden): void;
    (problem: "notText", at: Value): void;
}

/** Reports the keys that are missing, and the values that are not as required. */
function checkRequiredKeys(object: KubeObject, map: MetadataMap, config: RequiredKeysConfig, report: Reports): void {
    for (const values of mapsOf(object, map, config)) {
        for (const [key, demand] of config.required.byKey) {
            const value = values.get(key);
            if (value.raw === "") report("empty", value, demand);
            else if (value.isSet && value.string === undefined) report("notText", value);
            else if (value.isSet && !fits(value.string ?? "", demand)) {
                // Annotations may hold anything, credentials too.
                const isShown = map === "labels" && !object.resource.secrets.cover(value);
                report("forbidden", value, { demand, given: isShown ? quoteNames([value.string ?? ""]) : undefined });
            }
            // A Patch says nothing of the keys that the object already has.
            else if (value.isUnset && !object.isPatch) report("missing", value, demand);
        }
    }
}

/** Gives objects the missing keys, where the configuration says a value; templates get what their object has. */
function addRequiredKeys(
    object: KubeObject,
    map: MetadataMap,
    config: RequiredKeysConfig,
    { stackTags, set }: RemediationContext<unknown>,
): void {
    if (object.isPatch) return;
    const [own, template] = mapsOf(object, map, config);
    if (!own) return;
    for (const [key, demand] of config.required.byKey) {
        const configured = stackTags.get(demand.fromStackTag ?? "") || demand.default;
        if (isMissing(own.get(key)) && configured) set(own.get(key), configured);
        const chosen = isMissing(own.get(key)) ? configured : own.get(key).string;
        if (template && isMissing(template.get(key)) && chosen) set(template.get(key), chosen);
    }
}

function isMissing(value: Value): boolean {
    return value.isUnset || value.raw === "";
}

/** What a value must be, for whoever has to write one; undefined when any will do. */
function expected({ values = [], pattern }: RequiredKey): string | undefined {
    const one = quoteNames(values, "or");
    if (!pattern) return one || undefined;
    return one ? `whichever of ${one} matches ${pattern.source}` : `a value that matches ${pattern.source}`;
}

function withValue(demand: RequiredKey): string {
    const value = expected(demand);
    if (value === undefined) return "";
    return demand.pattern ? ` with ${value}` : ` with the value ${value}`;
}

/** How a value differs from what it must be: `is "sales" instead of "shop"`. */
function unlike(given: string | undefined, demand: RequiredKey, findings: Findings<unknown>): string {
    const { values = [], pattern } = demand;
    if (pattern && values.length === 0) {
        const different = `${findings.word("does", "do")} not match ${pattern.source}`;
        return given ? `${findings.are} ${given}, which ${different.replace(/^do /, "does ")}` : different;
    }
    return given
        ? `${findings.are} ${given} instead of ${expected(demand)}`
        : `${findings.have} a value other than ${expected(demand)}`;
}

function fits(given: string, { values = [], pattern }: RequiredKey): boolean {
    return (values.length === 0 || values.includes(given)) && (pattern?.matches(given) ?? true);
}
