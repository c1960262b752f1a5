import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { EventStream, hasOwnNaming, readPreview } from "../../cli/input/preview";
import { readInput } from "../../cli/input/read";
import { configure, messageOf } from "../../framework/evaluate";
import { evaluate } from "../../hosts/in-process";
import { SECRET, SIGNATURE } from "../../model/pulumi/secret-paths";
import { isOwn } from "../../model/pulumi/stack";
import { UNKNOWN } from "../../model/value";
import { oneOwnerPerObject } from "../../policies/one-owner-per-object";
import { folderWith } from "./support/command";

type Step = Readonly<Record<string, unknown>>;

const HIDDEN = { [SIGNATURE]: SECRET };
const URN = "urn:pulumi:dev::shop::kubernetes:core/v1:Secret::a";

test.each([
    ["other YAML with steps", { steps: [{ name: "build" }] }, undefined],
    ["a Tekton task's empty steps", { steps: [] }, undefined],
    ["no change at all", { steps: [], changeSummary: {} }, []],
    ["a text", "steps", undefined],
])("what is a preview: %s", (_, value, resources) => {
    expect(readPreview(value)?.resources).toEqual(resources);
});

test("secrets are marked as in a state, and of a replacement the last state counts", () => {
    const state = (data: unknown) => ({ urn: URN, inputs: { data }, outputs: { list: ["[secret]"] } });
    const steps = [
        { op: "create-replacement", urn: URN, newState: state({ a: "x" }) },
        { op: "replace", urn: URN, newState: state({ a: "[secret]" }) },
        { op: "delete-replaced", urn: URN, oldState: state({}) },
    ];
    expect(readPreview({ steps })?.resources).toEqual([
        { urn: URN, inputs: { data: { a: HIDDEN } }, outputs: { list: [HIDDEN] } },
    ]);
});

test("events that are none, or about no resource", () => {
    const events = [
        null,
        1,
        {},
        { resourcePreEvent: null },
        { resOutputsEvent: { metadata: { op: "same", new: null } } },
    ];
    const stream = new EventStream();
    stream.read(events.map(event => `${JSON.stringify(event)}\n`).join(""));
    expect(stream.preview().resources).toEqual([]);
});

describe("a preview that does not tell all", () => {
    const state = { urn: URN, inputs: {}, outputs: {} };
    const steps = [{ op: "create", urn: URN, newState: state }];
    const failureOf = (rest: object) => readPreview({ steps, ...rest })?.failure;

    test.each<[string, object, string | undefined]>([
        ["whole", { changeSummary: { create: 1 } }, undefined],
        ["an error of the engine", { diagnostics: [{ severity: "error", message: "x" }] }, "it failed"],
        [
            "an error of a language host",
            { diagnostics: [{ severity: "info#err", message: "\u001b[31mError\u001b[0m: error resolving type" }] },
            "it failed",
        ],
        [
            "a warning of a program",
            { diagnostics: [{ severity: "info#err", message: "(node:1) Warning: an error handler is missing" }] },
            undefined,
        ],
        [
            "a step without a state",
            { steps: [{ op: "update", urn: URN }] },
            "it has steps without the state that they lead to",
        ],
        ["a step that deletes", { steps: [{ op: "delete", urn: URN, oldState: state }] }, undefined],
    ])("%s", (_, rest, failure) => {
        expect(failureOf(rest)).toBe(failure);
    });

    test.each<[string, object[], string | undefined]>([
        ["whole", [{ preludeEvent: {} }, { summaryEvent: {} }], undefined],
        ["cut off", [{ preludeEvent: {} }], "its events break off before its summary"],
        ["an error", [{ diagnosticEvent: { severity: "error", message: "x" } }], "it failed"],
        ["an update that failed", [{ preludeEvent: {} }, { summaryEvent: { result: "failed" } }], "it failed"],
    ])("events: %s", (_, events, failure) => {
        const stream = new EventStream();
        stream.read(events.map(event => `${JSON.stringify(event)}\n`).join(""));
        expect(stream.preview().failure).toBe(failure);
    });

    test("is told, and ends with an error", async () => {
        const diagnostics = [{ severity: "error", message: "x" }];
        const folder = folderWith({ "preview.json": JSON.stringify({ steps, diagnostics }) });
        const { problems } = await readInput([join(folder, "preview.json")], { project: "p", stack: "s" });
        expect(problems.map(({ text }) => text)).toEqual([
            "the preview does not tell all that the update would do: it failed",
        ]);
    });
});

test("events that come in pieces of lines", () => {
    const event = (name: string) => {
        const state = { urn: `${URN}${name}`, inputs: { name }, outputs: {} };
        return `${JSON.stringify({ resourcePreEvent: { metadata: { op: "create", new: state } } })}\n`;
    };
    const text = `${event("a")}\n${event("b")}${event("a")}`;
    for (const size of [1, 7, 100, text.length]) {
        const stream = new EventStream();
        for (let at = 0; at < text.length; at += size) stream.read(text.slice(at, at + size));
        expect(stream.preview().resources.map(({ urn }) => urn)).toEqual([`${URN}a`, `${URN}b`]);
    }
});

