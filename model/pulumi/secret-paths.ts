import type { Step, Value } from "../value";

/** What previews show in place of a secret. */
export const HIDDEN = "[secret]";

/**
 * The key that marks an object as something else than an object, and the mark of a secret.
 *
 * Source: pulumi/pulumi sdk/nodejs/runtime/rpc.ts (`specialSigKey`, `specialSecretSig`).
 */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Deeper values are not looked into: no object of Kubernetes has any. */
const MAX_DEPTH = 100;

/** Where a resource's properties are secrets of Pulumi, as the engine or a state marks them. */
export class SecretPaths {
    static readonly none = new SecretPaths();
    private readonly paths = new Set<string>();

    /** Those that are marked in the properties as they were handed over. */
    static of(properties: unknown): SecretPaths {
        const found = new SecretPaths();
        found.collect(properties, [], 0);
        return found.paths.size > 0 ? found : SecretPaths.none;
    }

    private collect(raw: unknown, path: readonly Step[], depth: number): void {
        if (typeof raw !== "object" || raw === null || depth > MAX_DEPTH) return;
        if ((raw as Record<string, unknown>)[SIGNATURE] === SECRET) {
            this.paths.add(JSON.stringify(path));
            return;
        }
        const entries: (readonly [Step, unknown])[] = Array.isArray(raw)
            ? raw.map((item, index) => [index, item] as const)
            : Object.entries(raw);
        for (const [step, item] of entries) this.collect(item, [...path, step], depth + 1);
    }

    /** Whether just this value is a secret. */
    has({ path }: Value): boolean {
        return this.paths.size > 0 && this.paths.has(JSON.stringify(path));
    }

    /** Whether a value is a secret, or a part of one. */
    cover({ path }: Value): boolean {
        return this.paths.size > 0 && path.some((_, index) => this.paths.has(JSON.stringify(path.slice(0, index + 1))));
    }
}
