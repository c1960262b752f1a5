/** How a quantity was written, and how it is written again. */
type Form = "decimal" | "binary" | "exponent";

/** Units below one, in powers of ten; the finest that the API server keeps is a billionth. */
const NANO = 9;
const ONE = 10n ** BigInt(NANO);

/** Suffixes by what they stand for, as powers of 10 and of 1024, each in falling order. */
const DECIMAL_SUFFIXES: readonly (readonly [string, number])[] = [
    ...([
        ["E", 18],
        ["P", 15],
        ["T", 12],
        ["G", 9],
        ["M", 6],
        ["k", 3],
    ] as const),
    ...([
        ["", 0],
        ["m", -3],
        ["u", -6],
        ["n", -9],
    ] as const),
];
const BINARY_SUFFIXES: readonly (readonly [string, number])[] = [
    ...([
        ["Ei", 6],
        ["Pi", 5],
        ["Ti", 4],
        ["Gi", 3],
        ["Mi", 2],
        ["Ki", 1],
        ["", 0],
    ] as const),
];

/** What a suffix or exponent makes of a number: billionths by a factor, and by a divisor where it is below one. */
interface Unit {
    readonly form: Form;
    readonly factor: bigint;
    readonly divisor?: bigint;
}

const SUFFIXES: ReadonlyMap<string, Unit> = new Map<string, Unit>([
    ...BINARY_SUFFIXES.map(
        ([suffix, power]) => [suffix, { form: "binary", factor: ONE * 1024n ** BigInt(power) }] as const,
    ),
    ...DECIMAL_SUFFIXES.map(
        ([suffix, power]) => [suffix, { form: "decimal", factor: 10n ** BigInt(NANO + power) }] as const,
    ),
]);

/** Sign, digits before and after the point, and a suffix or an exponent. Digits may be left out: `.5`, `5.`. */
const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d+)|([A-Za-z]*))$/;

/** Longer than any real quantity; what is longer is not read, so that arithmetic stays cheap. */
const MAX_LENGTH = 100;

/** What no exponent exceeds that anything could ask for, in either direction. */
const MAX_EXPONENT = 100;

/** The most that a quantity with a binary suffix can be. */
const MAX_BINARY = (2n ** 63n - 1n) * ONE;

/**
 * An amount of a resource, exact to a billionth: what is finer is rounded up, as the API server does.
 *
 * Source: k8s.io/apimachinery pkg/api/resource/quantity.go (`ParseQuantity`, `CanonicalizeBytes`).
 */
export class Quantity {
    static readonly ZERO = new Quantity(0n, "decimal");
    static readonly ONE = new Quantity(ONE, "decimal");
    static readonly GIBI = new Quantity(ONE * 1024n ** 3n, "binary");

    private constructor(
        /** In billionths. */
        private readonly nano: bigint,
        private readonly form: Form,
    ) {}

    /** Reads a quantity as manifests hold it, a text or a number; undefined when it is none. */
    static parse(raw: unknown): Quantity | undefined {
        if (typeof raw === "number") return Quantity.parse(String(raw));
        if (typeof raw !== "string" || raw.length > MAX_LENGTH || raw.trim() === "") return undefined;
        const [match, sign = "", whole = "", decimals = "", exponent, suffix = ""] = QUANTITY.exec(raw.trim()) ?? [];
        const unit = exponent === undefined ? SUFFIXES.get(suffix) : unitOfExponent(exponent);
        if (match === undefined || unit === undefined) return undefined;
        const scaled = BigInt(whole + decimals) * unit.factor;
        const amount = divideUp(scaled, 10n ** BigInt(decimals.length) * (unit.divisor ?? 1n));
        const capped = unit.form === "binary" && amount > MAX_BINARY ? MAX_BINARY : amount;
        return new Quantity(sign === "-" ? -capped : capped, unit.form);
    }

    /** A whole number of something. */
    static of(count: number): Quantity {
        return new Quantity(BigInt(Math.trunc(count)) * ONE, "decimal");
    }

