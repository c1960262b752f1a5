/**
 * Provides the executables that the end-to-end tests run the policy pack with, and prints the folder that holds them as
 * the only line on standard output. Whatever the machine lacks is built from Go modules, once, into a cache folder
 * outside the repository. With `--cluster` these are a Kubernetes API server and its database, with `--client-go` what
 * reads kubeconfigs, with `--manifests` what reads manifests, with `--charts` what renders Helm charts, with `--components` a component provider, with `--node-host` what stands in for Pulumi's language
 * host for Node.js, else the Pulumi CLI and its plugins. See README.md beside this file.
 */

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
    accessSync,
    constants,
    copyFileSync,
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    realpathSync,
    renameSync,
    rmSync,
    statSync,
    symlinkSync,
    utimesSync,
    writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/**
 * An executable that is built from one of the Go modules beside this file.
 *
 * @typedef {object} Binary
 * @property {string} name name of the executable
 * @property {"engine" | "provider" | "cluster" | "clientgo" | "manifests" | "charts"} module folder of the Go module that pins its version
 * @property {string} main package with its `main` function
 * @property {string} versionFrom required module whose version it reports
 * @property {string} [versionVariable] variable that the linker sets to that version, where the code does not say it
 * @property {boolean} bareVersion whether it reports that version without the leading `v`
 * @property {string} [source] folder beside this file, with its `main` function where no module has it
 * @property {{ module: string, folder: string, files: string[] }} [embeds] files it embeds, and the module they are in
 * @property {string} effort what to expect of a first build on two cores
 */

const here = path.dirname(fileURLToPath(import.meta.url));

const cli = "pulumi";
const nodeHost = "pulumi-language-nodejs";
const yamlHost = "pulumi-language-yaml";
const provider = "pulumi-resource-kubernetes";
const packStarter = "pulumi-analyzer-policy-nodejs";

const providerModule = "github.com/pulumi/pulumi-kubernetes/provider/v4";

/** @type {Binary[]} */
const binaries = [
    {
        name: cli,
        module: "engine",
        main: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        versionFrom: "github.com/pulumi/pulumi/pkg/v3",
        versionVariable: "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version",
        bareVersion: false,
        effort: "about 5 minutes",
    },
    {
        name: yamlHost,
        module: "engine",
        main: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
        versionFrom: "github.com/pulumi/pulumi-yaml",
        versionVariable: "github.com/pulumi/pulumi-yaml/pkg/version.Version",
        bareVersion: false,
        effort: "about 1 minute",
    },
    {
        name: provider,
        module: "provider",
        main: ".",
        versionFrom: "github.com/pulumi/pulumi-kubernetes/sdk/v4",
        versionVariable: `${providerModule}/pkg/version.Version`,
        bareVersion: true,
        embeds: {
            module: providerModule,
            folder: "cmd/pulumi-resource-kubernetes",
            files: ["schema.json", "terraform-mapping.json"],
        },
        effort: "about 7 minutes",
    },
];

/** What only some tests need, and only when asked for: a Kubernetes cluster without nodes. @type {Binary[]} */
const clusterBinaries = [
    {
        name: "etcd",
        module: "cluster",
        main: "go.etcd.io/etcd/server/v3",
        versionFrom: "go.etcd.io/etcd/server/v3",
        bareVersion: false,
        effort: "about 1 minute",
    },
    {
        name: "kube-apiserver",
        module: "cluster",
        main: "k8s.io/kubernetes/cmd/kube-apiserver",
        versionFrom: "k8s.io/kubernetes",
        versionVariable: "k8s.io/component-base/version.gitVersion",
        bareVersion: false,
        effort: "about 10 minutes",
    },
];

/** What stands in for the language host for Node.js where packs are installed too. @type {Binary[]} */
const nodeHostBinaries = [
    {
        name: nodeHost,
        module: "engine",
        source: "nodehost",
        main: "./nodehost",
        versionFrom: "github.com/pulumi/pulumi/pkg/v3",
        versionVariable: "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version",
        bareVersion: false,
        effort: "about 1 minute after the CLI",
    },
];

