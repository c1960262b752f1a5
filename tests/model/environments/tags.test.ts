import { describe, expect, it } from "vitest";
import type { TagShape } from "../../../model/environments/cluster-types";
import {
    environmentTag,
    type KnownTags,
    providerDefaultTags,
    readTags,
    type Tag,
    type Tags,
    tagSources,
} from "../../../model/environments/tags";
import type { Provider } from "../../../model/pulumi/resource";
import { UNKNOWN, Value } from "../../../model/value";

function read(raw: unknown, shape: TagShape): Tags {
    return readTags(new Value({ tags: raw }), { path: "tags", shape });
}

/** Tags in plain data, with an ellipsis where there may be more. */
function plain(tags: Tags): unknown {
    if (tags === "unknown") return tags;
    const list: unknown[] = tags.tags.map(({ key, value }) => [key, value.isUnknown ? "unknown" : value.raw]);
    return tags.open ? [...list, "…"] : list;
}

function only(tags: Tags): Tag | undefined {
    return tags === "unknown" ? undefined : tags.tags[0];
}

describe("readTags", () => {
    it.each<[TagShape, unknown, unknown]>([
        ["map", { env: "dev", team: "a" }, { env: "dev", team: "a" }],
        ["namespaced-map", { "Ops.env": "dev" }, { "Ops.env": "dev" }],
        ["pairs", [{ key: "env", value: "dev" }], { env: "dev" }],
        ["pairs", [{ name: "env", value: "dev" }], { env: "dev" }],
        ["strings", ["env:dev", "team=a"], { env: "dev", team: "a" }],
        ["words", " env:dev  team=a ", { env: "dev", team: "a" }],
        ["word", "env:dev", { env: "dev" }],
    ])("reads %s: %j", (shape, raw, expected) => {
        expect(plain(read(raw, shape))).toEqual(Object.entries(expected as object));
    });

    it.each<[TagShape, unknown]>([
        ["map", [{ env: "dev" }]],
        ["map", [{ key: "env", value: "dev" }]],
        ["pairs", { env: "dev" }],
        ["pairs", { key: "env", value: "dev" }],
        ["pairs", [{ env: "dev" }]],
        ["strings", "env:dev"],
        ["strings", { env: "dev" }],
        ["words", ["env:dev"]],
        ["word", ["env:dev"]],
        ["namespaced-map", [{ env: "dev" }]],
    ])("accepts for %s also %j", (shape, raw) => {
        expect(plain(read(raw, shape))).toEqual([["env", "dev"]]);
    });

    it("takes a map in a list for a pair only where it has a key and a value, or pairs are the rule", () => {
        const element = { name: "shop", env: "prod" };
        expect(plain(read([element], "map"))).toEqual([
            ["env", "prod"],
            ["name", "shop"],
        ]);
        expect(plain(read([element], "pairs"))).toEqual([]);
    });

    it.each([
        ["env:dev", "env", "dev"],
        ["env : dev", "env", "dev"],
        ["env=dev", "env", "dev"],
        ["env:a=b:c", "env", "a=b:c"],
        ["env=a:b", "env", "a:b"],
        ["env: dev", "env", "dev"],
        ["env:", "env", ""],
        [":dev", "", "dev"],
        ["dev", undefined, "dev"],
    ])("splits %j at the first separator", (text, key, value) => {
        expect(plain(read([text], "strings"))).toEqual([[key, value]]);
    });

    it("keeps words with spaces in a list whole", () => {
        expect(plain(read(["env:dev team:a"], "strings"))).toEqual([["env", "dev team:a"]]);
    });

    it("gives the part of a key after its namespace", () => {
        expect(only(read({ "Ops.env.x": "dev" }, "namespaced-map"))?.localKey).toBe("env.x");
        expect(only(read({ ".env": "dev" }, "namespaced-map"))?.localKey).toBe("env");
        expect(only(read({ env: "dev" }, "namespaced-map"))?.localKey).toBeUndefined();
        expect(only(read({ "Ops.env": "dev" }, "map"))?.localKey).toBeUndefined();
    });

    it.each<[TagShape, unknown]>([
        ["map", { __env: "dev", env: 1, environment: true, a: null, b: {}, c: [] }],
        ["map", "env:dev"],
        ["namespaced-map", "Ops.env:dev"],
        ["map", 1],
        ["map", undefined],
        ["map", {}],
        ["pairs", [{ key: "env" }, { key: "env", value: 1 }, { key: 1, value: "dev" }, null, 1, []]],
        ["strings", [1, true, null, {}, "", " "]],
        ["strings", []],
        ["words", "  "],
        ["word", ""],
        ["word", 1],
    ])("leaves out of %s what can be no tag: %j", (shape, raw) => {
        expect(plain(read(raw, shape))).toEqual([]);
    });

    it("reads an object by its keys, whatever they are called", () => {
        expect(plain(read({ key: "env", value: "dev" }, "map"))).toEqual([
            ["key", "env"],
            ["value", "dev"],
        ]);
    });

    it.each<[TagShape, unknown, unknown]>([
        ["map", UNKNOWN, "unknown"],
        [
            "map",
            { env: UNKNOWN, team: "a" },
            [
                ["env", "unknown"],
                ["team", "a"],
            ],
        ],
        ["pairs", [{ key: "env", value: UNKNOWN }], [["env", "unknown"]]],
        [
            "pairs",
            [
                { key: UNKNOWN, value: "dev" },
                { key: "team", value: "a" },
            ],
            [["team", "a"], "…"],
        ],
        ["pairs", [{ key: "team", value: "a" }, UNKNOWN], [["team", "a"], "…"]],
        ["strings", ["team:a", UNKNOWN], [["team", "a"], "…"]],
        ["strings", [UNKNOWN], "unknown"],
        ["words", UNKNOWN, "unknown"],
        ["word", UNKNOWN, "unknown"],
    ])("knows what is unknown in %s: %j", (shape, raw, expected) => {
        expect(plain(read(raw, shape))).toEqual(expected);
    });

    it("takes several values at a path together", () => {
        const props = new Value({ specs: [{ tags: { env: "dev" } }, { tags: UNKNOWN }, {}] });
        expect(plain(readTags(props, { path: "specs[].tags", shape: "map" }))).toEqual([["env", "dev"], "…"]);
    });

    it("says where a tag stands", () => {
        expect(String(only(read({ env: "dev" }, "map"))?.at)).toBe("tags.env");
        expect(String(only(read([{ key: "env", value: "dev" }], "pairs"))?.at)).toBe("tags[0].value");
        expect(String(only(read(["env:dev"], "strings"))?.at)).toBe("tags[0]");
        expect(String(only(read("env:dev", "words"))?.at)).toBe("tags");
    });

    it("ends on lists that contain themselves", () => {
        const list: unknown[] = ["env:dev"];
        list.push(list);
        expect(plain(read(list, "strings"))).toEqual([["env", "dev"]]);
    });
});

