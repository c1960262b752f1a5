import { checkStack, configure, messageOf, type RunContext } from "../framework/evaluate";
import { Inventory } from "../model/environments/inventory";
import { Resource } from "../model/pulumi/resource";
import { type NodeInit, Stack } from "../model/pulumi/stack";
import { noDanglingReferences } from "../policies/no-dangling-references";
import { requireStartOrder } from "../policies/require-start-order";

const URN = "urn:pulumi:dev::bench";
const OPTIONS = { protect: false, ignoreChanges: [], customTimeouts: { create: 0, update: 0, delete: 0 } };

/** References of one application: 16 of its Deployment, 3 of its Ingress and its Service, and a selector. */
const RESOURCES_OF_APPLICATION = 5;

/**
 * Applications in one long chain, each of which waits for the one before: a ConfigMap, an account, a Deployment, a
 * Service and an Ingress each. Names are texts, so that every one must be looked for along the whole chain.
 */
export function chainOfApplications(resources: number): Stack {
    const applications = Math.floor(resources / RESOURCES_OF_APPLICATION);
    return new Stack(Array.from({ length: applications }, (_, index) => application(index)).flat());
}

function application(index: number): NodeInit[] {
    const name = `app-${index}`;
    const namespace = `team-${index % 50}`;
    const labels = { app: name };
    const urnOf = (type: string, of = name) => `${URN}::kubernetes:${type}::${of}`;
    const make = (type: string, apiVersion: string, fields: object, dependencies: string[]): NodeInit => ({
        resource: new Resource({
            urn: urnOf(type),
            type: `kubernetes:${type}`,
            name,
            options: OPTIONS,
            props: { apiVersion, kind: type.split(":")[1], metadata: { name, namespace, labels }, ...fields },
        }),
        dependencies,
    });
    const configMapKeyRef = { name, key: "setting" };
    const env = Array.from({ length: 14 }, (_, key) => ({ name: `SETTING_${key}`, valueFrom: { configMapKeyRef } }));
    const pod = { serviceAccountName: name, containers: [{ name: "web", env, envFrom: [{ configMapRef: { name } }] }] };
    const service = { name, port: { number: 80 } };
    const before = index === 0 ? [] : [urnOf("apps/v1:Deployment", `app-${index - 1}`)];
    const settings = urnOf("core/v1:ConfigMap");
    return [
        make("core/v1:ConfigMap", "v1", { data: { setting: "value" } }, before),
        make("core/v1:ServiceAccount", "v1", {}, [settings]),
        make(
            "apps/v1:Deployment",
            "apps/v1",
            { spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } } },
            [urnOf("core/v1:ServiceAccount")],
        ),
        make("core/v1:Service", "v1", { spec: { selector: labels, ports: [{ port: 80 }] } }, [settings]),
        make(
            "networking.k8s.io/v1:Ingress",
            "networking.k8s.io/v1",
            { spec: { defaultBackend: { service }, rules: [{ http: { paths: [{ backend: { service } }] } }] } },
            [urnOf("core/v1:Service")],
        ),
    ];
}

/** Milliseconds in which the policies on references and start order decide a stack. */
export function timeOfReferences(stack: Stack): number {
    const run: RunContext = { stackTags: new Map(), now: new Date(), inventory: new Inventory() };
    const start = performance.now();
    for (const policy of [noDanglingReferences, requireStartOrder]) {
        const violations = checkStack(configure(policy, {}), stack, run);
        if (violations.length > 0)
            throw new Error(`${policy.name} finds fault with the stack: ${violations[0] && messageOf(violations[0])}`);
    }
    return performance.now() - start;
}
