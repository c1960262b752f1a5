import { expect, test } from "vitest";
import { EventStream, hasOwnNaming, previewResources } from "../../cli/input/preview";
import { SECRET, SIGNATURE } from "../../policies/model/secret-paths";

const HIDDEN = { [SIGNATURE]: SECRET };
const URN = "urn:pulumi:dev::shop::kubernetes:core/v1:Secret::a";

test.each([
    ["other YAML with steps", { steps: [{ name: "build" }] }, undefined],
    ["a Tekton task's empty steps", { steps: [] }, undefined],
    ["no change at all", { steps: [], changeSummary: {} }, []],
    ["a text", "steps", undefined],
])("what is a preview: %s", (_, value, resources) => {
    expect(previewResources(value)).toEqual(resources);
});

test("secrets are marked as in a state, and of a replacement the last state counts", () => {
    const state = (data: unknown) => ({ urn: URN, inputs: { data }, outputs: { list: ["[secret]"] } });
    const steps = [
        { op: "create-replacement", urn: URN, newState: state({ a: "x" }) },
        { op: "replace", urn: URN, newState: state({ a: "[secret]" }) },
        { op: "delete-replaced", urn: URN, oldState: state({}) },
    ];
    expect(previewResources({ steps })).toEqual([
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
    expect(stream.resources()).toEqual([]);
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
        expect(stream.resources().map(({ urn }) => urn)).toEqual([`${URN}a`, `${URN}b`]);
    }
});

test("a line that is no JSON is told with its number", () => {
    const stream = new EventStream();
    stream.read('{"sequence": 1}\n\n');
    stream.read("{\n");
    expect(() => stream.resources()).toThrow(
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
    stream.resources();
    expect(stream.hasOwnNaming).toBe(expected);
});