describe("environmentTag", () => {
    const tagKeys = ["Environment", "env"];

    function found(sources: Tags[], isEnvironment?: (word: string) => boolean): unknown {
        const answer = environmentTag(sources, { tagKeys, ...(isEnvironment && { isEnvironment }) });
        if (answer.state !== "set") return answer.state;
        return plain({ tags: answer.tags, open: false } satisfies KnownTags);
    }

    const production = read({ ENV: "prod" }, "map");
    const development = read({ environment: "dev" }, "map");
    const untagged = read({ team: "a" }, "map");

    it("is unset without sources, or when none has a key", () => {
        expect(found([])).toBe("unset");
        expect(found([untagged, read(undefined, "map")])).toBe("unset");
    });

    it("compares keys ignoring case, and the local part of a namespaced key", () => {
        expect(found([production])).toEqual([["ENV", "prod"]]);
        expect(found([read({ "Ops.ENV": "prod" }, "namespaced-map")])).toEqual([["Ops.ENV", "prod"]]);
    });

    it("takes the first source that has a key", () => {
        expect(found([untagged, production, development])).toEqual([["ENV", "prod"]]);
    });

    it("returns all keys of that source", () => {
        const both = read({ env: "prod", environment: "dev" }, "map");
        expect(found([both])).toEqual([
            ["env", "prod"],
            ["environment", "dev"],
        ]);
    });

    it("returns an empty value, which hides those of later sources", () => {
        expect(found([read({ env: "" }, "map"), production])).toEqual([["env", ""]]);
    });

    it("is unknown when an earlier source may have a key", () => {
        expect(found(["unknown", production])).toBe("unknown");
        expect(found([read(["team:a", UNKNOWN], "strings"), production])).toBe("unknown");
        expect(found([read({ env: UNKNOWN }, "map"), production])).toBe("unknown");
        expect(found([production, "unknown"])).toEqual([["ENV", "prod"]]);
    });

    it("returns an unknown value next to a known one", () => {
        const tags = read({ env: "prod", environment: UNKNOWN }, "map");
        expect(found([tags])).toEqual([
            ["env", "prod"],
            ["environment", "unknown"],
        ]);
    });

    it("takes bare words of a list when asked to, after keys", () => {
        const isProd = (word: string) => word === "prod";
        expect(found([read(["prod"], "strings")])).toBe("unset");
        expect(found([read(["prod", "shop"], "strings")], isProd)).toEqual([[undefined, "prod"]]);
        expect(found([read(["prod", "env:dev"], "strings")], isProd)).toEqual([["env", "dev"]]);
        expect(found([read(["team:prod"], "strings")], isProd)).toBe("unset");
    });
});

