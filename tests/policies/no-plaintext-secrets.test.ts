// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references as files have them.
import { describe, expect, test } from "vitest";
import { checkResource, configure, messageOf } from "../../framework/evaluate";
import { Inventory } from "../../model/environments/inventory";
import { Resource } from "../../model/pulumi/resource";
import { noPlaintextSecrets } from "../../policies/no-plaintext-secrets";
import { CredentialNames, DEFAULT_KEYS } from "../../policies/shared/secrets/names";
import { findCredentials, isOptionValue } from "../../policies/shared/secrets/scan";

const names = new CredentialNames(DEFAULT_KEYS);

describe("names of credentials", () => {
    test.each([
        ...["password", "PASSWORD", "Password", "passwords", "DB_PASSWORD", "dbPassword", "db-password", "db.password"],
        ...["PGPASSWORD", "rootpassword", "MYSQL_PWD", "DB_PASS", "PASSWORD_2", "PASSWORD2", "DB_PASSWORD_PROD"],
        ...["apikey", "api_key", "API-KEY", "API_____KEY", "apiKey", "APIKey", "APIKEY", "x.api.key", "MyApiKeyProd"],
        ...["SECRET", "JWT_SECRET", "clientSecret", "SECRET_KEY_BASE", "AWS_SECRET_ACCESS_KEY", "aws.secretKey"],
        ...["GITHUB_TOKEN", "authtoken", "accessToken", "bearer", "PASSWORD_RESET_TOKEN", "client-key-data"],
        ...["CREDENTIALS", "privateKey", "connectionString", "CONNECTION-STRING", "AZURE_STORAGE_KEY", "passphrase"],
    ])("%s", name => expect(names.matches(name)).toBe(true));

    test.each([
        ...[
            "PASSWORD_FILE",
            "passwordFile",
            "TOKEN_URL",
            "tokenEndpoint",
            "SECRET_NAME",
            "secretKeyRef",
            "SECRET_PATH",
        ],
        ...[
            "TOKEN_TTL",
            "TOKEN_EXPIRY_SECONDS",
            "token.max.age",
            "PASSWORD_MIN_LENGTH",
            "PASSWORD_POLICY",
            "MAX_TOKENS_LIMIT",
        ],
        ...["AWS_ACCESS_KEY_ID", "TOKEN_ISSUER", "tokenType", "PASSWORD_ENCRYPTION_METHOD", "PASSWORD_REQUIRED"],
        ...[
            "IMAGE_PULL_SECRET",
            "backup-target-credential-secret",
            "REGISTRY_SECRET",
            "imagepullsecrets",
            "existingSecret",
            "TLS_SECRET",
            "webhook-ca-secret",
            "ETCD_INITIAL_CLUSTER_TOKEN",
            "PASS_THROUGH_HEADERS",
            "--token-file",
        ],
        ...[
            "BYPASS",
            "compass",
            "TOKENIZER",
            "passenger",
            "PUBLIC_KEY",
            "key",
            "monkey",
            "keyboard",
            "author",
            "",
            "_",
        ],
    ])("%s is none", name => expect(names.matches(name)).toBe(false));

    test("those of the configuration replace the others", () => {
        const own = new CredentialNames(["licence-code", "pin"]);
        const found = ["LICENCE_CODE", "licenceCode", "pin", "CARD_PIN", "password", "spin", "shopping"];
        expect(found.filter(name => own.matches(name))).toEqual(["LICENCE_CODE", "licenceCode", "pin", "CARD_PIN"]);
    });
});

const find = (name: string, value: string) =>
    findCredentials(name, value, names).map(({ line, form = "" }) => {
        return line === undefined ? form : `line ${line}${form && `: ${form}`}`;
    });

