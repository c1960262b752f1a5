import { randomBytes } from "node:crypto";
import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Notice } from "./notice";

/**
 * Writes a file as a whole or not at all: what was there stays until all is written. Pipes and devices are written to.
 * @throws the error of the file system.
 */
export function writeWhole(file: string, text: string): void {
    const old = statSync(file, { throwIfNoEntry: false });
    if (old && !old.isFile()) {
        writeFileSync(file, text);
        return;
    }
    // What a link names is replaced, not the link.
    const target = old ? realpathSync(file) : file;
    const part = `${target}.${randomBytes(4).toString("hex")}.part`;
    try {
        writeFileSync(part, text, { flag: "wx", ...(old && { mode: old.mode }) });
        renameSync(part, target);
    } catch (error) {
        rmSync(part, { force: true });
        throw error;
    }
}

/** A file that the command writes or reads, and what the user calls it: `--baseline`. */
export interface NamedFile {
    readonly file: string;
    readonly option: string;
}

/** Files that are to be written and are another one's, or are read. */
export function clashes(outputs: readonly NamedFile[], inputs: readonly NamedFile[]): Notice[] {
    const taken = new Map(inputs.map(({ file, option }) => [identityOf(file), option]));
    return outputs.flatMap(({ file, option }) => {
        const id = identityOf(file);
        const other = taken.get(id);
        taken.set(id, option);
        return other === undefined
            ? []
            : [{ file, text: `cannot be written for ${option}: it is the file of ${other}` }];
    });
}

function identityOf(file: string): string {
    try {
        return realpathSync(file);
    } catch {
        return resolve(file);
    }
}
