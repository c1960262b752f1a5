/** The elements of a list by a key, in the order in which they come. */
export function groupedBy<T, K>(list: Iterable<T>, keyOf: (element: T) => K): Map<K, T[]> {
    const groups = new Map<K, T[]>();
    for (const element of list) {
        const key = keyOf(element);
        const group = groups.get(key);
        if (group) group.push(element);
        else groups.set(key, [element]);
    }
    return groups;
}
