/** Names of credentials, as the configuration lists them. Case and separators mean nothing. */
export const DEFAULT_KEYS: readonly string[] = [
    ...["password", "passwd", "passphrase", "passcode", "pass", "pwd"],
    ...["secret", "token", "bearer", "credential", "connection string"],
    ...["access key", "account key", "api key", "auth key", "client key", "deploy key", "encryption key", "hmac key"],
    ...["key content", "master key", "private key", "secret key", "service key", "session key", "shared key"],
    ...["signing key", "ssh key", "storage key", "subscription key"],
    // Of Redis.
    ...["masterauth", "requirepass"],
];

/** Behind the name of a credential these say that the value is not the credential but something about it. */
const ABOUT = new Set(
    [
        // Where it is.
        "address bucket dir directory domain endpoint file filename folder host location mount namespace path port",
        "region server service uri url",
        // What it is called.
        "alias annotation arn attribute claim claims env field header id identifier label name names param",
        "parameter prefix ref reference references selector suffix user username variable",
        // How long it holds, how long it is.
        "age attempts bits count days duration expiration expires expiry hours interval length lifetime limit max",
        "min minutes period rounds seconds size timeout ttl window",
        // How it is made and used.
        "alg algorithm audience auth authentication authorization backend cache class cmd command controller driver",
        "encoder encoding encryption engine exchange format generator grant hint issuer kind manager method mode",
        "policy provider regex rotation scheme scope scopes source store strategy strength template type validation",
        "validator verification version",
        // Whether it is.
        "allowed disable disabled enable enabled exists optional require required reset through",
    ].flatMap(wordsOf),
);

/** Names that end like those of credentials but are not: of Secrets, and what tells etcd clusters apart. */
const EXCEPTIONS: readonly string[] = [
    ...["ca secret", "cert secret", "certificate secret", "credential secret", "existing secret", "image secret"],
    ...["pull secret", "registry secret", "serving secret", "ssl secret", "tls secret", "initial cluster token"],
].map(joined);

/** Words are compared up to this many, and names read up to that length: enough for what people write. */
const MAX_WORDS = 4;
const MAX_NAME_LENGTH = 200;

const knownNames = new WeakMap<readonly string[], CredentialNames>();

/** Recognizes the names of credentials, in any spelling: `apikey`, `api_key`, `API-KEY`, `apiKey`. */
export class CredentialNames {
    /** Those of a configuration, prepared once for all objects. */
    static of(keys: readonly string[]): CredentialNames {
        const names = knownNames.get(keys) ?? new CredentialNames(keys);
        knownNames.set(keys, names);
        return names;
    }

    private readonly keys: readonly string[];

    /** @param keys names of credentials, their words told apart in any way. */
    constructor(keys: readonly string[]) {
        this.keys = keys.map(joined).filter(key => key !== "");
    }

    /** Whether a value of this name is a credential, when it is a literal. */
    matches(name: string): boolean {
        const words = wordsOf(name.slice(0, MAX_NAME_LENGTH));
        for (const start of words.keys()) {
            for (let end = start + 1; end <= Math.min(start + MAX_WORDS, words.length); end++) {
                if (this.isKey(words.slice(start, end)) && !isAbout(words, end)) return true;
            }
        }
        return false;
    }

    /** A single word may have something before the key: `pgpassword`. Short keys end other words: `bypass`. */
    private isKey(words: readonly string[]): boolean {
        const name = words.join("");
        return this.keys.some(key => name === key || (words.length === 1 && key.length > 4 && name.endsWith(key)));
    }
}

function isAbout(words: readonly string[], end: number): boolean {
    // The name of a Secret may start with that of what is in it: `credential secret`.
    const names = [end, end + 1].map(one => words.slice(0, one).join(""));
    return (
        EXCEPTIONS.some(exception => names.some(name => name.endsWith(exception))) ||
        words.slice(end).some(word => ABOUT.has(word))
    );
}

function joined(name: string): string {
    return wordsOf(name).join("");
}

/** The words of a name in lower case, without digits and plural at their ends. */
function wordsOf(name: string): string[] {
    return name
        .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
        .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
        .toLowerCase()
        .split(/[^a-z0-9]+/)
        .map(word => word.replace(/(?<!\d)\d+$/, "").replace(/([a-z]{2}[^s])s$/, "$1"))
        .filter(word => word !== "");
}
