import {
    definePolicy,
    type OldReport,
    type Policy,
    type PolicyInfo,
    type RemediationContext,
} from "../../../framework/define";
import { fields, flag, mapOf, type Pattern, pattern, text, texts } from "../../../framework/settings";
import type { KubeObject } from "../../../model/kubernetes/object";
import { joinWords, quoteNames } from "../../../model/text";
import type { Value } from "../../../model/value";

/** The two maps of an object's metadata that policies can demand keys of. */
export type MetadataMap = "labels" | "annotations";

/** Workloads but Pod, and what routes traffic to them. */
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

/** What is demanded of one key. */
interface RequiredKey {
    readonly pattern?: Pattern;
    readonly values?: readonly string[];
    readonly default?: string;
    readonly fromStackTag?: string;
}

/**
 * Defines the policy that demands keys of one of the two maps. The map is also the key of the configuration.
 * @param byDefault the keys demanded where the configuration says nothing.
 */
export function defineRequiredKeys(map: MetadataMap, byDefault: Record<string, unknown>, info: PolicyInfo): Policy {
    const one = map.slice(0, -1);
    const demand = fields({
        pattern: pattern(`Regular expression (RE2) that the whole value of the ${one} must match.`),
        values: texts([], `The only values that the ${one} may have; any when empty.`),
        default: text(`Value that remediation gives a missing ${one}.`),
        fromStackTag: text(`Stack tag whose value remediation gives a missing ${one}, before the default.`),
    });
    const required = mapOf(demand, byDefault, `The required ${map} by key, each with what is demanded of its value.`);
    return definePolicy({
        ...info,
        config: {
            ...({ [map]: required } as Record<"required", typeof required>),
            kinds: texts(DEFAULT_KINDS, `Kinds whose objects must have the ${map}; "*" stands for all kinds.`),
            podTemplates: flag(true, `Whether the pod templates of those objects must have the ${map} too.`),
        },
        messages: {
            missing: offenders => ({
                what: `${offenders} ${offenders.are} not set`,
                fix: `add the ${offenders.word(one, map)}`,
            }),
            empty: offenders => ({
                what: `${offenders} ${offenders.are} empty`,
                fix: `give the ${offenders.word(one, map)} a value`,
            }),
            forbidden: offenders => ({ what: `${offenders}`, fix: `correct the ${offenders.word("value", "values")}` }),
        },
        checkObject(object, { config, report }) {
            checkRequiredKeys(object, map, read(config), report);
        },
        remediate(object, context) {
            addRequiredKeys(object, map, read(context.config), context);
        },
    });

    function read(config: object): RequiredKeysConfig {
        const values = config as RequiredKeysConfig & Record<MetadataMap, RequiredKeysConfig["required"]>;
        return { required: values[map], kinds: values.kinds, podTemplates: values.podTemplates };
    }
}

/** The configuration, whichever map it is about. */
interface RequiredKeysConfig {
    readonly required: ReadonlyMap<string, RequiredKey>;
    readonly kinds: readonly string[];
    readonly podTemplates: boolean;
}

/** The maps of an object that must have the keys: its own, then its pod template's. */
function mapsOf(object: KubeObject, map: MetadataMap, { kinds, podTemplates }: RequiredKeysConfig): Value[] {
    if (!object.isOneOf(kinds)) return [];
    const own = object.get("metadata", map);
    return podTemplates && object.pod?.isTemplate ? [own, object.pod.metadata.get(map)] : [own];
}

/** Reports the keys that are missing, and the values that are not as demanded. */
function checkRequiredKeys(
    object: KubeObject,
    map: MetadataMap,
    config: RequiredKeysConfig,
    report: OldReport<{ missing: unknown; empty: unknown; forbidden: unknown }>,
): void {
    for (const values of mapsOf(object, map, config)) {
        for (const [key, demand] of config.required) {
            const value = values.get(key);
            const problem = valueProblem(value, demand);
            if (value.raw === "") report("empty", value, inBrackets(rule(demand)));
            else if (value.isSet && problem) report("forbidden", value, problem);
            // A Patch says nothing of the keys that the object already has.
            else if (value.isUnset && !object.isPatch) report("missing", value, inBrackets(rule(demand)));
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
    for (const [key, demand] of config.required) {
        const configured = stackTags.get(demand.fromStackTag ?? "") || demand.default;
        if (isMissing(own.get(key)) && configured) set(own.get(key), configured);
        const chosen = isMissing(own.get(key)) ? configured : own.get(key).string;
        if (template && isMissing(template.get(key)) && chosen) set(template.get(key), chosen);
    }
}

function isMissing(value: Value): boolean {
    return value.isUnset || value.raw === "";
}

function inBrackets(text: string | undefined): string | undefined {
    return text && `(${text})`;
}

/** What a value must be, for whoever has to write one. */
function rule({ values = [], pattern }: RequiredKey): string | undefined {
    const rules = [
        ...(values.length > 0 ? [`must be ${quoteNames(values, "or")}`] : []),
        ...(pattern ? [`must match ${pattern.source}`] : []),
    ];
    return rules.length > 0 ? joinWords(rules) : undefined;
}

function valueProblem(value: Value, demand: RequiredKey): string | undefined {
    const given = value.string;
    if (given === undefined) return "must be text (put it in quotes)";
    const { values = [], pattern } = demand;
    const fits = (values.length === 0 || values.includes(given)) && (pattern?.matches(given) ?? true);
    return fits ? undefined : rule(demand);
}
