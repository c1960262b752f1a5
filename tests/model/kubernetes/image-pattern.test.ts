import { expect, test } from "vitest";
import { Glob } from "../../../model/glob";
import { canMatchImage, suggestImagePattern } from "../../../model/kubernetes/image-pattern";

const DIGITS = "0123456789abcdef".repeat(4);

test.each([
    "*",
    "docker.io/*",
    "docker.io/library/nginx",
    "docker.io/library/nginx:1.27",
    "docker.io/library/nginx:V1_2-x.y",
    `docker.io/library/nginx@sha256:${DIGITS}`,
    `docker.io/library/nginx:1.27@sha256:${DIGITS}`,
    "*@sha256:*",
    "*:latest",
    "*/nginx",
    "*nginx*",
    "*.example.com/*",
    "registry-?.example.com:5000/shop/*",
    "localhost/cart",
    "localhost:5000/cart",
    "[::1]:5000/cart",
    "ghcr.io/a/b__c--d.e_f",
    "d?cker.io/library/nginx",
])("%s matches an image", source => {
    expect(canMatchImage(new Glob(source))).toBe(true);
});

test.each<[string, string | undefined]>([
    ["nginx", "docker.io/library/nginx"],
    ["nginx:1.27", "docker.io/library/nginx:1.27"],
    ["docker.io/nginx", "docker.io/library/nginx"],
    ["docker.io/nginx:*", "docker.io/library/nginx:*"],
    ["shop/*", "docker.io/shop/*"],
    ["index.docker.io/library/nginx", "docker.io/library/nginx"],
    ["registry.example.com", "registry.example.com/*"],
    ["registry.example.com:5000", "registry.example.com:5000/*"],
    ["registry.example.com/", "registry.example.com/*"],
    ["Registry.Example.com/*", "registry.example.com/*"],
    ["https://registry.example.com/*", "registry.example.com/*"],
    ["registry.example.com/shop/ *", undefined],
    ["registry.example.com/a@sha256:abc", undefined],
    ["registry.example.com/a:b:c", undefined],
    ["-a.example.com/*", undefined],
    ["", undefined],
])("%s matches no image, %s may be meant", (source, meant) => {
    expect(canMatchImage(new Glob(source))).toBe(false);
    expect(suggestImagePattern(new Glob(source))).toBe(meant);
});

test("a long pattern takes time in proportion to its length", () => {
    const started = performance.now();
    expect(canMatchImage(new Glob(`registry.example.com/${"*a?".repeat(300)}!`))).toBe(false);
    expect(performance.now() - started).toBeLessThan(5000);
});
