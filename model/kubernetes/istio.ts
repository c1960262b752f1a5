import type { Answer } from "../value";
import type { Container, Pod } from "./pod";

/** The label of a pod, once an annotation, that switches Istio's injection on or off. */
const ISTIO_INJECT = "sidecar.istio.io/inject";

/** What Istio reads as yes. */
const ISTIO_YES: readonly unknown[] = ["y", "yes", "true", "on"];

/** The label that asks a revision of Istio to inject, and the annotation that says by which templates. */
const ISTIO_REVISION = "istio.io/rev";
const ISTIO_TEMPLATES = "inject.istio.io/templates";

/**
 * Whether Istio's webhook fills in a container, whose image says `auto`, when it injects the pod: its image and its
 * readiness probe. The label wins
 * over the annotation of the same name. The container of a gateway has a name of its own: there the namespace may be
 * what asks for the injection.
 *
 * Source: https://istio.io/latest/docs/setup/additional-setup/gateway/, istio/istio pkg/kube/inject/inject.go
 * (`injectRequired`, `ProxyContainerName`), manifests/charts/istio-control/istio-discovery/files/gateway-injection-template.yaml.
 */
export function isReplacedByIstio(container: Container, pod: Pod): Answer {
    if (container.get("image").raw !== "auto") return "no";
    for (const inject of [pod.labels.get(ISTIO_INJECT), pod.annotations.get(ISTIO_INJECT)]) {
        if (inject.isUnknown) return "unknown";
        if (inject.isSet)
            return ISTIO_YES.includes(inject.raw === true ? "true" : inject.string?.toLowerCase()) ? "yes" : "no";
    }
    const others = [pod.labels.get(ISTIO_REVISION), pod.annotations.get(ISTIO_TEMPLATES)];
    if (others.some(value => value.isSet) || container.name === "istio-proxy") return "yes";
    return others.some(value => value.isUnknown) ? "unknown" : "no";
}