describe("values under the name of a credential", () => {
    test.each([
        ...["hunter2", "password", "guest", "s3cr3t-$alt!", "correct horse battery", "f00/ba+r==", "$ecret", "a(b)c"],
        ...[
            "${PASSWORD:-hunter2}",
            "${password:hunter2}",
            "${env:PASSWORD:-hunter2}",
            "$ecret.Passw0rd",
            "$2a$10$abcdefghij",
            "$..token",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzzKEY",
            "12ab34cd",
            "Zürich9",
        ],
    ])("%j is one", value => expect(find("PASSWORD", value)).toEqual([""]));

    test.each([
        ...[
            "",
            " ",
            "true",
            "False",
            "off",
            "none",
            "null",
            "enabled",
            "0",
            "42",
            "3600s",
            "24h",
            "10.5",
            "512Mi",
            "50%",
        ],
        ...[
            "<password>",
            "[REDACTED]",
            "xxx",
            "****",
            "...",
            "x",
            "changeme",
            "CHANGE_ME",
            "change-it",
            "replace_me",
            "TODO",
        ],
        ...["your-password-here", "YOUR_API_KEY", "insert token here", "placeholder", "tbd"],
        ...[
            "$(DB_PASSWORD)",
            "pre-$(DB_PASSWORD)",
            "$DB_PASSWORD",
            "$dir/key",
            "$(cat /run/token)",
            "%DB_PASSWORD%",
            "@password@",
        ],
        ...[
            "${DB_PASSWORD}",
            "${DB_PASSWORD:-}",
            "${db.password}",
            "${A}${B}",
            "${PASSWORD:-changeme}",
            "${A:?missing}",
        ],
        ...[
            "$dex.github.clientSecret",
            "$webhook.github.secret",
            "$other-secret:oidc.auth0.clientSecret",
            "$slack-token",
        ],
        ...["$__file{/etc/secrets/db}", "$__env{PASSWORD}", "${env:API_KEY}", "${ENV:API_KEY}", "@{vault:influx}"],
        ...["%%env_PASSWORD%%", "os.environ/DB_PASSWORD"],
        ...["{{ .Values.password }}", "{{password}}", "#{password}#", "<%= password %>", "%s", "`cat token`"],
        ...["vault:secret/data/db#password", "ref+vault://db/password", "op://shop/db/password", "file:/run/token"],
        ...["arn:aws:secretsmanager:eu-west-1:123456789012:secret:db", "projects/1/secrets/db/versions/1"],
        ...["ENC[AES256_GCM,data:abc]", "ENC(abc)", "{cipher}abc"],
        ...["/run/secrets/db", "./token", "~/.ssh/key", "../a", "C:\\secrets\\db", "certs/db.pem", "token.txt"],
        ...["https://auth.example.com/token", "jdbc:postgresql://db/shop", "redis://cache:6379/0"],
        ...["Server=db;Database=shop;Integrated Security=true", "line one\nline two"],
    ])("%j is none", value => expect(find("PASSWORD", value)).toEqual([]));
});

