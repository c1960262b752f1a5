import { describe, expect, test } from "vitest";
import { inlineCredentials, readKubeconfig } from "../../../model/environments/kubeconfig";
import { UNKNOWN } from "../../../model/value";

const NOTHING = {
    isUnread: false,
    context: undefined,
    cluster: undefined,
    server: undefined,
    credentialsFor: undefined,
};
const UNREAD = { ...NOTHING, isUnread: true };

const YAML = `
apiVersion: v1
kind: Config
current-context: shop
contexts:
    - name: shop
      context: { cluster: shop-cluster, user: shop-user }
    - name: other
      context: { cluster: other-cluster, user: other-user }
clusters:
    - name: other-cluster
      cluster: { server: https://192.0.2.2 }
    - name: shop-cluster
      cluster: { server: https://192.0.2.1, certificate-authority-data: QUFB }
users:
    - name: shop-user
      user:
          exec: { command: aws, args: [--region, eu-west-1, eks, get-token, --cluster-name, shop-prod] }
    - name: other-user
      user:
          exec: { command: aws-iam-authenticator, args: [token, -i, shop-dev] }
`;

const SHOP = {
    isUnread: false,
    context: "shop",
    cluster: "shop-cluster",
    server: "https://192.0.2.1",
    credentialsFor: "shop-prod",
};
const OTHER = {
    isUnread: false,
    context: "other",
    cluster: "other-cluster",
    server: "https://192.0.2.2",
    credentialsFor: "shop-dev",
};

function withArgs(...args: unknown[]): string {
    return JSON.stringify({
        "current-context": "c",
        contexts: [{ name: "c", context: { user: "u" } }],
        users: [{ name: "u", user: { exec: { args } } }],
    });
}