    get isZero(): boolean {
        return this.nano === 0n;
    }

    get isNegative(): boolean {
        return this.nano < 0n;
    }

    /** Negative when this is less than the other, positive when it is more, 0 when they are equal. */
    compare(other: Quantity): number {
        return this.nano < other.nano ? -1 : this.nano > other.nano ? 1 : 0;
    }

    exceeds(other: Quantity): boolean {
        return this.nano > other.nano;
    }

    plus(other: Quantity): Quantity {
        return new Quantity(this.nano + other.nano, this.isZero ? other.form : this.form);
    }

    times(factor: Quantity): Quantity {
        return this.timesRatio(factor, Quantity.ONE);
    }

    /** This times one quantity over another, rounded up; `per` is not zero. */
    timesRatio(factor: Quantity, per: Quantity): Quantity {
        return new Quantity(divideUp(this.nano * factor.nano, per.nano), this.form);
    }

    max(other: Quantity): Quantity {
        return other.exceeds(this) ? other : this;
    }

    /** The canonical form, as the API server gives it back: `1500m`, `1536Mi`. */
    toString(): string {
        if (this.isZero) return "0";
        const isSmall = this.nano > -1024n * ONE && this.nano < 1024n * ONE;
        if (this.form === "binary" && !isSmall && this.nano % ONE === 0n)
            return this.canonical(BINARY_SUFFIXES, 1024n, 0);
        if (this.form !== "exponent") return this.canonical(DECIMAL_SUFFIXES, 10n, NANO);
        let exponent = -NANO;
        let mantissa = this.nano;
        for (; mantissa % 1000n === 0n; exponent += 3) mantissa /= 1000n;
        return exponent === 0 ? `${mantissa}` : `${mantissa}e${exponent}`;
    }

    /** As a whole number of the largest unit that loses nothing. */
    private canonical(suffixes: readonly (readonly [string, number])[], base: bigint, fraction: number): string {
        const amount = fraction > 0 ? this.nano : this.nano / ONE;
        for (const [suffix, power] of suffixes) {
            const unit = base ** BigInt(power + fraction);
            if (amount % unit === 0n) return `${amount / unit}${suffix}`;
        }
        return String(amount);
    }

    /** For people to read: a plain number, with at most two decimals, rounded up. */
    toNumber(): string {
        const hundredths = divideUp(this.nano * 100n, ONE);
        const digits = `${hundredths < 0n ? -hundredths : hundredths}`.padStart(3, "0");
        const decimals = digits.slice(-2).replace(/(?<!0)0+$/, "");
        const whole = digits.slice(0, -2);
        return `${hundredths < 0n ? "-" : ""}${whole}${decimals === "" ? "" : `.${decimals}`}`;
    }

    /** For people to read: bytes in the unit that fits, with at most two decimals, rounded up: `1.5Gi`. */
    toBytes(): string {
        for (const [suffix, power] of BINARY_SUFFIXES) {
            const unit = new Quantity(ONE * 1024n ** BigInt(power), "binary");
            if (this.compare(unit) >= 0) return this.timesRatio(Quantity.ONE, unit).toNumber() + suffix;
        }
        return this.toNumber();
    }
}

/** What an exponent multiplies by, or divides by when it is negative; undefined when it is beyond all use. */
function unitOfExponent(exponent: string): Unit | undefined {
    const power = Number(exponent.slice(1));
    if (Math.abs(power) > MAX_EXPONENT) return undefined;
    const factor = 10n ** BigInt(NANO + Math.max(power, 0));
    return { form: "exponent", factor, divisor: 10n ** BigInt(Math.max(-power, 0)) };
}

/** Divides and rounds away from zero. */
function divideUp(amount: bigint, by: bigint): bigint {
    const quotient = amount / by;
    const remainder = amount % by;
    if (remainder === 0n) return quotient;
    return amount < 0n === by < 0n ? quotient + 1n : quotient - 1n;
}
