import { has, isForAllNames } from "../../../model/kubernetes/rbac/roles";
import type { Value } from "../../../model/value";

/** Rights that give more than they say. */
interface Grant {
    readonly name: string;
    readonly apiGroups: readonly string[];
    /** Resources and subresources, as rules name them. */
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
    /** What whoever has it can do. */
    readonly means: string;
    /** Names of objects that are risky even where a rule is for these only. */
    readonly riskyNames?: readonly string[];
    readonly source: string;
}

const GOOD_PRACTICES = "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks";
const RBAC = "rbac.authorization.k8s.io";
const READ = ["get", "list", "watch"];
const WRITE = ["create", "update", "patch", "delete", "deletecollection"];

/** The grants that are looked for, some in several parts. */
const GRANTS: readonly Grant[] = [
    {
        name: "read-secrets",
        apiGroups: [""],
        resources: ["secrets"],
        verbs: READ,
        means: "reads the contents of Secrets",
        source: `${GOOD_PRACTICES}, CIS 5.1.2`,
    },
    {
        name: "create-pods",
        apiGroups: [""],
        resources: ["pods", "replicationcontrollers"],
        verbs: ["create"],
        means: "starts pods with any Secret and service account of the namespace",
        source: `${GOOD_PRACTICES}, CIS 5.1.4`,
    },
    {
        name: "create-pods",
        apiGroups: ["apps", "extensions"],
        resources: ["deployments", "daemonsets", "statefulsets", "replicasets"],
        verbs: ["create"],
        means: "starts pods with any Secret and service account of the namespace",
        source: `${GOOD_PRACTICES}, CIS 5.1.4`,
    },
    {
        name: "create-pods",
        apiGroups: ["batch", "extensions"],
        resources: ["jobs", "cronjobs"],
        verbs: ["create"],
        means: "starts pods with any Secret and service account of the namespace",
        source: `${GOOD_PRACTICES}, CIS 5.1.4`,
    },
    {
        name: "exec-into-pods",
        apiGroups: [""],
        resources: ["pods/exec", "pods/attach"],
        // With get a websocket is enough, whatever the verb says.
        verbs: ["create", "get"],
        means: "runs commands in the pods of others",
        source: "https://github.com/kubernetes/kubernetes/issues/78741",
    },
    {
        name: "exec-into-pods",
        apiGroups: [""],
        resources: ["pods/ephemeralcontainers"],
        verbs: ["update", "patch"],
        means: "runs commands in the pods of others",
        source: "https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/",
    },
    {
        name: "bind-escalate",
        apiGroups: [RBAC],
        resources: ["roles", "clusterroles"],
        verbs: ["bind", "escalate"],
        means: "takes or hands on any right",
        riskyNames: ["cluster-admin"],
        source: `${GOOD_PRACTICES}, CIS 5.1.8`,
    },
    {
        name: "impersonate",
        apiGroups: ["", "authentication.k8s.io"],
        resources: ["users", "groups", "serviceaccounts", "uids", "userextras"],
        verbs: ["impersonate"],
        means: "acts as somebody else",
        riskyNames: ["system:masters"],
        source: `${GOOD_PRACTICES}, CIS 5.1.8`,
    },
    {
        name: "nodes-proxy",
        apiGroups: [""],
        resources: ["nodes/proxy"],
        verbs: [...READ, ...WRITE],
        means: "reaches the kubelet, which runs commands in every pod of the node, past audit and admission",
        source: `${GOOD_PRACTICES}, CIS 5.1.10`,
    },
    {
        name: "approve-csr",
        apiGroups: ["certificates.k8s.io"],
        resources: ["certificatesigningrequests/approval"],
        verbs: ["update", "patch"],
        means: "issues certificates for any user",
        source: `${GOOD_PRACTICES}, CIS 5.1.11`,
    },
    {
        name: "approve-csr",
        apiGroups: ["certificates.k8s.io"],
        resources: ["signers"],
        verbs: ["approve"],
        means: "issues certificates for any user",
        source: "https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#authorization",
    },
    {
        name: "webhooks",
        apiGroups: ["admissionregistration.k8s.io"],
        resources: ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
        verbs: WRITE,
        means: "reads and changes every object that enters the cluster",
        source: `${GOOD_PRACTICES}, CIS 5.1.12`,
    },
    {
        name: "persistent-volumes",
        apiGroups: [""],
        resources: ["persistentvolumes"],
        verbs: ["create"],
        means: "mounts any directory of a node by a hostPath volume",
        source: `${GOOD_PRACTICES}, CIS 5.1.9`,
    },
    {
        name: "service-account-tokens",
        apiGroups: [""],
        resources: ["serviceaccounts/token"],
        verbs: ["create"],
        means: "gets tokens of service accounts",
        source: `${GOOD_PRACTICES}, CIS 5.1.13`,
    },
    {
        name: "services-status",
        apiGroups: [""],
        resources: ["services/status"],
        verbs: ["update", "patch"],
        means: "catches traffic to any address (CVE-2020-8554)",
        source: "https://github.com/kubernetes/kubernetes/issues/97076",
    },
    {
        name: "endpoints",
        apiGroups: [""],
        resources: ["endpoints"],
        verbs: ["create", "update", "patch"],
        means: "sends traffic of a Service to another namespace (CVE-2021-25740)",
        source: "https://github.com/kubernetes/kubernetes/issues/103675",
    },
    {
        name: "endpoints",
        apiGroups: ["discovery.k8s.io"],
        resources: ["endpointslices"],
        verbs: ["create", "update", "patch"],
        means: "sends traffic of a Service to another namespace (CVE-2021-25740)",
        source: "https://github.com/kubernetes/kubernetes/issues/103675",
    },
    {
        name: "delete-events",
        apiGroups: ["", "events.k8s.io"],
        resources: ["events"],
        verbs: ["delete", "deletecollection"],
        means: "wipes out its traces",
        source: "https://avd.aquasec.com/misconfig/kubernetes/general/avd-ksv-0042/, KSV-0042",
    },
];

/** The names of all grants, as configuration lists them. */
export const GRANT_NAMES: readonly string[] = [...new Set(GRANTS.map(({ name }) => name))];

/**
 * The risky grants of one rule, each once, with what they mean.
 *
 * A rule for some objects by their names is how such rights are narrowed down, and is not looked at, unless these
 * names are risky themselves.
 */
export function grantsOf(rule: Value, names: readonly string[]): { readonly name: string; readonly means: string }[] {
    const found = GRANTS.filter(grant => names.includes(grant.name) && grants(rule, grant));
    return found.filter(({ name }, index) => found.findIndex(other => other.name === name) === index);
}

function grants(rule: Value, grant: Grant): boolean {
    return (
        has(rule.get("apiGroups"), "*", ...grant.apiGroups) &&
        has(rule.get("resources"), ...grant.resources.flatMap(spellings)) &&
        has(rule.get("verbs"), "*", ...grant.verbs) &&
        (isForAllNames(rule) || has(rule.get("resourceNames"), ...(grant.riskyNames ?? [])))
    );
}

/**
 * What a rule may say for a resource. The authorizer knows `*` and, for subresources, `*` before the slash; one behind
 * it grants nothing today, but who writes it means all subresources.
 *
 * Source: kubernetes/kubernetes pkg/apis/rbac/v1/evaluation_helpers.go (`ResourceMatches`).
 */
function spellings(resource: string): string[] {
    const [parent, subresource] = resource.split("/");
    return subresource === undefined ? ["*", resource] : ["*", resource, `*/${subresource}`, `${parent}/*`];
}