/** Values that only a credential has, in parts, so that no scanner takes this file for a leak. */
const SHAPES: readonly (readonly [string, string])[] = [
    ["private key", "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhk\n-----END PRIVATE KEY-----"],
    ["private key", "-----BEGIN RSA PRIVATE KEY-----"],
    ["private key", "-----BEGIN OPENSSH PRIVATE KEY-----"],
    ["private key", "-----BEGIN ENCRYPTED PRIVATE KEY-----"],
    ["private key", "-----BEGIN PGP PRIVATE KEY BLOCK-----"],
    ["age key", `AGE-SECRET-KEY-1${"Q9".repeat(29)}`],
    ["AWS access key", `AKIA${"Z7".repeat(8)}`],
    ["AWS access key", `ASIA${"Z7".repeat(8)}`],
    ["Google API key", `AIza${"aZ_-9".repeat(7)}`],
    ["Google OAuth client secret", `GOCSPX-${"aZ_9".repeat(7)}`],
    [
        "Azure storage or service bus key",
        `DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=${"aZ9+".repeat(21)}ab==`,
    ],
    ["Azure shared access signature", `https://shop.example.com/c?sv=2024&sig=${"aZ9%2B".repeat(9)}`],
    ["Azure client secret", `abc8Q~${"aZ9~".repeat(8)}`],
    ["GitHub token", `ghp_${"aZ9".repeat(12)}`],
    ["GitHub token", `github_pat_${"aZ9_".repeat(20)}`],
    ["GitLab token", `glpat-${"aZ9-".repeat(5)}`],
    ["Slack token", `xoxb-${"1234".repeat(6)}`],
    ["Slack webhook", `https://hooks.slack.com/services/${"T0AB/".repeat(5)}`],
    ["Stripe key", `sk_live_${"aZ9".repeat(8)}`],
    ["npm token", `npm_${"aZ9".repeat(12)}`],
    ["PyPI token", `pypi-AgE${"aZ9_".repeat(15)}`],
    ["Docker Hub token", `dckr_pat_${"aZ9".repeat(9)}`],
    ["registry login", `{"auths":{"registry.example.com":{"auth":"${"aZ9".repeat(8)}"}}}`],
    ["SendGrid key", `SG.${"aZ9".repeat(7)}.${"aZ9".repeat(14)}`],
    ["Twilio key", `SK${"0f".repeat(16)}`],
    ["Vault token", `hvs.${"aZ9".repeat(10)}`],
    ["DigitalOcean token", `dop_v1_${"0f".repeat(32)}`],
    ["Pulumi token", `pul-${"0f".repeat(20)}`],
    ["Grafana token", `glsa_${"aZ9b".repeat(8)}_${"0f".repeat(4)}`],
    ["New Relic key", `NRAK-${"Z79".repeat(9)}`],
    ["Shopify token", `shpat_${"0f".repeat(16)}`],
    ["Hugging Face token", `hf_${"aZ".repeat(17)}`],
    ["Atlassian token", `ATATT3${"aZ9_".repeat(40)}`],
    ["OpenAI or Anthropic key", `sk-proj-${"aZ9_".repeat(20)}`],
    ["JSON web token", `eyJ${"aZ9".repeat(6)}.eyJ${"aZ9".repeat(6)}.${"aZ9".repeat(6)}`],
    ["password in a URL", "postgres://shop:hunter2@db.example.com/shop"],
    ["password in a URL", "amqp://:hunter2@queue"],
    ["authorization header", "Authorization: Bearer 8f14e45fceea167a"],
];

describe("values of a known shape", () => {
    test.each(SHAPES)("%s", (shape, value) => {
        const inFile = `first=1\nvalue: ${value.split("\n")[0]}\n`;
        expect([find("VALUE", value.split("\n")[0] ?? ""), find("app.conf", inFile)]).toEqual([
            [shape],
            [`line 2: ${shape}`],
        ]);
    });

    test.each([
        ...[
            "-----BEGIN PUBLIC KEY-----",
            "-----BEGIN CERTIFICATE-----",
            "AKIA",
            "sk_live_",
            "ghp_short",
            "eyJhbGciOiJ9",
        ],
        ...["https://shop.example.com:8443/a@b", "postgres://shop@db/shop", "postgres://shop:$(PASSWORD)@db/shop"],
        ...["postgres://shop:<password>@db/shop", "Authorization: Bearer <token>", "Authorization: Bearer $(TOKEN)"],
        `${"x".repeat(40)}AKIA${"Z7".repeat(8)}`,
    ])("%j has none", value => expect(find("VALUE", value)).toEqual([]));
});

