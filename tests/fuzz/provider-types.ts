import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { PACK_DIR } from "../support/build";
import type { Wire, WireMap } from "../support/wire";

/** The Kubernetes provider's SDK, as it is installed. */
const SDK_DIR = join(PACK_DIR, "node_modules/@pulumi/kubernetes");

/** What the declarations of the SDK call an input's type: `apps.v1.DeploymentSpec`. */
type InputTypes = ReadonlyMap<string, ts.InterfaceDeclaration>;

/** The type tokens of all resources of the Kubernetes provider, overlays, lists and patches included. */
export function kubernetesTokens(): string[] {
    return [...resourceFiles().keys()].sort();
}

/** The same, as the modules of the SDK list them for resources that they are told of. */
export function listedTokens(): string[] {
    const modules = filesIn(SDK_DIR).filter(file => /(^|\/)index\.js$/.test(file));
    const texts = modules.map(file => readFileSync(join(SDK_DIR, file), "utf8"));
    return texts
        .flatMap(text => [...text.matchAll(/case "(kubernetes:[^"]+)":/g)].map(([, token = ""]) => token))
        .sort();
}

/** For each resource of the Kubernetes provider an object with a value for each property that it can have. */
export function fullObjects(): Map<string, WireMap> {
    const types = inputTypes();
    return new Map(
        [...resourceFiles()].map(([token, file]) => {
            const source = parse(join(SDK_DIR, file.replace(/\.js$/, ".d.ts")));
            const args = interfacesIn(source).find(({ name }) => name.text.endsWith("Args"));
            return [token, args ? objectOf(args, types, []) : {}];
        }),
    );
}

/** The file of each resource. */
function resourceFiles(): Map<string, string> {
    const files = filesIn(SDK_DIR).filter(file => file.endsWith(".js"));
    return new Map(
        files.flatMap(file => {
            const [, token] =
                /__pulumiType = '(kubernetes:[^']+)'/.exec(readFileSync(join(SDK_DIR, file), "utf8")) ?? [];
            return token === undefined ? [] : [[token, file] as const];
        }),
    );
}

function filesIn(dir: string): string[] {
    return readdirSync(dir, { recursive: true, encoding: "utf8" });
}

function parse(file: string): ts.SourceFile {
    return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
}

function interfacesIn({ statements }: { readonly statements: Iterable<ts.Statement> }): ts.InterfaceDeclaration[] {
    return [...statements].filter(ts.isInterfaceDeclaration);
}

function inputTypes(): InputTypes {
    const types = new Map<string, ts.InterfaceDeclaration>();
    const collect = (block: { readonly statements: Iterable<ts.Statement> }, prefix: string) => {
        for (const type of interfacesIn(block)) types.set(prefix + type.name.text, type);
        for (const statement of block.statements) {
            if (ts.isModuleDeclaration(statement) && statement.body && ts.isModuleBlock(statement.body))
                collect(statement.body, `${prefix}${statement.name.text}.`);
        }
    };
    collect(parse(join(SDK_DIR, "types/input.d.ts")), "");
    return types;
}

/** @param within the types that the object is part of, which would not end otherwise. */
function objectOf(
    type: ts.InterfaceDeclaration,
    types: InputTypes,
    within: readonly ts.InterfaceDeclaration[],
): WireMap {
    const members = type.members.filter(ts.isPropertySignature);
    return Object.fromEntries(
        members.map(({ name, type: member }): [string, Wire] => [
            ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : "",
            wireOf(member, types, [...within, type]),
        ]),
    );
}

function wireOf(type: ts.TypeNode | undefined, types: InputTypes, within: readonly ts.InterfaceDeclaration[]): Wire {
    if (!type) return null;
    if (ts.isUnionTypeNode(type)) return wireOf(type.types[0], types, within);
    if (ts.isArrayTypeNode(type)) return [wireOf(type.elementType, types, within)];
    if (ts.isLiteralTypeNode(type)) return ts.isStringLiteral(type.literal) ? type.literal.text : null;
    if (ts.isTypeLiteralNode(type)) return { app: "shop" };
    if (ts.isTypeReferenceNode(type)) {
        // pulumi.Input<T> is T.
        if (type.typeArguments?.[0]) return wireOf(type.typeArguments[0], types, within);
        const found = types.get(nameOf(type.typeName).replace(/^inputs\./, ""));
        return found && !within.includes(found) ? objectOf(found, types, within) : {};
    }
    switch (type.kind) {
        case ts.SyntaxKind.StringKeyword:
            return "shop";
        case ts.SyntaxKind.NumberKeyword:
            return 1;
        case ts.SyntaxKind.BooleanKeyword:
            return true;
        default:
            return {};
    }
}

function nameOf(name: ts.EntityName): string {
    return ts.isIdentifier(name) ? name.text : `${nameOf(name.left)}.${name.right.text}`;
}