/** A component provider in Go, with the engine's own SDK. @type {Binary[]} */
const componentBinaries = [
    {
        name: "pulumi-resource-acme",
        module: "engine",
        source: "acme",
        main: "./acme",
        versionFrom: "github.com/pulumi/pulumi/sdk/v3",
        bareVersion: false,
        effort: "about 1 minute after the CLI",
    },
];

/** What reads kubeconfigs as Kubernetes does. @type {Binary[]} */
const clientGoBinaries = [
    {
        name: "kubeconfig",
        module: "clientgo",
        main: ".",
        versionFrom: "k8s.io/client-go",
        bareVersion: false,
        effort: "about 1 minute",
    },
];

/** What reads manifests as kubectl does. @type {Binary[]} */
const manifestBinaries = [
    {
        name: "manifests",
        module: "manifests",
        main: ".",
        versionFrom: "k8s.io/apimachinery",
        bareVersion: false,
        effort: "some seconds",
    },
];

/** What renders Helm charts as Helm does. @type {Binary[]} */
const chartBinaries = [
    {
        name: "charts",
        module: "charts",
        main: ".",
        versionFrom: "helm.sh/helm/v3",
        bareVersion: false,
        effort: "about 2 minutes",
    },
];

/**
 * Stands in for the language host for Node.js, which is not among the Go modules. Without a language host, the engine
 * starts an executable of this name in the folder of the policy pack, with the flags and arguments that the pack
 * runner of the pack's own `@pulumi/pulumi` takes. The engine knows node's own message about a module that is not
 * there, and tells the user to install the dependencies.
 */
const packStarterScript = `#!/bin/sh
runner=$(node -e 'process.stdout.write(require.resolve("@pulumi/pulumi/cmd/run-policy-pack"))') || exit 1
exec node "$runner" "$@"
`;

const ENGINE_SOURCES = ["engine/go.mod", "engine/go.sum", "provider/go.mod", "provider/go.sum", "provider/main.go"];
const CLUSTER_SOURCES = ["cluster/go.mod", "cluster/go.sum"];
const COMPONENT_SOURCES = ["engine/go.mod", "engine/go.sum", "acme/main.go"];
const CLIENT_GO_SOURCES = ["clientgo/go.mod", "clientgo/go.sum", "clientgo/main.go"];
const MANIFEST_SOURCES = ["manifests/go.mod", "manifests/go.sum", "manifests/main.go"];
const CHART_SOURCES = ["charts/go.mod", "charts/go.sum", "charts/main.go"];
const NODE_HOST_SOURCES = ["engine/go.mod", "engine/go.sum", "nodehost/main.go"];

/** How often a run that does not write to a terminal reports what it is doing. */
const reportEvery = 20_000;
/** How often a run that builds shows others that it is alive, and the silence after which they take over. */
const lockRefreshEvery = 2_000;
const lockAbandonedAfter = 20_000;

/** A failure that the message explains. */
class ToolchainError extends Error {}

/** What to undo when a signal ends the run, the latest first. @type {Set<() => void>} */
const cleanups = new Set();
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.once(signal, () => {
        for (const cleanup of [...cleanups].reverse()) cleanup();
        // Without this handler, the signal now ends the process as it should.
        process.kill(process.pid, signal);
    });
}

