import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { cis } from "../framework/frameworks";
import { texts } from "../framework/settings";
import type { Pod } from "../model/kubernetes/pod";
import { Multimap } from "../model/multimap";
import { shorten } from "../model/text";
import type { Value } from "../model/value";

/** Sockets that give full control of all containers of a node, below /run, which /var/run is another name of. */
const RUNTIME_SOCKETS = [
    "docker.sock",
    "containerd/containerd.sock",
    "crio/crio.sock",
    "k3s/containerd/containerd.sock",
].flatMap(socket => [`/run/${socket}`, `/var/run/${socket}`]);

export const restrictHostPaths = definePolicy({
    name: "restrict-host-paths",
    category: "pod-security",
    description: "Forbid volumes of sensitive host paths, and writable mounts of any host path.",
    why: "Anyone who can read or change the files of a node can take it over, with its pods and their secrets.",
    url: "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",
    severity: "high",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Use an emptyDir, a ConfigMap or a PersistentVolumeClaim instead. Where a pod needs a host directory, mount only that directory, with readOnly: true.",
    whenNotToUse: "Namespaces of node agents, such as CSI drivers and log collectors; list their paths in allowed.",
    frameworks: cis("5.2.11"),
    config: {
        forbidden: texts(
            [
                ...["/", "/boot", "/dev", "/etc", "/lib", "/proc", "/root", "/sys", "/usr", "/var/lib/kubelet"],
                ...RUNTIME_SOCKETS,
            ],
            "Host paths that no volume may have; paths below them and paths that contain them count too. / means itself only.",
        ),
        allowed: texts([], "Host paths that volumes may have, writable or not, with all paths below them."),
    },
    messages: {
        forbidden: (findings: Findings<{ path: string }>) => ({
            what: `${findings.subjects} ${findings.have} the sensitive host ${findings.word("path", "paths")} ${findings.each(({ data }) => data.path)}`,
            fix: `Use ${findings.word("a volume", "volumes")} of another type, such as emptyDir or persistentVolumeClaim`,
        }),
        writable: (findings: Findings<{ volume: string }>) => {
            const volumes = new Set(findings.list.map(({ data }) => data.volume)).size === 1 ? "volume" : "volumes";
            const mount = findings.subjectCount === 1 ? "mounts" : "mount";
            return {
                what: `${findings.subjects} ${mount} the hostPath ${volumes} ${findings.each(({ data }) => data.volume)} writable`,
                fix: `Set readOnly: true in ${findings.word("the volumeMount", "each of the volumeMounts")}`,
            };
        },
    },
    checkPod(pod, { config, report }) {
        const mounts = writableMounts(pod);
        for (const volume of pod.spec.get("volumes").items()) {
            const hostPath = volume.get("hostPath");
            const path = hostPath.get("path");
            if (!hostPath.isSet || mayBeAllowed(path, config.allowed)) continue;
            const danger = path.string && dangerOf(path.string, config.forbidden);
            if (danger) report("forbidden", path, { path: danger });
            const name = volume.get("name").string ?? "";
            for (const mount of mounts.get(name)) {
                report("writable", mount.get("readOnly"), { volume: JSON.stringify(shorten(name)) });
            }
        }
    },
});

function mayBeAllowed(path: Value, allowed: readonly string[]): boolean {
    if (path.isUnknown) return allowed.length > 0;
    return allowed.some(prefix => isBelow(segmentsOf(path.string ?? ""), segmentsOf(prefix)));
}

/** The names of a path, `.` and `..` resolved; none for the root. */
function segmentsOf(path: string): string[] {
    const segments: string[] = [];
    for (const segment of path.split("/")) {
        if (segment === "..") segments.pop();
        else if (segment !== "" && segment !== ".") segments.push(segment);
    }
    return segments;
}

/** Whether a path is another one or lies below it. */
function isBelow(path: readonly string[], other: readonly string[]): boolean {
    return other.length <= path.length && other.every((segment, index) => path[index] === segment);
}

/** The path with what is sensitive about it. All paths are below the root: when that is forbidden it means itself. */
function dangerOf(path: string, forbidden: readonly string[]): string | undefined {
    const shown = JSON.stringify(shorten(path));
    const segments = segmentsOf(path);
    for (const sensitive of forbidden) {
        const others = segmentsOf(sensitive);
        if (segments.join("/") === others.join("/")) return shown;
        if (others.length > 0 && isBelow(segments, others)) return `${shown} (in ${sensitive})`;
        if (isBelow(others, segments)) return `${shown} (holds ${sensitive})`;
    }
    return undefined;
}

/** The mounts that are not read-only, of all containers, by their volume. */
function writableMounts(pod: Pod): Multimap<Value> {
    const mounts = new Multimap<Value>();
    for (const mount of pod.containers.flatMap(container => container.get("volumeMounts").items())) {
        const volume = mount.get("name").string;
        if (volume !== undefined && mount.get("readOnly").is(true) === "no") mounts.add(mount, volume);
    }
    return mounts;
}