describe("files and texts of several values", () => {
    test.each([
        ["properties", "db.user=shop\ndb.password=hunter2\n"],
        ["properties with spaces", "user = shop\npassword = hunter2"],
        ["environment", "A=1\nexport DB_PASSWORD='hunter2'"],
        ["YAML", "db:\n  password: hunter2 # for now"],
        ["YAML, quoted", 'db:\n  - password: "hunter2"'],
        ["YAML with CRLF", "db:\r\n  password: hunter2\r\n"],
        ["JSON", '{\n  "password": "hunter2",\n  "user": "shop"\n}'],
        ["INI", "[db]\npassword=hunter2"],
        ["XML", "<db>\n  <password>hunter2</password>\n</db>"],
        ["script", "set -e\nmysql --user shop --password hunter2"],
        ["JAAS", 'a=1\nsasl.jaas.config=a.b.Login required username="shop" password="hunter2";'],
    ])("%s", (_, text) => expect(find("app.conf", text)).toEqual(["line 2"]));

    test.each([
        ["JSON", '{"db":{"user":"shop","password":"hunter2"}}'],
        ["JSON in JSON", '{"db":"{\\"password\\":\\"hunter2\\"}"}'],
        ["JSON with spaces in names", '{"Access Key": "hunter2"}'],
        ["a long line", `{"a":"${"a,".repeat(20_000)}","password":"hunter2"}`],
        ["object of a program", "const db = { user: 'shop', 'password': 'hunter2' };"],
        ["connection string", "Server=db;User Id=shop;Password=hunter2;"],
        ["Java options", "-Xmx1g -Dspring.datasource.password=hunter2"],
        ["query of a URL", "jdbc:postgresql://db/shop?user=shop&password=hunter2"],
        ["option", "--db-password=hunter2"],
        ["option in an option", "--from-literal=password=hunter2"],
        ["script", "echo start; mysql --password 'hunter2' shop"],
    ])("%s in one line", (_, text) => expect(find("VALUE", text)).toEqual([""]));

    test.each([
        ["comments", "a=1\n# password=hunter2\n; password=hunter2\n// password: hunter2"],
        ["references", "password=${DB_PASSWORD}\ntoken: {{ .Values.token }}\nsecret: $(SECRET)"],
        [
            "settings about credentials",
            "password.file=/run/a\ntoken_ttl: 24h\nsecretName: shop\npassword_encryption = scram",
        ],
        ["empty values", "password=\ntoken:\nsecret: ''\napi_key: null"],
        ["blocks, aliases and tags", "password: |\n  a\ntoken: *anchor\nsecret: !vault a\n"],
        [
            "programs",
            "token = get_token()\npassword = process.env.PASSWORD\nif password == 'abc': pass\nsecret := read()\nflags_to_pass=()\nself.token = token\ntoken = Token.Literal\nlogin(password=None):",
        ],
        ["prose", "Password: the word that you chose\nThe token: see below"],
        ["scripts", "TOKEN=$(cat /run/token)\ncurl --token $TOKEN\nPASSWORD=`cat /run/password`"],
    ])("%s are none", (_, text) => expect(find("app.conf", text)).toEqual([]));

    test("every line is named", () => {
        expect(find("app.conf", `password=hunter2\na=1\nurl=http://a:hunter2@b\nkey=AKIA${"Z7".repeat(8)}`)).toEqual([
            "line 1",
            "line 3: password in a URL",
            "line 4: AWS access key",
        ]);
    });
});

describe("options and their values", () => {
    test.each([
        ["--password", "hunter2", true],
        ["-password", "hunter2", true],
        ["--api-key", "hunter2", true],
        ["--password", "$(PASSWORD)", false],
        ["--password", "--verbose", false],
        ["--password=a", "hunter2", false],
        ["--password-file", "hunter2", false],
        ["password", "hunter2", false],
        // Mostly a port.
        ["-p", "hunter2", false],
    ])("%s %s", (option, value, expected) => expect(isOptionValue(option, value, names)).toBe(expected));
});

