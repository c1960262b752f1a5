import { pluralOf } from "../text";
import { type Answer, all, any, not } from "../value";
import { type Chart, CLOUD } from "./charts";

/** A value of a chart that says whether it brings its definitions. */
interface Switch {
    readonly path: string;
    /** What holds where nothing is said; unknown where versions of the chart differ. */
    readonly byDefault: boolean | "unknown";
}

/** A well-known chart that defines custom kinds. */
export interface DefiningChart {
    /** The chart's name, or a pattern of it whose first group stands for `$1` in the groups. */
    readonly name: string | RegExp;
    /** What its origin looks like, where other charts are called the same. */
    readonly from?: RegExp;
    /** What the origin of another chart of that name looks like. */
    readonly notFrom?: RegExp;
    /** The API groups that it defines kinds of. */
    readonly groups: readonly string[];
    /** The kinds, where other charts define kinds of the same groups. */
    readonly kinds?: readonly string[];
    /** Groups of which it defines kinds too, by some of its values or in some of its versions. */
    readonly perhaps?: readonly string[];
    /**
     * Its definitions lie in the folder `crds`, which `skipCrds` leaves out; `partly` where a hook, its templates or its
     * pods bring them all the same, in some of its versions.
     */
    readonly inFolder?: true | "partly";
    /** Values that switch its definitions on: one of them must be on. */
    readonly switches?: readonly Switch[];
    /** The value that switches the definition of one kind off; on, where it says nothing. */
    readonly switchOf?: (kind: string, group: string) => string | undefined;
    /** Values that may leave definitions out in some versions: nothing is certain where one is set, but to true. */
    readonly unsure?: readonly string[];
    /** Its pods make the definitions when they start. */
    readonly byPods?: true;
    readonly admits?: Admission;
    readonly source: string;
}

/** A webhook in a chart's templates that refuses objects until the chart's pods are ready (`failurePolicy: Fail`). */
interface Admission {
    /** The kinds that it looks at, where not all. */
    readonly kinds?: readonly string[];
    /** The value that switches it on; on, where it says nothing. */
    readonly by?: string;
    /** The value that holds its failure policy, where that can be changed. */
    readonly policy?: string;
}

const GITHUB = "https://github.com/";
const OF_CLOUD = new RegExp(`^${CLOUD}$`);
const on = (path: string): Switch[] => [{ path, byDefault: true }];

/**
 * Charts that define custom kinds, by name. A custom resource waits for the Release or add-on that brings its kind.
 *
 * Each row's source is the folder with the definitions, or the file with the switch.
 */