describe("a kubeconfig", () => {
    test("in YAML, with its own or a chosen context", () => {
        expect(readKubeconfig(YAML)).toEqual(SHOP);
        expect(readKubeconfig(YAML, { context: "other" })).toEqual(OTHER);
        expect(readKubeconfig(YAML, { context: "none" })).toEqual({ ...NOTHING, context: "none" });
    });

    test("of which the provider chooses another cluster", () => {
        const chosen = { ...SHOP, cluster: "other-cluster", server: "https://192.0.2.2" };
        expect(readKubeconfig(YAML, { cluster: "other-cluster" })).toEqual(chosen);
        expect(readKubeconfig(YAML, { cluster: "none" })).toEqual({ ...SHOP, cluster: "none", server: undefined });
    });

    test("in base64, in one line or several", () => {
        const text = Buffer.from(YAML).toString("base64");
        expect(readKubeconfig(text)).toEqual(SHOP);
        expect(readKubeconfig(text.replaceAll(/.{76}/g, "$&\n"))).toEqual(SHOP);
        for (const end of ["#", "##", "###"]) {
            const padded = Buffer.from(`${YAML}${end}`).toString("base64");
            expect(readKubeconfig(`${padded}\n`)).toEqual(SHOP);
        }
    });

    test("in YAML that begins or ends like base64", () => {
        expect(readKubeconfig(YAML.replaceAll(/^/gm, " ".repeat(80)))).toEqual(SHOP);
        expect(readKubeconfig(`${YAML}note: ${"QUFB".repeat(20)}`)).toEqual(SHOP);
    });

    test("of many megabytes, in time", () => {
        const start = performance.now();
        expect(readKubeconfig(`${YAML}#${"x".repeat(8 * 1024 * 1024)}`)).toEqual(SHOP);
        expect(readKubeconfig(`${YAML}extensions: [{ extension: "${"x\\n y ".repeat(500_000)}" }]`)).toEqual(SHOP);
        const entries = Array.from({ length: 20_000 }, (_, index) => `    - name: c${index}\n      cluster: {}\n`).join(
            "",
        );
        expect(readKubeconfig(YAML.replace("clusters:\n", `clusters:\n${entries}`))).toEqual(SHOP);
        expect(performance.now() - start).toBeLessThan(10_000);
    });

    test("given as an object, which the provider takes for JSON", () => {
        const contexts = [{ name: "c", context: { cluster: "k" } }];
        const config = { "current-context": "c", contexts };
        expect(readKubeconfig(config)).toEqual({ ...NOTHING, context: "c", cluster: "k" });
        expect(readKubeconfig({ ...config, "current-context": UNKNOWN })).toEqual(UNREAD);
        expect(readKubeconfig([config])).toEqual(UNREAD);
        const circle: Record<string, unknown> = { ...config };
        circle.extensions = [{ name: "a", extension: circle }];
        expect(readKubeconfig(circle)).toEqual({ ...NOTHING, context: "c", cluster: "k" });
    });

    test.each([
        ["of equal keys the last", `${YAML}current-context: other\n`],
        ["the first document", `${YAML.replace("current-context: shop", "current-context: other")}---\n${YAML}`],
        [
            "in one line",
            '{current-context: other, contexts: [{name: other, context: {cluster: other-cluster, user: other-user}}], clusters: [{name: other-cluster, cluster: {server: "https://192.0.2.2"}}], users: [{name: other-user, user: {exec: {args: [-i, shop-dev]}}}]}',
        ],
        ["behind a byte order mark", `\ufeff${YAML.replace("current-context: shop", "current-context: other")}`],
        [
            "JSON behind a byte order mark",
            `\ufeff${JSON.stringify({ "current-context": "other", contexts: [{ name: "other", context: { cluster: "other-cluster", user: "u" } }], clusters: [{ name: "other-cluster", cluster: { server: "https://192.0.2.2" } }], users: [{ name: "u", user: { exec: { args: ["-i", "shop-dev"] } } }] })}`,
        ],
        ["with tags", YAML.replace("current-context: shop", "current-context: !!str other")],
        ["with a tag that nobody knows", YAML.replace("current-context: shop", "current-context: !mine other")],
        ["what a merge key behind it brings", `${YAML}<<: { current-context: other }\n`],
        ["of what merge keys bring the first", `${YAML}<<: [{ current-context: other }, { current-context: shop }]\n`],
        ["an anchor's value", YAML.replace("current-context: shop", "x: &x other\ncurrent-context: *x")],
        ["behind a comment that U+0085 ends", YAML.replace("current-context: shop", "# c\u0085current-context: other")],
        [
            "with line breaks of old Macs",
            YAML.replace("current-context: shop", "current-context: other").replaceAll("\n", "\r"),
        ],
    ])("%s", (_, text) => {
        expect(readKubeconfig(text)).toEqual(OTHER);
    });

    test("reads keys with exactly their case, but looks for the kind in any", () => {
        expect(readKubeconfig(YAML.replace("current-context", "Current-Context"))).toEqual(NOTHING);
        expect(readKubeconfig(YAML.replace("kind: Config", "KIND: Config"))).toEqual(SHOP);
        expect(readKubeconfig(YAML.replace("kind: Config", "KIND: Pod"))).toEqual(UNREAD);
        expect(readKubeconfig(YAML.replace("kind: Config", "kind: Config\nKIND: Pod"))).toEqual(SHOP);
        expect(readKubeconfig(YAML.replace("apiVersion: v1", "apiVersion: v2"))).toEqual(UNREAD);
    });

    test("in JSON, and in YAML that begins like it", () => {
        const json = '{"current-context":"c","contexts":[{"name":"c","context":{"cluster":"k"}}]}';
        expect(readKubeconfig(json)).toEqual({ ...NOTHING, context: "c", cluster: "k" });
        expect(readKubeconfig("{ current-context: c,\n contexts: [] }")).toEqual({ ...NOTHING, context: "c" });
    });

    test.each([
        [["eks", "get-token", "--cluster-name", "prod"], "prod"],
        [["eks", "get-token", "--cluster-name=prod"], "prod"],
        [["--cluster-name=a=b", "get-token"], "a=b"],
        [["--cluster", "prod", "get-token"], "prod"],
        [["get-token", "--region=eu-west-1", "--cluster=prod"], "prod"],
        [["-c", "aws eks get-token --cluster-name=prod"], undefined],
        [["get-token", "--cluster-name="], undefined],
        [["get-token", "--cluster-name", ""], undefined],
        [["get-token", "--cluster-name", 5], undefined],
        [["ce", "cluster", "generate-token", "--cluster-id", "ocid1.cluster.a"], "ocid1.cluster.a"],
        [["token", "-i", "prod"], "prod"],
        [["token", "-i"], undefined],
        [["token", 5, null, { a: 1 }], undefined],
        [[], undefined],
    ])("asks for credentials with %j", (args, expected) => {
        expect(readKubeconfig(withArgs(...args)).credentialsFor).toBe(expected);
    });
});

