import { describe, expect, test } from "vitest";
import { Quantity } from "../../model/quantity";

/** Reads what must be a quantity. */
function parse(raw: unknown): Quantity {
    const quantity = Quantity.parse(raw);
    if (!quantity) throw new Error(`${JSON.stringify(raw)} was not read`);
    return quantity;
}

// Learned from k8s.io/apimachinery v0.34.1 pkg/api/resource/quantity_test.go: what each text is given back as.
test.each([
    // Zero, in any unit.
    ...[
        ["0", "0"],
        ["0n", "0"],
        ["0Ki", "0"],
        ["0E", "0"],
        ["0e5", "0"],
        ["-0", "0"],
        ["00", "0"],
    ],
    // Binary suffixes.
    ...[
        ["1Ki", "1Ki"],
        ["7Mi", "7Mi"],
        ["6Gi", "6Gi"],
        ["5Ti", "5Ti"],
        ["4Pi", "4Pi"],
        ["3Ei", "3Ei"],
    ],
    // Decimal suffixes.
    ...[
        ["5n", "5n"],
        ["4u", "4u"],
        ["3m", "3m"],
        ["9", "9"],
        ["50k", "50k"],
        ["7M", "7M"],
        ["6G", "6G"],
    ],
    ...[
        ["300T", "300T"],
        ["2P", "2P"],
        ["1E", "1E"],
        ["12E", "12E"],
    ],
    // Exponents; E alone is a suffix.
    ...[
        ["1E-3", "1e-3"],
        ["1e3", "1e3"],
        ["1E+6", "1e6"],
        ["1e14", "100e12"],
        ["1.3E+6", "1300e3"],
        ["1e0", "1"],
    ],
    // Decimals.
    ...[
        ["0.5", "500m"],
        [".5", "500m"],
        ["1.", "1"],
        ["1.G", "1G"],
        ["0.0005k", "500m"],
        ["100.035k", "100035"],
    ],
    ...[
        ["0.50000", "500m"],
        ["0.5e-1", "50e-3"],
        ["1.5", "1500m"],
        ["1.5Gi", "1536Mi"],
        ["0.5Mi", "512Ki"],
    ],
    // The largest unit that loses nothing.
    ...[
        ["1000m", "1"],
        ["1024Mi", "1Gi"],
        ["307200Ki", "300Mi"],
        ["1001Gi", "1001Gi"],
        ["0.001T", "1G"],
    ],
    ...[
        ["1234567M", "1234567M"],
        ["1025", "1025"],
        ["1080000000n", "1080m"],
        ["0.001e0", "1e-3"],
    ],
    // Below 1024 a binary suffix says nothing.
    ...[
        ["0.5Ki", "512"],
        ["0.0001Ki", "102400u"],
        ["100.035Ki", "102435840m"],
    ],
    ...[
        ["0.9765625Ki", "1k"],
        ["-0.9765625Ki", "-1k"],
        ["-1Ki", "-1Ki"],
    ],
    // What is finer than a billionth is rounded up.
    ...[
        ["3.001n", "4n"],
        ["1.1E-9", "2e-9"],
        ["0.0000000001", "1n"],
        ["0.9n", "1n"],
        ["0.00000012345", "124n"],
    ],
    ...[
        ["-3.001n", "-4n"],
        ["0.000000000001Ki", "2n"],
    ],
    // Signs.
    ...[
        ["+1", "1"],
        ["-1", "-1"],
        ["-1.5Gi", "-1536Mi"],
        ["+.5", "500m"],
    ],
    // Binary quantities end at 2^63 - 1.
    ...[
        ["9Ei", "9223372036854775807"],
        ["9223372036854775807Ki", "9223372036854775807"],
    ],
    // The longest text and the largest exponents that are read.
    ...[
        [`1${"0".repeat(99)}`, `1${"0".repeat(81)}E`],
        ["1e100", "10e99"],
        ["1e-100", "1e-9"],
    ],
    // Space around it, and what has no digits, which the API server takes for zero.
    ...[
        [" 1 ", "1"],
        ["k", "0"],
        ["+", "0"],
        [".", "0"],
    ],
])("%j is %s", (text, canonical) => {
    expect(parse(text).toString()).toBe(canonical);
});

