import { describe, expect, test } from "vitest";
import { ImageError, parseImage } from "../../../model/kubernetes/image";

const SHA256 = `sha256:${"0a".repeat(32)}`;
const SHA512 = `sha512:${"0a".repeat(64)}`;

/** Reference, registry, repository, tag, digest. */
const VALID: readonly (readonly [string, string, string, (string | undefined)?, string?])[] = [
    ["nginx", "docker.io", "library/nginx"],
    ["nginx:1.27", "docker.io", "library/nginx", "1.27"],
    ["library/nginx", "docker.io", "library/nginx"],
    ["shop/cart", "docker.io", "shop/cart"],
    ["docker.io/nginx", "docker.io", "library/nginx"],
    ["docker.io/nginx:1.27", "docker.io", "library/nginx", "1.27"],
    ["docker.io/shop/cart", "docker.io", "shop/cart"],
    ["docker.io/library/shop/cart", "docker.io", "library/shop/cart"],
    ["index.docker.io/nginx", "docker.io", "library/nginx"],
    ["index.docker.io/shop/cart:1", "docker.io", "shop/cart", "1"],
    ["index.docker.io:443/cart", "index.docker.io:443", "cart"],
    ["a", "docker.io", "library/a"],
    ["a/b", "docker.io", "a/b"],
    ["a/b/c/d", "docker.io", "a/b/c/d"],
    ["shop_cart", "docker.io", "library/shop_cart"],
    ["shop__cart", "docker.io", "library/shop__cart"],
    ["shop---cart", "docker.io", "library/shop---cart"],
    ["shop.cart", "docker.io", "library/shop.cart"],
    // Without a slash there is no registry, and what follows the colon is a tag.
    ["registry.example.com:5000", "docker.io", "library/registry.example.com", "5000"],
    ["192.0.2.1", "docker.io", "library/192.0.2.1"],
    ["192.0.2.1:5000", "docker.io", "library/192.0.2.1", "5000"],
    ["registry:5000/cart", "registry:5000", "cart"],
    ["registry:5000/cart:1.4", "registry:5000", "cart", "1.4"],
    [`registry:5000/cart@${SHA256}`, "registry:5000", "cart", undefined, SHA256],
    [`registry:5000/cart:1.4@${SHA256}`, "registry:5000", "cart", "1.4", SHA256],
    ["192.0.2.1:5000/cart:5000", "192.0.2.1:5000", "cart", "5000"],
    ["localhost/cart", "localhost", "cart"],
    ["localhost:5000/shop/cart", "localhost:5000", "shop/cart"],
    // A capital letter can only be in a host.
    ["REGISTRY/cart", "REGISTRY", "cart"],
    ["Registry.Example.com/cart", "Registry.Example.com", "cart"],
    ["sub-domain.registry.example.com/a/b/c:some-tag", "sub-domain.registry.example.com", "a/b/c", "some-tag"],
    ["xn--n3h.com/cart:xn--n3h.com", "xn--n3h.com", "cart", "xn--n3h.com"],
    ["cart:Release_1.4-rc", "docker.io", "library/cart", "Release_1.4-rc"],
    [`cart@${SHA512}`, "docker.io", "library/cart", undefined, SHA512],
    [`cart:1@sha384:${"0".repeat(96)}`, "docker.io", "library/cart", "1", `sha384:${"0".repeat(96)}`],
    ["[2001:db8::1]/cart", "[2001:db8::1]", "cart"],
    ["[2001:db8::1]:5000/cart:1", "[2001:db8::1]:5000", "cart", "1"],
    ["[::1]:5000/cart", "[::1]:5000", "cart"],
    [`example.com/${"a".repeat(255)}:1`, "example.com", "a".repeat(255), "1"],
    [`cart:${"1".repeat(128)}`, "docker.io", "library/cart", "1".repeat(128)],
    // 64 hexadecimal digits are a name once a registry is before them.
    [`docker.io/${"0a".repeat(32)}`, "docker.io", `library/${"0a".repeat(32)}`],
];

