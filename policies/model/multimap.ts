/** Lists of values by several keys, found in constant time. */
export class Multimap<T> {
    private readonly lists = new Map<string, T[]>();

    add(value: T, ...keys: readonly string[]): void {
        const key = keys.join("\n");
        const list = this.lists.get(key);
        if (list) list.push(value);
        else this.lists.set(key, [value]);
    }

    get(...keys: readonly string[]): readonly T[] {
        return this.lists.get(keys.join("\n")) ?? [];
    }

    values(): Iterable<readonly T[]> {
        return this.lists.values();
    }
}
