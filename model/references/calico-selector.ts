import { selects } from "../kubernetes/selector";
import { type Answer, all, any, not, Value } from "../value";
import type { PodSelector } from "./selection";

type Decide = (labels: Value) => Answer;

/** Deeper than anyone writes, and no deeper than the stack bears. */
const MAX_DEPTH = 50;

const TOKEN =
    /\s*(?:(&&|\|\||==|!=|!|\(|\)|\{|\}|,)|"([^"]*)"|'([^']*)'|((?:not\s+in|starts\s+with|ends\s+with)\b|[\w./-]+))/y;

/**
 * The pods that a selector of Calico selects: `app == 'cart' && has(tier)`. What cannot be read, and labels that Calico
 * itself adds, may select any.
 *
 * Source: https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#selectors
 */
export function calicoSelector(text: string): PodSelector {
    const decide = new Parser(tokensOf(text)).parse();
    return {
        key: JSON.stringify(["calico", text]),
        equalities: decide.equalities.map(([key, value]) => [key, new Value(value)]),
        selects: pod => decide.of(pod.labels),
    };
}

interface Token {
    readonly kind: "sign" | "text" | "word";
    readonly text: string;
}

/** The tokens; undefined where there is something else. */
function tokensOf(text: string): Token[] | undefined {
    const tokens: Token[] = [];
    const trimmed = text.trim();
    const pattern = new RegExp(TOKEN);
    while (pattern.lastIndex < trimmed.length) {
        const match = pattern.exec(trimmed);
        if (!match) return undefined;
        const [, sign, double, single, word] = match;
        if (sign !== undefined) tokens.push({ kind: "sign", text: sign });
        else if (word !== undefined) tokens.push({ kind: "word", text: word.replace(/\s+/g, " ") });
        else tokens.push({ kind: "text", text: double ?? single ?? "" });
    }
    return tokens;
}

/** A parser of expressions; what it cannot read makes the answer unknown. */
class Parser {
    private position = 0;
    private isBroken = false;
    /** Labels that the whole asks for with one value. */
    private readonly equalities: [string, string][] = [];

    constructor(private readonly tokens: readonly Token[] | undefined) {}

    parse(): { of: Decide; equalities: [string, string][] } {
        if (this.tokens?.length === 0) return { of: () => "yes", equalities: [] };
        const of = this.either(0, true);
        const isRead = this.tokens && !this.isBroken && this.position === this.tokens.length;
        return isRead ? { of, equalities: this.equalities } : { of: () => "unknown", equalities: [] };
    }

    private either(depth: number, isTop: boolean): Decide {
        const start = this.equalities.length;
        const parts = [this.both(depth, isTop)];
        while (this.take("||")) {
            // Of alternatives, none is asked for.
            this.equalities.length = start;
            parts.push(this.both(depth, false));
        }
        return parts.length === 1 && parts[0] ? parts[0] : labels => any(parts.map(part => part(labels)));
    }

    private both(depth: number, isTop: boolean): Decide {
        const parts = [this.term(depth, isTop)];
        while (this.take("&&")) parts.push(this.term(depth, isTop));
        return parts.length === 1 && parts[0] ? parts[0] : labels => all(parts.map(part => part(labels)));
    }

    private term(depth: number, isTop: boolean): Decide {
        if (depth > MAX_DEPTH) return this.broken();
        if (this.take("!")) {
            const term = this.term(depth + 1, false);
            return labels => not(term(labels));
        }
        if (this.take("(")) {
            const inner = this.either(depth + 1, false);
            return this.take(")") ? inner : this.broken();
        }
        const word = this.next("word");
        if (word === undefined) return this.broken();
        if (this.take("(")) return this.call(word);
        return this.comparison(word, isTop);
    }

    private call(name: string): Decide {
        if (name === "has") {
            const key = this.next("word");
            return key !== undefined && this.take(")") ? condition(key, "Exists") : this.broken();
        }
        if (!this.take(")")) return this.broken();
        return () => (name === "all" ? "yes" : "unknown");
    }

    private comparison(key: string, isTop: boolean): Decide {
        if (this.take("==") || this.take("!=")) {
            const isEqual = this.tokens?.[this.position - 1]?.text === "==";
            const value = this.next("text");
            if (value === undefined) return this.broken();
            if (isEqual && isTop && !isOfCalico(key)) this.equalities.push([key, value]);
            return condition(key, isEqual ? "In" : "NotIn", [value]);
        }
        const operator = this.next("word");
        if (operator === "in" || operator === "not in") {
            const values = this.set();
            return values ? condition(key, operator === "in" ? "In" : "NotIn", values) : this.broken();
        }
        // contains, starts with, ends with
        return this.next("text") === undefined ? this.broken() : () => "unknown";
    }

    private set(): string[] | undefined {
        const values: string[] = [];
        if (!this.take("{")) return undefined;
        do {
            const value = this.next("text");
            if (value !== undefined) values.push(value);
        } while (this.take(","));
        return this.take("}") ? values : undefined;
    }

    private take(sign: string): boolean {
        const token = this.tokens?.[this.position];
        if (token?.kind !== "sign" || token.text !== sign) return false;
        this.position++;
        return true;
    }

    private next(kind: Token["kind"]): string | undefined {
        const token = this.tokens?.[this.position];
        if (token?.kind !== kind) return undefined;
        this.position++;
        return token.text;
    }

    private broken(): Decide {
        this.isBroken = true;
        return () => "unknown";
    }
}

/** Labels that Calico adds to what it selects from. */
function isOfCalico(key: string): boolean {
    return key.startsWith("projectcalico.org/") || key.startsWith("pcns.") || key.startsWith("pcsa.");
}

/** One condition, as label selectors have them. */
function condition(key: string, operator: string, values: readonly string[] = []): Decide {
    if (isOfCalico(key)) return () => "unknown";
    const selector = new Value({ matchExpressions: [{ key, operator, values }] });
    return labels => selects(selector, { labels });
}
