import { expect, test } from "vitest";
import { Resource } from "../../model/pulumi/resource";
import { type Answer, UNKNOWN, Value } from "../../model/value";
import { covers, listCovers } from "../../policies/shared/ingress/hosts";
import { injection, isSnippet, isTrue } from "../../policies/shared/ingress/nginx";
import { hasTlsAnnotation } from "../../policies/shared/ingress/tls-annotations";

test.each<[unknown, string, Answer]>([
    ["shop.example.com", "shop.example.com", "yes"],
    ["Shop.Example.com", "shop.example.COM", "yes"],
    ["shop.example.com", "cart.example.com", "no"],
    ["*.example.com", "shop.example.com", "yes"],
    ["*.Example.com", "SHOP.example.com", "yes"],
    ["*.example.com", "*.example.com", "yes"],
    ["*.example.com", "a.shop.example.com", "no"],
    ["*.example.com", "example.com", "no"],
    ["*example.com", "shopexample.com", "no"],
    ["example.com", "shop.example.com", "no"],
    ["*.", ".", "no"],
    ["*", "shop", "no"],
    [undefined, "shop.example.com", "no"],
    [undefined, "", "yes"],
    [7, "7", "no"],
    [UNKNOWN, "shop.example.com", "unknown"],
])("a certificate for %j covers %j: %s", (certified, host, expected) => {
    expect(covers(new Value(certified), host)).toBe(expected);
});

test.each<[unknown, Answer]>([
    [["*.example.com"], "yes"],
    [["other.example.com", "shop.example.com"], "yes"],
    [["other.example.com", UNKNOWN], "unknown"],
    [["other.example.com"], "no"],
    [[], "yes"],
    [undefined, "yes"],
    [UNKNOWN, "unknown"],
])("an entry for %j covers shop.example.com: %s", (hosts, expected) => {
    expect(listCovers(new Value(hosts), "shop.example.com")).toBe(expected);
});

test.each<[unknown, Answer]>([
    [undefined, "no"],
    [{}, "no"],
    [UNKNOWN, "unknown"],
    [{ "alb.ingress.kubernetes.io/certificate-arn": "arn:aws:acm:x" }, "yes"],
    [{ "alb.ingress.kubernetes.io/certificate-arn": "" }, "no"],
    [{ "alb.ingress.kubernetes.io/certificate-arn": UNKNOWN }, "unknown"],
    [{ "networking.gke.io/managed-certificates": "false" }, "yes"],
    [{ "traefik.ingress.kubernetes.io/router.tls": "true" }, "yes"],
    [{ "traefik.ingress.kubernetes.io/router.tls": "false" }, "no"],
    [{ "traefik.ingress.kubernetes.io/router.tls": false }, "no"],
    [{ "alb.ingress.kubernetes.io/listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]' }, "yes"],
    [{ "alb.ingress.kubernetes.io/listen-ports": '[{"HTTP": 80}]' }, "no"],
    [{ "nginx.ingress.kubernetes.io/ssl-passthrough": "true" }, "yes"],
    [{ "nginx.ingress.kubernetes.io/ssl-passthrough": "false" }, "no"],
    [{ "haproxy-ingress.github.io/ssl-passthrough": "true" }, "yes"],
    [{ "haproxy.org/ssl-passthrough": "true" }, "yes"],
    [{ "example.com/certificate-arn": "arn:aws:acm:x" }, "no"],
])("annotations %j give certificates: %s", (annotations, expected) => {
    const type = "kubernetes:networking.k8s.io/v1:Ingress";
    const props = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "shop", annotations } };
    const { objects } = new Resource({ urn: `urn:pulumi:dev::shop::${type}::shop`, type, name: "shop", props });
    expect(objects.map(hasTlsAnnotation)).toEqual([expected]);
});

