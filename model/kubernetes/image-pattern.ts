import { Glob } from "../glob";

/**
 * How the full name of an image is read, character by character: `registry/repository[:tag][@digest]`, as
 * `parseImage` normalizes it. Each place says which characters lead to which place.
 *
 * Source: github.com/distribution/reference v0.6.0 (regexp.go, normalize.go).
 */
const GRAMMAR: Readonly<Record<string, readonly (readonly [RegExp, string])[]>> = {
    start: [
        [/[a-z0-9]/, "word"],
        [/\[/, "address"],
    ],
    // A registry without a dot or port, which only localhost is.
    word: [
        [/[a-z0-9]/, "word"],
        [/-/, "wordDash"],
        [/\./, "hostPart"],
        [/:/, "port"],
        [/\//, "part"],
    ],
    wordDash: [
        [/-/, "wordDash"],
        [/[a-z0-9]/, "word"],
    ],
    hostPart: [[/[a-z0-9]/, "host"]],
    host: [
        [/[a-z0-9]/, "host"],
        [/-/, "hostDash"],
        [/\./, "hostPart"],
        [/:/, "port"],
        [/\//, "part"],
    ],
    hostDash: [
        [/-/, "hostDash"],
        [/[a-z0-9]/, "host"],
    ],
    address: [
        [/[a-f0-9:]/, "address"],
        [/\]/, "afterAddress"],
    ],
    afterAddress: [
        [/:/, "port"],
        [/\//, "part"],
    ],
    port: [[/\d/, "portDigit"]],
    portDigit: [
        [/\d/, "portDigit"],
        [/\//, "part"],
    ],
    part: [[/[a-z0-9]/, "repository"]],
    repository: [
        [/[a-z0-9]/, "repository"],
        [/\./, "part"],
        [/_/, "underscore"],
        [/-/, "dash"],
        [/\//, "part"],
        [/:/, "tagStart"],
        [/@/, "digest"],
    ],
    underscore: [
        [/_/, "part"],
        [/[a-z0-9]/, "repository"],
    ],
    dash: [
        [/-/, "dash"],
        [/[a-z0-9]/, "repository"],
    ],
    tagStart: [[/\w/, "tag"]],
    tag: [
        [/[\w.-]/, "tag"],
        [/@/, "digest"],
    ],
};

/** Where a full name may end; so may it behind the last digit of a digest. */
const ENDS: readonly string[] = ["repository", "tag", "digest:sha256:64", "digest:sha384:96", "digest:sha512:128"];

const DIGESTS: readonly string[] = ["sha256", "sha384", "sha512"];

/** Registries that are special: Docker Hub's names have two parts, and one name only. */
const SPECIAL: readonly string[] = ["docker.io/", "index.docker.io/", "localhost/"];

const CHARACTERS = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:/@[]"];

/** How far a full name has been read. */
interface Reading {
    readonly place: string;
    /** All of it while that may become a special registry. */
    readonly begun: string | undefined;
    /** Whether another part of the repository must follow. */
    readonly needsPart: boolean;
}

/** Whether there is an image whose full name, with or without tag and digest, a glob matches. */
export function canMatchImage(glob: Glob): boolean {
    let readings = new Map([[keyOf(START), START]]);
    for (const wanted of glob.source.match(/\*+|[^*]/gu) ?? []) {
        readings = wanted.startsWith("*")
            ? closure(readings)
            : new Map([...readings.values()].flatMap(reading => step(reading, wanted)));
    }
    return [...readings.values()].some(({ place, needsPart }) => ENDS.includes(place) && !needsPart);
}

const START: Reading = { place: "start", begun: "", needsPart: false };

/** What follows a reading, by one character of the glob. */
function step(reading: Reading, wanted: string): [string, Reading][] {
    if (wanted === "?") return followers(reading);
    const next = read(reading, wanted);
    return next ? [[keyOf(next), next]] : [];
}

/** What any number of characters lead to. */
function closure(readings: ReadonlyMap<string, Reading>): Map<string, Reading> {
    const all = new Map(readings);
    // A map goes on with what is added while it is gone through.
    for (const reading of all.values())
        for (const [key, next] of followers(reading)) if (!all.has(key)) all.set(key, next);
    return all;
}

/** What any one character leads to, by reading: there are some hundred. */
const followersOf = new Map<string, [string, Reading][]>();

function followers(reading: Reading): [string, Reading][] {
    const key = keyOf(reading);
    let found = followersOf.get(key);
    if (!found) {
        const all = CHARACTERS.flatMap(char => read(reading, char) ?? []);
        found = [...new Map(all.map(next => [keyOf(next), next]))];
        followersOf.set(key, found);
    }
    return found;
}

function keyOf({ place, begun, needsPart }: Reading): string {
    return `${place} ${begun} ${needsPart}`;
}

function read({ place, begun, needsPart }: Reading, char: string): Reading | undefined {
    const next = place.startsWith("digest")
        ? readDigest(place, char)
        : GRAMMAR[place]?.find(([is]) => is.test(char))?.[1];
    if (next === undefined) return undefined;
    const text = begun === undefined ? undefined : begun + char;
    const special = text !== undefined && SPECIAL.some(registry => registry.startsWith(text)) ? text : undefined;
    if (char !== "/") return { place: next, begun: special, needsPart };
    // A slash ends the registry, or else a part of the repository.
    if (place === "repository") return { place: next, begun: undefined, needsPart: false };
    if (special === "index.docker.io/" || (place === "word" && special !== "localhost/")) return undefined;
    return { place: next, begun: undefined, needsPart: special === "docker.io/" };
}

/** Reads the algorithm, a colon and as many hexadecimal digits as it has. */
function readDigest(place: string, char: string): string | undefined {
    const [, algorithm = "", digits] = place.split(":");
    if (digits !== undefined) {
        const isFull = ENDS.includes(place);
        return !isFull && /[a-f0-9]/.test(char) ? `digest:${algorithm}:${Number(digits) + 1}` : undefined;
    }
    if (char === ":") return DIGESTS.includes(algorithm) ? `digest:${algorithm}:0` : undefined;
    return DIGESTS.some(name => name.startsWith(algorithm + char)) ? `digest:${algorithm}${char}` : undefined;
}

/** The pattern that is meant by one that matches no image, where that can be told. */
export function suggestImagePattern({ source }: Glob): string | undefined {
    const lower = source.toLowerCase();
    const candidates = [
        lower,
        lower.replace(/^https?:\/\//, ""),
        lower.replace(/^index\.docker\.io\//, "docker.io/"),
        lower.endsWith("/") ? `${lower}*` : "",
        !lower.includes("/") && /[.:]/.test(lower.replace(/:[^:]*$/, "")) ? `${lower}/*` : "",
        lower.replace(/^(?:docker\.io\/)?(?=[^/]*$)/, "docker.io/library/"),
        `docker.io/${lower}`,
    ];
    return candidates.find(candidate => candidate !== "" && canMatchImage(new Glob(candidate)));
}