describe("what says nothing", () => {
    test.each(["", "\n", "# comment", "null", "---", "a: 1", "{}", undefined, null])("%#", given => {
        expect(readKubeconfig(given)).toEqual(NOTHING);
    });
});

describe("what client-go refuses is not known", () => {
    test.each([
        "/home/me/.kube/prod.yaml",
        "~/.kube/a:~/.kube/b",
        "C:\\Users\\me\\.kube\\config",
        "[secret]",
        UNKNOWN,
        "[]",
        "5",
        '"prod"',
        "prod\n",
        "- a\n- b\n",
        "a: b: c\n",
        "a: &a [*a]\n",
        "a: .nan\n",
        "~: a\n",
        "current-context: 5\n",
        "current-context: yes\n",
        "contexts: 5\nclusters: { a: 1 }\n",
        "contexts: [{ name: a }, { name: b }, { name: a }]\n",
        "clusters: [{ name: a, cluster: { certificate-authority-data: QQ } }]\n",
        "users: [{ name: a, user: { exec: { args: [5] } } }]\n",
        "a: \0\n",
        "current-context: [prod]\ncontexts: [null, 5, { name: 7 }]\n",
        `${"[".repeat(100_000)}\n`,
        `${'{"a":'.repeat(100_000)}`,
        "A".repeat(2 * 1024 * 1024),
        `a: &a [x]\n${Array.from({ length: 30 }, (_, index) => `b${index}: [${"*a, ".repeat(9)}*a]\n`).join("")}&a`,
        `a0: &a0 [x]\n${Array.from({ length: 30 }, (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index}, `.repeat(10)}]\n`).join("")}`,
        Buffer.from("nothing".repeat(20)).toString("base64"),
    ])("%#", text => {
        expect(readKubeconfig(text)).toEqual(UNREAD);
    });

    test("what a duplicate replaces does not count", () => {
        expect(readKubeconfig(`a: .nan\n${YAML}a: 1\n`)).toEqual(SHOP);
    });

    test("nesting is as deep as client-go allows, without recursion", () => {
        const nested = (depth: number) =>
            `${YAML}extensions: [{ extension: ${"[".repeat(depth)}${"]".repeat(depth)} }]`;
        expect(readKubeconfig(nested(9990))).toEqual(SHOP);
        expect(readKubeconfig(nested(10_001))).toEqual(UNREAD);
    });
});

test("credentials are found in any user, as text or as bytes", () => {
    const user = (fields: object) => JSON.stringify({ users: [{ name: "a" }, { name: "b", user: fields }] });
    expect(inlineCredentials(user({ token: "t", password: "p", "client-key-data": "QUFB" }))).toEqual([
        "client-key-data",
        "password",
        "token",
    ]);
    expect(inlineCredentials(user({ token: "", "client-key-data": [65] }))).toEqual(["client-key-data"]);
    expect(inlineCredentials(user({ tokenFile: "/var/run/token" }))).toEqual([]);
    expect(inlineCredentials(JSON.parse(user({ token: "t" })))).toEqual(["token"]);
    expect(inlineCredentials("~/.kube/config")).toEqual([]);
});
