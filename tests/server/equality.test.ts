import { describe, expect, test } from "vitest";
import { pulumiPolicies } from "../../hosts/pulumi";
import { policies } from "../../policies";
import { outputsOf } from "../support/check-host";
import { analyzeRequest, analyzeStackRequest, type EngineResource, remediateRequest } from "../support/engine";
import { type Fixture, loadFixtures } from "../support/fixtures";
import { withDefaults } from "../support/hosts";
import { OwnHost } from "../support/own-server";
import type { PolicySettings } from "../support/pack-process";
import { SdkHost } from "../support/sdk";
import type { Wire, WireMap } from "../support/wire";
import { secret, UNKNOWN_VALUES } from "../support/wire";

const { fixtures } = loadFixtures(policies);

/** Every policy enabled: the fixture's as it says, the others as they are. */
function settingsOf(fixture: Fixture): Record<string, PolicySettings> {
    return Object.fromEntries(
        policies.map((policy): [string, PolicySettings] => {
            if (policy === fixture.policy) {
                return [policy.name, { level: fixture.level, properties: withDefaults(policy, fixture.config) }];
            }
            const level = policy.enforcementLevel === "disabled" ? "advisory" : policy.enforcementLevel;
            return [policy.name, { level, properties: withDefaults(policy, {}) }];
        }),
    );
}

function hostsFor(settings: Record<string, PolicySettings>, tags: Readonly<Record<string, string>> = {}) {
    return {
        own: new OwnHost(policies, settings, tags),
        sdk: new SdkHost(pulumiPolicies(policies), settings, tags),
    };
}

/** An answer as it is on the wire, in the form in which both servers give the same. */
function comparable(answer: object): object {
    const { diagnosticsList, ...others } = answer as { diagnosticsList?: { message: string; description: string }[] };
    if (!diagnosticsList) return answer;
    return {
        ...others,
        diagnosticsList: diagnosticsList.map(one => {
            const prefix = `${one.description}\n`;
            return { ...one, message: one.message.startsWith(prefix) ? one.message.slice(prefix.length) : one.message };
        }),
    };
}

/** Stack policies are resource policies in the SDK's server, which says of each resource that they do not apply. */
function withoutStackPolicies<T extends { notApplicableList: { policyName: string }[] }>(answer: T): T {
    const ofStack = new Set(policies.filter(({ definition }) => definition.checkStack).map(({ name }) => name));
    return {
        ...answer,
        notApplicableList: answer.notApplicableList.filter(({ policyName }) => !ofStack.has(policyName)),
    };
}

type Hosts = ReturnType<typeof hostsFor>;

/** What both servers answer to a resource, both phases. */
async function resourceAnswers({ own, sdk }: Hosts, resource: EngineResource) {
    const repairs = remediateRequest(resource);
    const request = analyzeRequest(resource);
    return {
        own: [own.repairsOf(repairs).toObject(), comparable(own.answerTo(request).toObject())],
        sdk: [
            (await sdk.repairsOf(repairs)).toObject(),
            comparable(withoutStackPolicies((await sdk.answerTo(request)).toObject())),
        ],
    };
}

describe("both servers answer the same, all policies enabled", () => {
    for (const fixture of fixtures) {
        test(`${fixture.policy.name}/${fixture.name}`, async () => {
            const hosts = hostsFor(settingsOf(fixture), fixture.stack.tags);
            for (const resource of fixture.resources) {
                const { own, sdk } = await resourceAnswers(hosts, resource);
                expect(own).toEqual(sdk);
            }
            const stack = analyzeStackRequest(fixture.resources.map(one => ({ ...one, props: outputsOf(one) })));
            const own = hosts.own.answerToStack(stack).toObject();
            const sdk = (await hosts.sdk.answerToStack(stack)).toObject();
            expect(comparable(own)).toEqual(comparable(sdk));
        });
    }
});

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

