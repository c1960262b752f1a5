import { type Answer, UNKNOWN } from "./value";

/** Stands for any text in a value that is not wholly known; no real value holds it. */
const ANY = "\0";

/**
 * A glob of the configuration: `*` matches any characters, `/` included, `?` exactly one, anything else itself; it
 * must match the whole value. Matching takes time in proportion to glob times value whatever they are.
 */
export class Glob {
    private readonly chars: readonly string[];

    constructor(readonly source: string) {
        this.chars = [...source];
    }

    /** Whether the glob matches the value. */
    matches(value: string): boolean {
        return this.run(value, false);
    }

    /**
     * Whether it matches parts joined by `/`, some of which may be `UNKNOWN`: "unknown" when it depends on those.
     */
    matchesParts(parts: readonly string[]): Answer {
        const value = parts.map(part => (part === UNKNOWN ? ANY : part)).join("/");
        if (this.run(value, false)) return "yes";
        return value.includes(ANY) && this.run(value, true) ? "unknown" : "no";
    }

    /**
     * Follows all states of the glob at once, as an automaton: state i has matched the first i characters.
     * @param guess whether an unknown text is taken as whatever would match; else only a star matches it.
     */
    private run(value: string, guess: boolean): boolean {
        const { chars } = this;
        let states = new Uint8Array(chars.length + 1);
        states[0] = 1;
        skipStars(chars, states);
        for (const char of value) {
            const next = new Uint8Array(chars.length + 1);
            if (guess && char === ANY) {
                // Every state from the first one on can be reached.
                next.fill(1, states.indexOf(1));
            } else {
                for (const [state, wanted] of chars.entries()) {
                    if (!states[state]) continue;
                    if (wanted === "*") next[state] = 1;
                    else if (wanted === char || (wanted === "?" && char !== ANY)) next[state + 1] = 1;
                }
            }
            skipStars(chars, next);
            if (!next.includes(1)) return false;
            states = next;
        }
        return states[chars.length] === 1;
    }
}

/** A star may match nothing: whoever stands before it also stands behind it. */
function skipStars(chars: readonly string[], states: Uint8Array): void {
    for (const [state, wanted] of chars.entries()) {
        if (states[state] && wanted === "*") states[state + 1] = 1;
    }
}

/** Several globs, of which one must match. */
export class Globs {
    readonly globs: readonly Glob[];

    constructor(sources: readonly string[]) {
        this.globs = sources.map(source => new Glob(source));
    }

    matches(value: string): boolean {
        return this.globs.some(glob => glob.matches(value));
    }
}
