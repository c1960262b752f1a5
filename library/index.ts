/**
 * The policies of this pack, and what it takes to build a pack of one's own on them: `kubernetes-guardrails/policies`.
 * To import it constructs no pack and loads no SDK.
 */

export {
    type Category,
    type CheckContext,
    type DataOf,
    definePolicy,
    type EnforcementLevel,
    type FrameworkItem,
    type GroupedWording,
    type Message,
    type Messages,
    type Policy,
    type PolicyDefinition,
    type PolicyInfo,
    type RemediationContext,
    type Report,
    type ResourcePolicyDefinition,
    type Severity,
    type StackContext,
    type StackPolicyDefinition,
    type Wording,
} from "../framework/define";
export { enumerate, type Finding, Findings, type Place } from "../framework/findings";
export {
    type ConfigOf,
    choice,
    date,
    fields,
    flag,
    globMap,
    globs,
    integer,
    integers,
    type JsonSchema,
    listOf,
    mapOf,
    optionalInteger,
    optionalQuantity,
    type Pattern,
    pattern,
    quantity,
    type Setting,
    type Settings,
    text,
    texts,
    withDefault,
} from "../framework/settings";
export { Glob, Globs } from "../model/glob";
export { KubeObject } from "../model/kubernetes/object";
export { Container, type ContainerRole, Pod } from "../model/kubernetes/pod";
export { type Provider, Resource, type ResourceInit, type ResourceOptions } from "../model/pulumi/resource";
export { Node, type NodeInit, Stack } from "../model/pulumi/stack";
export { Quantity } from "../model/quantity";
export { type Answer, all, any, not, type State, type Step, Value } from "../model/value";
export { policies } from "../policies";
export {
    createPolicyPack,
    type PackOptions,
    PolicyPack,
    type PolicyPackClass,
    pulumiPolicies,
    type SdkPolicy,
    without,
} from "./pack";
export type { PackConfig, PolicySettings } from "./pack-config";
export { type PresetName, presets } from "./presets";
