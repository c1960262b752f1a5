// Derives from the Go modules of Kubernetes when each alpha and beta kind is deprecated and removed, for
// tests/data/api-lifecycle.json, which the table model/kubernetes/api-versions.ts is tested against:
//     go mod download k8s.io/api@v0.37.0 k8s.io/kube-aggregator@v0.37.0 k8s.io/apiextensions-apiserver@v0.37.0
//     node scripts/api-lifecycle.mjs > tests/data/api-lifecycle.json
// with k8s.io/api v0.20.0, v0.25.0, v0.28.0, v0.31.0 and v0.33.0 for what newer ones have dropped; the newest counts.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const MODULES = /^(api|apiextensions-apiserver|kube-aggregator)@v[\d.]+$/;
/** Kinds that no program creates. */
const NO_OBJECTS =
    /(List|Options)$|^(AdmissionReview|ConversionReview|ImageReview|JobTemplate|Scale|DeploymentRollback|APIGroupDiscovery)$/;

const cache = join(execFileSync("go", ["env", "GOMODCACHE"], { encoding: "utf8" }).trim(), "k8s.io");
const { compare } = new Intl.Collator("en", { numeric: true });
const modules = readdirSync(cache).filter(name => MODULES.test(name));
const lifecycle = new Map();
for (const module of modules.sort((a, b) => compare(a.split("@")[1], b.split("@")[1]))) {
    for (const file of readdirSync(join(cache, module), { recursive: true })) {
        if (basename(file) === "zz_generated.prerelease-lifecycle.go") read(join(cache, module, file));
    }
}
const lines = [...lifecycle].map(([key, [deprecated, removed]]) => `    "${key}": [${deprecated}, ${removed}]`);
console.log(`{\n${lines.sort().join(",\n")}\n}`);

/** The kinds of one version of an API group. */
function read(file) {
    const folder = dirname(file);
    const version = basename(folder);
    if (!/alpha|beta/.test(version)) return;
    const group = groupOf(folder);
    const functions = /func \(in \*(\w+)\) APILifecycle(Deprecated|Removed)\(\)[^{]*\{\s*return 1, (\d+)/g;
    const found = {};
    for (const [, kind, event, minor] of readFileSync(file, "utf8").matchAll(functions)) {
        found[kind] = { ...found[kind], [event]: Number(minor) };
    }
    for (const [kind, { Deprecated, Removed }] of Object.entries(found)) {
        if (NO_OBJECTS.test(kind) || (group === "policy" && kind === "Eviction")) continue;
        lifecycle.set(`${group}/${version} ${kind}`, [Deprecated, Removed]);
    }
}

function groupOf(folder) {
    const places = [join(folder, "register.go"), join(folder, "..", "register.go")];
    for (const place of places.filter(existsSync)) {
        const [, group] = /GroupName\s*=\s*"([^"]*)"/.exec(readFileSync(place, "utf8")) ?? [];
        if (group !== undefined) return group;
    }
    throw new Error(`No group in ${folder}`);
}
