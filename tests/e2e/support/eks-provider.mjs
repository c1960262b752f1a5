// Providers for tests: components of clusters and node groups in TypeScript's own runtime, outside the program, and the
// cloud that they are made in. What they register and give out is what pulumi-eks v4 does: nodejs/eks/cluster/cluster.ts
// and nodejs/eks/nodes/nodegroup.ts. The engine starts them as pulumi-resource-eks and pulumi-resource-aws.
import { readFileSync } from "node:fs";
import path from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import provider from "@pulumi/pulumi/provider/index.js";

const VERSION = "4.0.0";

/** The kubeconfig of every cluster. */
function kubeconfigText() {
    return readFileSync(path.join(process.env.PULUMI_HOME ?? "", "standin-kubeconfig"), "utf8");
}

/** A resource of the cloud; what it puts out is known only after the update. */
class Aws extends pulumi.CustomResource {
    constructor(type, name, inputs, options) {
        super(`aws:${type}`, name, { arn: undefined, endpoint: undefined, name: undefined, ...inputs }, options);
    }
}

class Cluster extends pulumi.ComponentResource {
    constructor(name, args, options) {
        // What stands for one of another process has its outputs and nothing else.
        const outputs = { core: undefined, eksCluster: undefined, kubeconfig: undefined, kubeconfigJson: undefined };
        if (options?.urn) {
            super("eks:index:Cluster", name, outputs, options);
            return;
        }
        super("eks:index:Cluster", name, args, options);
        const parent = { parent: this };
        const role = new Aws("iam/role:Role", `${name}-eksRole-role`, {}, parent);
        const cluster = new Aws(
            "eks/cluster:Cluster",
            `${name}-eksCluster`,
            { roleArn: role.arn, tags: args.tags, vpcConfig: { subnetIds: args.subnetIds } },
            parent,
        );
        const kubeconfig = pulumi.all([cluster.name, cluster.endpoint]).apply(() => JSON.parse(kubeconfigText()));
        const inner = new k8s.Provider(`${name}-eks-k8s`, { kubeconfig: kubeconfig.apply(JSON.stringify) }, parent);
        this.kubeconfig = kubeconfig;
        this.kubeconfigJson = kubeconfig.apply(JSON.stringify);
        this.eksCluster = pulumi.output(cluster);
        this.core = pulumi.output({ cluster, kubeconfig, provider: inner, subnetIds: args.subnetIds });
        this.registerOutputs({
            core: this.core,
            eksCluster: this.eksCluster,
            kubeconfig: this.kubeconfig,
            kubeconfigJson: this.kubeconfigJson,
        });
    }
}

/** What the cluster argument holds: the component, or its core. */
function coreOf(args) {
    return pulumi.output(args.cluster).apply(cluster => (cluster instanceof Cluster ? cluster.core : cluster));
}

class ManagedNodeGroup extends pulumi.ComponentResource {
    constructor(name, args, options) {
        super("eks:index:ManagedNodeGroup", name, args, options);
        const core = coreOf(args);
        const { cluster: _, ...own } = args;
        const group = new Aws(
            "eks/nodeGroup:NodeGroup",
            name,
            { ...own, clusterName: core.apply(({ cluster }) => cluster.name), subnetIds: core.subnetIds },
            { parent: this },
        );
        this.nodeGroup = pulumi.output(group);
        this.registerOutputs({ nodeGroup: this.nodeGroup });
    }
}

class NodeGroupV2 extends pulumi.ComponentResource {
    constructor(name, args, options) {
        super("eks:index:NodeGroupV2", name, args, options);
        const core = coreOf(args);
        const parent = { parent: this };
        const clusterName = core.apply(({ cluster }) => cluster.name);
        const template = new Aws("ec2/launchTemplate:LaunchTemplate", `${name}-launchTemplate`, {}, parent);
        const tags = clusterName.apply(value => [{ key: `kubernetes.io/cluster/${value}`, value: "owned" }]);
        const group = new Aws(
            "autoscaling/group:Group",
            name,
            { launchTemplate: { id: template.id }, tags, vpcZoneIdentifiers: core.subnetIds },
            parent,
        );
        this.autoScalingGroup = pulumi.output(group);
        this.registerOutputs({ autoScalingGroup: this.autoScalingGroup });
    }
}

const COMPONENTS = {
    "eks:index:Cluster": [Cluster, ["core", "eksCluster", "kubeconfig", "kubeconfigJson"]],
    "eks:index:ManagedNodeGroup": [ManagedNodeGroup, ["nodeGroup"]],
    "eks:index:NodeGroupV2": [NodeGroupV2, ["autoScalingGroup"]],
};

pulumi.runtime.registerResourceModule("eks", "index", {
    version: VERSION,
    construct: (name, _type, urn) => new Cluster(name, undefined, { urn }),
});
for (const module of ["eks/cluster", "eks/nodeGroup", "iam/role", "autoscaling/group"]) {
    pulumi.runtime.registerResourceModule("aws", module, {
        version: VERSION,
        construct: (name, type, urn) => new Aws(type.replace(/^aws:/, ""), name, {}, { urn }),
    });
}

/** @type {import("@pulumi/pulumi/provider").Provider} */
const both = {
    version: VERSION,
    schema: "{}",
    async check(_urn, _olds, news) {
        return { inputs: news };
    },
    async create(urn, inputs) {
        const id = urn.slice(urn.lastIndexOf("::") + 2);
        return { id, outs: { name: id, arn: `arn:aws:::${id}`, endpoint: `https://${id}.example.com`, ...inputs } };
    },
    async construct(name, type, inputs, options) {
        const [Component, outputs] = COMPONENTS[type];
        const component = new Component(name, inputs, options);
        return { urn: component.urn, state: Object.fromEntries(outputs.map(key => [key, component[key]])) };
    },
};

await provider.main(both, process.argv.slice(2));
