import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { globs, integer } from "../framework/settings";
import { isDescribed, nodeCount, poolsOf } from "../model/demand/pools";
import { clusterType, followerType } from "../model/environments/cluster-types";
import { joinWords } from "../model/text";

export const restrictNodePools = definePolicy({
    name: "restrict-node-pools",
    category: "resources",
    description: "Restrict the machine types and the number of nodes of node pools.",
    why: "Most of what a cluster costs is its nodes: one pool of large machines, or one autoscaler without bounds, can cost more than all the others.",
    url: "https://kubernetes.io/docs/concepts/cluster-administration/node-autoscaling/",
    severity: "medium",
    enforcementLevel: "disabled",
    since: "0.1.0",
    remediationSteps:
        "Use an allowed machine type, and keep the number of nodes and the maximum of the autoscaler within the bound.",
    whenNotToUse: "Clouds whose own policies and quotas bound machine types and numbers of nodes.",
    config: {
        allowed: globs([], "Globs over the machine types that node pools may have; when empty, any."),
        forbidden: globs([], "Globs over machine types that no node pool may have."),
        maxNodes: integer(0, 0, "The most nodes that one pool may have or grow to; 0 for no bound."),
    },
    messages: {
        notAllowed: {
            per: ({ data }) => data.type,
            message: (findings: Findings<{ type: string }>, { allowed }) => ({
                what: `${findings.places} ${findings.are} ${findings.data.type}, which "allowed" does not list`,
                fix: `Use a machine type that matches ${joinWords(
                    allowed.globs.map(({ source }) => source),
                    "or",
                )}`,
            }),
        },
        forbidden: {
            per: ({ data }) => data.type,
            message: (findings: Findings<{ type: string }>) => ({
                what: `${findings.places} ${findings.are} ${findings.data.type}, a forbidden machine type`,
                fix: 'Use a machine type that "forbidden" does not list',
            }),
        },
        tooMany: {
            per: ({ data }) => `${data.nodes}`,
            message: (findings: Findings<{ nodes: number }>, { maxNodes }) => ({
                what: `${findings.places} ${findings.are} ${findings.data.nodes}, above the maximum of ${maxNodes} nodes in a pool`,
                fix: `Lower it to at most ${maxNodes}`,
            }),
        },
    },
    resources: {
        what: "clusters and node pools",
        includes: type => clusterType(type) !== undefined || followerType(type) !== undefined,
    },
    checkResource(resource, { config, component, report }) {
        // What the component itself says is reported there, once.
        if (component && poolsOf(component).some(isDescribed)) return;
        const { allowed, forbidden, maxNodes } = config;
        for (const { facts, at } of poolsOf(resource)) {
            for (const type of facts.machineTypes.flatMap(path => at.select(path))) {
                const name = type.string;
                if (name === undefined) continue;
                if (forbidden.matches(name)) report("forbidden", type, { type: type.shown });
                else if (allowed.globs.length > 0 && !allowed.matches(name))
                    report("notAllowed", type, { type: type.shown });
            }
            for (const count of [...facts.counts, ...facts.maxCounts].flatMap(path => at.select(path))) {
                const nodes = nodeCount(count);
                if (maxNodes > 0 && nodes !== undefined && nodes > maxNodes) report("tooMany", count, { nodes });
            }
        }
    },
});
