import { Scanner, type Token } from "./scanner";
import { YamlProblem } from "./source";

/** A node of a YAML document. */
export type Node = ScalarNode | CollectionNode | AliasNode;

export interface ScalarNode {
    readonly kind: "scalar";
    /** Where it begins in the text, after its tag and anchor. */
    readonly at: number;
    /** Where it ends, behind a closing quote. */
    readonly end: number;
    /** Its text, without quotes and with its escapes resolved. */
    readonly text: string;
    /** Its tag in full, `!` for the one that says nothing, empty without one. */
    readonly tag: string;
    /** Whether its text decides its type: it is plain and has no tag. */
    readonly isImplicit: boolean;
}

export interface CollectionNode {
    readonly kind: "mapping" | "sequence";
    /** Where it begins in the text, after its tag and anchor. */
    readonly at: number;
    /** The items of a sequence; the keys of a mapping, each followed by its value. */
    readonly children: Node[];
}

export interface AliasNode {
    readonly kind: "alias";
    readonly at: number;
    readonly name: string;
    /** What it stands for. It may be around the alias. */
    readonly target: ScalarNode | CollectionNode;
}

/** What a step of the parser has found: a node that is complete, one that begins, or the end of the last begun. */
type Found =
    | { readonly type: "scalar"; readonly node: ScalarNode; readonly anchor: string }
    | { readonly type: "alias"; readonly at: number; readonly name: string }
    | { readonly type: "start"; readonly node: CollectionNode; readonly anchor: string }
    | { readonly type: "end" };

type State = () => Found;

/** The tags that need no directive. */
const DEFAULT_TAGS: readonly (readonly [handle: string, prefix: string])[] = [
    ["!", "!"],
    ["!!", "tag:yaml.org,2002:"],
];

/** The first document of a text. */
export interface Composition {
    /** Undefined where there is no document. */
    readonly root: Node | undefined;
    /** Where there is something behind the document, which is not read; undefined when there is nothing. */
    readonly restAt: number | undefined;
}

/**
 * Reads the first document of a text into nodes, as go-yaml does. What follows it is not looked at.
 *
 * @throws YamlProblem
 *
 * Source: sigs.k8s.io/yaml goyaml.v2/parserc.go and decode.go (`parser`).
 */
export function compose(text: string): Composition {
    return new Composer(text).document();
}

class Composer {
    private readonly scanner: Scanner;
    private readonly tagPrefixes = new Map<string, string>();
    /** What comes next, and behind what is being read. */
    private state: State = this.documentEnd;
    private readonly states: State[] = [];

    constructor(text: string) {
        this.scanner = new Scanner(text);
    }

    document(): Composition {
        this.scanner.peek();
        this.scanner.skip();
        const first = this.scanner.peek();
        if (first.type === "stream end") return { root: undefined, restAt: undefined };
        const isExplicit =
            first.type === "version directive" || first.type === "tag directive" || first.type === "document start";
        this.readDirectives();
        if (isExplicit) {
            const token = this.scanner.peek();
            if (token.type !== "document start") this.refuse("did not find expected <document start>", token);
            this.scanner.skip();
        }
        this.states.push(this.documentEnd);
        this.state = isExplicit ? this.documentContent : this.blockNode;
        const root = this.nodes();
        // An error right behind the document counts.
        this.scanner.peek();
        return { root, restAt: this.restAt() };
    }

    /** An error further behind the document counts only as something that is there. */
    private restAt(): number | undefined {
        let token = this.scanner.peek();
        const { at } = token;
        try {
            while (token.type === "document end") token = this.next();
        } catch (problem) {
            if (problem instanceof YamlProblem) return at;
            throw problem;
        }
        return token.type === "stream end" ? undefined : token.at;
    }

    /** The root node and all below it. Lists of nodes that are open stand for recursion, of which there may be too much. */
    private nodes(): Node {
        const anchors = new Map<string, ScalarNode | CollectionNode>();
        const open: CollectionNode[] = [];
        while (true) {
            const found = this.state();
            let node: Node | undefined;
            if (found.type === "end") {
                node = open.pop();
                if (open.length === 0 && node) return node;
                continue;
            }
            if (found.type === "alias") {
                const target = anchors.get(found.name);
                if (!target) this.scanner.source.refuse(`unknown anchor '${found.name}' referenced`, found.at);
                node = { kind: "alias", at: found.at, name: found.name, target };
            } else {
                node = found.node;
                if (found.anchor !== "") anchors.set(found.anchor, found.node);
            }
            open.at(-1)?.children.push(node);
            if (found.type === "start") open.push(found.node);
            else if (open.length === 0) return node;
        }
    }

