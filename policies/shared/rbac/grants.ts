import type { KubeObject } from "../../../model/kubernetes/object";
import { has, isForAllNames } from "../../../model/kubernetes/rbac/roles";
import type { Value } from "../../../model/value";

/** A right that leads to more than it says. */
interface Grant {
    readonly name: string;
    readonly apiGroups: readonly string[];
    /** Resources and subresources, as rules name them. */
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
    /** What whoever has it can do, after "to". */
    readonly means: string;
    /** How to give less of it, where leaving it out is not the only way. */
    readonly less?: string;
    /** Names of objects that are risky even where a rule is for these only. */
    readonly riskyNames?: readonly string[];
    /** The only namespaces in which a Role with it is risky. */
    readonly namespaces?: readonly string[];
    readonly source: string;
}

const GOOD_PRACTICES = "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks";
const RBAC = "rbac.authorization.k8s.io";
const NAMES = "limit the rule to certain objects with resourceNames";
const READ = ["get", "list", "watch"];
const WRITE = ["create", "update", "patch", "delete", "deletecollection"];

/**
 * The namespaces whose workloads run the cluster.
 *
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces
 */
const SYSTEM_NAMESPACES = ["kube-system", "kube-public", "kube-node-lease"];

/** The grants that are looked for, some in several parts. */
const GRANTS: readonly Grant[] = [
    {
        name: "read-secrets",
        apiGroups: [""],
        resources: ["secrets"],
        verbs: READ,
        means: "read the contents of Secrets",
        less: 'allow only "get" on the Secrets that resourceNames lists',
        source: `${GOOD_PRACTICES}, CIS 5.1.2`,
    },
    {
        name: "create-secrets",
        apiGroups: [""],
        resources: ["secrets"],
        verbs: ["create"],
        // A bootstrap token, a Secret in kube-system, authenticates whoever knows it.
        means: "create tokens that authenticate against the API server",
        namespaces: ["kube-system"],
        source: "https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/",
    },
    {
        name: "create-pods",
        apiGroups: [""],
        resources: ["pods", "replicationcontrollers"],
        verbs: ["create"],
        means: "start pods with any Secret and service account of the namespace",
        source: `${GOOD_PRACTICES}, CIS 5.1.4`,
    },
    {
        name: "create-pods",
        apiGroups: ["apps", "extensions"],
        resources: ["deployments", "daemonsets", "statefulsets", "replicasets"],
        verbs: ["create"],
        means: "start pods with any Secret and service account of the namespace",
        source: `${GOOD_PRACTICES}, CIS 5.1.4`,
    },
    {
        name: "create-pods",
        apiGroups: ["batch", "extensions"],
        resources: ["jobs", "cronjobs"],
        verbs: ["create"],
        means: "start pods with any Secret and service account of the namespace",
        source: `${GOOD_PRACTICES}, CIS 5.1.4`,
    },
    {
        name: "exec-into-pods",
        apiGroups: [""],
        resources: ["pods/exec", "pods/attach"],
        // With get a websocket is enough, whatever the verb says.
        verbs: ["create", "get"],
        means: "run commands in other workloads' pods",
        less: NAMES,
        source: "https://github.com/kubernetes/kubernetes/issues/78741",
    },
    {
        name: "exec-into-pods",
        apiGroups: [""],
        resources: ["pods/ephemeralcontainers"],
        verbs: ["update", "patch"],
        means: "run commands in other workloads' pods",
        less: NAMES,
        source: "https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/",
    },
    {
        name: "port-forward",
        apiGroups: [""],
        resources: ["pods/portforward"],
        // With get a websocket is enough, whatever the verb says.
        verbs: ["create", "get"],
        means: "reach every port of other workloads' pods, past network policies",
        less: NAMES,
        source: "https://kubescape.io/docs/controls/c-0063/",
    },
    {
        name: "patch-workloads",
        apiGroups: [""],
        resources: ["pods", "replicationcontrollers"],
        verbs: ["update", "patch"],
        means: "run code with the rights of the system's own pods",
        less: NAMES,
        namespaces: SYSTEM_NAMESPACES,
        source: "https://avd.aquasec.com/misconfig/kubernetes/general/avd-ksv-0048/, KSV-0048",
    },
    {
        name: "patch-workloads",
        apiGroups: ["apps", "extensions"],
        resources: ["deployments", "daemonsets", "statefulsets", "replicasets"],
        verbs: ["update", "patch"],
        means: "run code with the rights of the system's own pods",
        less: NAMES,
        namespaces: SYSTEM_NAMESPACES,
        source: "https://avd.aquasec.com/misconfig/kubernetes/general/avd-ksv-0048/, KSV-0048",
    },
    {
        name: "patch-workloads",
        apiGroups: ["batch", "extensions"],
        resources: ["jobs", "cronjobs"],
        verbs: ["update", "patch"],
        means: "run code with the rights of the system's own pods",
        less: NAMES,
        namespaces: SYSTEM_NAMESPACES,
        source: "https://avd.aquasec.com/misconfig/kubernetes/general/avd-ksv-0048/, KSV-0048",
    },
    {
        name: "bind-escalate",
        apiGroups: [RBAC],
        resources: ["roles", "clusterroles"],
        verbs: ["bind", "escalate"],
        means: "take or hand on any right",
        less: NAMES,
        riskyNames: ["cluster-admin"],
        source: `${GOOD_PRACTICES}, CIS 5.1.8`,
    },
    {
        name: "impersonate",
        apiGroups: ["", "authentication.k8s.io"],
        resources: ["users", "groups", "serviceaccounts", "uids", "userextras"],
        verbs: ["impersonate"],
        means: "act as someone else",
        less: NAMES,
        riskyNames: ["system:masters"],
        source: `${GOOD_PRACTICES}, CIS 5.1.8`,
    },
    {
        name: "nodes-proxy",
        apiGroups: [""],
        resources: ["nodes/proxy"],
        verbs: [...READ, ...WRITE],
        means: "reach the kubelet, which runs commands in every pod of the node and bypasses audit and admission",
        less: NAMES,
        source: `${GOOD_PRACTICES}, CIS 5.1.10`,
    },
    {
        name: "approve-csr",
        apiGroups: ["certificates.k8s.io"],
        resources: ["certificatesigningrequests/approval"],
        verbs: ["update", "patch"],
        means: "issue certificates for any user",
        source: `${GOOD_PRACTICES}, CIS 5.1.11`,
    },
    {
        name: "approve-csr",
        apiGroups: ["certificates.k8s.io"],
        resources: ["signers"],
        verbs: ["approve"],
        means: "issue certificates for any user",
        source: "https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#authorization",
    },
    {
        name: "webhooks",
        apiGroups: ["admissionregistration.k8s.io"],
        resources: ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
        verbs: WRITE,
        means: "read and change every object that enters the cluster",
        source: `${GOOD_PRACTICES}, CIS 5.1.12`,
    },
    {
        name: "persistent-volumes",
        apiGroups: [""],
        resources: ["persistentvolumes"],
        verbs: ["create"],
        means: "mount any directory of a node through a hostPath volume",
        source: `${GOOD_PRACTICES}, CIS 5.1.9`,
    },
    {
        name: "service-account-tokens",
        apiGroups: [""],
        resources: ["serviceaccounts/token"],
        verbs: ["create"],
        means: "get tokens of service accounts",
        less: NAMES,
        source: `${GOOD_PRACTICES}, CIS 5.1.13`,
    },
    {
        name: "services-status",
        apiGroups: [""],
        resources: ["services/status"],
        verbs: ["update", "patch"],
        means: "intercept traffic to any address (CVE-2020-8554)",
        source: "https://github.com/kubernetes/kubernetes/issues/97076",
    },
    {
        name: "endpoints",
        apiGroups: [""],
        resources: ["endpoints"],
        verbs: ["create", "update", "patch"],
        means: "send a Service's traffic to another namespace (CVE-2021-25740)",
        source: "https://github.com/kubernetes/kubernetes/issues/103675",
    },
    {
        name: "endpoints",
        apiGroups: ["discovery.k8s.io"],
        resources: ["endpointslices"],
        verbs: ["create", "update", "patch"],
        means: "send a Service's traffic to another namespace (CVE-2021-25740)",
        source: "https://github.com/kubernetes/kubernetes/issues/103675",
    },
    {
        name: "delete-events",
        apiGroups: ["", "events.k8s.io"],
        resources: ["events"],
        verbs: ["delete", "deletecollection"],
        means: "cover its tracks",
        source: "https://avd.aquasec.com/misconfig/kubernetes/general/avd-ksv-0042/, KSV-0042",
    },
];

