// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references as files have them.
import { expect, test } from "vitest";
import { CredentialNames, DEFAULT_KEYS } from "../../policies/shared/secrets/names";
import { findCredentials } from "../../policies/shared/secrets/scan";

const names = new CredentialNames(DEFAULT_KEYS);
const find = (name: string, value: string) => findCredentials(name, value, names);

test.each([
    "a=",
    "password=",
    '"',
    '"a":"',
    "<a>",
    "eyJa",
    "://:",
    "$(",
    "${",
    "{{",
    "-- a ",
    "AKIA",
    "a.",
    "a-",
    "A",
    "'",
    " ",
])("a huge text of %j takes its time but ends", part => {
    const text = part.repeat(400_000 / part.length);
    expect(find("PASSWORD", text).length + find("a", `${text}\n${text}`).length).toBeGreaterThanOrEqual(0);
});
