import type { Findings } from "../../../framework/findings";
import { flag, texts } from "../../../framework/settings";
import { isReplacedByIstio } from "../../../model/kubernetes/istio";
import type { Container, Pod } from "../../../model/kubernetes/pod";
import { type Answer, any, type Value } from "../../../model/value";
import { isHelper } from "./helpers";

/** The two probes that run as long as the container does. */
export type ProbeField = "readinessProbe" | "livenessProbe";

/** The configuration of a policy that requires a probe. */
export function requiredProbeSettings(field: ProbeField) {
    return {
        exemptContainers: texts(
            [],
            `Names of containers that need no ${field}, such as sidecars that something else injects.`,
        ),
        onlyWithPorts: flag(false, `Whether only containers that declare ports need a ${field}.`),
    };
}

/** What the policies read of that. */
export interface RequiredProbeConfig {
    readonly exemptContainers: readonly string[];
    readonly onlyWithPorts: boolean;
}

/** Words probes of containers that may have none. */
export function refusedProbe(findings: Findings<unknown>) {
    return {
        what: `${findings.places} ${findings.are} set, but the API server refuses probes of containers that do not run as long as the pod`,
        fix: `Remove ${findings.word("it", "them")}, or make an init container a sidecar with restartPolicy: Always`,
    };
}

/** Probes of containers that may have none. */
export function refusedProbes(pod: Pod, field: ProbeField): Value[] {
    if (isLongRunning(pod) !== "yes") return [];
    return pod.containers
        .filter(takesNoProbe)
        .map(container => container.get(field))
        .filter(({ isSet }) => isSet);
}

/** The long-running containers that lack a probe and should have one. */
export function containersWithout(
    pod: Pod,
    field: ProbeField,
    { exemptContainers, onlyWithPorts }: RequiredProbeConfig,
): Container[] {
    if (isLongRunning(pod) !== "yes" || pod.object.isPatch) return [];
    return pod.containers.filter(container => {
        const probe = container.get(field);
        if (container.role !== "container" || probe.isUnknown || probe.isMap || isHelper(container)) return false;
        if (field === "readinessProbe" && isReplacedByIstio(container, pod) !== "no") return false;
        const name = container.get("name");
        const isExempt = any(exemptContainers.map(exempt => name.is(exempt)));
        return isExempt === "no" && (!onlyWithPorts || hasPorts(container));
    });
}

/** Whether a container declares ports, as far as is known. */
export function hasPorts(container: Container): boolean {
    return container.get("ports").items().length > 0;
}

/** A Pod of its own may be one that ends, as a test or a migration does. */
function isLongRunning({ object, spec }: Pod): Answer {
    if (!object.facts?.longRunning) return "no";
    const restart = spec.get("restartPolicy");
    return object.is("Pod") && !restart.isUnset ? restart.is("Always") : "yes";
}

/**
 * Whether a container ends before the others begin, or is there for debugging only.
 *
 * Source: kubernetes/kubernetes pkg/apis/core/validation/validation.go (`validateInitContainers`,
 * `validateEphemeralContainers`).
 */
function takesNoProbe(container: Container): boolean {
    return container.role === "ephemeral" || (container.role === "init" && container.isSidecar === "no");
}
