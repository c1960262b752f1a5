import type { Finding, Findings } from "../../../framework/findings";
import { groupedBy } from "../../../model/groups";
import { joinSome, joinWords, withArticle } from "../../../model/text";
import type { Credential } from "./scan";

/** What a value holds: at least one credential. */
export interface Held {
    readonly credentials: readonly Credential[];
}

/** How many lines a message names. */
const MOST_LINES = 20;

/** Words values that hold credentials, those that hold the same together. */
export function holdingCredentials(fix: (findings: Findings<Held>) => string) {
    return {
        per: ({ data }: Finding<Held>) => describe(data.credentials),
        message: (findings: Findings<Held>) => ({
            what: `${findings.places} ${findings.word("holds", "each hold")} ${describe(findings.data.credentials)} in plain text`,
            fix: fix(findings),
        }),
    };
}

/** `a credential`, `an AWS access key (line 3) and passwords in URLs (lines 4 and 5)`. */
function describe(credentials: readonly Credential[]): string {
    const byForm = groupedBy(credentials, ({ form }) => form ?? "credential");
    return joinWords(
        [...byForm].map(([form, same]) => {
            const lines = [...new Set(same.map(({ line }) => line))].filter(line => line !== undefined);
            if (lines.length === 0) return withArticle(form);
            const numbers = joinSome(lines.map(String), lines.length, MOST_LINES);
            return lines.length === 1 ? `${withArticle(form)} (line ${numbers})` : `${plural(form)} (lines ${numbers})`;
        }),
    );
}

function plural(form: string): string {
    return form === "password in a URL" ? "passwords in URLs" : `${form}s`;
}
