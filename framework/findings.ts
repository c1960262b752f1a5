import type { KubeObject } from "../model/kubernetes/object";
import type { Pod } from "../model/kubernetes/pod";
import type { Resource } from "../model/pulumi/resource";
import { compareText, joinSome, shorten } from "../model/text";
import type { Value } from "../model/value";
import { placesOf, subjectsOf } from "./places";

/** Where a problem is: at a value, or in a pod, an object or a resource as a whole. */
export type Place = Value | Pod | KubeObject | Resource;

/** One place that has a problem. */
export interface Finding<D> {
    readonly at: Value;
    /** What the check says of this place, for the wording. */
    readonly data: D;
}

/** How many places, and characters of them, a sentence lists: a message is for people, and thousands may follow. */
const MOST_LISTED = 20;
const LONGEST_LIST = 4000;

/** The places of one problem in one object, at least one, from which its message is worded. */
export class Findings<D = undefined> {
    constructor(readonly list: readonly Finding<D>[]) {}

    /** How many places there are, each counted once. */
    get count(): number {
        return new Set(this.list.map(({ at }) => at.path.join("\0"))).size;
    }

    /** What is said of the first place: of all where they were grouped by it. */
    get data(): D {
        return this.list[0]?.data as D;
    }

    /** One or the other word, by the number of places. */
    word(one: string, many: string): string {
        return this.count === 1 ? one : many;
    }

    /** "is" or "are", by the number of places. */
    get are(): string {
        return this.word("is", "are");
    }

    /** "has" or "have", by the number of places. */
    get have(): string {
        return this.word("has", "have");
    }

    /**
     * The places, grouped under what they share: `spec.replicas`, `image of containers "web" and "db"`,
     * `host of spec.rules[0] and spec.rules[1]`.
     */
    get places(): string {
        return placesOf(this.list.map(({ at }) => at));
    }

    /** Whose places they are, for the beginning of a sentence: `Containers "web" and "db"`, `The pod`. */
    get subjects(): string {
        return subjectsOf(this.list.map(({ at }) => at));
    }

    /** How many containers, pods or other things the places belong to, for the verb after `subjects`. */
    get subjectCount(): number {
        return new Set(this.list.map(({ at }) => subjectsOf([at]))).size;
    }

    /** "does" or "do", by how many subjects there are. */
    get do(): string {
        return this.subjectCount === 1 ? "does" : "do";
    }

    /** What is said of each place, in a stable order and each once: `a, b and c`. */
    each(describe: (finding: Finding<D>) => string): string {
        return enumerate(this.list.map(describe));
    }
}

/** Texts as a sentence lists them, in a stable order and each once, with how many more there are of too many to read. */
export function enumerate(texts: readonly string[], most = MOST_LISTED): string {
    const all = [...new Set(texts)].sort(compareText);
    let length = 0;
    const fitting = all
        .slice(0, most)
        .map(text => shorten(text, LONGEST_LIST))
        .filter((text, index) => {
            length += text.length;
            return index === 0 || length <= LONGEST_LIST;
        });
    return joinSome(fitting, all.length, most);
}
