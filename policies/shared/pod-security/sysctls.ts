import type { Value } from "../../../model/value";
import type { Check, Control } from "./control";
import { quote } from "./places";
import { byValues, valuesOf } from "./wordings";

/** The settings that are of one pod only, by the minor version that has added them. */
const SAFE_SYSCTLS: readonly { readonly since: number; readonly names: readonly string[] }[] = [
    {
        since: 0,
        names: [
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.tcp_syncookies",
            "net.ipv4.ping_group_range",
            "net.ipv4.ip_unprivileged_port_start",
        ],
    },
    { since: 27, names: ["net.ipv4.ip_local_reserved_ports"] },
    {
        since: 29,
        names: [
            "net.ipv4.tcp_keepalive_time",
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes",
        ],
    },
    { since: 32, names: ["net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"] },
    { since: 37, names: ["net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat"] },
];

/** Other sysctls change the kernel for the whole node. */
export const sysctls: Control<"unsafe"> = {
    id: "sysctls",
    title: "Sysctls",
    cis: [],
    wordings: {
        unsafe: breaches => ({
            what: `The pod sets ${valuesOf(breaches)}, which ${byValues(breaches, "is not a safe sysctl", "are not safe sysctls")}`,
            fix: `Remove ${byValues(breaches, "it", "them")} from securityContext.sysctls`,
        }),
    },
    versions: SAFE_SYSCTLS.map(({ since }) => ({ since, check: allowSafe(since) })),
};

function allowSafe(minor: number): Check<"unsafe"> {
    const safe = new Set(SAFE_SYSCTLS.filter(({ since }) => since <= minor).flatMap(({ names }) => names));
    return (pod, report) => {
        const unsafe = pod.spec
            .get("securityContext", "sysctls")
            .items()
            .filter(sysctl => sysctl.isSet && !sysctl.get("name").isUnknown && !safe.has(nameOf(sysctl)));
        const names = unsafe.map(sysctl => (nameOf(sysctl) === "" ? "a sysctl without a name" : quote(nameOf(sysctl))));
        report(unsafe, "unsafe", [...new Set(names)].sort());
    };
}

function nameOf(sysctl: Value): string {
    return sysctl.get("name").string ?? "";
}
