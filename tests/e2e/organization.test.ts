import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as k8s from "@pulumi/kubernetes";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { parse } from "yaml";
import { schemasOf } from "../../framework/settings";
import { dependencies, version } from "../../package.json";
import { policies } from "../../policies";
import { Engine, onCluster, PACK, type Reported, type TestStack } from "./support/engine";
import { ORGANIZATION, type PublishedPack, PulumiCloud } from "./support/pulumi-cloud";
import { node } from "./support/setup";
import { missingLabel } from "./support/wording";

const PACK_NAME = "kubernetes-guardrails";
/** The pack as commands name it. */
const REFERENCE = `${ORGANIZATION}/${PACK_NAME}`;
const NEXT_VERSION = `${version}-next`;
/** For tests in which npm installs, in milliseconds. */
const INSTALLATION = 600_000;
const REPOSITORY = "https://git.example.com/platform/kubernetes-guardrails";

let cloud: PulumiCloud;
let engine: Engine;
/** A clone of the repository, as committed. */
let clone: string;

beforeAll(async () => {
    cloud = await PulumiCloud.start();
    // The registry is the one of this machine; what npm has of it need not be fetched again.
    engine = await Engine.open({ ...cloud.environment, npm_config_prefer_offline: "true" });
    await linkLanguageHost();
    clone = path.join(engine.folder, "clone");
    await succeed("git", ["clone", "--quiet", PACK, clone], engine.folder);
    await succeed("npm", ["ci"], clone);
    await succeed("pulumi", ["policy", "publish"], clone);
});

afterAll(async () => {
    engine.close();
    await cloud.stop();
});

