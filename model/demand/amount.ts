import { Quantity } from "../quantity";
import type { Value } from "../value";

/** A quantity that may be more once everything is known. */
export class Amount {
    static readonly NONE = new Amount(Quantity.ZERO, true);
    static readonly ONE = new Amount(Quantity.ONE, true);
    /** Nothing that is known for sure. */
    static readonly OPEN = new Amount(Quantity.ZERO, false);

    constructor(
        /** The least that it is. */
        readonly value: Quantity,
        readonly isExact: boolean,
    ) {}

    /** Reads what is asked for: nothing when it is unset, open while it is unknown or no quantity. */
    static read(value: Value): Amount {
        if (value.isUnset) return Amount.NONE;
        const quantity = Quantity.parse(value.raw);
        return quantity && !quantity.isNegative ? new Amount(quantity, true) : Amount.OPEN;
    }

    /** Adds up. */
    static sum(amounts: Iterable<Amount>): Amount {
        let sum = Amount.NONE;
        for (const amount of amounts) sum = sum.plus(amount);
        return sum;
    }

    get isNone(): boolean {
        return this.value.isZero && this.isExact;
    }

    plus(other: Amount): Amount {
        return new Amount(this.value.plus(other.value), this.isExact && other.isExact);
    }

    times(other: Amount): Amount {
        if (this.isNone || other.isNone) return Amount.NONE;
        return new Amount(this.value.times(other.value), this.isExact && other.isExact);
    }

    /** This at a price for each `unit`. */
    priced(price: Quantity, unit: Quantity): Amount {
        return new Amount(price.timesRatio(this.value, unit), this.isExact);
    }

    max(other: Amount): Amount {
        return new Amount(this.value.max(other.value), this.isExact && other.isExact);
    }

    /** The same, where more may come. */
    get open(): Amount {
        return new Amount(this.value, false);
    }
}
