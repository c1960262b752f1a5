/** Why a text is no image reference. */
export class ImageError {
    constructor(
        /** As half a sentence: `its name must be lowercase`. */
        readonly reason: string,
    ) {}
}

/** An image reference, its name normalized as container runtimes do. */
export class ImageReference {
    constructor(
        /** Host and port: `docker.io`, `registry.example.com:5000`. */
        readonly registry: string,
        /** Path in the registry: `library/nginx`. */
        readonly repository: string,
        readonly tag: string | undefined,
        /** Algorithm and hexadecimal digits: `sha256:…`. */
        readonly digest: string | undefined,
    ) {}

    /** Registry and repository: `docker.io/library/nginx`. */
    get name(): string {
        return `${this.registry}/${this.repository}`;
    }

    /**
     * The tag that Kubernetes reads: `latest` where neither tag nor digest is written; undefined for a digest alone.
     *
     * Source: kubernetes/kubernetes pkg/util/parsers/parsers.go (`ParseImageName`).
     */
    get effectiveTag(): string | undefined {
        return this.tag ?? (this.digest === undefined ? "latest" : undefined);
    }
}

const DOCKER_HUB = "docker.io";
/** The name that Docker Hub had at first. */
const DOCKER_HUB_LEGACY = "index.docker.io";

const MAX_REPOSITORY_LENGTH = 255;

/** The digest algorithms that registries take, and how many hexadecimal digits each gives. */
const DIGEST_LENGTHS: ReadonlyMap<string, number> = new Map([
    ["sha256", 64],
    ["sha384", 96],
    ["sha512", 128],
]);

/**
 * Reads an image reference by the grammar of the OCI distribution project, and normalizes it: `nginx` is
 * `docker.io/library/nginx`. Time is linear in the text's length.
 *
 * Source: github.com/distribution/reference v0.6.0 (`ParseNormalizedNamed`), digests github.com/opencontainers/go-digest.
 */
export function parseImage(text: string): ImageReference | ImageError {
    if (text === "") return new ImageError("it is empty");
    if (/^[a-f0-9]{64}$/.test(text)) return new ImageError("64 hexadecimal digits are an image's id, not its name");
    const [tagged, digest] = cutAt(text, text.indexOf("@"));
    const colon = tagged.lastIndexOf(":");
    // A colon before a slash belongs to the registry's port.
    const [name, tag] = cutAt(tagged, colon > tagged.lastIndexOf("/") ? colon : -1);
    const [registry, repository] = splitName(name);
    const problem =
        registryProblem(registry) ??
        repositoryProblem(repository) ??
        (tag === undefined ? undefined : tagProblem(tag)) ??
        (digest === undefined ? undefined : digestProblem(digest));
    return problem ? new ImageError(problem) : new ImageReference(registry, repository, tag, digest);
}

/** The text before and behind one character; nothing behind it when the place is -1. */
function cutAt(text: string, place: number): [string, string | undefined] {
    return place < 0 ? [text, undefined] : [text.slice(0, place), text.slice(place + 1)];
}

/** Registry and repository of a name: what is before the first slash is a registry only when it looks like a host. */
function splitName(name: string): [string, string] {
    const [first, rest] = cutAt(name, name.indexOf("/"));
    if (rest === undefined) return [DOCKER_HUB, `library/${name}`];
    const isHost = first === "localhost" || /[.:]/.test(first) || first !== first.toLowerCase();
    const registry = !isHost || first === DOCKER_HUB_LEGACY ? DOCKER_HUB : first;
    const repository = isHost ? rest : name;
    return registry === DOCKER_HUB && !repository.includes("/")
        ? [registry, `library/${repository}`]
        : [registry, repository];
}

function registryProblem(registry: string): string | undefined {
    const match = /^(\[[a-fA-F0-9:]+\]|[^:[\]]*)(?::[0-9]+)?$/.exec(registry);
    const host = match?.[1] ?? "";
    const isHost = host.startsWith("[") || host.split(".").every(isHostPart);
    return match && isHost ? undefined : "its registry is not a host name with or without a port";
}

function isHostPart(part: string): boolean {
    return /^[a-zA-Z0-9-]+$/.test(part) && !part.startsWith("-") && !part.endsWith("-");
}

function repositoryProblem(repository: string): string | undefined {
    if (repository !== repository.toLowerCase()) return "its name must be lowercase";
    if (repository.length > MAX_REPOSITORY_LENGTH) return `its name is longer than ${MAX_REPOSITORY_LENGTH} characters`;
    const isValid = repository.split("/").every(part => /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/.test(part));
    return isValid
        ? undefined
        : "its name must be of lowercase letters and digits, with single separators (. _ __ - /) between them";
}

function tagProblem(tag: string): string | undefined {
    return /^\w[\w.-]{0,127}$/.test(tag)
        ? undefined
        : "its tag must be of at most 128 letters, digits, underscores, dots and dashes";
}

function digestProblem(digest: string): string | undefined {
    const [algorithm, digits = ""] = cutAt(digest, digest.indexOf(":"));
    const length = DIGEST_LENGTHS.get(algorithm);
    if (length === undefined) return `its digest must begin with one of ${[...DIGEST_LENGTHS.keys()].join(", ")}`;
    return digits.length === length && /^[a-f0-9]+$/.test(digits)
        ? undefined
        : `its ${algorithm} digest must have ${length} lowercase hexadecimal digits`;
}
