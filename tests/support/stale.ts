import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import { repositoryFile } from "./reference";

/** Compares a generated file with what it must be, or writes it with UPDATE=1. */
export function expectFile(path: string, content: string): void {
    const file = repositoryFile(path);
    if (process.env.UPDATE) writeFileSync(file, content);
    expect(readFileSync(file, "utf8"), `${path} is stale: run UPDATE=1 npm test`).toBe(content);
}

/** Puts a text between two places of a file that stay. */
export function replaceBetween(text: string, before: string, after: string, content: string): string {
    const start = text.indexOf(before);
    const end = text.indexOf(after, start + before.length);
    expect(start, `there is the line ${before}`).toBeGreaterThanOrEqual(0);
    expect(end, `there is ${after} after ${before}`).toBeGreaterThan(start);
    return `${text.slice(0, start + before.length)}\n${content}${text.slice(end)}`;
}