test("a line that is no JSON is told with its number", () => {
    const stream = new EventStream();
    stream.read('{"sequence": 1}\n\n');
    stream.read("{\n");
    expect(() => stream.preview()).toThrow(
        expect.objectContaining({ reason: "is not valid JSON: unexpected end of the file", line: 3, column: 2 }),
    );
});

test.each([
    ["rules", { "pulumi:autonaming": '{"mode":"verbatim"}' }, true],
    ["none", { "kubernetes:context": "dev" }, false],
    ["no configuration", undefined, false],
])("whether the stack has rules for names, in both forms of a preview: %s", (_, config, expected) => {
    expect(hasOwnNaming(config)).toBe(expected);
    const stream = new EventStream();
    stream.read(`${JSON.stringify({ preludeEvent: { config } })}\n`);
    stream.preview();
    expect(stream.hasOwnNaming).toBe(expected);
});

describe("an object that is created before the same one is deleted", () => {
    const PROJECT = "urn:pulumi:dev::shop";
    const TYPE = "kubernetes:core/v1:ConfigMap";
    const PROVIDER = `${PROJECT}::pulumi:providers:kubernetes::main`;
    const urnOf = (name: string, type = TYPE) => `${PROJECT}::${type}::${name}`;

    /** A ConfigMap `shop/settings` of a resource. */
    const state = (resource: string, changes: Step = {}, metadata: Step = {}) => ({
        urn: urnOf(resource),
        type: TYPE,
        custom: true,
        parent: `${PROJECT}::pulumi:pulumi:Stack::shop-dev`,
        provider: `${PROVIDER}::1`,
        inputs: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace: "shop", ...metadata } },
        ...changes,
    });
    const provider = (urn: string, inputs: Step) => ({ urn, type: "pulumi:providers:kubernetes", id: "1", inputs });
    const create = (newState: Step, op = "create") => ({ op, urn: newState.urn, newState });
    const remove = (oldState: Step, op = "delete") => ({ op, urn: oldState.urn, oldState });
    const change = (op: string, oldState: Step, newState: Step) => ({ op, urn: newState.urn, oldState, newState });
    const replacement = (old: Step, now: Step) => [
        change("create-replacement", old, now),
        change("replace", old, now),
        remove(old, "delete-replaced"),
    ];

    /** What the policy says of a preview; the same in both forms. */
    async function reported(steps: readonly { op: string; urn: unknown; oldState?: Step; newState?: Step }[]) {
        const events = steps.map(({ op, urn, oldState, newState }, sequence) => ({
            ...{ sequence, timestamp: 1 },
            resourcePreEvent: { metadata: { op, urn, old: oldState ?? null, new: newState ?? null }, planning: true },
        }));
        const prelude = { sequence: 0, timestamp: 1, preludeEvent: { config: {} } };
        const folder = folderWith({
            "digest/preview.json": JSON.stringify({ steps, changeSummary: {} }),
            "events/preview.json": [prelude, ...events, { summaryEvent: {} }]
                .map(event => JSON.stringify(event))
                .join("\n"),
        });
        const policy = { ...configure(oneOwnerPerObject, {}), level: "mandatory" as const };
        const [digest, stream] = await Promise.all(
            ["digest", "events"].map(async form => {
                const { sets, problems } = await readInput([join(folder, form, "preview.json")], {
                    stack: "dev",
                    project: "shop",
                });
                expect(problems).toEqual([]);
                return sets.flatMap(nodes => {
                    const resources = nodes.filter(isOwn).map(({ resource }) => resource);
                    const run = { stackTags: new Map(), now: new Date(0) };
                    return evaluate([policy], resources, run, nodes).map(messageOf);
                });
            }),
        );
        const withoutFolder = (texts: readonly string[] = []) =>
            texts.map(text => text.replaceAll(/\S*\/(digest|events)\//g, ""));
        expect(withoutFolder(stream).join("\n") === withoutFolder(digest).join("\n")).toBe(true);
        return withoutFolder(digest);
    }

    const renamed = (old: string, alias: string) => [
        `ConfigMap shop/settings: The update creates this object before it deletes the same one of resource ${old}, so either the creation fails with "already exists" or the deletion removes the new object. Set the resource option aliases: [${alias}].`,
    ];
    const REPLACED = [
        'ConfigMap shop/settings: The update replaces this object with one of the same name before it deletes the old one, so either the creation fails with "already exists" or the deletion removes the new object. Set the resource option deleteBeforeReplace: true.',
    ];
    const RENAMED = renamed('"old"', '{ name: "old" }');

    test("a resource that is renamed", async () => {
        expect(await reported([create(state("new")), remove(state("old"))])).toEqual(RENAMED);
    });

    test("a resource that another component makes", async () => {
        const parent = urnOf("component", "my:index:Component");
        const urn = urnOf("same", `my:index:Component$${TYPE}`);
        expect(await reported([create(state("same", { parent, urn })), remove(state("same"))])).toEqual(
            renamed(urnOf("same"), JSON.stringify(urnOf("same"))),
        );
        const sibling = urnOf("sibling", "my:index:Component");
        const old = state("old", { parent: sibling, urn: urnOf("old", `my:index:Component$${TYPE}`) });
        const now = state("new", { parent, urn: urnOf("new", `my:index:Component$${TYPE}`) });
        expect(await reported([create(now), remove(old)])).toEqual(renamed('"old"', JSON.stringify(old.urn)));
    });

    test("a replacement", async () => {
        expect(await reported(replacement(state("one"), state("one", { inputs: state("one").inputs })))).toEqual(
            REPLACED,
        );
    });

    test("an update whose preview comes first in its stream", async () => {
        const steps = [create(state("new")), remove(state("old"))];
        expect(await reported([...steps, ...steps])).toEqual(RENAMED);
        const first = [remove(state("one"), "delete-replaced"), create(state("one"), "create-replacement")];
        expect(await reported([...first, ...first])).toEqual([]);
    });

    test("another provider that says the same of its cluster", async () => {
        const other = `${PROJECT}::pulumi:providers:kubernetes::other`;
        const steps = (before: Step, now: Step) => [
            create(provider(other, now)),
            create(state("new", { provider: `${other}::${UNKNOWN}` })),
            remove(state("old")),
            remove(provider(PROVIDER, before)),
        ];
        const prod = { context: "prod" };
        expect(await reported(steps(prod, prod))).toEqual(RENAMED);
        expect(await reported(steps(prod, { context: "dev" }))).toEqual([]);
        expect(await reported(steps(prod, { context: UNKNOWN }))).toEqual([]);
        expect(await reported(steps({ kubeconfig: "[secret]" }, { kubeconfig: "[secret]" }))).toEqual([]);
    });

    test("a provider that changes", async () => {
        const steps = (before: Step, now: Step) => [
            change("update", provider(PROVIDER, before), provider(PROVIDER, now)),
            create(state("new")),
            remove(state("old")),
        ];
        expect(await reported(steps({ context: "a" }, { context: "a", namespace: "shop" }))).toEqual(RENAMED);
        expect(await reported(steps({ context: "a" }, { context: "b" }))).toEqual([]);
        expect(await reported(steps({ kubeconfig: "a" }, { kubeconfig: UNKNOWN }))).toEqual([]);
    });

    test.each([
        ["another name", state("old", {}, { name: "other" })],
        ["another namespace", state("old", {}, { namespace: "other" })],
        [
            "another kind",
            state("old", { type: "kubernetes:core/v1:Secret", inputs: { ...state("").inputs, kind: "Secret" } }),
        ],
        ["a name that is not known", state("old", {}, { name: UNKNOWN })],
        ["a secret name", state("old", {}, { name: "[secret]" })],
        ["a namespace that is not known", state("old", {}, { namespace: UNKNOWN })],
        ["a name that the API server makes", state("old", {}, { name: undefined, generateName: "settings-" })],
        ["an object that is kept", state("old", { retainOnDelete: true })],
        ["a protected resource, on which the update fails", state("old", { protect: true })],
        ["another provider of which nothing is known", state("old", { provider: `${PROVIDER}-old::2` })],
        ["the same provider, replaced", state("old", { provider: `${PROVIDER}::2` })],
        ["a Patch", state("old", { type: `${TYPE}Patch` })],
        ["no provider", state("old", { provider: "" })],
        ["nonsense", { urn: urnOf("old"), inputs: [], provider: 1 }],
    ])("is another one: %s", async (_, old) => {
        expect(await reported([create(state("new")), remove(old)])).toEqual([]);
    });

    test.each([
        ["the old one goes first", [remove(state("old")), create(state("new"))]],
        ["the replaced one goes first", replacement(state("one"), state("one")).reverse()],
        ["the order of a replacement is not told", [change("replace", state("one"), state("one"))]],
        ["nothing goes", [create(state("new"))]],
        ["an update with an alias", [change("update", state("old"), state("new"))]],
        [
            "what exists is only read",
            [create(state("new"), "read"), create(state("other", {}, { name: "other" })), remove(state("old"))],
        ],
        ["what was read is let go", [create(state("new")), remove(state("old"), "discard")]],
        ["what exists is imported", [create(state("new"), "import"), remove(state("old"))]],
    ])("no problem: %s", async (_, steps) => {
        expect(await reported(steps)).toEqual([]);
    });

    test("many of one name", async () => {
        const many = Array.from({ length: 3_000 }, (_, index) => `r${index}`);
        const steps = [...many.map(name => create(state(name))), ...many.map(name => remove(state(`old-${name}`)))];
        expect((await reported(steps)).length).toBe(many.length);
    });
});