try {
    console.log(await provide());
} catch (error) {
    if (!(error instanceof ToolchainError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
}

/** @returns {Promise<string>} the folder of the executables that the arguments ask for */
function provide() {
    if (process.argv.includes("--cluster")) {
        return provideGroup("cluster", clusterBinaries, CLUSTER_SOURCES);
    }
    if (process.argv.includes("--client-go")) {
        return provideGroup("clientgo", clientGoBinaries, CLIENT_GO_SOURCES);
    }
    if (process.argv.includes("--manifests")) {
        return provideGroup("manifests", manifestBinaries, MANIFEST_SOURCES);
    }
    if (process.argv.includes("--charts")) {
        return provideGroup("charts", chartBinaries, CHART_SOURCES);
    }
    if (process.argv.includes("--components")) {
        return provideGroup("components", componentBinaries, COMPONENT_SOURCES);
    }
    // A CLI of the user's own has its language host.
    if (process.argv.includes("--node-host") && !findOwnCli(executableFolders(cacheRoot()))) {
        return provideGroup("nodehost", nodeHostBinaries, NODE_HOST_SOURCES);
    }
    return provideToolchain();
}

/**
 * Builds what is missing.
 *
 * @returns {Promise<string>} the folder of the executables
 */
async function provideToolchain() {
    const root = cacheRoot();
    const searchPath = executableFolders(root);
    const own = findOwnCli(searchPath);
    const wanted = binaries.filter(binary => !own?.has(binary.name));
    const folder = path.join(root, cacheKey([binaries, packStarterScript], ENGINE_SOURCES));
    const isComplete = () => allIn(folder, own ? wanted : [...wanted, { name: packStarter }]);

    await completeFolder(folder, isComplete, async () => {
        await buildMissing(wanted, folder, searchPath);
        if (!own) writePackStarter(folder);
    });
    return own ? linkOwnCli(own, wanted, folder) : folder;
}

/**
 * Builds what is missing of executables that only some tests need.
 *
 * @param {string} name what the folder is named for
 * @param {Binary[]} group
 * @param {readonly string[]} sources files that the executables change with
 * @returns {Promise<string>} the folder of the executables
 */
async function provideGroup(name, group, sources) {
    const root = cacheRoot();
    const folder = path.join(root, `${name}-${cacheKey([group], sources)}`);
    await completeFolder(
        folder,
        () => allIn(folder, group),
        () => buildMissing(group, folder, executableFolders(root)),
    );
    return folder;
}

/**
 * @param {string} folder
 * @param {{ name: string }[]} executables
 */
function allIn(folder, executables) {
    return executables.every(({ name }) => existsSync(path.join(folder, name)));
}

/**
 * Fills a folder of the cache, unless it is complete or another run does it.
 *
 * @param {string} folder
 * @param {() => boolean} isComplete
 * @param {() => Promise<void>} fill
 */
async function completeFolder(folder, isComplete, fill) {
    if (process.platform === "win32") {
        throw new ToolchainError("The end-to-end tests run on Linux and macOS. On Windows, run them in WSL.");
    }
    if (isComplete()) return;
    mkdirSync(folder, { recursive: true });
    const unlock = await lock(path.join(folder, ".lock"), isComplete);
    try {
        removeLeftovers(folder);
        await fill();
    } finally {
        unlock();
    }
}

/**
 * @param {Binary[]} wanted
 * @param {string} folder the cache folder
 * @param {string[]} searchPath
 */
async function buildMissing(wanted, folder, searchPath) {
    const missing = wanted.filter(binary => !allIn(folder, [binary]));
    if (missing.length > 0) requireGo(missing, searchPath);
    for (const [index, binary] of missing.entries()) {
        await build(binary, folder, `${index + 1} of ${missing.length}`);
    }
}

/** The folder that holds one folder for each version of the toolchain. */
function cacheRoot() {
    if (process.env.KUBERNETES_GUARDRAILS_TOOLCHAIN) return path.resolve(process.env.KUBERNETES_GUARDRAILS_TOOLCHAIN);
    const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
    return path.join(path.resolve(cache), "kubernetes-guardrails", "toolchain");
}

/**
 * A name that changes with everything the executables are built from.
 *
 * @param {unknown} settings
 * @param {readonly string[]} sources
 */
function cacheKey(settings, sources) {
    const hash = createHash("sha256");
    hash.update(JSON.stringify(settings));
    for (const file of sources) hash.update(readFileSync(path.join(here, file)));
    return `${goPlatform().GOOS}-${goPlatform().GOARCH}-${hash.digest("hex").slice(0, 16)}`;
}

/** This machine's platform as Go names it. */
function goPlatform() {
    const architectures = new Map([
        ["x64", "amd64"],
        ["ia32", "386"],
    ]);
    return { GOOS: process.platform, GOARCH: architectures.get(process.arch) ?? process.arch };
}

/**
 * The folders of PATH, without those that an earlier run of this program has put together.
 *
 * @param {string} root the cache folder
 */
function executableFolders(root) {
    return (process.env.PATH ?? "")
        .split(path.delimiter)
        .filter(folder => path.isAbsolute(folder) && !folder.startsWith(root + path.sep));
}

/**
 * Finds the first executable of a name.
 *
 * @param {string} name
 * @param {string[]} folders
 */
function findExecutable(name, folders) {
    return folders.map(folder => path.join(folder, name)).find(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
    try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
    } catch {
        return false;
    }
}

/**
 * Finds the user's own CLI, with the plugins of its that the tests need. A CLI without its language host for Node.js
 * does not count: the engine could not start the pack the way users' engines do.
 *
 * @param {string[]} searchPath
 * @returns {Map<string, string> | undefined} the executables by name
 */
function findOwnCli(searchPath) {
    const pulumi = findExecutable(cli, searchPath);
    if (!pulumi) return undefined;
    const folders = [...searchPath, path.dirname(realpathSync(pulumi))];
    const own = new Map([[cli, pulumi]]);
    for (const name of [nodeHost, yamlHost, provider]) {
        const file = findExecutable(name, folders);
        if (file) own.set(name, file);
    }
    return own.has(nodeHost) ? own : undefined;
}

/**
 * Puts the user's own CLI and what was built for it into one folder.
 *
 * @param {Map<string, string>} own
 * @param {Binary[]} built
 * @param {string} folder where the built executables are
 */
function linkOwnCli(own, built, folder) {
    const links = [...own, ...built.map(({ name }) => /** @type {const} */ ([name, path.join(folder, name)]))];
    const key = createHash("sha256").update(JSON.stringify(links)).digest("hex").slice(0, 16);
    const target = path.join(folder, `own-cli-${key}`);
    if (existsSync(target)) return target;

    mkdirSync(folder, { recursive: true });
    const draft = mkdtempSync(path.join(folder, ".links-"));
    for (const [name, file] of links) symlinkSync(file, path.join(draft, name));
    try {
        renameSync(draft, target);
    } catch (error) {
        // Another run was faster; its links are the same.
        rmSync(draft, { recursive: true });
        if (!existsSync(target)) throw error;
    }
    return target;
}

/**
 * Refuses to go on without Go, and says what would help.
 *
 * @param {Binary[]} missing
 * @param {string[]} searchPath
 */
function requireGo(missing, searchPath) {
    if (findExecutable("go", searchPath)) return;
    const names = missing.map(({ name }) => name);
    const lack = `Missing for the end-to-end tests: ${names.join(", ")}, and Go to build ${names.length > 1 ? "them" : "it"}.`;
    const install = `install Go ${requiredGo(missing)} or newer (https://go.dev/doc/install), which builds what is missing`;
    if (missing.some(({ module }) => ["cluster", "clientgo", "manifests", "charts"].includes(module))) {
        throw new ToolchainError(`${lack}\n\nPlease ${install}.`);
    }
    const engineLacks = names.filter(name => name !== provider);
    const installs = [
        ...(engineLacks.length > 0
            ? ["  the Pulumi CLI with its language hosts: https://www.pulumi.com/docs/install/"]
            : []),
        ...(names.includes(provider)
            ? [
                  `  ${provider}: pulumi plugin install resource kubernetes, then add the plugin's folder in`,
                  "  ~/.pulumi/plugins to PATH",
              ]
            : []),
    ];
    throw new ToolchainError(
        [lack, "", `Either ${install},`, "or install what is missing and put it on PATH:", ...installs].join("\n"),
    );
}

/**
 * The oldest Go that builds the given executables.
 *
 * @param {Binary[]} missing
 */
function requiredGo(missing) {
    const modules = missing.map(({ module }) => module);
    return goModEntry(modules.find(module => module === "engine") ?? modules[0] ?? "engine", "go");
}

/** @param {Binary} binary */
function versionOf({ module, versionFrom, bareVersion }) {
    const version = goModEntry(module, versionFrom);
    return bareVersion ? version.replace(/^v/, "") : version;
}

/**
 * Reads a version from a go.mod file.
 *
 * @param {Binary["module"]} module
 * @param {string} name a required module, or `go`
 */
function goModEntry(module, name) {
    for (const line of readFileSync(path.join(here, module, "go.mod"), "utf8").split("\n")) {
        const [first, second] = line
            .replace(/^require /, "")
            .trim()
            .split(/\s+/);
        if (first === name && second) return second;
    }
    throw new Error(`${module}/go.mod does not name ${name}`);
}

/**
 * Builds an executable. It takes its place in the cache only when it is complete.
 *
 * @param {Binary} binary
 * @param {string} folder the cache folder
 * @param {string} step which step of how many this is
 */
async function build(binary, folder, step) {
    const version = versionOf(binary);
    const label = `[${step}] ${binary.name} ${version}`;
    const workspace = mkdtempSync(path.join(folder, ".build-"));
    const cleanup = () => rmSync(workspace, { recursive: true, force: true, maxRetries: 3 });
    const done = progress(label, `building from source, ${binary.effort} the first time on two cores`);
    cleanups.add(cleanup);
    try {
        await prepareSources(binary, workspace);
        const output = path.join(workspace, "output");
        const flags = ["-tags", "osusergo,grpcnotrace", "-trimpath", "-buildvcs=false"];
        const linkerFlags = [
            "-s -w",
            ...(binary.versionVariable ? [`-X ${binary.versionVariable}=${version}`] : []),
        ].join(" ");
        await go(["build", ...flags, "-ldflags", linkerFlags, "-o", output, binary.main], workspace);
        renameSync(output, path.join(folder, binary.name));
        done("built");
    } catch (error) {
        done("failed");
        throw error;
    } finally {
        cleanup();
        cleanups.delete(cleanup);
    }
}

/**
 * Copies the Go module, and the files of other modules that it embeds, into a folder: the repository stays as it is.
 *
 * @param {Binary} binary
 * @param {string} workspace
 */
async function prepareSources({ module, source, embeds }, workspace) {
    for (const file of readdirSync(path.join(here, module)).filter(name => /^go\.(?:mod|sum)$|\.go$/.test(name))) {
        copyFileSync(path.join(here, module, file), path.join(workspace, file));
    }
    if (source) cpSync(path.join(here, source), path.join(workspace, source), { recursive: true });
    if (!embeds) return;
    const { Dir } = JSON.parse(await go(["mod", "download", "-json", embeds.module], workspace));
    for (const file of embeds.files) {
        copyFileSync(path.join(Dir, embeds.folder, file), path.join(workspace, file));
    }
}

/**
 * Runs the go command.
 *
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<string>} its standard output
 */
function go(args, cwd) {
    return new Promise((resolve, reject) => {
        const child = spawn("go", args, {
            cwd,
            env: {
                ...process.env,
                ...goPlatform(),
                CGO_ENABLED: "0",
                GOFLAGS: "-mod=readonly",
                GOTMPDIR: cwd,
                GOWORK: "off",
            },
            stdio: ["ignore", "pipe", "pipe"],
            // A process group of its own, so that its compilers and linkers can be stopped with it.
            detached: true,
        });
        const stop = () => child.pid !== undefined && process.kill(-child.pid);
        cleanups.add(stop);
        let output = "";
        let errors = "";
        child.stdout.setEncoding("utf8").on("data", text => {
            output += text;
        });
        child.stderr.setEncoding("utf8").on("data", text => {
            errors += text;
        });
        child.on("error", reject);
        child.on("close", (code, signal) => {
            cleanups.delete(stop);
            if (code === 0) return resolve(output);
            // A failing `go mod download -json` explains itself on standard output.
            const explanation = `${errors}${output}`.trim().split("\n").slice(-40).join("\n");
            reject(new ToolchainError(`go ${args[0]} failed (${signal ?? `exit code ${code}`}):\n${explanation}`));
        });
        // Leave the machine usable: a build takes minutes and all cores.
        const priority = Math.max(os.getPriority(), os.constants.priority.PRIORITY_BELOW_NORMAL);
        if (child.pid !== undefined) os.setPriority(child.pid, priority);
    });
}

/**
 * Writes the script that starts the pack.
 *
 * @param {string} folder the cache folder
 */
function writePackStarter(folder) {
    const draft = path.join(folder, `.starter-${process.pid}`);
    writeFileSync(draft, packStarterScript, { mode: 0o755 });
    renameSync(draft, path.join(folder, packStarter));
}

/**
 * Keeps other runs from building the same at the same time, or waits for the one that does. This only saves work: what
 * two runs put in the same place is the same.
 *
 * @param {string} file
 * @param {() => boolean} isComplete whether there is nothing left to do
 * @returns {Promise<() => void>} releases the lock
 */
async function lock(file, isComplete) {
    /** @type {ReturnType<typeof progress> | undefined} */
    let done;
    while (!tryLock(file)) {
        done ??= progress("toolchain", "waiting for another run that builds it");
        await sleep(500);
        if (isComplete()) {
            done("built by another run");
            return () => {};
        }
    }
    done?.("no other run builds it any more");
    const timer = setInterval(() => {
        const now = new Date();
        try {
            utimesSync(file, now, now);
        } catch {
            // This machine slept, and another run took over.
        }
    }, lockRefreshEvery);
    const release = () => {
        clearInterval(timer);
        rmSync(file, { force: true });
    };
    cleanups.add(release);
    return () => {
        release();
        cleanups.delete(release);
    };
}

/**
 * Takes the lock, also from a run that was killed: one that no longer refreshes it.
 *
 * @param {string} file
 */
function tryLock(file) {
    try {
        writeFileSync(file, `${process.pid}\n`, { flag: "wx" });
        return true;
    } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    }
    const refreshed = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    if (refreshed !== undefined && Date.now() - refreshed > lockAbandonedAfter) rmSync(file, { force: true });
    return false;
}

/**
 * Removes what runs that were killed have left. Only the run that holds the lock may.
 *
 * @param {string} folder the cache folder
 */
function removeLeftovers(folder) {
    for (const name of readdirSync(folder).filter(name => /^\.(?:build|starter)-/.test(name))) {
        rmSync(path.join(folder, name), { recursive: true, force: true });
    }
}

/**
 * Shows on standard error what is going on, and for how long.
 *
 * @param {string} label
 * @param {string} activity
 * @returns {(outcome: string) => void} ends it
 */
function progress(label, activity) {
    const start = Date.now();
    const elapsed = () => {
        const seconds = Math.round((Date.now() - start) / 1000);
        return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
    };
    const rewrite = process.stderr.isTTY;
    const show = (/** @type {string} */ text) => process.stderr.write(rewrite ? `\r\x1b[K${text}` : `${text}\n`);
    show(`${label}: ${activity}`);
    const timer = setInterval(() => show(`${label}: ${activity} (${elapsed()})`), rewrite ? 1000 : reportEvery);
    return outcome => {
        clearInterval(timer);
        show(`${label}: ${outcome} (${elapsed()})${rewrite ? "\n" : ""}`);
    };
}