test.each([
    ...[
        [0, "0"],
        [2, "2"],
        [0.5, "500m"],
        [1e21, "1e21"],
        [1.5e-7, "150e-9"],
        [-3, "-3"],
    ],
])("the number %d is %s", (number, canonical) => {
    expect(parse(number).toString()).toBe(canonical);
});

test.each([
    ...["", " ", "1.1.M", "1+1.0M", "0.1mi", "0.1am", "aoeu", ".5i", "1i", "-3.01i", "-3.01e-", "1 Gi", "1GiB", "1gb"],
    ...["1K", "1Mb", "one", "1,5", "0x10", "1_000", "++1", "1e1.5", "1ki", "1e101", "1e-101", `1${"0".repeat(100)}`],
    ...[Number.NaN, Number.POSITIVE_INFINITY, true, null, undefined, [], {}, ["1"]],
])("%j is none", raw => {
    expect(Quantity.parse(raw)).toBeUndefined();
});

describe("arithmetic", () => {
    test("compares whatever the units are", () => {
        expect(parse("1Gi").compare(parse("1G"))).toBe(1);
        expect(parse("1000m").compare(parse("1"))).toBe(0);
        expect(parse("0.1").compare(parse("101m"))).toBe(-1);
        expect([parse("1Gi").exceeds(parse("1G")), parse("1").exceeds(parse("1e0"))]).toEqual([true, false]);
    });

    test("is exact where floating point is not", () => {
        expect(parse("0.1").plus(parse("0.2")).compare(parse("0.3"))).toBe(0);
        expect(parse("8191Pi").plus(parse("1n")).toString()).toBe("9222246136947933184000000001n");
    });

    test("keeps the unit of what is not zero", () => {
        expect(Quantity.ZERO.plus(parse("1Gi")).toString()).toBe("1Gi");
        expect(parse("512Mi").plus(parse("512Mi")).toString()).toBe("1Gi");
    });

    test("multiplies, and rounds up", () => {
        expect(parse("250m").times(Quantity.of(3)).toString()).toBe("750m");
        expect(parse("1n").times(parse("0.5")).toString()).toBe("1n");
        expect(parse("-1n").times(parse("0.5")).toString()).toBe("-1n");
        expect(parse("1.5Gi").timesRatio(parse("4"), Quantity.GIBI).toString()).toBe("6");
        expect(parse("1").timesRatio(parse("1"), parse("-3")).toString()).toBe("-333333334n");
        expect(parse("-1").timesRatio(parse("1"), parse("-3")).toString()).toBe("333333334n");
    });

    test("takes the greater one", () => {
        expect(parse("1").max(parse("2")).toString()).toBe("2");
        expect(parse("3").max(parse("2")).toString()).toBe("3");
    });
});

test.each([
    ...[
        ["1500m", "1.5"],
        ["2", "2"],
        ["1m", "0.01"],
        ["0", "0"],
        ["8.001", "8.01"],
        ["100", "100"],
        ["-1.5", "-1.5"],
    ],
    ...[
        ["1230m", "1.23"],
        ["12e3", "12000"],
    ],
])("%s reads as the number %s", (text, number) => {
    expect(parse(text).toNumber()).toBe(number);
});

test.each([
    ...[
        ["1536Mi", "1.5Gi"],
        ["1Gi", "1Gi"],
        ["1G", "953.68Mi"],
        ["512", "512"],
        ["0", "0"],
        ["2000Ei", "8Ei"],
    ],
])("%s reads as %s bytes", (text, bytes) => {
    expect(parse(text).toBytes()).toBe(bytes);
});