export const DEFINING_CHARTS: readonly DefiningChart[] = [
    // Certificates and secrets.
    {
        name: "cert-manager",
        notFrom: /bitnami|^cloud$/,
        groups: ["cert-manager.io", "acme.cert-manager.io"],
        switches: [
            { path: "crds.enabled", byDefault: false },
            { path: "installCRDs", byDefault: false },
        ],
        admits: {},
        source: `${GITHUB}cert-manager/cert-manager/blob/master/deploy/charts/cert-manager/values.yaml`,
    },
    {
        name: "cert-manager",
        from: OF_CLOUD,
        groups: ["cert-manager.io", "acme.cert-manager.io"],
        source: "https://docs.aws.amazon.com/eks/latest/userguide/community-addons.html",
    },
    {
        name: "trust-manager",
        groups: ["trust.cert-manager.io"],
        perhaps: ["trust-manager.io"],
        switches: on("crds.enabled"),
        admits: { kinds: ["Bundle"] },
        source: `${GITHUB}cert-manager/trust-manager/tree/main/deploy/charts/trust-manager/templates`,
    },
    {
        name: "external-secrets",
        groups: ["external-secrets.io", "generators.external-secrets.io"],
        switches: on("installCRDs"),
        switchOf: kind => (/^Cluster|PushSecret$/.test(kind) ? `crds.create${kind}` : undefined),
        admits: {
            kinds: ["ClusterSecretStore", "ExternalSecret", "SecretStore"],
            by: "webhook.create",
            policy: "webhook.failurePolicy",
        },
        source: `${GITHUB}external-secrets/external-secrets/blob/main/hack/helm.generate.sh`,
    },
    {
        name: "sealed-secrets",
        notFrom: /bitnami(?!-labs)/,
        groups: ["bitnami.com"],
        inFolder: true,
        source: `${GITHUB}bitnami-labs/sealed-secrets/tree/main/helm/sealed-secrets/crds`,
    },
    {
        name: "vault-secrets-operator",
        groups: ["secrets.hashicorp.com"],
        inFolder: true,
        source: `${GITHUB}hashicorp/vault-secrets-operator/tree/main/chart/crds`,
    },
    {
        name: "secrets-store-csi-driver",
        groups: ["secrets-store.csi.x-k8s.io"],
        inFolder: "partly",
        source: `${GITHUB}kubernetes-sigs/secrets-store-csi-driver/tree/main/charts/secrets-store-csi-driver (crds, templates/crds-upgrade-hook.yaml)`,
    },

    // Monitoring.
    {
        name: "kube-prometheus-stack",
        groups: ["monitoring.coreos.com"],
        inFolder: "partly",
        switches: on("crds.enabled"),
        source: `${GITHUB}prometheus-community/helm-charts/tree/main/charts/kube-prometheus-stack/charts/crds`,
    },
    {
        name: "prometheus-operator-crds",
        groups: ["monitoring.coreos.com"],
        switchOf: kind => `crds.${pluralOf(kind)}.enabled`,
        source: `${GITHUB}prometheus-community/helm-charts/tree/main/charts/prometheus-operator-crds/charts/crds/templates`,
    },
    {
        name: "grafana-operator",
        groups: ["grafana.integreatly.org"],
        inFolder: "partly",
        source: `${GITHUB}grafana/grafana-operator/tree/master/deploy/helm/grafana-operator (charts/crds, templates/crds.yaml)`,
    },
    {
        name: "opentelemetry-operator",
        groups: ["opentelemetry.io"],
        switches: on("crds.create"),
        admits: {
            kinds: ["Instrumentation", "OpenTelemetryCollector"],
            by: "admissionWebhooks.create",
            policy: "admissionWebhooks.failurePolicy",
        },
        source: `${GITHUB}open-telemetry/opentelemetry-helm-charts/tree/main/charts/opentelemetry-operator/conf/crds`,
    },
    {
        name: "jaeger-operator",
        groups: ["jaegertracing.io"],
        inFolder: true,
        source: `${GITHUB}jaegertracing/helm-charts/tree/jaeger-operator-2.57.0/charts/jaeger-operator/crds`,
    },
    ...Object.entries({
        "victoria-metrics-operator": "",
        "victoria-metrics-k8s-stack": "victoria-metrics-operator.",
    }).map(
        ([name, prefix]): DefiningChart => ({
            name,
            groups: ["operator.victoriametrics.com"],
            inFolder: "partly",
            unsure: ["enabled", "createCRD", "crds.enabled"].map(path => `${prefix}${path}`),
            source: `${GITHUB}VictoriaMetrics/helm-charts/tree/master/charts/victoria-metrics-operator (charts/crds, templates/crd.yaml)`,
        }),
    ),
    {
        name: "trivy-operator",
        groups: ["aquasecurity.github.io"],
        inFolder: true,
        source: `${GITHUB}aquasecurity/trivy-operator/tree/main/deploy/helm/crds`,
    },

    // Delivery.
    {
        name: "argo-cd",
        groups: ["argoproj.io"],
        kinds: ["AppProject", "Application", "ApplicationSet"],
        inFolder: "partly",
        switches: on("crds.install"),
        notFrom: /bitnami/,
        source: `${GITHUB}argoproj/argo-helm/tree/main/charts/argo-cd/templates/crds`,
    },
    {
        name: "argo-workflows",
        groups: ["argoproj.io"],
        kinds: [
            "ClusterWorkflowTemplate",
            "CronWorkflow",
            "Workflow",
            "WorkflowArtifactGCTask",
            "WorkflowEventBinding",
            "WorkflowTaskResult",
            "WorkflowTaskSet",
            "WorkflowTemplate",
        ],
        switches: on("crds.install"),
        notFrom: /bitnami/,
        source: `${GITHUB}argoproj/argo-helm/tree/main/charts/argo-workflows/templates (crds.yaml, crds-install-job.yaml)`,
    },
    {
        name: "argo-rollouts",
        groups: ["argoproj.io"],
        kinds: ["AnalysisRun", "AnalysisTemplate", "ClusterAnalysisTemplate", "Experiment", "Rollout"],
        switches: on("installCRDs"),
        source: `${GITHUB}argoproj/argo-helm/tree/main/charts/argo-rollouts/templates/crds`,
    },
    {
        name: "argo-events",
        groups: ["argoproj.io"],
        kinds: ["EventBus", "EventSource", "Sensor"],
        inFolder: "partly",
        switches: on("crds.install"),
        source: `${GITHUB}argoproj/argo-helm/tree/main/charts/argo-events/templates/crds`,
    },
    {
        name: "flux2",
        groups: [
            "helm.toolkit.fluxcd.io",
            "image.toolkit.fluxcd.io",
            "kustomize.toolkit.fluxcd.io",
            "notification.toolkit.fluxcd.io",
            "source.toolkit.fluxcd.io",
        ],
        perhaps: ["source.extensions.fluxcd.io"],
        switches: on("installCRDs"),
        switchOf: (kind, group) => {
            const [part = ""] = group.split(".");
            const controller =
                part === "image" ? (kind === "ImageUpdateAutomation" ? "imageAutomation" : "imageReflection") : part;
            return `${controller}Controller.create`;
        },
        source: `${GITHUB}fluxcd-community/helm-charts/tree/main/charts/flux2/templates`,
    },
    {
        name: /^microsoft\.flux$/,
        from: OF_CLOUD,
        groups: ["helm.toolkit.fluxcd.io", "kustomize.toolkit.fluxcd.io", "source.toolkit.fluxcd.io"],
        source: "https://learn.microsoft.com/azure/azure-arc/kubernetes/conceptual-gitops-flux2",
    },
    {
        name: "crossplane",
        groups: ["apiextensions.crossplane.io", "pkg.crossplane.io"],
        perhaps: ["ops.crossplane.io", "protection.crossplane.io", "secrets.crossplane.io"],
        byPods: true,
        source: `${GITHUB}crossplane/crossplane/tree/main/cluster/crds (made by its pods when they start)`,
    },
    {
        name: "pulumi-kubernetes-operator",
        groups: ["auto.pulumi.com", "pulumi.com"],
        inFolder: true,
        source: `${GITHUB}pulumi/pulumi-kubernetes-operator/tree/master/deploy/helm/pulumi-operator/crds`,
    },
    {
        name: "gha-runner-scale-set-controller",
        groups: ["actions.github.com"],
        inFolder: true,
        source: `${GITHUB}actions/actions-runner-controller/tree/master/charts/gha-runner-scale-set-controller/crds`,
    },
    {
        name: /^([a-z0-9]+)-chart$/,
        from: /aws-controllers-k8s/,
        groups: ["$1.services.k8s.aws", "services.k8s.aws"],
        inFolder: true,
        source: `${GITHUB}aws-controllers-k8s/s3-controller/tree/main/helm/crds, and the same of each controller`,
    },

    // Networks.
    {
        name: "base",
        from: /istio/,
        groups: ["extensions.istio.io", "networking.istio.io", "security.istio.io", "telemetry.istio.io"],
        inFolder: "partly",
        unsure: ["base.enableIstioConfigCRDs", "base.excludedCRDs", "global.resourceScope"],
        source: `${GITHUB}istio/istio/tree/master/manifests/charts/base (templates/crds.yaml; up to 1.23 crds)`,
    },
    {
        name: "linkerd-crds",
        groups: ["linkerd.io", "policy.linkerd.io"],
        perhaps: ["gateway.networking.k8s.io", "workload.linkerd.io"],
        source: `${GITHUB}linkerd/linkerd2/tree/main/charts/linkerd-crds/templates`,
    },
    {
        name: "traefik",
        notFrom: /bitnami/,
        groups: ["traefik.io"],
        perhaps: ["gateway.networking.k8s.io", "hub.traefik.io", "traefik.containo.us"],
        inFolder: true,
        source: `${GITHUB}traefik/traefik-helm-chart/tree/master/traefik/crds`,
    },
    {
        name: "traefik-crds",
        groups: ["traefik.io"],
        perhaps: ["gateway.networking.k8s.io", "hub.traefik.io"],
        switches: on("traefik"),
        source: `${GITHUB}traefik/traefik-helm-chart/tree/v37.0.0/traefik-crds`,
    },
    {
        name: "kong",
        groups: ["configuration.konghq.com"],
        inFolder: true,
        source: `${GITHUB}Kong/charts/tree/main/charts/kong/crds`,
    },
    {
        name: "gateway-helm",
        from: /envoyproxy/,
        groups: ["gateway.envoyproxy.io", "gateway.networking.k8s.io"],
        perhaps: ["gateway.networking.x-k8s.io"],
        inFolder: true,
        switches: on("crds.enabled"),
        source: `${GITHUB}envoyproxy/gateway/tree/main/charts/gateway-helm (values.tmpl.yaml, charts/crds/crds)`,
    },
    {
        name: "metallb",
        notFrom: /bitnami/,
        groups: ["metallb.io"],
        switches: on("crds.enabled"),
        admits: {
            kinds: ["BFDProfile", "BGPAdvertisement", "BGPPeer", "Community", "IPAddressPool", "L2Advertisement"],
            policy: "crds.validationFailurePolicy",
        },
        source: `${GITHUB}metallb/metallb/tree/main/charts/metallb (charts/crds/templates, templates/webhooks.yaml)`,
    },
    {
        name: "cilium",
        groups: ["cilium.io"],
        byPods: true,
        source: `${GITHUB}cilium/cilium/tree/main/pkg/k8s/apis/cilium.io/client/crds (not read; made by its operator when it starts)`,
    },
    {
        name: "tigera-operator",
        groups: ["operator.tigera.io"],
        perhaps: ["crd.projectcalico.org"],
        inFolder: "partly",
        unsure: ["manageCRDs"],
        source: `${GITHUB}projectcalico/calico/tree/v3.31.0/charts/tigera-operator (crds; from 3.32 on its operator makes them)`,
    },
    {
        name: "aws-load-balancer-controller",
        groups: ["elbv2.k8s.aws"],
        perhaps: ["aga.k8s.aws", "gateway.k8s.aws"],
        inFolder: true,
        admits: { kinds: ["IngressClassParams", "TargetGroupBinding"] },
        source: `${GITHUB}aws/eks-charts/tree/master/stable/aws-load-balancer-controller (crds, templates/webhook.yaml)`,
    },
    {
        name: "external-dns",
        from: /kubernetes-sigs/,
        groups: ["externaldns.k8s.io"],
        inFolder: true,
        source: `${GITHUB}kubernetes-sigs/external-dns/tree/master/charts/external-dns/crds`,
    },

    // Scaling and nodes.
    {
        name: "keda",
        groups: ["eventing.keda.sh", "keda.sh"],
        switches: on("crds.install"),
        source: `${GITHUB}kedacore/charts/tree/main/keda/templates/crds`,
    },
    {
        name: "karpenter",
        notFrom: /mcr\.microsoft/,
        groups: ["karpenter.k8s.aws", "karpenter.sh"],
        perhaps: ["autoscaling.x-k8s.io"],
        inFolder: true,
        source: `${GITHUB}aws/karpenter-provider-aws/tree/main/charts/karpenter/crds`,
    },
    {
        name: "karpenter-crd",
        notFrom: /mcr\.microsoft/,
        groups: ["karpenter.k8s.aws", "karpenter.sh"],
        perhaps: ["autoscaling.x-k8s.io"],
        source: `${GITHUB}aws/karpenter-provider-aws/tree/main/charts/karpenter-crd/templates`,
    },
    {
        name: "vpa",
        from: /fairwinds/i,
        groups: ["autoscaling.k8s.io"],
        inFolder: true,
        source: `${GITHUB}FairwindsOps/charts/tree/master/stable/vpa/crds`,
    },
    {
        name: "gpu-operator",
        groups: ["nvidia.com"],
        perhaps: ["nfd.k8s-sigs.io", "resource.nvidia.com"],
        inFolder: true,
        source: `${GITHUB}NVIDIA/gpu-operator/tree/main/deployments/gpu-operator/crds`,
    },
    {
        name: "node-feature-discovery",
        groups: ["nfd.k8s-sigs.io"],
        inFolder: true,
        source: `${GITHUB}kubernetes-sigs/node-feature-discovery/tree/master/deployment/helm/node-feature-discovery/crds`,
    },

    // Policies.
    {
        name: "kyverno",
        groups: ["kyverno.io"],
        perhaps: ["policies.kyverno.io", "reports.kyverno.io", "wgpolicyk8s.io"],
        // Up to version 2 of the chart.
        unsure: ["installCRDs"],
        switches: on("crds.install"),
        // Its webhooks are there when its pods are.
        switchOf: (kind, group) => `crds.groups.${group.split(".")[0]}.${pluralOf(kind)}`,
        source: `${GITHUB}kyverno/kyverno/tree/main/charts/kyverno/charts/crds/templates`,
    },
    {
        name: "gatekeeper",
        groups: [
            "config.gatekeeper.sh",
            "expansion.gatekeeper.sh",
            "externaldata.gatekeeper.sh",
            "mutations.gatekeeper.sh",
            "syncset.gatekeeper.sh",
            "templates.gatekeeper.sh",
        ],
        perhaps: ["connection.gatekeeper.sh", "status.gatekeeper.sh"],
        inFolder: "partly",
        source: `${GITHUB}open-policy-agent/gatekeeper/tree/master/charts/gatekeeper (crds, templates/upgrade-crds-hook.yaml)`,
    },

    // Storage and backups.
    {
        name: "longhorn",
        groups: ["longhorn.io"],
        source: `${GITHUB}longhorn/longhorn/blob/master/chart/templates/crds.yaml`,
    },
    {
        name: "rook-ceph",
        groups: ["ceph.rook.io"],
        perhaps: ["csi.ceph.io", "objectbucket.io"],
        switches: on("crds.enabled"),
        source: `${GITHUB}rook/rook/blob/master/deploy/charts/rook-ceph/templates/resources.yaml`,
    },
    {
        name: "velero",
        groups: ["velero.io"],
        inFolder: "partly",
        source: `${GITHUB}vmware-tanzu/helm-charts/tree/main/charts/velero (crds, templates/upgrade-crds)`,
    },
    {
        name: "snapshot-controller",
        from: /piraeus/,
        groups: ["snapshot.storage.k8s.io"],
        perhaps: ["groupsnapshot.storage.k8s.io"],
        switches: on("installCRDs"),
        source: `${GITHUB}piraeusdatastore/helm-charts/blob/main/charts/snapshot-controller/templates/crds.yaml`,
    },
    {
        name: "snapshot-controller",
        from: OF_CLOUD,
        groups: ["snapshot.storage.k8s.io"],
        source: "https://docs.aws.amazon.com/eks/latest/userguide/csi-snapshot-controller.html",
    },
    {
        name: "operator",
        from: /min\.?io/,
        groups: ["minio.min.io"],
        perhaps: ["job.min.io", "sts.min.io"],
        source: `${GITHUB}minio/operator/tree/master/helm/operator/templates`,
    },

    // Databases and queues.
    {
        name: "cloudnative-pg",
        groups: ["postgresql.cnpg.io"],
        switches: on("crds.create"),
        admits: { kinds: ["Backup", "Cluster", "ScheduledBackup"], by: "webhook.validating.create" },
        source: `${GITHUB}cloudnative-pg/charts/tree/main/charts/cloudnative-pg/templates (crds/crds.yaml, validatingwebhookconfiguration.yaml)`,
    },
    {
        name: "postgres-operator",
        from: /zalando/,
        groups: ["acid.zalan.do"],
        inFolder: true,
        source: `${GITHUB}zalando/postgres-operator/tree/master/charts/postgres-operator/crds`,
    },
    {
        name: "pgo",
        groups: ["postgres-operator.crunchydata.com"],
        inFolder: true,
        source: `${GITHUB}CrunchyData/postgres-operator-examples/tree/main/helm/install/crds`,
    },
    ...Object.entries({
        "pg-operator": "pgv2.percona.com",
        "ps-operator": "ps.percona.com",
        "psmdb-operator": "psmdb.percona.com",
        "pxc-operator": "pxc.percona.com",
    }).map(
        ([name, group]): DefiningChart => ({
            name,
            from: /percona/,
            groups: [group],
            inFolder: true,
            source: `${GITHUB}percona/percona-helm-charts/tree/main/charts/${name}/crds`,
        }),
    ),
    {
        name: "mariadb-operator-crds",
        groups: ["k8s.mariadb.com"],
        source: `${GITHUB}mariadb-operator/mariadb-operator/tree/main/deploy/charts/mariadb-operator-crds/templates`,
    },
    {
        name: "mariadb-operator",
        groups: ["k8s.mariadb.com"],
        // Early versions had them in the folder.
        switches: [{ path: "crds.enabled", byDefault: "unknown" }],
        source: `${GITHUB}mariadb-operator/mariadb-operator/blob/main/deploy/charts/mariadb-operator/values.yaml`,
    },
    {
        name: "community-operator",
        from: /mongodb/,
        groups: ["mongodbcommunity.mongodb.com"],
        switches: on("community-operator-crds.enabled"),
        source: `${GITHUB}mongodb/helm-charts/blob/main/charts/community-operator/values.yaml`,
    },
    {
        name: "redis-operator",
        from: /ot-container-kit/i,
        groups: ["redis.redis.opstreelabs.in"],
        inFolder: true,
        source: `${GITHUB}OT-CONTAINER-KIT/redis-operator/tree/main/charts/redis-operator/crds`,
    },
    {
        name: /^redis-?operator$/,
        from: /spotahome/,
        groups: ["databases.spotahome.com"],
        inFolder: true,
        source: `${GITHUB}spotahome/redis-operator/tree/master/charts/redisoperator/crds`,
    },
    {
        name: "altinity-clickhouse-operator",
        groups: ["clickhouse.altinity.com"],
        perhaps: ["clickhouse-keeper.altinity.com"],
        inFolder: "partly",
        source: `${GITHUB}Altinity/clickhouse-operator/tree/master/deploy/helm/clickhouse-operator (crds, templates/hooks)`,
    },
    {
        name: "strimzi-kafka-operator",
        groups: ["core.strimzi.io", "kafka.strimzi.io"],
        inFolder: true,
        source: `${GITHUB}strimzi/strimzi-kafka-operator/tree/main/packaging/helm-charts/helm3/strimzi-kafka-operator/crds`,
    },
    {
        name: "rabbitmq-cluster-operator",
        groups: ["rabbitmq.com"],
        inFolder: true,
        source: `${GITHUB}bitnami/charts/tree/main/bitnami/rabbitmq-cluster-operator/crds`,
    },
    {
        name: "nack",
        groups: ["jetstream.nats.io"],
        inFolder: true,
        source: `${GITHUB}nats-io/k8s/tree/main/helm/charts/nack/crds`,
    },
    ...["eck-operator", "eck-operator-crds"].map(
        (name): DefiningChart => ({
            name,
            groups: [
                "agent.k8s.elastic.co",
                "apm.k8s.elastic.co",
                "autoscaling.k8s.elastic.co",
                "beat.k8s.elastic.co",
                "elasticsearch.k8s.elastic.co",
                "enterprisesearch.k8s.elastic.co",
                "kibana.k8s.elastic.co",
                "logstash.k8s.elastic.co",
                "maps.k8s.elastic.co",
                "stackconfigpolicy.k8s.elastic.co",
            ],
            perhaps: ["autoops.k8s.elastic.co", "packageregistry.k8s.elastic.co"],
            ...(name === "eck-operator" && { switches: on("installCRDs") }),
            source: `${GITHUB}elastic/cloud-on-k8s/tree/main/deploy/eck-operator (values.yaml, charts/eck-operator-crds)`,
        }),
    ),

    // Computing.
    {
        name: "spark-operator",
        groups: ["sparkoperator.k8s.io"],
        inFolder: true,
        source: `${GITHUB}kubeflow/spark-operator/tree/master/charts/spark-operator-chart/crds`,
    },
    {
        name: "flink-kubernetes-operator",
        groups: ["flink.apache.org"],
        inFolder: true,
        admits: { kinds: ["FlinkDeployment", "FlinkSessionJob"], by: "webhook.create" },
        source: `${GITHUB}apache/flink-kubernetes-operator/tree/main/helm/flink-kubernetes-operator/crds`,
    },
    {
        name: "kuberay-operator",
        groups: ["ray.io"],
        inFolder: true,
        source: `${GITHUB}ray-project/kuberay/tree/master/helm-chart/kuberay-operator/crds`,
    },
    {
        name: "knative-operator",
        groups: ["operator.knative.dev"],
        source: `${GITHUB}knative/operator/tree/main/config/charts/knative-operator/templates`,
    },
    {
        name: "dapr",
        groups: ["dapr.io"],
        inFolder: true,
        source: `${GITHUB}dapr/dapr/tree/master/charts/dapr/crds`,
    },
    {
        name: "microsoft.dapr",
        from: OF_CLOUD,
        groups: ["dapr.io"],
        source: "https://learn.microsoft.com/azure/aks/dapr",
    },
];

