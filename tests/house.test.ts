import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

/** Layers of the code, and those whose files each may import, besides its own. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
    model: [],
    framework: ["model"],
    policies: ["framework", "model"],
    hosts: ["policies", "framework", "model"],
    library: ["hosts", "policies", "framework", "model"],
    cli: ["library", "hosts", "policies", "framework", "model"],
};

/** Folders of the model, each of which may import those before it and the leaves, which are files of `model/` itself. */
const MODEL = ["yaml", "kubernetes", "pulumi", "environments", "references", "demand", "order"];

/** Imports of types alone against the order: an object knows the resource that describes it, and a resource its objects. */
const KNOWN_EACH_OTHER = [
    "model/kubernetes/object.ts -> model/pulumi/resource.ts",
    "model/kubernetes/pod.ts -> model/kubernetes/object.ts",
];

interface Import {
    readonly from: string;
    readonly to: string;
    readonly isOfTypes: boolean;
}

const files = Object.keys(LAYERS).flatMap(layer =>
    fs
        .readdirSync(layer, { recursive: true, encoding: "utf8" })
        .filter(file => file.endsWith(".ts"))
        .map(file => path.posix.join(layer, file.replaceAll(path.sep, "/"))),
);
const imports = files.flatMap(importsOf);

function importsOf(from: string): Import[] {
    const text = fs.readFileSync(from, "utf8");
    return [...text.matchAll(/^(?:import|export)\s([^;"']*?\sfrom\s)?"(\.[^"]+)"/gm)].flatMap(([, clause, target]) => {
        const base = path.posix.join(path.posix.dirname(from), target ?? "").replace(/\.js$/, "");
        const to = [`${base}.ts`, `${base}/index.ts`].find(file => files.includes(file));
        const names = /\{([^}]*)\}/.exec(clause ?? "")?.[1]?.split(",") ?? [];
        const isOfTypes =
            /^type\s/.test(clause ?? "") ||
            (names.length > 0 && names.every(name => /^\s*(?:type\s|$)/.test(name)) && /^\s*\{/.test(clause ?? ""));
        return to ? [{ from, to, isOfTypes }] : [];
    });
}

function layerOf(file: string): string {
    return file.split("/")[0] ?? "";
}

function nameOf({ from, to }: Import): string {
    return `${from} -> ${to}`;
}

test("sees the imports of all layers", () => {
    for (const layer of Object.keys(LAYERS))
        expect(imports.filter(({ from }) => layerOf(from) === layer)).not.toEqual([]);
});

test("policies see the framework and the model, the framework sees the model, the model sees neither", () => {
    const wrong = imports.filter(({ from, to }) => {
        const [own, other] = [layerOf(from), layerOf(to)];
        return own !== other && !LAYERS[own]?.includes(other);
    });
    expect(wrong.map(nameOf)).toEqual([]);
});

test("folders of the model see only those below them", () => {
    const rank = (file: string) => {
        const [, folder, ...rest] = file.split("/");
        return rest.length === 0 ? -1 : MODEL.indexOf(folder ?? "");
    };
    const wrong = imports.filter(({ from, to }) => layerOf(from) === "model" && rank(from) < rank(to));
    expect(wrong.map(nameOf).filter(name => !KNOWN_EACH_OTHER.includes(name))).toEqual([]);
});

test("no policy sees another", () => {
    const isPolicy = (file: string) => /^policies\/[\w-]+\.ts$/.test(file) && file !== "policies/index.ts";
    const wrong = imports.filter(
        ({ from, to }) => from !== "policies/index.ts" && layerOf(from) === "policies" && isPolicy(to),
    );
    expect(wrong.map(nameOf)).toEqual([]);
});

test("no file imports itself by way of others", () => {
    const edges = imports.filter(one => !(one.isOfTypes && KNOWN_EACH_OTHER.includes(nameOf(one))));
    const next = new Map(files.map(file => [file, edges.filter(({ from }) => from === file).map(({ to }) => to)]));
    const done = new Set<string>();
    const visit = (file: string, above: readonly string[]): readonly string[] | undefined => {
        const start = above.indexOf(file);
        if (start >= 0) return [...above.slice(start), file];
        if (done.has(file)) return undefined;
        for (const other of next.get(file) ?? []) {
            const cycle = visit(other, [...above, file]);
            if (cycle) return cycle;
        }
        done.add(file);
        return undefined;
    };
    for (const file of files) expect(visit(file, [])).toBeUndefined();
});
