import { expect, test } from "vitest";
import {
    isExactVersion,
    isFixedRevision,
    isLocalChart,
    isPinnedChart,
    pinOf,
} from "../../../model/pulumi/source-reference";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";

test.each([
    ["https://raw.githubusercontent.com/acme/app/main/deploy.yaml", "moving"],
    ["http://raw.githubusercontent.com/acme/app/main/deploy.yaml", "moving"],
    ["https://raw.githubusercontent.com/acme/app/v1.2.3/deploy.yaml", "fixed"],
    [`https://raw.githubusercontent.com/acme/app/${COMMIT}/deploy.yaml`, "fixed"],
    ["https://raw.githubusercontent.com/acme/app/refs/heads/v1.2.3/deploy.yaml", "moving"],
    ["https://raw.githubusercontent.com/acme/app/refs/tags/stable/deploy.yaml", "fixed"],
    ["https://raw.githubusercontent.com/acme/app/release-1.2/deploy.yaml", "moving"],
    ["https://raw.githubusercontent.com/acme/app/controller-v1.11.1/deploy.yaml", "fixed"],
    ["https://github.com/acme/app/raw/HEAD/deploy.yaml", "moving"],
    ["https://github.com/acme/app/blob/v1.2/deploy.yaml", "fixed"],
    ["https://github.com/acme/app/tree/v3.3.1/examples/hello", "fixed"],
    ["https://github.com/acme/app/tree/master/examples/hello", "moving"],
    ["https://github.com/acme/app/archive/refs/heads/main.tar.gz", "moving"],
    ["https://github.com/acme/app/archive/v1.2.3.tar.gz", "fixed"],
    ["https://github.com/acme/app/releases/download/v1.2.3/install.yaml", "fixed"],
    ["https://github.com/acme/app/releases/latest/download/install.yaml", "moving"],
    ["https://gist.githubusercontent.com/acme/0a1b2c/raw/app.yaml", "moving"],
    [`https://gist.githubusercontent.com/acme/0a1b2c/raw/${COMMIT}/app.yaml`, "fixed"],
    ["https://gitlab.com/acme/platform/app/-/raw/main/app.yaml", "moving"],
    ["https://gitlab.example.com/acme/app/-/raw/v1.0.0/app.yaml", "fixed"],
    ["https://bitbucket.org/acme/app/raw/master/app.yaml", "moving"],
    ["https://cdn.jsdelivr.net/gh/acme/app@1.2.3/app.yaml", "fixed"],
    ["https://cdn.jsdelivr.net/gh/acme/app/app.yaml", "moving"],
    ["github.com/acme/app//deploy?ref=v1.2.3", "fixed"],
    ["github.com/acme/app//deploy?ref=main", "moving"],
    ["github.com/acme/app//deploy?ref=&version=v1.2.3", "fixed"],
    ["github.com/acme/app//deploy", "moving"],
    ["https://github.com/acme/app.git?version=kustomize/v4.5.7", "fixed"],
    ["git@github.com:acme/app.git", "moving"],
    [`ssh://git@example.com/acme/app?ref=${COMMIT}`, "fixed"],
    ["git::https://example.com/acme/app//deploy?ref=", "moving"],
    ["https://example.com/main/app.yaml", "unknown"],
    ["./deploy/main", "unknown"],
    ["manifests/*.yaml", "unknown"],
    ["", "unknown"],
])("%s is %s", (location, pin) => {
    expect(pinOf(location)).toBe(pin);
});

test.each([
    "0123456",
    COMMIT,
    "v1.2",
    "1.2",
    "v10.20",
    "app/1.2",
    "1.2.3",
    "v1.2.3-rc.1",
    "RELEASE.2024-01-31T00-00-00Z",
    "release-2024-01-31",
    "release-20240131",
    "20240131",
])("%s is fixed", ref => {
    expect(isFixedRevision(ref)).toBe(true);
});

test.each([
    "main",
    "HEAD",
    "v1",
    "release-1.2",
    "release-4-01-31",
    "release-2024-01",
    "release-2024-1-3",
    "1.x",
    "feature/1.2-login",
    "feature/deadbee",
    "stable",
    "deadbee-or-so",
    "",
])("%j moves", ref => {
    expect(isFixedRevision(ref)).toBe(false);
});

test.each(["1.2.3", "v1.2.3", "=1.2.3", "1.2.3-rc.1", "1.2.3+build.5", " 1.2.3 ", "10.20.30"])(
    "%j is exact",
    version => {
        expect(isExactVersion(version)).toBe(true);
    },
);

test.each(["", "1", "1.2", "1.x", "*", "^1.2.3", "~1.2.3", ">=1.2.3", "1.2.3 - 1.3.0", "1.2.3 || 2.0.0", "latest"])(
    "%j is no exact version",
    version => {
        expect(isExactVersion(version)).toBe(false);
    },
);

test("a chart is local by its path, or by a name that no repository gives", () => {
    const locals = ["./chart", "../chart", "/srv/chart", "~/chart", "C:\\chart", "file:///srv/chart", "charts/nginx"];
    for (const chart of [...locals, "nginx", "deploy/charts/nginx", "vendor/nginx-1.2.3.tgz"]) {
        expect([chart, isLocalChart(chart, false)]).toEqual([chart, true]);
    }
    for (const chart of ["bitnami/nginx", "oci://example.com/nginx", "https://example.com/nginx.tgz"]) {
        expect([chart, isLocalChart(chart, false)]).toEqual([chart, false]);
    }
    expect([isLocalChart("nginx", true), isLocalChart("charts/nginx", true)]).toEqual([false, false]);
    expect(isLocalChart("./chart", true)).toBe(true);
});

test("a chart's address may name its version", () => {
    const digest = "a".repeat(64);
    const pinned = [`oci://example.com/nginx@sha256:${digest}`, "oci://example.com:5000/charts/nginx:1.2.3"];
    for (const chart of [...pinned, "https://example.com/nginx-1.2.3.tgz", "http://example.com/nginx-1.2.3.tgz?raw"]) {
        expect([chart, isPinnedChart(chart)]).toEqual([chart, true]);
    }
    const open = ["oci://example.com:5000/charts/nginx", "oci://example.com/nginx:latest", "nginx", "nginx-1.2.3.tgz"];
    open.push("oci://example.com/nginx:1.2.3@sha256:0123", `https://example.com/nginx@sha256:${digest}`);
    for (const chart of [...open, "https://raw.githubusercontent.com/acme/app/main/nginx.tgz"]) {
        expect([chart, isPinnedChart(chart)]).toEqual([chart, false]);
    }
});