function provider(type: string, props: unknown): Provider {
    return { urn: "urn", type: `pulumi:providers:${type}`, name: "main", props: new Value(props), isDefault: false };
}

describe("providerDefaultTags", () => {
    const nested = { tags: { env: "prod" } };

    it.each([
        ["aws", "tags", { defaultTags: JSON.stringify(nested) }],
        ["aws", "tags", { defaultTags: nested }],
        ["aws", "tags", { defaultTags: [nested] }],
        ["aws", "tags", { defaultTags: JSON.stringify([nested]) }],
        ["aws-native", "tags", { defaultTags: JSON.stringify(nested) }],
        ["gcp", "resourceLabels", { defaultLabels: JSON.stringify(nested.tags) }],
        ["google", "resourceLabels", { defaultLabels: nested.tags }],
    ])("reads those of %s for %s: %j", (type, path, props) => {
        expect(plain(providerDefaultTags(provider(type, props), path))).toEqual([["env", "prod"]]);
    });

    it.each([
        ["aws", "tags", {}],
        ["aws", "tags", { defaultTags: "{broken" }],
        ["aws", "tags", { defaultTags: "5" }],
        ["aws", "tags", { defaultTags: JSON.stringify(nested.tags) }],
        ["aws", "tags", { defaultTags: { tags: "env:prod" } }],
        ["aws", "labels", { defaultTags: JSON.stringify(nested) }],
        ["gcp", "nodeConfig.resourceLabels", { defaultLabels: JSON.stringify(nested.tags) }],
        ["azure-native", "tags", { defaultTags: JSON.stringify(nested) }],
    ])("finds none of %s for %s in %j", (type, path, props) => {
        expect(plain(providerDefaultTags(provider(type, props), path))).toEqual([]);
    });

    it("finds none without a provider", () => {
        expect(plain(providerDefaultTags(undefined, "tags"))).toEqual([]);
    });

    it("is unknown when the text is", () => {
        expect(providerDefaultTags(provider("aws", { defaultTags: UNKNOWN }), "tags")).toBe("unknown");
        expect(providerDefaultTags(provider("aws", { defaultTags: { tags: UNKNOWN } }), "tags")).toBe("unknown");
    });

    it("knows the other tags of an object with one unknown value", () => {
        const props = { defaultTags: { tags: { env: "prod", team: UNKNOWN } } };
        expect(plain(providerDefaultTags(provider("aws", props), "tags"))).toEqual([
            ["env", "prod"],
            ["team", "unknown"],
        ]);
    });

    it.each([
        [{ keys: ["env"] }, ["team"]],
        [{ keys: ["ENV"] }, ["env", "team"]],
        [{ keyPrefixes: ["te"] }, ["env"]],
        [[{ keys: ["env"], keyPrefixes: ["team"] }], []],
        [{ keys: [1, null] }, ["env", "team"]],
    ])("leaves out what the provider ignores: %j", (ignoreTags, keys) => {
        const defaultTags = JSON.stringify({ tags: { env: "prod", team: "a" } });
        for (const ignored of [ignoreTags, JSON.stringify(ignoreTags)]) {
            const tags = providerDefaultTags(provider("aws", { defaultTags, ignoreTags: ignored }), "tags");
            expect(tags === "unknown" ? tags : tags.tags.map(({ key }) => key)).toEqual(keys);
        }
    });

    it.each([UNKNOWN, { keys: UNKNOWN }, { keyPrefixes: ["a", UNKNOWN] }])(
        "is unknown when what the provider ignores is: %j",
        ignoreTags => {
            const defaultTags = JSON.stringify(nested);
            expect(providerDefaultTags(provider("aws", { defaultTags, ignoreTags }), "tags")).toBe("unknown");
            expect(plain(providerDefaultTags(provider("aws", { ignoreTags }), "tags"))).toEqual([]);
        },
    );

    it("says where a tag stands", () => {
        const tags = providerDefaultTags(provider("aws", { defaultTags: JSON.stringify(nested) }), "tags");
        expect(String(only(tags)?.at)).toBe("defaultTags.tags.env");
    });
});