describe("messages", () => {
    const configured = configure(noPlaintextSecrets, {});
    const run = { stackTags: new Map(), now: new Date("2026-01-01"), inventory: new Inventory() };

    function messages(kind: string, props: object): string[] {
        const type = `kubernetes:core/v1:${kind}`;
        const urn = `urn:pulumi:main::shop::${type}::a`;
        const all = { apiVersion: "v1", kind, metadata: { name: "a", namespace: "shop" }, ...props };
        return checkResource(configured, new Resource({ urn, type, name: "a", props: all }), run).map(messageOf);
    }

    const values = [...SHAPES.map(([, value]) => value), "hunter2", "pq7!zz=9"];

    test.each(values)("never show a part of the value %#", value => {
        const containers = [
            {
                name: "env",
                env: [
                    { name: "PASSWORD", value: value.replaceAll("\n", "") },
                    { name: "OTHER", value: `password=${value}` },
                ],
            },
            { name: "args", command: ["run", `--password=${value}`], args: ["--token", value.replaceAll("\n", "")] },
        ];
        const found = [
            ...messages("Pod", { spec: { containers } }),
            ...messages("ConfigMap", {
                data: { password: value.replaceAll("\n", ""), "a.conf": `a=1\npassword=${value}` },
            }),
        ];
        expect(found).toHaveLength(2);
        // Words that the messages say anyway, or the places.
        const ordinary = 'Authorization: Bearer -----BEGIN RSA PRIVATE KEY----- {"auths":{"registry password';
        for (let start = 0; start + 6 <= value.length; start++) {
            const part = value.slice(start, start + 6);
            if (!ordinary.includes(part)) expect(found.join()).not.toContain(part);
        }
        expect(found.join()).not.toContain(value);
    });
});

describe("what a name and a value have to be", () => {
    test.each<[string, boolean]>([
        ["PASSWORD12", true],
        ["xpassword", true],
        ["xpass_word", false],
        ["bypass", false],
    ])("name %s: %s", (name, expected) => expect(names.matches(name)).toBe(expected));

    test.each<[string, string[]]>([
        ["dsn postgres://cart:hunter2@db", ["password in a URL"]],
        [" true ", []],
        ["  hunter2  ", [""]],
        ["a1".repeat(5_000), [""]],
        [`${"a1".repeat(5_000)}b`, []],
        ["{a: b}", []],
        ["[a, b]", []],
        ["x{a: b}", [""]],
        ["{a: b}x", [""]],
        ["x[a, b]", [""]],
        ["user=a;key=b", []],
        ["!user=a;key=b", [""]],
        ["user=a", []],
        ["pepper=a", [""]],
    ])("value %j: %j", (value, expected) => expect(find("PASSWORD", value)).toEqual(expected));

    test.each<[string, string[]]>([
        ["password=os.environ", [""]],
        [" password=os.environ ", [""]],
        ["set password=os.environ", []],
        ["set self.password=hunter2", []],
        ["set myself.password=hunter2", [""]],
        ["a: b\npassword: hunter2", ["line 2"]],
        ["a: b\npassword: hunter2 # for now", ["line 2"]],
        ["a: b\npassword: hunter2,", ["line 2"]],
        ["a: b\npassword: hunter2  ", ["line 2"]],
        ["a: b\npassword: hunter two", []],
        ["a: b\npassword: 'hunter two'", ["line 2"]],
        ['a: b\npassword: "hunter two",', ["line 2"]],
        ['a: b\npassword: "hunter two"   # for now', ["line 2"]],
        ["a: b\npassword: |", []],
        ["a: b\npassword: *anchor", []],
        ["a: b\npassword: a|b4", ["line 2"]],
        ["a: b\r\n  - password: hunter2\r\nc: d", ["line 2"]],
        ["# password: hunter2\na: b", []],
        ["# postgres://cart:hunter2@db\na: b", []],
    ])("in %j: %j", (text, expected) => expect(find("ARGS", text)).toEqual(expected));

    test.each<[string, string, boolean]>([
        ["--password", "hunter2", true],
        ["-password", "hunter2", true],
        ["password", "hunter2", false],
        ["a--password", "hunter2", false],
        ["--password=x", "hunter2", false],
        ["--password x", "hunter2", false],
        ["--password", "--verbose", false],
        ["--password", "$PASSWORD", false],
        ["--verbose", "hunter2", false],
    ])("option %s with %s: %s", (option, value, expected) => {
        expect(isOptionValue(option, value, names)).toBe(expected);
    });
});
