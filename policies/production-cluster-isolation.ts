import { definePolicy, type Offenders } from "../framework/define";
import { flag, globMap, texts } from "../framework/settings";
import { TAG_KEYS, VOCABULARY, vocabularyOf } from "../model/environments/environment";
import { type Contradiction, Isolation } from "../model/environments/isolation";
import { StackEnvironments } from "../model/environments/stack-environments";
import { withArticle } from "../model/text";
import { Value } from "../model/value";

/** A problem whose places say both sides and the way between them, and perhaps what else would repair it. */
function problem(fix: string) {
    return ({ details, remedies }: Offenders) => ({ what: details, fix: withRemedies(fix, remedies) });
}

function withRemedies(fix: string, remedies: string): string {
    return remedies === "" ? fix : `${fix}, or ${remedies}`;
}

export const productionClusterIsolation = definePolicy({
    name: "production-cluster-isolation",
    category: "environments",
    description: "Forbid test and development on production clusters, and production on any other.",
    why: "A test on a production cluster takes its capacity, reads its secrets and breaks it; production elsewhere is not looked after.",
    url: "https://kubernetes.io/docs/concepts/security/multi-tenancy/",
    severity: "critical",
    enforcementLevel: "mandatory",
    since: "0.1.0",
    remediationSteps:
        "Deploy the object with a provider whose kubeconfig belongs to a cluster of the object's own environment.",
    whenNotToUse: "Organizations that run all environments on one cluster.",
    organizationOnly: true,
    config: {
        tagKeys: texts(TAG_KEYS, "Keys of tags, labels and annotations that name the environment, in any case."),
        production: texts(VOCABULARY.production, "Words that name a production environment."),
        nonProduction: texts(VOCABULARY.nonProduction, "Words that name any other environment."),
        inferFromNames: flag(true, "Whether names of clusters, contexts and namespaces tell where no tag does."),
        clusters: globMap(
            "Environments of clusters by glob over a cluster's name, ARN or id, the kubeconfig's context or server, or the provider's name.",
        ),
        stacks: globMap("Environments of stacks by glob over project/stack."),
        requireKnownCluster: flag(
            false,
            "Whether a production stack may use only clusters whose environment can be found.",
        ),
        sharedInfrastructure: flag(
            true,
            "Whether clusters of different environments may not share a network, subnet, security group or role.",
        ),
    },
    messages: {
        target: offenders => ({
            what: offenders.details,
            fix: withRemedies(
                `deploy it with a provider of ${withArticle(offenders.list[0]?.at.string ?? "")} cluster`,
                offenders.remedies,
            ),
        }),
        conflict: problem("correct the one that is wrong"),
        cluster: problem("move it to a stack of its own environment, or correct its tag"),
        pool: problem("give the cluster only pools of its own environment, or correct the tag"),
        shared: problem("give each cluster its own"),
        leak: problem("use what belongs to its own cluster"),
        unknownCluster: problem("tag the cluster, or name it in the key clusters of this policy's configuration"),
    },
    checkStack(stack, { config, stackTags, environment, report }) {
        const settings = { ...config, vocabulary: vocabularyOf(config) };
        const isolation = new Isolation(stack, new StackEnvironments(stack, settings, stackTags, environment));
        const all = (id: Parameters<typeof report>[1], found: readonly Contradiction[]) => {
            for (const { target, environment: own, text, remedy } of found) {
                report(target, id, new Value(own), text, remedy);
            }
        };
        all("conflict", isolation.conflicts());
        all("target", isolation.targets());
        all("cluster", isolation.clusters());
        all("pool", isolation.pools());
        if (config.sharedInfrastructure) all("shared", isolation.shared());
        all("leak", isolation.leaks());
        if (config.requireKnownCluster) all("unknownCluster", isolation.unknownClusters());
    },
});
