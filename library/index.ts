/**
 * The policies of this pack, and what it takes to build a pack of one's own on them: `kubernetes-guardrails/policies`.
 * To import it constructs no pack and loads no SDK.
 */

export { policies } from "../policies";
export {
    type Category,
    type CheckContext,
    definePolicy,
    type EnforcementLevel,
    type FrameworkItem,
    type Message,
    type Messages,
    type Offender,
    Offenders,
    type Policy,
    type PolicyDefinition,
    type PolicyInfo,
    problem,
    type RemediationContext,
    type Report,
    type Severity,
    type StackContext,
    type StackReport,
} from "../policies/define";
export { Glob, Globs } from "../policies/model/glob";
export { KubeObject } from "../policies/model/object";
export { Container, type ContainerRole, Pod } from "../policies/model/pod";
export { Quantity } from "../policies/model/quantity";
export { type Provider, Resource, type ResourceInit, type ResourceOptions } from "../policies/model/resource";
export { Node, type NodeInit, Stack } from "../policies/model/stack";
export { type Answer, all, any, not, type State, type Step, Value } from "../policies/model/value";
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
} from "../policies/settings";
export {
    createPolicyPack,
    type PackOptions,
    type PolicyPackClass,
    pulumiPolicies,
    type SdkPolicy,
    without,
} from "./pack";
export type { PackConfig, PolicySettings } from "./pack-config";
export { type PresetName, presets } from "./presets";
