import { expect, test } from "vitest";
import { isMadeInApply } from "../../cli/input/stack-trace";

const trace = (...positions: string[]) => positions.map(sourcePosition => (sourcePosition ? { sourcePosition } : {}));

const OUTPUT = "project:///node_modules/@pulumi/pulumi/output.js#282,35";
const GO_SDK = "project:///../../go/pkg/mod/github.com/pulumi/pulumi/sdk/v3@v3.259.0";

test.each<[string, unknown, boolean]>([
    ["nothing", undefined, false],
    ["no frame", [], false],
    ["a damaged trace", [null, 1, { sourcePosition: null }, { sourcePosition: [OUTPUT] }, {}], false],
    [
        "the program itself",
        trace("project:///index.ts#4,12", "", "project:///node_modules/@pulumi/pulumi/cmd/run/run.js#391,9"),
        false,
    ],
    ["the function itself, whose frame has no name", trace("", OUTPUT), true],
    ["a function that is called in it", trace("project:///lib/shop.ts#12,5", "project:///index.ts#4,12", OUTPUT), true],
    ["packages above the project", trace("", "project:///../../node_modules/@pulumi/pulumi/output.js#282,35"), true],
    ["the SDK's sources", trace("", "project:///node_modules/@pulumi/pulumi/output.ts#401,20"), true],
    [
        "Python",
        trace("project:///__main__.py#9", "project:///venv/lib/python3.12/site-packages/pulumi/output.py#318"),
        true,
    ],
    ["Go", trace("project:///main.go#20", `${GO_SDK}/go/internal/applier.go#121`), true],
    [
        "Go, with modules in the project",
        trace("project:///main.go#20", "project:///vendor/github.com/pulumi/pulumi/sdk/v3/go/internal/types.go#621"),
        true,
    ],
    ["Go, outside of it", trace("project:///main.go#20", `${GO_SDK}/go/pulumi/run.go#121`), false],
    ["a file of the program of that name", trace("project:///output.js#1", "project:///pulumi/output.ts#1"), false],
    [
        "what a chart renders",
        trace("project:///node_modules/@pulumi/kubernetes/helm/v3/helm.js#1,1", "", OUTPUT),
        false,
    ],
    [
        "what a file renders, in Python",
        trace("project:///venv/pulumi_kubernetes/yaml/yaml.py#5", "project:///venv/pulumi/output.py#318"),
        false,
    ],
    [
        "what a file renders, in Go",
        trace(
            "project:///go/pkg/mod/github.com/pulumi/pulumi-kubernetes/sdk/v4@v4.18.1/go/kubernetes/yaml/parse.go#5",
            `${GO_SDK}/go/internal/types.go#1`,
        ),
        false,
    ],
    [
        "an object by the function of a package",
        trace(
            "project:///go/pkg/mod/github.com/pulumi/pulumi-kubernetes/sdk/v4@v4.18.1/go/kubernetes/core/v1/configMap.go#5",
            `${GO_SDK}/go/internal/types.go#1`,
        ),
        true,
    ],
])("made in an apply: %s: %s", (_, stackTrace, expected) => {
    expect(isMadeInApply(stackTrace)).toBe(expected);
});