describe("tagSources", () => {
    const paths = [
        { path: "tags", shape: "map" },
        { path: "tagsAll", shape: "map", merged: true },
    ] as const;

    function answer(props: unknown, of?: Provider): unknown {
        const found = environmentTag(tagSources(new Value(props), paths, of), { tagKeys: ["env"] });
        return found.state === "set" ? found.tags.map(({ at }) => String(at)) : found.state;
    }

    const production = provider("aws", { defaultTags: '{"tags":{"env":"prod"}}' });

    it("looks at own tags, then merged ones, then the provider's", () => {
        expect(answer({ tags: { env: "dev" }, tagsAll: { env: "dev" } }, production)).toEqual(["tags.env"]);
        expect(answer({ tagsAll: { env: "prod" } }, production)).toEqual(["tagsAll.env"]);
        expect(answer({ tags: {} }, production)).toEqual(["defaultTags.tags.env"]);
    });

    it("has each source once", () => {
        const props = new Value({ tags: { team: "a" }, tagsAll: { env: "prod" } });
        expect(tagSources(props, paths, undefined).map(plain)).toEqual([[["team", "a"]], [["env", "prod"]], [], []]);
    });

    it("merges by hand what the provider could not", () => {
        expect(answer({ tags: { team: UNKNOWN }, tagsAll: UNKNOWN }, production)).toEqual(["defaultTags.tags.env"]);
        expect(answer({ tagsAll: UNKNOWN }, provider("aws", {}))).toBe("unset");
    });

    it("does not know merged tags where the provider is not known", () => {
        expect(answer({ tagsAll: UNKNOWN })).toBe("unknown");
        expect(answer({ tags: UNKNOWN }, production)).toBe("unknown");
        expect(answer({ tagsAll: UNKNOWN }, provider("aws", { defaultTags: UNKNOWN }))).toBe("unknown");
    });
});
