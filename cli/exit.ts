/** How the command ends. An error outweighs a violation: what could not be read may be worse. Both are told. */
export const EXIT = { ok: 0, violation: 1, error: 2 } as const;