/** What a chart brings along: API groups of custom kinds. */
export interface Definitions {
    readonly row: DefiningChart;
    readonly chart: Chart;
    /** Those that it defines kinds of, or may. */
    readonly groups: readonly string[];
    /** Whether it brings them, as its values say. */
    readonly answer: Answer;
}

/** The custom kinds that a chart defines, where it is a well-known one. */
export function definitionsOf(chart: Chart): Definitions | undefined {
    for (const row of DEFINING_CHARTS) {
        const match = typeof row.name === "string" ? chart.name === row.name && [] : row.name.exec(chart.name);
        if (!match || row.notFrom?.test(chart.origin) || (row.from && !row.from.test(chart.origin))) continue;
        // Charts of repositories are not the cloud's add-ons of the same name.
        if (chart.origin === CLOUD && !row.from?.test(CLOUD)) continue;
        const groups = [...row.groups, ...(row.perhaps ?? [])].map(group => group.replace("$1", match[1] ?? ""));
        return { row, chart, groups, answer: brings(row, chart) };
    }
    return undefined;
}

function brings({ inFolder, switches, unsure = [] }: DefiningChart, chart: Chart): Answer {
    const isLeftOut = inFolder ? chart.skipsDefinitions : "no";
    const isOn = switches ? any(switches.map(one => isSwitchedOn(one, chart))) : "yes";
    const isSure = unsure.map(path => maybeNot(isSwitchedOn({ path, byDefault: true }, chart)));
    return all([inFolder === "partly" ? maybeNot(not(isLeftOut)) : not(isLeftOut), isOn, ...isSure]);
}

