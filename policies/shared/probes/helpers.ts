import { ImageError, parseImage } from "../../../model/kubernetes/image";
import type { Container } from "../../../model/kubernetes/pod";

/**
 * Images of sidecars that only help another container of their pod, by the last part of their name, copies of vendors
 * included: they serve nobody, and when they fail it shows in the container that they help.
 */
const HELPERS: ReadonlySet<string> = new Set([
    // https://kubernetes-csi.github.io/docs/sidecar-containers.html
    "csi-attacher",
    "csi-external-health-monitor-controller",
    "csi-node-driver-registrar",
    "csi-provisioner",
    "csi-resizer",
    "csi-snapshotter",
    "external-attacher",
    "external-provisioner",
    "external-resizer",
    "external-snapshotter",
    "livenessprobe",
    "node-driver-registrar",
    // https://github.com/kubernetes/kubernetes/tree/master/build/pause
    "pause",
    "pause-amd64",
    // https://github.com/jimmidyson/configmap-reload
    "configmap-reload",
    // https://github.com/prometheus-operator/prometheus-operator/tree/main/cmd/prometheus-config-reloader
    "prometheus-config-reloader",
    // https://github.com/kiwigrid/k8s-sidecar
    "k8s-sidecar",
    // https://github.com/kubernetes/git-sync
    "git-sync",
]);

/** Whether a container is such a sidecar, by its image. */
export function isHelper(container: Container): boolean {
    const image = parseImage(container.get("image").string ?? "");
    return !(image instanceof ImageError) && HELPERS.has(image.repository.split("/").at(-1) ?? "");
}