/** Values that the engine marks as something else than JSON, or that are at its edges. */
const VALUES: Readonly<Record<string, Wire>> = {
    "a secret": secret("s3cret"),
    "a secret object": secret({ "app.kubernetes.io/part-of": "shop" }),
    "a secret in a secret": secret(secret("s3cret")),
    "a secret null": secret(null),
    ...Object.fromEntries(Object.entries(UNKNOWN_VALUES).map(([kind, value]) => [`an unknown ${kind}`, value])),
    "a secret that is unknown": secret(UNKNOWN_VALUES.string),
    "a text asset": { [SIGNATURE]: ASSET, text: "kubectl" },
    "a file asset": { [SIGNATURE]: ASSET, path: "/etc/passwd", hash: "1" },
    "a remote asset": { [SIGNATURE]: ASSET, uri: "https://example.com" },
    "an asset of nothing": { [SIGNATURE]: ASSET },
    "an archive of assets": { [SIGNATURE]: ARCHIVE, assets: { a: { [SIGNATURE]: ASSET, text: "x" } } },
    "an archive of something else": { [SIGNATURE]: ARCHIVE, assets: { a: "x" } },
    "an archive of nothing": { [SIGNATURE]: ARCHIVE },
    "a file archive": { [SIGNATURE]: ARCHIVE, path: "./folder" },
    "a resource reference": { [SIGNATURE]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:pulumi:a::b::c:d:E::f" },
    "an output": { [SIGNATURE]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", value: "x", secret: true },
    "an unknown signature": { [SIGNATURE]: "0", value: "x" },
    "an empty object": {},
    "an empty list": [],
    "a list of everything": [null, true, false, 0, -1.5, 1e300, "", "ä€😀", [], {}, [[secret([])]]],
    "an empty text": "",
    "a number": 2147483648.5,
    true: true,
    false: false,
    null: null,
    "a deep value": Array.from({ length: 200 }).reduce<Wire>(inner => ({ a: [inner] }), "end"),
};

/**
 * What remediations of the SDK's server hand back otherwise than they got it: an asset without its hash, the names of an
 * archive's assets in place of the assets, a secret of a secret as an object. Ours hand it back as it was.
 */
const DAMAGED_BY_THE_SDK = ["a file asset", "an archive of assets", "a secret in a secret"];

describe("both servers read the same", () => {
    for (const [name, value] of Object.entries(VALUES)) {
        test.each(["metadata", "labels", "label", "spec"])(`${name} as %s`, async place => {
            const props = objectWith(place, value);
            const resource: EngineResource = {
                urn: "urn:pulumi:dev::shop::kubernetes:apps/v1:Deployment::web",
                type: "kubernetes:apps/v1:Deployment",
                name: "web",
                props,
                options: {
                    protect: true,
                    ignoreChanges: ["spec.replicas"],
                    customTimeouts: { create: 1.5, delete: 2 },
                },
                parent: "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev",
                provider: {
                    urn: "urn:pulumi:dev::shop::pulumi:providers:kubernetes::k8s",
                    type: "pulumi:providers:kubernetes",
                    name: "k8s",
                    props: { kubeconfig: isBroken(value) ? "x" : value, context: "prod" },
                },
            };
            const level = { "require-labels": "remediate", "require-annotations": "remediate" } as const;
            const settings = Object.fromEntries(
                policies.map(({ name }): [string, PolicySettings] => [
                    name,
                    {
                        level: level[name as keyof typeof level] ?? "mandatory",
                        properties: name === "require-labels" ? { labels: { team: { default: "shop" } } } : {},
                    },
                ]),
            );
            const hosts = hostsFor(settings);
            if (isBroken(value)) {
                const request = analyzeRequest(resource);
                const sdk = await hosts.sdk.answerTo(request).then(String, error => error.message);
                const [, text = "no error"] = /\n(?:Error: )?([^\n]*)/.exec(sdk) ?? [];
                expect(() => hosts.own.answerTo(request)).toThrow(text);
                return;
            }
            const { own, sdk } = await resourceAnswers(hosts, resource);
            if (DAMAGED_BY_THE_SDK.includes(name)) expect(own[1]).toEqual(sdk[1]);
            else expect(own).toEqual(sdk);
            const stack = analyzeStackRequest([resource]);
            expect(comparable(hosts.own.answerToStack(stack).toObject())).toEqual(
                comparable((await hosts.sdk.answerToStack(stack)).toObject()),
            );
        });
    }
});

/** Values of which neither server makes anything. */
function isBroken(value: Wire): boolean {
    return [
        "an asset of nothing",
        "an archive of something else",
        "an archive of nothing",
        "a resource reference",
        "an output",
        "an unknown signature",
    ].some(name => VALUES[name] === value);
}

function objectWith(place: string, value: Wire): WireMap {
    const metadata = { name: "web", namespace: "shop", labels: { app: "web" } };
    const pod = { containers: [{ name: "web", image: "web:1", env: [{ name: "A", value: "a" }] }] };
    const spec = { replicas: 1, selector: { matchLabels: { app: "web" } }, template: { metadata, spec: pod } };
    const base = { apiVersion: "apps/v1", kind: "Deployment", metadata, spec };
    switch (place) {
        case "metadata":
            return { ...base, metadata: value };
        case "labels":
            return { ...base, metadata: { ...metadata, labels: value } };
        case "label":
            return { ...base, metadata: { ...metadata, labels: { app: value, team: value } } };
        default:
            return { ...base, spec: value };
    }
}
