/** Ports that a URL of a scheme may leave out. */
const DEFAULT_PORTS: Readonly<Record<string, string>> = { https: "443", http: "80" };

/** Scheme, host with port, and path of an API server's address; the scheme and the path may be missing. */
const ADDRESS = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^/@]*@)?(\[[^\]]*\]|[^/:]*)(?::(\d*))?(\/.*)?$/i;

/**
 * What is the same for all spellings of an API server's address: host names have no case and may end in a dot, ports
 * and slashes at the end may be left out. Clouds give the address without its scheme.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc3986#section-6.2, https://www.rfc-editor.org/rfc/rfc1034#section-3.1
 */
export function serverId(address: string): string {
    const [, scheme = "https", host = "", port, path = ""] = ADDRESS.exec(address.trim()) ?? [];
    if (host === "") return address;
    const lower = scheme.toLowerCase();
    const name = host.toLowerCase().replace(/\.$/, "");
    return `${lower}://${name}:${port || (DEFAULT_PORTS[lower] ?? "")}${withoutSlashes(path)}`;
}

/** A path without the slashes at its end. */
function withoutSlashes(path: string): string {
    let end = path.length;
    while (path[end - 1] === "/") end--;
    return path.slice(0, end);
}
