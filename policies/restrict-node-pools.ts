import { definePolicy } from "../framework/define";
import { globs, integer } from "../framework/settings";
import { isDescribed, nodeCount, poolsOf } from "../model/demand/pools";
import { joinWords } from "../model/text";

export const restrictNodePools = definePolicy({
    name: "restrict-node-pools",
    category: "resources",
    description: "Restrict the machine types and the number of nodes of node pools.",
    why: "Nodes are what a cluster costs: one pool of large machines, or an autoscaler without bounds, is the bill of all others.",
    url: "https://kubernetes.io/docs/concepts/cluster-administration/node-autoscaling/",
    severity: "medium",
    enforcementLevel: "disabled",
    since: "0.1.0",
    remediationSteps:
        "Use an allowed machine type, and set the pool's number of nodes and its maximum within the bound.",
    whenNotToUse: "Clouds that bound machine types and quotas by policies of their own.",
    config: {
        allowed: globs([], "Globs over the machine types that node pools may have; any when empty."),
        forbidden: globs([], "Globs over machine types that no node pool may have."),
        maxNodes: integer(0, 0, "The most nodes that one pool may have or grow to; 0 for any number."),
    },
    messages: {
        notAllowed: (offenders, { allowed }) => ({
            what: `${offenders} ${offenders.word("is not an allowed machine type", "are not allowed machine types")}`,
            fix: `use ${joinWords(
                allowed.globs.map(({ source }) => source),
                "or",
            )}`,
        }),
        forbidden: offenders => ({
            what: `${offenders} ${offenders.word("is a forbidden machine type", "are forbidden machine types")}`,
            fix: "use a smaller or cheaper one",
        }),
        tooMany: (offenders, { maxNodes }) => ({
            what: `${offenders}, of at most ${maxNodes} in one pool`,
            fix: "lower the number",
        }),
    },
    checkResource(resource, { config, component, report }) {
        // What the component itself says is reported there, once.
        if (component && poolsOf(component).some(isDescribed)) return;
        const { allowed, forbidden, maxNodes } = config;
        for (const { facts, at } of poolsOf(resource)) {
            for (const type of facts.machineTypes.flatMap(path => at.select(path))) {
                const name = type.string;
                if (name === undefined) continue;
                if (forbidden.matches(name)) report("forbidden", type, name);
                else if (allowed.globs.length > 0 && !allowed.matches(name)) report("notAllowed", type, name);
            }
            for (const count of [...facts.counts, ...facts.maxCounts].flatMap(path => at.select(path))) {
                const nodes = nodeCount(count);
                if (maxNodes > 0 && nodes !== undefined && nodes > maxNodes) {
                    report("tooMany", count, `is ${nodes}`);
                }
            }
        }
    },
});
