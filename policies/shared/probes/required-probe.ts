import { definePolicy, type Policy, type PolicyInfo } from "../../../framework/define";
import { flag, texts } from "../../../framework/settings";
import type { Container, Pod } from "../../../model/kubernetes/pod";
import { type Answer, any } from "../../../model/value";

/** The two probes that run as long as the container does. */
export type ProbeField = "readinessProbe" | "livenessProbe";

/**
 * Defines the policy that demands a probe of every long-running container.
 * @param purpose what the probe is for, behind "add one (httpGet, tcpSocket, grpc or exec), ".
 */
export function defineRequiredProbe(field: ProbeField, purpose: string, info: PolicyInfo): Policy {
    return definePolicy({
        ...info,
        config: {
            exemptContainers: texts(
                [],
                `Names of containers that need no ${field}, such as sidecars that something else injects.`,
            ),
            onlyWithPorts: flag(false, `Whether only containers that declare ports need a ${field}.`),
        },
        messages: {
            missing: offenders => ({
                what: `${offenders} ${offenders.are} not set`,
                fix: `add ${offenders.word("a probe", "probes")} (httpGet, tcpSocket, grpc or exec), ${purpose}`,
            }),
            refused: offenders => ({
                what: `${offenders} ${offenders.are} set on ${offenders.word("a container", "containers")} that the API server allows no probe`,
                fix: `remove ${offenders.word("it", "them")}, or make an init container a sidecar with restartPolicy "Always"`,
            }),
        },
        checkPod(pod, { config, report }) {
            if (isLongRunning(pod) !== "yes") return;
            for (const container of pod.containers) {
                const probe = container.get(field);
                if (takesNoProbe(container) && probe.isSet) report("refused", probe);
                if (container.role !== "container" || pod.object.isPatch) continue;
                const isMissing = !probe.isUnknown && !probe.isMap;
                const named = container.get("name");
                const exempt = any(config.exemptContainers.map(name => named.is(name)));
                const wanted = !config.onlyWithPorts || container.get("ports").items().length > 0;
                if (isMissing && wanted && exempt === "no") report("missing", probe);
            }
        },
    });
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