const NAME = "its name must be of lowercase letters and digits, with single separators (. _ __ - /) between them";
const LOWERCASE = "its name must be lowercase";
const HOST = "its registry is not a host name with or without a port";
const TAG = "its tag must be of at most 128 letters, digits, underscores, dots and dashes";
const ALGORITHM = "its digest must begin with one of sha256, sha384, sha512";
const DIGITS = "its sha256 digest must have 64 lowercase hexadecimal digits";
const TOO_LONG = "its name is longer than 255 characters";

const INVALID: readonly (readonly [string, string])[] = [
    ["", "it is empty"],
    ["0a".repeat(32), "64 hexadecimal digits are an image's id, not its name"],
    ["Nginx", LOWERCASE],
    ["Nginx:1.27", LOWERCASE],
    ["registry:5000/Shop/cart", LOWERCASE],
    ["shop/Cart", LOWERCASE],
    [":1.27", NAME],
    [`@${SHA256}`, NAME],
    ["shop/", NAME],
    ["shop//cart", NAME],
    ["shop/cart/", NAME],
    ["-shop/cart", NAME],
    ["shop-/cart", NAME],
    ["_shop/cart", NAME],
    ["shop..cart", NAME],
    ["shop_.cart", NAME],
    ["shop___cart", NAME],
    ["shop cart", NAME],
    [" nginx", NAME],
    ["nginx\n", NAME],
    ["nginx$^/cart", NAME],
    ["[2001:db8::1]", NAME],
    ["[2001:db8::1]:5000", NAME],
    ["https://registry.example.com/cart", HOST],
    ["/cart", NAME],
    ["registry:/cart", HOST],
    ["registry:port/cart", HOST],
    ["-registry.example.com/cart", HOST],
    ["registry-.example.com/cart", HOST],
    ["registry..example.com/cart", HOST],
    ["2001:db8::1/cart", HOST],
    ["[fe80::1%eth0]:5000/cart", HOST],
    ["[2001:db8::192.0.2.33]:5000/cart", HOST],
    ["cart:", TAG],
    ["cart:-1", TAG],
    ["cart:.1", TAG],
    ["cart:1+2", TAG],
    ["cart:1:2", NAME],
    [`cart:${"1".repeat(129)}`, TAG],
    ["cart@", ALGORITHM],
    [`cart@${"0a".repeat(32)}`, ALGORITHM],
    [`cart@md5:${"0a".repeat(16)}`, ALGORITHM],
    [`cart@SHA256:${"0a".repeat(32)}`, ALGORITHM],
    ["cart@sha256:", DIGITS],
    [`cart@sha256:${"0a".repeat(17)}`, DIGITS],
    [`cart@sha256:${"0a".repeat(32)}0`, DIGITS],
    [`cart@sha256:${"0A".repeat(32)}`, DIGITS],
    [`cart@sha256:${"0g".repeat(32)}`, DIGITS],
    [`cart@${SHA256}:1`, DIGITS],
    [`cart@${SHA256}@${SHA256}`, DIGITS],
    [`example.com/${"a".repeat(256)}:1`, TOO_LONG],
    [`${"a/".repeat(128)}a`, TOO_LONG],
];

describe("image references", () => {
    test.each(VALID.map(([text, ...parts]) => ({ text, parts })))("$text", ({ text, parts }) => {
        const [registry, repository, tag, digest] = parts;
        expect(parseImage(text)).toEqual({ registry, repository, tag, digest });
    });

    test.each(INVALID)("%j is none", (text, reason) => {
        expect(parseImage(text)).toEqual(new ImageError(reason));
    });

    test("the tag is latest where neither tag nor digest is written", () => {
        const tags = ["cart", "cart:1", `cart@${SHA256}`, `cart:1@${SHA256}`].map(text => {
            const image = parseImage(text);
            return image instanceof ImageError ? image : image.effectiveTag;
        });
        expect(tags).toEqual(["latest", "1", undefined, "1"]);
    });

    // By a backtracking that is not linear these would not end.
    test.each(["a", "a-", "a.", "_", ":", "@", "/", "[:", "A", "0", "a.a-", "a/a"])("a long text of %j ends", part => {
        expect(parseImage(`${part.repeat(200_000)}!`)).toBeInstanceOf(ImageError);
    });
});
