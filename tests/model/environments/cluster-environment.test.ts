import { describe, expect, test } from "vitest";
import { environmentOfNames, environmentOfTags } from "../../../model/environments/cluster-environment";
import { clusterType } from "../../../model/environments/cluster-types";
import { DEFAULT_ENVIRONMENT_SETTINGS, type FoundEnvironment } from "../../../model/environments/environment";
import { UNKNOWN, Value } from "../../../model/value";

function said(found: FoundEnvironment): string {
    return typeof found === "string" ? found : `${found.class}: ${found.evidence}`;
}

describe("the environment that tags tell", () => {
    const of = (type: string, tags: unknown) => {
        const paths = clusterType(type)?.tags ?? [];
        return said(environmentOfTags(new Value({ tags }), paths, undefined, DEFAULT_ENVIRONMENT_SETTINGS));
    };

    test.each([
        [{ env: "prod" }, "production: tag env=prod"],
        [{ env: "prod", environment: "" }, "production: tag env=prod"],
        [{ env: "prod", environment: "dev" }, "contradictory"],
        [{ env: "prod", environment: UNKNOWN }, "unknown"],
        [{ env: UNKNOWN }, "unknown"],
        [UNKNOWN, "unknown"],
        [{ env: "" }, "none"],
        [{ team: "prod" }, "none"],
    ])("in a map: %j", (tags, expected) => {
        expect(of("aws:eks/cluster:Cluster", tags)).toBe(expected);
    });

    test.each([
        [["shop", "live"], "production: tag live"],
        [["prod", "env:dev"], "non-production: tag env=dev"],
        [["shop"], "none"],
    ])("in a list of words: %j", (tags, expected) => {
        expect(of("linode:index/lkeCluster:LkeCluster", tags)).toBe(expected);
    });
});

describe("the environment that names tell", () => {
    test.each([
        [["shop", "shop-dev", "prod"], "non-production: name shop-dev"],
        [["shop", UNKNOWN, "prod"], "unknown"],
        [["prod", UNKNOWN], "production: name prod"],
        [[5, "prod"], "production: name prod"],
        [[], "none"],
    ])("%j", (names, expected) => {
        const values = names.map(name => new Value(name));
        expect(said(environmentOfNames(values, DEFAULT_ENVIRONMENT_SETTINGS))).toBe(expected);
    });

    test("is not asked for when names are left out", () => {
        const settings = { ...DEFAULT_ENVIRONMENT_SETTINGS, inferFromNames: false };
        expect(environmentOfNames([new Value("prod")], settings)).toBe("none");
    });
});
