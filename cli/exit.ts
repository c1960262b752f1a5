/** How the command ends. A violation outweighs an error: both are told. */
export const EXIT = { ok: 0, violation: 1, error: 2 } as const;