/** The names of all grants, as configuration lists them. */
export const GRANT_NAMES: readonly string[] = [...new Set(GRANTS.map(({ name }) => name))];

/** A grant that a rule gives, in the words of the rule. */
export interface Given {
    readonly name: string;
    /** The verbs and the resources of the rule that give it. */
    readonly verbs: readonly string[];
    readonly resources: readonly string[];
    readonly means: string;
    readonly less: string | undefined;
}

/**
 * The risky grants of one rule of a role, each once.
 *
 * A rule for some objects by their names is how such rights are narrowed down, and is not looked at, unless these
 * names are risky themselves.
 */
export function grantsOf(role: KubeObject, rule: Value, names: readonly string[]): Given[] {
    const byName = new Map<string, Given>();
    for (const grant of GRANTS) {
        if (!names.includes(grant.name) || !isIn(role, grant) || !grants(rule, grant)) continue;
        const known = byName.get(grant.name);
        const isNamed = !isForAllNames(rule);
        byName.set(grant.name, {
            name: grant.name,
            verbs: distinct(known?.verbs, among(rule.get("verbs"), ["*", ...grant.verbs])),
            resources: distinct(known?.resources, among(rule.get("resources"), grant.resources.flatMap(spellings))),
            means: known?.means ?? grant.means,
            less: isNamed ? undefined : (known?.less ?? grant.less),
        });
    }
    return [...byName.values()];
}

/** Whether a role gives its rights where a grant is risky; a ClusterRole may be bound anywhere. */
function isIn(role: KubeObject, { namespaces }: Grant): boolean {
    return !namespaces || namespaces.includes(role.namespace.string ?? "");
}

function grants(rule: Value, grant: Grant): boolean {
    return (
        has(rule.get("apiGroups"), "*", ...grant.apiGroups) &&
        has(rule.get("resources"), ...grant.resources.flatMap(spellings)) &&
        has(rule.get("verbs"), "*", ...grant.verbs) &&
        (isForAllNames(rule) || has(rule.get("resourceNames"), ...(grant.riskyNames ?? [])))
    );
}

/** The items of a list that are among some texts. */
function among(list: Value, wanted: readonly string[]): string[] {
    return list.items().flatMap(({ string }) => (string !== undefined && wanted.includes(string) ? [string] : []));
}

function distinct(some: readonly string[] = [], others: readonly string[] = []): string[] {
    return [...new Set([...some, ...others])];
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