    private readDirectives(): void {
        let hasVersion = false;
        for (let token = this.scanner.peek(); ; token = this.scanner.peek()) {
            if (token.type === "version directive") {
                if (hasVersion) this.refuse("found duplicate %YAML directive", token);
                if (!token.isSupported) this.refuse("found incompatible YAML document", token);
                hasVersion = true;
            } else if (token.type === "tag directive") {
                if (this.tagPrefixes.has(token.handle)) this.refuse("found duplicate %TAG directive", token);
                this.tagPrefixes.set(token.handle, token.prefix);
            } else {
                break;
            }
            this.scanner.skip();
        }
        for (const [handle, prefix] of DEFAULT_TAGS) {
            if (!this.tagPrefixes.has(handle)) this.tagPrefixes.set(handle, prefix);
        }
    }

    private refuse(reason: string, { at }: Pick<Token, "at">): never {
        return this.scanner.source.refuse(reason, at);
    }

    private pop(): void {
        this.state = this.states.pop() ?? this.documentEnd;
    }

    private next(): Token {
        this.scanner.skip();
        return this.scanner.peek();
    }

    private emptyScalar({ at }: Pick<Token, "at">): Found {
        return {
            type: "scalar",
            node: { kind: "scalar", at, end: at, text: "", tag: "", isImplicit: true },
            anchor: "",
        };
    }

    private end(): Found {
        this.pop();
        return { type: "end" };
    }

    // The productions of the grammar, one for each state

    private documentContent(): Found {
        const token = this.scanner.peek();
        switch (token.type) {
            case "version directive":
            case "tag directive":
            case "document start":
            case "document end":
            case "stream end":
                this.pop();
                return this.emptyScalar(token);
        }
        return this.node(true, false);
    }

    private documentEnd(): Found {
        return { type: "end" };
    }

    private blockNode(): Found {
        return this.node(true, false);
    }

    private node(isBlock: boolean, mayBeIndentless: boolean): Found {
        const first = this.scanner.peek();
        if (first.type === "alias") {
            this.pop();
            this.scanner.skip();
            return { type: "alias", at: first.at, name: first.value };
        }
        const { tag, anchor } = this.properties();
        const token = this.scanner.peek();
        const start = (kind: CollectionNode["kind"], state: State): Found => {
            this.state = state;
            return { type: "start", node: { kind, at: token.at, children: [] }, anchor };
        };
        switch (token.type) {
            case "block entry":
                if (mayBeIndentless) return start("sequence", this.indentlessEntry);
                break;
            case "scalar": {
                this.pop();
                this.scanner.skip();
                const isImplicit = tag === "!" || (tag === "" && token.style === "plain");
                return {
                    type: "scalar",
                    node: { kind: "scalar", at: token.at, end: token.end, text: token.value, tag, isImplicit },
                    anchor,
                };
            }
            case "flow sequence start":
                return start("sequence", this.firstFlowItem);
            case "flow mapping start":
                return start("mapping", this.firstFlowKey);
            case "block sequence start":
                if (isBlock) return start("sequence", this.firstBlockEntry);
                break;
            case "block mapping start":
                if (isBlock) return start("mapping", this.firstBlockKey);
                break;
        }
        if (anchor === "" && tag === "") this.refuse("did not find expected node content", token);
        this.pop();
        return {
            type: "scalar",
            node: { kind: "scalar", at: token.at, end: token.at, text: "", tag, isImplicit: tag === "" },
            anchor,
        };
    }

    /** A tag and an anchor, in either order. */
    private properties(): { tag: string; anchor: string } {
        let anchor = "";
        let tag: string | undefined;
        for (let token = this.scanner.peek(); ; token = this.next()) {
            if (token.type === "anchor" && anchor === "") anchor = token.value;
            else if (token.type === "tag" && tag === undefined) tag = this.tagOf(token);
            else return { tag: tag ?? "", anchor };
        }
    }

    private tagOf(token: Token & { type: "tag" }): string {
        if (token.handle === "") return token.suffix;
        const prefix = this.tagPrefixes.get(token.handle);
        if (prefix === undefined) this.refuse("found undefined tag handle", token);
        return prefix + token.suffix;
    }

    private firstBlockEntry(): Found {
        this.scanner.skip();
        return this.blockEntry();
    }

    private blockEntry(): Found {
        const token = this.scanner.peek();
        if (token.type === "block entry") {
            const after = this.next();
            if (after.type === "block entry" || after.type === "block end") {
                this.state = this.blockEntry;
                return this.emptyScalar(after);
            }
            this.states.push(this.blockEntry);
            return this.node(true, false);
        }
        if (token.type !== "block end") this.refuse("did not find expected '-' indicator", token);
        this.scanner.skip();
        return this.end();
    }

