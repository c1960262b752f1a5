import { describe, expect, test } from "vitest";
import { readKubeconfig } from "../../policies/model/kubeconfig";

const NOTHING = { context: undefined, cluster: undefined, server: undefined, credentialsFor: undefined };

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

const SHOP = { context: "shop", cluster: "shop-cluster", server: "https://192.0.2.1", credentialsFor: "shop-prod" };

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
        expect(readKubeconfig(YAML, "other")).toEqual({
            context: "other",
            cluster: "other-cluster",
            server: "https://192.0.2.2",
            credentialsFor: "shop-dev",
        });
        expect(readKubeconfig(YAML, "none")).toEqual({ ...NOTHING, context: "none" });
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
        expect(readKubeconfig(`${YAML}extensions: ${"QUFB".repeat(20)}`)).toEqual(SHOP);
    });

    test("of up to 1 MiB", () => {
        const comment = "x".repeat(1024 * 1024 - YAML.length - 1);
        expect(readKubeconfig(`${YAML}#${comment}`)).toEqual(SHOP);
        expect(readKubeconfig(`${YAML}#${comment}x`)).toEqual(NOTHING);
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

describe("what is no kubeconfig tells nothing", () => {
    test.each([
        "",
        "/home/me/.kube/prod.yaml",
        "~/.kube/a:~/.kube/b",
        "C:\\Users\\me\\.kube\\config",
        "null",
        "[]",
        "5",
        '"prod"',
        "prod\n",
        "- a\n- b\n",
        "a: b: c\n",
        "a: &a [*a]\n",
        "contexts: 5\nclusters: { a: 1 }\n",
        "current-context: [prod]\ncontexts: [null, 5, { name: 7 }]\n",
        "a: !!js/function 'function () { throw 1 }'\n",
        `${"[".repeat(100_000)}\n`,
        `${'{"a":'.repeat(100_000)}`,
        "A".repeat(2 * 1024 * 1024),
        `x: ${"y".repeat(2 * 1024 * 1024)}\n`,
        `a: &a [x]\n${Array.from({ length: 30 }, (_, index) => `b${index}: [${"*a, ".repeat(9)}*a]\n`).join("")}`,
        Buffer.from("nothing".repeat(20)).toString("base64"),
    ])("%#", text => {
        expect(readKubeconfig(text)).toEqual(NOTHING);
    });
});
