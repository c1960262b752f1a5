/** What is under a key: further keys, values, or both. */
class Level<T> {
    next: Map<string, Level<T>> | undefined;
    list: T[] | undefined;

    /** The level of a further key, made when it is not there yet. */
    at(key: string): Level<T> {
        this.next ??= new Map();
        let level = this.next.get(key);
        if (level === undefined) {
            level = new Level();
            this.next.set(key, level);
        }
        return level;
    }

    lists(): T[][] {
        const below = this.next ? [...this.next.values()].flatMap(level => level.lists()) : [];
        return this.list ? [this.list, ...below] : below;
    }
}

/**
 * Lists of values by several keys, found in constant time. Maps in maps, since to join the keys into one costs several
 * times as much as to look each of them up.
 */
export class Multimap<T> {
    private readonly root = new Level<T>();

    add(value: T, ...keys: readonly string[]): void {
        let level = this.root;
        for (const key of keys) level = level.at(key);
        if (level.list) level.list.push(value);
        else level.list = [value];
    }

    get(...keys: readonly string[]): readonly T[] {
        let level: Level<T> | undefined = this.root;
        for (const key of keys) {
            level = level.next?.get(key);
            if (level === undefined) return [];
        }
        return level.list ?? [];
    }

    /** All lists. */
    values(): readonly (readonly T[])[] {
        return this.root.lists();
    }
}