    private indentlessEntry(): Found {
        const token = this.scanner.peek();
        if (token.type !== "block entry") return this.end();
        const after = this.next();
        switch (after.type) {
            case "block entry":
            case "key":
            case "value":
            case "block end":
                this.state = this.indentlessEntry;
                return this.emptyScalar(after);
        }
        this.states.push(this.indentlessEntry);
        return this.node(true, false);
    }

    private firstBlockKey(): Found {
        this.scanner.skip();
        return this.blockKey();
    }

    private blockKey(): Found {
        const token = this.scanner.peek();
        if (token.type === "key") return this.blockPart(this.blockValue);
        if (token.type !== "block end") this.refuse("did not find expected key", token);
        this.scanner.skip();
        return this.end();
    }

    private blockValue(): Found {
        const token = this.scanner.peek();
        if (token.type === "value") return this.blockPart(this.blockKey);
        this.state = this.blockKey;
        return this.emptyScalar(token);
    }

    /** What follows the key or value mark that is next. */
    private blockPart(then: State): Found {
        const after = this.next();
        if (after.type === "key" || after.type === "value" || after.type === "block end") {
            this.state = then;
            return this.emptyScalar(after);
        }
        this.states.push(then);
        return this.node(true, true);
    }

    private firstFlowItem(): Found {
        this.scanner.skip();
        return this.flowItem(true);
    }

    private laterFlowItem(): Found {
        return this.flowItem(false);
    }

    private flowItem(isFirst: boolean): Found {
        let token = this.scanner.peek();
        if (token.type !== "flow sequence end") {
            if (!isFirst) {
                if (token.type !== "flow entry") this.refuse("did not find expected ',' or ']'", token);
                token = this.next();
            }
            if (token.type === "key") {
                this.state = this.flowPairKey;
                this.scanner.skip();
                return { type: "start", node: { kind: "mapping", at: token.at, children: [] }, anchor: "" };
            }
            if (token.type !== "flow sequence end") {
                this.states.push(this.laterFlowItem);
                return this.node(false, false);
            }
        }
        this.scanner.skip();
        return this.end();
    }

    private flowPairKey(): Found {
        const token = this.scanner.peek();
        switch (token.type) {
            case "value":
            case "flow entry":
            case "flow sequence end":
                // go-yaml loses the token.
                this.scanner.skip();
                this.state = this.flowPairValue;
                return this.emptyScalar(token);
        }
        this.states.push(this.flowPairValue);
        return this.node(false, false);
    }

    private flowPairValue(): Found {
        let token = this.scanner.peek();
        if (token.type === "value") {
            token = this.next();
            if (token.type !== "flow entry" && token.type !== "flow sequence end") {
                this.states.push(this.flowPairEnd);
                return this.node(false, false);
            }
        }
        this.state = this.flowPairEnd;
        return this.emptyScalar(token);
    }

    private flowPairEnd(): Found {
        this.scanner.peek();
        this.state = this.laterFlowItem;
        return { type: "end" };
    }

    private firstFlowKey(): Found {
        this.scanner.skip();
        return this.flowKey(true);
    }

    private laterFlowKey(): Found {
        return this.flowKey(false);
    }

    private flowKey(isFirst: boolean): Found {
        let token = this.scanner.peek();
        if (token.type !== "flow mapping end") {
            if (!isFirst) {
                if (token.type !== "flow entry") this.refuse("did not find expected ',' or '}'", token);
                token = this.next();
            }
            if (token.type === "key") return this.flowPart(this.flowValue);
            if (token.type !== "flow mapping end") {
                this.states.push(this.missingFlowValue);
                return this.node(false, false);
            }
        }
        this.scanner.skip();
        return this.end();
    }

    private flowValue(): Found {
        const token = this.scanner.peek();
        if (token.type === "value") {
            const after = this.next();
            if (after.type !== "flow entry" && after.type !== "flow mapping end") {
                this.states.push(this.laterFlowKey);
                return this.node(false, false);
            }
        }
        this.state = this.laterFlowKey;
        return this.emptyScalar(this.scanner.peek());
    }

    /** What follows the key mark that is next. */
    private flowPart(then: State): Found {
        const after = this.next();
        if (after.type === "value" || after.type === "flow entry" || after.type === "flow mapping end") {
            this.state = then;
            return this.emptyScalar(after);
        }
        this.states.push(then);
        return this.node(false, false);
    }

    private missingFlowValue(): Found {
        const token = this.scanner.peek();
        this.state = this.laterFlowKey;
        return this.emptyScalar(token);
    }
}