/** What is switched off in one version or place may be on in another. */
const maybeNot = (answer: Answer): Answer => (answer === "yes" ? "yes" : "unknown");

function isSwitchedOn({ path, byDefault }: Switch, { values, hasMoreValues }: Chart): Answer {
    const value = values.get(...path.split("."));
    if (value.isUnknown) return "unknown";
    if (value.isSet) {
        // Templates take the text "false" for true, and conditions of subcharts overlook it.
        return value.raw === true || value.raw === "true" ? "yes" : value.raw === false ? "no" : "unknown";
    }
    if (hasMoreValues || byDefault === "unknown") return "unknown";
    return byDefault ? "yes" : "no";
}

/** Whether a chart brings the definition of a kind. */
export function bringsKind({ row, chart, groups, answer }: Definitions, group: string, kind: string): Answer {
    if (!groups.includes(group) || (row.kinds && !row.kinds.includes(kind))) return "no";
    const path = row.switchOf?.(kind, group);
    const isOn = path === undefined ? "yes" : isSwitchedOn({ path, byDefault: true }, chart);
    return all([answer, isOn, row.perhaps?.includes(group) ? "unknown" : "yes"]);
}

/**
 * Whether an object of a kind needs the pods of the chart that defines the kind: they make the definition, or must admit
 * the object. Undefined where the kind is none of the chart's.
 */
export function needsPodsOf({ row, chart, groups }: Definitions, group: string, kind: string): Answer | undefined {
    if (!groups.includes(group) || (row.kinds && !row.kinds.includes(kind))) return undefined;
    if (row.byPods) return "yes";
    if (!row.admits || row.perhaps?.includes(group)) return "no";
    const { kinds, by, policy } = row.admits;
    if (kinds && !kinds.includes(kind)) return "no";
    const said = policy === undefined ? undefined : chart.values.get(...policy.split("."));
    const isOpen = policy !== undefined && chart.hasMoreValues;
    const isStrict: Answer = said && !said.isUnset ? said.is("Fail") : isOpen ? "unknown" : "yes";
    return all([isStrict, by === undefined ? "yes" : isSwitchedOn({ path: by, byDefault: true }, chart)]);
}
