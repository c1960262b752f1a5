import { Globs } from "../../../model/glob";
import { isLiteralCredential } from "./values";

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
        "address bucket cidr dir directory domain endpoint file filename folder host image ip ips location mount namespace path port",
        "region server service uri url",
        // What it is called.
        "alias annotation arn description error message text title attribute claim claims env field header id identifier label name names param",
        "parameter prefix ref reference references selector suffix user username variable",
        // How long it holds, how long it is.
        "age attempts bits complexity count days duration expiration expires expiry hours interval length lifetime limit max",
        "min minutes period rounds seconds size timeout ttl window",
        // How it is made and used.
        "alg algorithm audience auth authentication authorization backend cache class cmd command controller driver",
        "encoder encoding encryption engine exchange extractor format generator grant handler helper hint issuer kind loader manager",
        "method mode option options resolver",
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

/** What a Secret is called, in words: `app-webhook-cert`. */
const NAME_OF_OBJECT = /^[a-z]{2,30}(?:[-.][a-z]{2,30}){1,8}(?:-\d{1,3})?$/;

/** What a key of a Secret is called: `redis-password`, `password`. */
const NAME_OF_KEY = /^[A-Za-z]{2,30}(?:[-_.][A-Za-z]{2,30}){0,8}$/;

/** Credentials whose names end in `secret`; other names that do are those of Secrets. */
const ENDS_OF_SECRETS = new Set(
    "access api app application auth client consumer cookie encryption hmac jwt key next nextauth oauth oidc refresh session shared sign signing token".split(
        " ",
    ),
);

/** What a key in a Secret may hold, by which names of keys are called. */
const HELD = /(?:password|passwd|secret|token|credential|certificate|username|user)s?[-_. ]?(?:secret[-_. ]?)?keys?$/i;

/** Names that are those of keys of credentials themselves. */
const KEYS_THEMSELVES = /(?:^|[-_. a-z0-9])(?:secret|client[-_. ]?secret)[-_. ]?keys?$/i;

/** Words are compared up to this many, and names read up to that length: enough for what people write. */
const MAX_WORDS = 4;
const MAX_NAME_LENGTH = 200;

const NO_REFERENCES = new Globs([]);

const knownNames = new WeakMap<readonly string[], CredentialNames>();

/** Recognizes the names of credentials, in any spelling: `apikey`, `api_key`, `API-KEY`, `apiKey`. */
export class CredentialNames {
    /** Those of a configuration, prepared once for all objects. */
    static of(keys: readonly string[], references = NO_REFERENCES): CredentialNames {
        const known = knownNames.get(keys);
        const names = known?.references === references ? known : new CredentialNames(keys, references);
        knownNames.set(keys, names);
        return names;
    }

    private readonly keys: readonly string[];

    /**
     * @param keys names of credentials, their words told apart in any way.
     * @param references what values look like that only refer to a credential.
     */
    constructor(
        keys: readonly string[],
        readonly references = NO_REFERENCES,
    ) {
        this.keys = keys.map(joined).filter(key => key !== "");
    }

    /** Whether a value of this name is a credential itself. */
    areHeldBy(name: string, value: string): boolean {
        return (
            this.matches(name) && !isNameOfSecret(name, value) && !this.refersTo(value) && isLiteralCredential(value)
        );
    }

    /** Whether a text is one of the references that the configuration lists. */
    refersTo(value: string): boolean {
        return this.references.globs.length > 0 && this.references.matches(value.trim());
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

/** Whether a value names a Secret or a key in one: `webhookSecret: app-webhook-cert`, `redisPasswordSecretKey: password`. */
function isNameOfSecret(name: string, value: string): boolean {
    const text = value.trim();
    if (/keys?$/i.test(name)) {
        const words = wordsOf(name.slice(0, MAX_NAME_LENGTH));
        const isOfItself =
            words.length <= 3 && !/password|token|credential|username/i.test(name) && KEYS_THEMSELVES.test(name);
        return HELD.test(name) && !isOfItself && NAME_OF_KEY.test(text);
    }
    if (!/secrets?$/i.test(name) || !NAME_OF_OBJECT.test(text)) return false;
    const [before] = wordsOf(name.slice(0, MAX_NAME_LENGTH)).slice(-2);
    return before !== undefined && before !== "secret" && !ENDS_OF_SECRETS.has(before);
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
