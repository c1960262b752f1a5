/** How the command ends. An error outweighs a violation: what could not be read may be worse. Both are told. */
export const EXIT = { ok: 0, violation: 1, error: 2 } as const;

/** What makes a run fail: a mandatory violation, any violation, or none. */
export const FAIL_ON = ["mandatory", "advisory", "never"] as const;
