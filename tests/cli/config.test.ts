import { describe, expect, test } from "vitest";
import { configuredPolicies } from "../../cli/config";
import { describeNotice, type Notice } from "../../cli/notice";
import { configurationErrors, configure as configurePolicy } from "../../framework/evaluate";
import { policies } from "../../policies";
import { folderWith } from "./support/command";

/** The levels and the problems that a configuration file gives. */
function configure(text: string | Buffer) {
    const folder = folderWith({ "guardrails.json": text });
    const problems: Notice[] = [];
    const active = configuredPolicies(policies, `${folder}/guardrails.json`, problems);
    return {
        levels: Object.fromEntries(active.map(({ policy, level }) => [policy.name, level])),
        configs: Object.fromEntries(active.map(({ policy, config }) => [policy.name, config as unknown])),
        problems: problems.map(problem => describeNotice(problem).replace(`${folder}/`, "")),
    };
}

const OWN_LEVELS = Object.fromEntries(policies.map(policy => [policy.name, policy.enforcementLevel]));

describe("levels", () => {
    test.each([
        ["nothing", "", {}],
        ["blanks", " \n", {}],
        ["an empty object", "{}", {}],
        ["a byte order mark", "\uFEFF{}", {}],
        ["a level", '{"no-naked-pods": "advisory"}', { "no-naked-pods": "advisory" }],
        [
            "a level among keys",
            '{"no-naked-pods": {"enforcementLevel": "disabled", "kinds": []}}',
            { "no-naked-pods": "disabled" },
        ],
        ["keys alone", '{"no-naked-pods": {"kinds": []}}', {}],
        ["names of ESC environments", '{"environments": ["shop/dev"]}', {}],
    ])("%s", (_, text, levels) => {
        expect(configure(text)).toMatchObject({ levels: { ...OWN_LEVELS, ...levels }, problems: [] });
    });

    test.each([
        '{"all": "advisory", "no-naked-pods": "remediate"}',
        '{"no-naked-pods": "remediate", "all": {"enforcementLevel": "advisory"}}',
    ])("one for all, but a policy's own wins: %s", text => {
        const { levels, problems } = configure(text);
        expect(problems).toEqual([]);
        expect(levels).toEqual({
            ...Object.fromEntries(policies.map(policy => [policy.name, "advisory"])),
            "no-naked-pods": "remediate",
        });
    });

    test("keys of a policy reach it", () => {
        expect(configure('{"no-naked-pods": {"kinds": ["ReplicaSet"]}}').configs["no-naked-pods"]).toMatchObject({
            kinds: ["ReplicaSet"],
        });
    });

    test("no file: the policies as they are", () => {
        const problems: Notice[] = [];
        const active = configuredPolicies(policies, undefined, problems);
        expect(problems).toEqual([]);
        expect(Object.fromEntries(active.map(({ policy, level }) => [policy.name, level]))).toEqual(OWN_LEVELS);
    });
});

const LEVELS = 'it must be "advisory", "mandatory", "remediate" or "disabled".';

describe("halves of characters are read as Pulumi reads them", () => {
    test.each([
        ["\\ud800", "\ufffd"],
        ["\\uDFFFx", "\ufffdx"],
        ["\\ud800\\ud83d\\ude00", "\ufffd\u{1f600}"],
        ["\\ude00\\ud83d", "\ufffd\ufffd"],
        ["\\ud83d\\n\\ude00", "\ufffd\n\ufffd"],
        ["\\uD83D\\uDE00", "\u{1f600}"],
        ["\\\\ud800", "\\ud800"],
        ["\\ud7ff\\ue000", "\ud7ff\ue000"],
    ])("%s", (escaped, key) => {
        const { configs, problems } = configure(`{"require-labels": {"labels": {"${escaped}": {}}}}`);
        expect(problems).toEqual([]);
        expect(configs["require-labels"]).toMatchObject({ labels: { byKey: new Map([[key, { values: [] }]]) } });
    });
});

describe("mistakes", () => {
    test.each<[string, string, string[]]>([
        ["broken JSON", '{\n  "all": "advisory",\n}', ['guardrails.json:3:1: is not valid JSON: unexpected "}"']],
        ["a comma too many in a list", '{"a": [1,]}', ['guardrails.json:1:10: is not valid JSON: unexpected "]"']],
        ["an early end", '{\n"all":', ["guardrails.json:2:7: is not valid JSON: unexpected end of the file"]],
        ["a bare word", '{"all": secret}', ['guardrails.json:1:9: is not valid JSON: unexpected "s"']],
        ["a comment", "{ // x\n}", ['guardrails.json:1:3: is not valid JSON: unexpected "/"']],
        [
            "a list",
            "[]",
            ['guardrails.json: not a JSON object. Write {"<policy>": "<level>"} or {"<policy>": {"<key>": <value>}}.'],
        ],
        [
            "a misspelt policy",
            '{\n\t"no-naked-pod": "advisory"\n}',
            ['guardrails.json:2:2: There is no policy "no-naked-pod". Did you mean "no-naked-pods"?'],
        ],
        [
            "a policy of another pack",
            '{"require-encryption-at-rest": {"x": 1}}',
            [
                'guardrails.json:1:2: There is no policy "require-encryption-at-rest". policies/README.md lists them all.',
            ],
        ],
        [
            "a misspelt level",
            '{"no-naked-pods": "mandatry"}',
            [`guardrails.json:1:2: Configuration of no-naked-pods: "enforcementLevel" is "mandatry", ${LEVELS}`],
        ],
        [
            "a level of the wrong type",
            '{"no-naked-pods": {\n"enforcementLevel": 1}}',
            [`guardrails.json:2:1: Configuration of no-naked-pods: "enforcementLevel" is 1, ${LEVELS}`],
        ],
        [
            "null for a policy",
            '{"no-naked-pods": null}',
            [`guardrails.json:1:2: Configuration of no-naked-pods: "enforcementLevel" is null, ${LEVELS}`],
        ],
        [
            "all without a level",
            '{"all": {}}',
            [`guardrails.json:1:2: Configuration of all: "enforcementLevel" is missing, ${LEVELS}`],
        ],
        [
            "all with a key of policies",
            '{"all": {"enforcementLevel": "advisory",\n"exempt": []}}',
            [
                'guardrails.json:2:1: Configuration of all: "exempt" cannot be set for all policies at once, only "enforcementLevel" can.',
            ],
        ],
        [
            "environments that are no list",
            '{"environments": "dev"}',
            ['guardrails.json:1:2: "environments" must be a list of names of Pulumi ESC environments.'],
        ],
        [
            "an unknown key",
            '{"no-naked-pods": {\n"kind": []}}',
            [
                'guardrails.json:2:1: Configuration of no-naked-pods: "kind" is not a key of this policy; the keys are annotationExemptions, environments, exempt, kinds.',
            ],
        ],
    ])("%s", (_, text, problems) => {
        expect(configure(text).problems).toEqual(problems);
    });

    test("a value of the wrong type, of a disabled policy too", () => {
        const { problems } = configure(
            '{"require-annotations": {"enforcementLevel": "disabled",\n"podTemplates": "yes"}}',
        );
        const policy = policies.find(({ name }) => name === "require-annotations");
        const [text] = policy ? configurationErrors(configurePolicy(policy, { podTemplates: "yes" })) : [];
        expect(problems).toEqual([`guardrails.json:2:1: ${text}`]);
    });

    test("a file that is not there", () => {
        const problems: Notice[] = [];
        configuredPolicies(policies, "nowhere.json", problems);
        expect(problems.map(describeNotice)).toEqual(["nowhere.json: there is no such file or folder"]);
    });
});