test.each([
    ["nginx.ingress.kubernetes.io/rewrite-target", false, false],
    ["nginx.org/server-snippets", true, false],
    ["example.com/server-snippet", true, false],
    ["server-snippet", true, false],
    ["haproxy.org/backend-config-snippet", true, true],
    ["haproxy-ingress.github.io/config-backend", true, true],
    ["example.com/config-backend-early", true, false],
    ["haproxy-ingress.github.io/config-frontend", false, false],
    ["example.com/server-snippet-of", false, false],
])("annotation %s of an Ingress is a snippet: %s, of a Service: %s", (key, ofIngress, ofService) => {
    expect([isSnippet(key), isSnippet(key, true)]).toEqual([ofIngress, ofService]);
});

test.each<[unknown, boolean]>([
    ["1", true],
    ["t", true],
    ["True", true],
    [true, true],
    ["tRUE", false],
    ["yes", false],
    ["", false],
    [undefined, false],
])("ingress-nginx reads %j as true: %s", (value, expected) => {
    expect(isTrue(value)).toBe(expected);
});

test.each<[string, string, string | undefined]>([
    ["path", "/shop", undefined],
    ["path", "/a{2}/b{1,}/c{10,20}", undefined],
    ["path", "/a{x}", '"{" (CVE-2026-24512, fixed in v1.13.7 and v1.14.3)'],
    ["path", "/a{,2}", '"{" (CVE-2026-24512, fixed in v1.13.7 and v1.14.3)'],
    ["path", "/a#b", '"#" (CVE-2026-24512, fixed in v1.13.7 and v1.14.3)'],
    ["path", "/shop\n", undefined],
    ["path", "/shop\nx", "a line break (CVE-2026-24512, fixed in v1.13.7 and v1.14.3)"],
    ["path", "/etc", "a directory of the system (CVE-2021-25745, fixed in v1.2.0)"],
    ["path", "/root/x", "a directory of the system (CVE-2021-25745, fixed in v1.2.0)"],
    ["path", "/etcetera", undefined],
    ["path", "/x/etc", undefined],
    ["a.io/configuration", "/etc", undefined],
    ["a.io/app-root", "/shop#top", undefined],
    ["a.io/app-root", "/shop;", '";" (CVE-2021-25746, fixed in v1.2.0)'],
    ["a/b/app-root", "/shop;", undefined],
    ["app-root", "/shop}", '"}" (CVE-2021-25746, fixed in v1.2.0)'],
    ["a.io/app-root", "/a{2}", '"{" (CVE-2021-25746, fixed in v1.2.0)'],
    ["a.io/auth-url", "http://a/b#c", '"#" (CVE-2025-24514, fixed in v1.11.5 and v1.12.1)'],
    ["a.io/rewrite-target", '/a"', "a quotation mark (CVE-2026-3288, fixed in v1.13.8 and v1.14.4)"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of nginx.
    ["a.io/upstream-hash-by", "${a}-${b}", undefined],
    ["a.io/upstream-hash-by", "{a}", '"{" (which ingress-nginx refuses since v1.12.0)'],
    ["a.io/server-alias", "a.io,\n  b.io", undefined],
    ["a.io/server-alias", "a.io\nb.io", "a line break (which ingress-nginx refuses since v1.12.0)"],
    ["a.io/app-root-of", "/shop;", undefined],
    ["a.io/anything", "access_by_lua x", undefined],
    ["my-nginx/anything", "access_by_lua x", "Lua code"],
    ["my-nginx/anything", "alias /etc/x;", "a directive"],
    ["my-nginx/anything", "alias for a friend", undefined],
    ["my-nginx/anything", "a; alias for a friend", undefined],
    ["my-nginx/anything", "/etc/passwd", "the path of a file of the ingress controller"],
    ["a.io/auth-url", "x;root /;", "a directive (CVE-2025-24514, fixed in v1.11.5 and v1.12.1)"],
])("of %s, %j: %s", (key, value, expected) => {
    expect(injection(key, value)).toBe(expected);
});
