import { type Document, isAlias, isMap, isScalar, isSeq, parseAllDocuments, type ScalarTag } from "yaml";
import { secret, UNKNOWN_VALUES, type Wire, type WireMap } from "./wire";

/**
 * The documents of a YAML text, as the engine would send their values. Two tags exist: `!unknown` (or `!unknown bool`,
 * `number`, `list`, `map`, `asset`, `archive`) and `!secret value`.
 * @throws when the text is not YAML, or says anything that JSON cannot.
 */
export function parseDocuments(text: string): Wire[] {
    const documents = parseAllDocuments(text, {
        uniqueKeys: true,
        customTags: [scalarTag("!unknown"), scalarTag("!secret")],
    });
    if (!Array.isArray(documents)) return [];
    return documents.map(document => {
        const [problem] = [
            ...document.errors,
            ...document.warnings.filter(({ code }) => code !== "TAG_RESOLVE_FAILED"),
        ];
        if (problem) throw problem;
        return wireOf(document.contents, document);
    });
}

/** Keeps the text behind a tag as it is; `wireOf` reads it. */
function scalarTag(tag: string): ScalarTag {
    return { tag, resolve: text => text };
}

function wireOf(node: unknown, document: Document): Wire {
    if (node === null || node === undefined) return null;
    if (isAlias(node)) {
        const target = node.resolve(document);
        if (!target) throw new Error(`*${node.source} stands for nothing in its document`);
        return wireOf(target, document);
    }
    const tag = isScalar(node) || isMap(node) || isSeq(node) ? node.tag : undefined;
    if (tag?.startsWith("!") && tag !== "!secret" && tag !== "!unknown") throw new Error(`unknown tag ${tag}`);
    const value = contentOf(node, document);
    if (tag === "!unknown") return unknownOf(value);
    return tag === "!secret" ? secret(value) : value;
}

function contentOf(node: unknown, document: Document): Wire {
    if (isSeq(node)) return node.items.map(item => wireOf(item, document));
    if (isMap(node)) {
        const result: WireMap = {};
        for (const { key, value } of node.items) {
            result[String(isScalar(key) ? key.value : key)] = wireOf(value, document);
        }
        return result;
    }
    return isScalar(node) ? (node.value as Wire) : null;
}

function unknownOf(kind: Wire): Wire {
    const name = kind === "" || kind === null ? "string" : String(kind);
    if (!Object.hasOwn(UNKNOWN_VALUES, name)) {
        throw new Error(`!unknown ${name}: the kinds are ${Object.keys(UNKNOWN_VALUES).join(", ")}`);
    }
    return UNKNOWN_VALUES[name as keyof typeof UNKNOWN_VALUES];
}
