import { expect, test } from "vitest";
import { EventStream, previewResources } from "../../cli/input/preview";
import { UNKNOWN } from "../../policies/model/value";

const URN = "urn:pulumi:dev::shop::kubernetes:core/v1:Secret::a";

test.each([
    ["other YAML with steps", { steps: [{ name: "build" }] }, undefined],
    ["a Tekton task's empty steps", { steps: [] }, undefined],
    ["no change at all", { steps: [], changeSummary: {} }, []],
    ["a text", "steps", undefined],
])("what is a preview: %s", (_, value, resources) => {
    expect(previewResources(value)).toEqual(resources);
});

test("secrets are not known, and of a replacement the last state counts", () => {
    const state = (data: unknown) => ({ urn: URN, inputs: { data }, outputs: { list: ["[secret]"] } });
    const steps = [
        { op: "create-replacement", urn: URN, newState: state({ a: "x" }) },
        { op: "replace", urn: URN, newState: state({ a: "[secret]" }) },
        { op: "delete-replaced", urn: URN, oldState: state({}) },
    ];
    expect(previewResources({ steps })).toEqual([
        { urn: URN, inputs: { data: { a: UNKNOWN } }, outputs: { list: [UNKNOWN] } },
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
    expect(new EventStream(events).resources).toEqual([]);
});
