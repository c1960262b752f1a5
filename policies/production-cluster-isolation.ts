import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { flag, globMap, texts } from "../framework/settings";
import { TAG_KEYS, VOCABULARY, vocabularyOf } from "../model/environments/environment";
import { type Contradiction, Isolation } from "../model/environments/isolation";
import { StackEnvironments } from "../model/environments/stack-environments";
import { joinWords, withArticle } from "../model/text";

/** The wording of contradictions that are all repaired in one way, or as each itself says. */
function wording(fix: (contradiction: Contradiction) => string) {
    return {
        per: ({ data }: { data: Contradiction }) => data.what,
        message: ({ data }: Findings<Contradiction>) => ({
            what: data.what,
            fix: data.remedy === undefined ? fix(data) : `${fix(data)}, or ${data.remedy}`,
        }),
    };
}

const MESSAGES = {
    target: wording(
        ({ environment }) => `Deploy it with a provider of ${withArticle(environment.canonicalName)} cluster`,
    ),
    conflict: wording(() => "Correct the one that is wrong"),
    cluster: wording(() => "Move the cluster to a stack of its own environment, or correct its tag"),
    pool: wording(() => "Give the cluster only pools of its own environment, or correct the tag"),
    shared: wording(() => "Give each cluster its own"),
    leak: wording(() => "Use what belongs to its own cluster"),
    unknownCluster: {
        ...wording(() => ""),
        message: ({ data: { what, remedy } }: Findings<Contradiction>) => ({
            what,
            fix: joinWords(
                [
                    "Tag the cluster with its environment",
                    'name it in the key "clusters" of this policy',
                    ...(remedy === undefined ? [] : [remedy]),
                ],
                "or",
            ),
        }),
    },
};

export const productionClusterIsolation = definePolicy({
    name: "production-cluster-isolation",
    category: "environments",
    description: "Forbid non-production objects on production clusters, and production objects on any other cluster.",
    why: "Tests on a production cluster use its capacity, can read its secrets and can break it. Production on any other cluster lacks its safeguards.",
    url: "https://kubernetes.io/docs/concepts/security/multi-tenancy/",
    severity: "critical",
    enforcementLevel: "mandatory",
    levelReason: "What reaches production by mistake does its harm before anyone reads a warning.",
    since: "0.1.0",
    remediationSteps:
        "Deploy the object with a provider whose kubeconfig leads to a cluster of the object's own environment.",
    whenNotToUse: "For organizations that run all environments on one cluster.",
    organizationOnly: true,
    config: {
        tagKeys: texts(
            TAG_KEYS,
            "Keys of tags, labels and annotations that name the environment, compared ignoring case.",
        ),
        production: texts(VOCABULARY.production, "Words that name a production environment."),
        nonProduction: texts(VOCABULARY.nonProduction, "Words that name a non-production environment."),
        inferFromNames: flag(
            true,
            "Whether to infer the environment from names of clusters, contexts and namespaces where there is no tag.",
        ),
        clusters: globMap(
            "Environments of clusters, by glob over the name, ARN or id of the cluster, the context or server of the kubeconfig, or the name of the provider.",
        ),
        stacks: globMap("Environments of stacks, by glob over project/stack."),
        requireKnownCluster: flag(
            false,
            "Whether a production stack may use only clusters whose environment is known.",
        ),
        sharedInfrastructure: flag(
            true,
            "Whether to forbid a shared network, subnet, security group or role between production and non-production clusters.",
        ),
    },
    messages: MESSAGES,
    checkStack(stack, { config, stackTags, environment, report }) {
        const settings = { ...config, vocabulary: vocabularyOf(config) };
        const isolation = new Isolation(stack, new StackEnvironments(stack, settings, stackTags, environment));
        const all = (id: keyof typeof MESSAGES, found: readonly Contradiction[]) => {
            for (const one of found) report(id, one.target, one);
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
