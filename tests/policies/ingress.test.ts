import { expect, test } from "vitest";
import { Resource } from "../../model/pulumi/resource";
import { type Answer, UNKNOWN, Value } from "../../model/value";
import { covers, listCovers } from "../../policies/shared/ingress/hosts";
import { injection, isNginxAnnotation } from "../../policies/shared/ingress/nginx";
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
    ["nginx.ingress.kubernetes.io/rewrite-target", true],
    ["my-nginx/rewrite-target", true],
    ["nginx.org/server-snippets", true],
    ["example.com/server-snippet", true],
    ["server-snippet", true],
    ["server-snippets", false],
    ["example.com/nginx", false],
    ["nginx", false],
    ["example.com/server-snippet-of", false],
])("annotation %s is read by nginx: %s", (key, expected) => {
    expect(isNginxAnnotation(key)).toBe(expected);
});

test.each<[string, string, string | undefined]>([
    ["path", "/shop", undefined],
    ["path", "/a{2}/b{1,}/c{10,20}", undefined],
    ["path", "/a{x}", 'has "{" (CVE-2021-25745, fixed in v1.2.0)'],
    ["path", "/a{,2}", 'has "{" (CVE-2021-25745, fixed in v1.2.0)'],
    ["path", "/a#b", 'has "#" (CVE-2021-25745, fixed in v1.2.0)'],
    ["path", "/shop\n", undefined],
    ["path", "/shop\nx", "has a line break (CVE-2021-25745, fixed in v1.2.0)"],
    ["path", "/etc", "is a directory of the system (CVE-2021-25745, fixed in v1.2.0)"],
    ["path", "/root/x", "is a directory of the system (CVE-2021-25745, fixed in v1.2.0)"],
    ["path", "/etcetera", undefined],
    ["path", "/x/etc", undefined],
    ["a.io/configuration", "/etc", undefined],
    ["a.io/app-root", "/shop#top", undefined],
    ["a.io/app-root", "/shop;", 'has ";" (CVE-2021-25746, fixed in v1.2.0)'],
    ["a/b/app-root", "/shop;", 'has ";" (CVE-2021-25746, fixed in v1.2.0)'],
    ["app-root", "/shop}", 'has "}" (CVE-2021-25746, fixed in v1.2.0)'],
    ["a.io/app-root", "/a{2}", 'has "{" (CVE-2021-25746, fixed in v1.2.0)'],
    ["a.io/auth-url", "http://a/b#c", 'has "#" (CVE-2025-24514, fixed in v1.11.5 or v1.12.1)'],
    ["a.io/app-root-of", "/shop;", undefined],
    ["a.io/anything", "access_by_lua x", "has Lua code"],
    ["a.io/anything", "alias /etc/x;", "has a directive"],
    ["a.io/anything", "alias for a friend", undefined],
    ["a.io/anything", "a; alias for a friend", undefined],
    ["a.io/anything", "/etc/passwd", "has a file of the ingress controller"],
    ["a.io/auth-url", "x;root /;", "has a directive (CVE-2025-24514, fixed in v1.11.5 or v1.12.1)"],
])("of %s, %j: %s", (key, value, expected) => {
    expect(injection(key, value)).toBe(expected);
});
