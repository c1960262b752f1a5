import type { Policy } from "../framework/define";
import { autoscalerConsistency } from "./autoscaler-consistency";
import { imagePullPolicy } from "./image-pull-policy";
import { ingressTls } from "./ingress-tls";
import { jobLifecycle } from "./job-lifecycle";
import { namespaceGuardrails } from "./namespace-guardrails";
import { namespacePodSecurity } from "./namespace-pod-security";
import { noAnonymousBindings } from "./no-anonymous-bindings";
import { noClusterAdmin } from "./no-cluster-admin";
import { noDanglingReferences } from "./no-dangling-references";
import { noDefaultNamespace } from "./no-default-namespace";
import { noDefaultServiceAccount } from "./no-default-service-account";
import { noDeprecatedApis } from "./no-deprecated-apis";
import { noDuplicateEnv } from "./no-duplicate-env";
import { noIngressSnippets } from "./no-ingress-snippets";
import { noInteractiveContainers } from "./no-interactive-containers";
import { noLongLivedTokens } from "./no-long-lived-tokens";
import { noMutableImageTags } from "./no-mutable-image-tags";
import { noNakedPods } from "./no-naked-pods";
import { noPlaintextSecrets } from "./no-plaintext-secrets";
import { noPublicServices } from "./no-public-services";
import { noTokenAutomount } from "./no-token-automount";
import { noUnstableApis } from "./no-unstable-apis";
import { noWildcardRbac } from "./no-wildcard-rbac";
import { oneOwnerPerObject } from "./one-owner-per-object";
import { podDisruptionBudgets } from "./pod-disruption-budgets";
import { podSecurityBaseline } from "./pod-security-baseline";
import { podSecurityRestricted } from "./pod-security-restricted";
import { probeQuality } from "./probe-quality";
import { productionClusterIsolation } from "./production-cluster-isolation";
import { readOnlyRootFilesystem } from "./read-only-root-filesystem";
import { requireAnnotations } from "./require-annotations";
import { requireClusterEnvironment } from "./require-cluster-environment";
import { requireExplicitProvider } from "./require-explicit-provider";
import { requireHeadlessService } from "./require-headless-service";
import { requireHighUid } from "./require-high-uid";
import { requireLabels } from "./require-labels";
import { requireLivenessProbe } from "./require-liveness-probe";
import { requireNetworkPolicy } from "./require-network-policy";
import { requirePinnedCharts } from "./require-pinned-charts";
import { requirePriorityClass } from "./require-priority-class";
import { requireProtection } from "./require-protection";
import { requireReadinessProbe } from "./require-readiness-probe";
import { requireReplicas } from "./require-replicas";
import { requireResourceRequests } from "./require-resource-requests";
import { requireStartOrder } from "./require-start-order";
import { requireTopologySpread } from "./require-topology-spread";
import { resourceBudget } from "./resource-budget";
import { restrictAnnotations } from "./restrict-annotations";
import { restrictContainerPorts } from "./restrict-container-ports";
import { restrictHostPaths } from "./restrict-host-paths";
import { restrictIgnoreChanges } from "./restrict-ignore-changes";
import { restrictImageRegistries } from "./restrict-image-registries";
import { restrictIngressHosts } from "./restrict-ingress-hosts";
import { restrictNamespaces } from "./restrict-namespaces";
import { restrictNodePlacement } from "./restrict-node-placement";
import { restrictNodePools } from "./restrict-node-pools";
import { restrictPersistentVolumes } from "./restrict-persistent-volumes";
import { restrictProviderOptions } from "./restrict-provider-options";
import { restrictRbacGrants } from "./restrict-rbac-grants";
import { restrictResources } from "./restrict-resources";
import { rollingUpdates } from "./rolling-updates";
import { secretsAsFiles } from "./secrets-as-files";
import { selectorMatchesTemplate } from "./selector-matches-template";
import { uniqueRoutes } from "./unique-routes";
import { validLabels } from "./valid-labels";

/** All policies, by name. A test compares the list with the folder. */
export const policies: readonly Policy[] = [
    autoscalerConsistency,
    imagePullPolicy,
    ingressTls,
    jobLifecycle,
    namespaceGuardrails,
    namespacePodSecurity,
    noAnonymousBindings,
    noClusterAdmin,
    noDanglingReferences,
    noDefaultNamespace,
    noDefaultServiceAccount,
    noDeprecatedApis,
    noDuplicateEnv,
    noIngressSnippets,
    noInteractiveContainers,
    noLongLivedTokens,
    noMutableImageTags,
    noNakedPods,
    noPlaintextSecrets,
    noPublicServices,
    noTokenAutomount,
    noUnstableApis,
    noWildcardRbac,
    oneOwnerPerObject,
    podDisruptionBudgets,
    podSecurityBaseline,
    podSecurityRestricted,
    probeQuality,
    productionClusterIsolation,
    readOnlyRootFilesystem,
    requireAnnotations,
    requireClusterEnvironment,
    requireExplicitProvider,
    requireHeadlessService,
    requireHighUid,
    requireLabels,
    requireLivenessProbe,
    requireNetworkPolicy,
    requirePinnedCharts,
    requirePriorityClass,
    requireProtection,
    requireReadinessProbe,
    requireReplicas,
    requireResourceRequests,
    requireStartOrder,
    requireTopologySpread,
    resourceBudget,
    restrictAnnotations,
    restrictContainerPorts,
    restrictHostPaths,
    restrictIgnoreChanges,
    restrictImageRegistries,
    restrictIngressHosts,
    restrictNamespaces,
    restrictNodePlacement,
    restrictNodePools,
    restrictPersistentVolumes,
    restrictProviderOptions,
    restrictRbacGrants,
    restrictResources,
    rollingUpdates,
    secretsAsFiles,
    selectorMatchesTemplate,
    uniqueRoutes,
    validLabels,
];
