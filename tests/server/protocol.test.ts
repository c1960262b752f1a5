import { createRequire } from "node:module";
import path from "node:path";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
    EMPTY,
    FIELDS,
    LEVEL_NUMBERS,
    POLICY_TYPES,
    readAnalyzeRequest,
    SEVERITY_NUMBERS,
} from "../../hosts/server/protocol";
import { Reader, WireError, Writer } from "../../hosts/server/wire";
import { policies } from "../../policies";
import { builtPack } from "../support/build";
import { analyzeRequest, type EngineResource } from "../support/engine";
import { bytesOf } from "../support/own-server";
import { PackProcess } from "../support/pack-process";
import { fieldNumbers, inLowerCase } from "../support/protocol";

const { resolve } = createRequire(__filename);

test("fields have the numbers of the protocol", () => {
    const pulumi = path.dirname(resolve("@pulumi/pulumi/package.json"));
    expect(fieldNumbers(pulumi)).toMatchObject(inLowerCase(FIELDS));
});

test("levels, severities and kinds of policies have the numbers of the protocol", () => {
    const { EnforcementLevel, PolicySeverity, PolicyType } = analyzer;
    expect(LEVEL_NUMBERS.map(level => EnforcementLevel[level.toUpperCase() as "ADVISORY"])).toEqual([0, 1, 2, 3]);
    expect(
        SEVERITY_NUMBERS.slice(1).map(
            one => PolicySeverity[`POLICY_SEVERITY_${String(one).toUpperCase()}` as "POLICY_SEVERITY_LOW"],
        ),
    ).toEqual([1, 2, 3, 4]);
    expect(POLICY_TYPES).toEqual({ resource: PolicyType.POLICY_TYPE_RESOURCE, stack: PolicyType.POLICY_TYPE_STACK });
});

const RESOURCE: EngineResource = {
    urn: "urn:pulumi:dev::shop::a:b:C::x",
    type: "a:b:C",
    name: "x",
    props: { text: "ä", list: [1, null, true], map: { __proto__: null, a: {} } },
};

describe("what is not known", () => {
    /** A message with fields of every form that it does not have. */
    function withMore(message: Buffer): Buffer {
        const writer = new Writer();
        writer.requiredString(1000, "later");
        writer.requiredNumber(1001, 2 ** 40);
        writer.requiredDouble(1002, 1.5);
        // A group, and a number of 32 bits.
        const others = Buffer.from([0xc3, 0x3e, 0x08, 0x01, 0xc4, 0x3e, 0xcd, 0x3e, 1, 2, 3, 4]);
        return Buffer.concat([writer.finish(), others, message, writer.finish()]);
    }

    test("is passed over", () => {
        const sent = readAnalyzeRequest(withMore(bytesOf(analyzeRequest(RESOURCE))));
        expect([sent.urn, sent.type, sent.name, sent.properties().properties]).toEqual([
            RESOURCE.urn,
            RESOURCE.type,
            RESOURCE.name,
            RESOURCE.props,
        ]);
    });

    test("a message that ends too early, at whatever byte, is an error or a shorter message, never a hang", () => {
        const bytes = bytesOf(analyzeRequest(RESOURCE));
        for (let end = 0; end < bytes.length; end++) {
            try {
                readAnalyzeRequest(bytes.subarray(0, end)).properties();
            } catch (error) {
                expect(error).toBeInstanceOf(WireError);
            }
        }
    });

    test("a number without end is an error", () => {
        expect(() => new Reader(Buffer.alloc(20, 255)).varint()).toThrow(WireError);
    });
});

test("a key __proto__ is a key like any other", () => {
    const props = JSON.parse('{"labels": {"__proto__": "x", "a": "b"}}');
    const request = analyzeRequest({ ...RESOURCE, props: {} });
    const writer = new Writer();
    writer.raw(bytesOf(request));
    const { labels } = props;
    expect(Object.hasOwn(labels, "__proto__")).toBe(true);
    writer.message(2, () =>
        writer.message(1, () => {
            writer.string(1, "__proto__");
            writer.message(2, () => writer.requiredString(3, "x"));
        }),
    );
    const { properties } = readAnalyzeRequest(writer.finish()).properties();
    expect(Object.getOwnPropertyDescriptor(properties, "__proto__")?.value).toBe("x");
});

describe("the pack's process", () => {
    let pack: PackProcess;
    beforeAll(async () => {
        pack = await PackProcess.start(await builtPack());
    });
    afterAll(() => pack.stop());

    test.each(["handshake", "cancel"] as const)(
        "answers %s, which it does not have, with UNIMPLEMENTED",
        async method => {
            expect(await pack.statusOf(method, EMPTY)).toBe(12);
        },
    );

    test("answers bytes that are no message with an error, and goes on", async () => {
        expect(await pack.statusOf("analyze", Buffer.from([0x0a, 0xff]))).toBe(13);
        expect(await pack.analyze(RESOURCE)).toEqual([]);
    });

    test("says that stack policies are such", async () => {
        const info = await pack.info();
        const types = policies.map(({ definition }) => (definition.checkStack ? 2 : 1));
        expect(info.policies.map(({ type }) => type)).toEqual(types);
    });
});