describe("a fresh clone is published", () => {
    test("with what the pack needs, and nothing else", async () => {
        const { files, read } = await unpack(published(version));

        expect(files).toMatchInlineSnapshot(`
          [
            "CHANGELOG.md",
            "LICENSE",
            "PulumiPolicy.yaml",
            "README.md",
            "config/README.md",
            "config/advisory.json",
            "config/cis-1.12.json",
            "config/production.json",
            "config/recommended.json",
            "dist/cli-progress.js",
            "dist/cli.js",
            "dist/cli.js.LEGAL.txt",
            "dist/index.js",
            "dist/momoa.js",
            "dist/policies.d.ts",
            "dist/policies.js",
            "dist/re2js.js",
            "dist/re2js.js.LEGAL.txt",
            "dist/yaml.js",
            "dist/yaml.js.LEGAL.txt",
            "npm-shrinkwrap.json",
            "package.json",
            "policies/PEERS.md",
            "policies/README.md",
          ]
        `);
        const {
            devDependencies: none,
            scripts,
            ...manifest
        } = JSON.parse(readFileSync(path.join(clone, "package.json"), "utf8"));
        expect(JSON.parse(read("package.json"))).toEqual(manifest);
        // See PulumiPolicy.yaml: options could stop older versions of Pulumi from installing the pack.
        expect(parse(read("PulumiPolicy.yaml")).runtime).toBe("nodejs");
        for (const file of ["dist/index.js", "dist/policies.js", "config/production.json", "README.md"]) {
            expect(read(file)).toBe(readFileSync(path.join(clone, file), "utf8"));
        }
    });

    test("and stays as it was", async () => {
        expect(await succeed("git", ["status", "--porcelain"], clone)).toBe("");
        expect(readdirSync(clone).filter(file => file.endsWith(".tgz"))).toEqual([]);
    });

    test("with all that can be said of the pack", () => {
        const { policies: _, readme, metadata, ...pack } = published(version).metadata;

        expect(pack).toEqual({
            name: PACK_NAME,
            versionTag: version,
            displayName: "Kubernetes guardrails",
            description:
                "Keeps Kubernetes on Pulumi safe: what should never reach a cluster is refused, with what to do instead.",
            provider: "kubernetes",
            tags: ["kubernetes", "security", "reliability", "cost"],
            runtime: "nodejs",
        });
        expect(readme).toMatch(/^# Kubernetes guardrails\n\nKeeps Kubernetes on Pulumi safe\. /);
        expect(metadata?.["git.dirty"]).toBe("false");
    });

    test("with all that can be said of each policy", () => {
        const sent = published(version).metadata.policies;

        expect(sent.map(({ framework, ...policy }) => policy)).toEqual(
            policies.map(policy => ({
                name: policy.name,
                displayName: policy.displayName,
                description: policy.description,
                enforcementLevel: policy.enforcementLevel,
                message: "",
                severity: policy.severity,
                tags: ["kubernetes", policy.category],
                remediationSteps: policy.remediationSteps,
                url: policy.url,
                configSchema: {
                    type: "object",
                    properties: {
                        ...JSON.parse(JSON.stringify(schemasOf(policy.settings))),
                        enforcementLevel: { type: "string", enum: ["advisory", "mandatory", "remediate", "disabled"] },
                    },
                },
            })),
        );
        for (const { displayName, description, severity, remediationSteps, url } of sent) {
            expect([displayName, description, severity, remediationSteps, url]).not.toContain("");
        }
        expect(sent.filter(({ framework }) => framework).map(({ name }) => name)).toEqual(
            policies.filter(({ frameworks }) => frameworks).map(({ name }) => name),
        );
        expect(sent.find(({ name }) => name === "no-cluster-admin")?.framework).toEqual({
            name: "CIS Kubernetes Benchmark",
            version: "1.12",
            reference: "5.1.1",
            specification: "Ensure that the cluster-admin role is only used where required",
        });
    });
});

describe("a stack of the organization", () => {
    const exposed = onCluster(cluster => {
        const metadata = { name: "web", namespace: "shop" };
        new k8s.core.v1.Service("web", { metadata, spec: { type: "LoadBalancer", ports: [{ port: 80 }] } }, cluster);
    });
    let dev: TestStack;
    let production: TestStack;
    beforeAll(async () => {
        dev = await engine.inlineStack(exposed, {}, `${ORGANIZATION}/shop/dev`);
        production = await engine.inlineStack(exposed, {}, `${ORGANIZATION}/shop/production`);
    });

    test("runs the pack that it must run, which Pulumi downloads and installs", { timeout: INSTALLATION }, async () => {
        await policy("enable", REFERENCE, version);

        const run = await preview(dev);

        expect(run.reported).toEqual([publicService("advisory"), unlabelled("advisory", "app.kubernetes.io/name")]);
        expect(run.exitCode).toBe(0);
        const installed = `${engine.folder}/home/policies/${ORGANIZATION}/pulumi-analyzer-${PACK_NAME}-v${version}`;
        const pinned = packagesOf(path.join(installed, "npm-shrinkwrap.json"));
        expect(packagesOf(path.join(installed, "node_modules/.package-lock.json"))).toEqual(pinned);
        expect(pinned).toMatchObject(dependencies);
        expect(Object.keys(pinned)).not.toContain("vitest");
    });

    test("runs it with the configuration of the organization", async () => {
        await policy(
            "enable",
            REFERENCE,
            version,
            "--config",
            config({
                "no-public-services": "mandatory",
                // Without a level, a policy keeps its own.
                "require-labels": { labels: { team: {} } },
            }),
        );

        const run = await preview(dev);

        expect(run.reported).toEqual([publicService("mandatory"), unlabelled("mandatory", "team")]);
        expect(run.exitCode).toBe(1);
        // What has been installed once need not be downloaded again.
        expect([...cloud.downloads.values()]).toEqual([1]);
    });

    test("runs it with the configuration of its policy group", async () => {
        await policy("group", "new", "production", "--entity-type", "stacks", "--mode", "preventative", "--yes");
        await policy("group", "edit", "production", "--add-stack", "shop/production");
        await policy("group", "edit", "default-policy-group", "--remove-stack", "shop/production");
        await policy("enable", REFERENCE, "latest", "--config", preset("production"), "--policy-group", "production");
        await policy("enable", REFERENCE, "latest", "--config", preset("advisory"));

        const strict = await preview(production);
        const lenient = await preview(dev);

        expect(strict.reported).toEqual([publicService("mandatory"), unlabelled("advisory", "app.kubernetes.io/name")]);
        expect(strict.exitCode).toBe(1);
        expect(lenient.reported).toEqual([publicService("advisory"), unlabelled("advisory", "app.kubernetes.io/name")]);
        expect(lenient.exitCode).toBe(0);
    });

    test("no longer runs it where it is disabled", async () => {
        await policy("disable", REFERENCE, "--policy-group", "production");

        expect(await preview(production)).toMatchObject({ reported: [], exitCode: 0 });
        expect(await preview(dev)).toMatchObject({ reported: [{}, {}], exitCode: 0 });
    });

    function preview(stack: TestStack) {
        return stack.preview({ policyPacks: [] });
    }

    /** The packages that a lock file names, with their versions, by place. */
    function packagesOf(lockFile: string): Record<string, string> {
        const { packages } = JSON.parse(readFileSync(lockFile, "utf8"));
        const { "": _, ...others } = packages as Record<string, { version: string }>;
        return Object.fromEntries(
            Object.entries(others).map(([place, { version }]) => [place.replace(/^node_modules\//, ""), version]),
        );
    }

    function publicService(level: string): Reported {
        return {
            policy: "no-public-services",
            level,
            resource: "web",
            message:
                "Service shop/web: spec.type is LoadBalancer, and no annotation makes the load balancer internal. " +
                "Set it to ClusterIP and publish the Service through an Ingress or a Gateway, or add your cloud's " +
                "annotation for an internal load balancer.",
        };
    }

    function unlabelled(level: string, label: string): Reported {
        const step = label.includes("/") ? `["${label}"]` : `.${label}`;
        const message = missingLabel(`Service shop/web: metadata.labels${step}`);
        return { policy: "require-labels", level, resource: "web", message };
    }
});

describe("a configuration is validated before it is used", () => {
    test("the presets are valid", async () => {
        const presets = readdirSync(path.join(PACK, "config")).filter(file => file.endsWith(".json"));
        for (const file of presets) {
            expect(await validate(path.join(PACK, "config", file))).toEqual(VALID);
        }
        expect(presets).toContain("production.json");
    });

    test("the examples in what Pulumi Cloud shows of the pack are valid", async () => {
        const examples = [...String(published(version).metadata.readme).matchAll(/```json\n([^`]*)```/g)];
        for (const [, example = ""] of examples) expect(await validate(config(JSON.parse(example)))).toEqual(VALID);
        expect(examples).toHaveLength(2);
    });

    const mistakes = {
        "a value of a wrong type": {
            wrong: { "require-labels": { kinds: "Service" } },
            says: "policy pack configuration is invalid: Invalid type. Expected: array, given: string",
        },
        "an exemption without a reason": {
            wrong: { "no-naked-pods": { exempt: [{ resource: "Pod/debug/*" }] } },
            says: "policy pack configuration is invalid: reason is required",
        },
        "a level that does not exist": {
            wrong: { "no-naked-pods": "severe" },
            says: 'parsing enforcement level for "no-naked-pods": "severe" is not a valid enforcement level',
        },
    };
    test.for(Object.entries(mistakes))("%s is not", async ([, { wrong, says }]) => {
        expect(await validate(config(wrong))).toEqual({ exitCode: 1, stdout: "", stderr: `error: ${says}\n` });
    });

    const VALID = { exitCode: 0, stdout: "Policy Pack configuration is valid.\n", stderr: "" };

    function validate(file: string) {
        return engine.pulumi(["policy", "validate-config", REFERENCE, version, "--config", file]);
    }
});

test("an archive is published as a clone is, and `latest` is then its version", { timeout: INSTALLATION }, async () => {
    await succeed("npm", ["version", NEXT_VERSION, "--no-git-tag-version"], clone);
    await succeed("npm", ["pkg", "set", `repository=git+${REPOSITORY}.git`], clone);
    const archive = (await succeed("npm", ["pack"], clone)).trim();
    const folder = path.join(engine.folder, "unpacked");
    mkdirSync(folder);
    await succeed("tar", ["-xzf", path.join(clone, archive), "--strip-components=1"], folder);
    await succeed("npm", ["install", "--omit=dev"], folder);

    await succeed("pulumi", ["policy", "publish", ORGANIZATION], folder);

    const fromClone = published(version);
    const fromArchive = published(NEXT_VERSION);
    expect({ ...fromArchive.metadata, metadata: {} }).toEqual({
        ...fromClone.metadata,
        versionTag: NEXT_VERSION,
        repository: REPOSITORY,
        metadata: {},
    });
    expect((await unpack(fromArchive)).files).toEqual((await unpack(fromClone)).files);
    await policy("enable", REFERENCE, "latest");
    expect(cloud.required()).toEqual({ [PACK_NAME]: { versionTag: NEXT_VERSION, config: {} } });
});

/** Where Pulumi has no language host of its own, one that is built for tests stands in. */
async function linkLanguageHost(): Promise<void> {
    const host = "pulumi-language-nodejs";
    if (existsSync(path.join(inject("toolchain"), host))) return;
    const built = (await node("tests/e2e/toolchain/build.mjs", "--node-host")).trim();
    symlinkSync(path.join(built, host), path.join(engine.folder, "bin", host));
}

function published(packVersion: string): PublishedPack {
    const pack = cloud.packs.get(`${PACK_NAME}@${packVersion}`);
    if (!pack?.complete) throw new Error(`Version ${packVersion} has not been published.`);
    return pack;
}

/** The files of an archive, without the folder that all are in. */
async function unpack({ archive = Buffer.of(), metadata }: PublishedPack) {
    const folder = path.join(engine.folder, "archives", metadata.versionTag);
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, "package.tgz");
    writeFileSync(file, archive);
    await succeed("tar", ["-xzf", file], folder);
    const root = path.join(folder, "package");
    return {
        files: readdirSync(root, { recursive: true, withFileTypes: true })
            .filter(entry => entry.isFile())
            .map(entry => path.relative(root, path.join(entry.parentPath, entry.name)))
            .sort(),
        read: (name: string) => readFileSync(path.join(root, name), "utf8"),
    };
}

/** Runs one of the commands for policies, which must succeed. */
function policy(...args: readonly string[]): Promise<string> {
    return succeed("pulumi", ["policy", ...args], engine.folder);
}

function preset(name: string): string {
    return path.join(PACK, "config", `${name}.json`);
}

function config(content: unknown): string {
    return engine.write("config.json", JSON.stringify(content));
}

/** @returns what a command has written to standard output. */
async function succeed(command: string, args: readonly string[], folder: string): Promise<string> {
    const { exitCode, stdout, stderr } =
        command === "pulumi" ? await engine.pulumi(args, folder) : await engine.run(command, args, folder);
    if (exitCode !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${exitCode}:\n${stdout}${stderr}`);
    return stdout;
}
