import { definePolicy } from "../framework/define";
import { texts } from "../framework/settings";
import { clusterType } from "../model/environments/cluster-types";
import { isOfKubernetes } from "../model/pulumi/resource";

/** Stands for managed clusters of all clouds among the kinds. */
const CLUSTERS = "clusters";

export const requireProtection = definePolicy({
    name: "require-protection",
    category: "environments",
    description: "Require deletion protection for clusters, namespaces and data.",
    why: "Renaming a resource or destroying the wrong stack deletes a cluster, or a namespace with everything in it, in a single update.",
    url: "https://www.pulumi.com/docs/iac/concepts/options/protect/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "Set the resource option protect: true.",
    whenNotToUse: "For stacks that are created and destroyed routinely, such as those of pull requests.",
    environments: ["production"],
    config: {
        kinds: texts(
            [
                CLUSTERS,
                ...["Namespace", "CustomResourceDefinition", "PersistentVolume"],
                ...["PersistentVolumeClaim", "StatefulSet"],
            ],
            `Kinds to protect; "${CLUSTERS}" stands for the managed clusters of all clouds.`,
        ),
    },
    messages: {
        unprotected: () => ({
            what: "The resource is not protected from deletion",
            fix: "Set the resource option protect: true",
        }),
    },
    resources: {
        what: "Kubernetes objects and clusters",
        includes: type => isOfKubernetes(type) || clusterType(type) !== undefined,
    },
    checkResource(resource, { config, component, report }) {
        // Manifests have no resource options. What a component makes is protected with it.
        if (!resource.options || resource.options.protect || component) return;
        const isProtectedKind =
            resource.objects.some(object => !object.isPatch && object.isOneOf(config.kinds)) ||
            (config.kinds.includes(CLUSTERS) && clusterType(resource.type) !== undefined);
        if (isProtectedKind) report("unprotected", resource);
    },
});
