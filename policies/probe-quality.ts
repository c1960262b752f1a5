import { definePolicy, type Offenders, type OldReport, problem } from "../framework/define";
import { texts } from "../framework/settings";
import type { Container } from "../model/kubernetes/pod";
import { any } from "../model/value";
import { programsOf } from "./shared/probes/exec";
import { Probe } from "./shared/probes/probe";

const messages = {
    noHandler: (offenders: Offenders) => ({
        what: `${offenders} ${offenders.have} no handler`,
        fix: "give it one of httpGet, tcpSocket, grpc and exec",
    }),
    severalHandlers: (offenders: Offenders) => ({
        what: `${offenders} ${offenders.have} more than one handler`,
        fix: "keep one of httpGet, tcpSocket, grpc and exec",
    }),
    port: (offenders: Offenders) => ({
        what: `${offenders} ${offenders.are} not among the ports of the container`,
        fix: "probe a port that ports declares, or declare it there",
    }),
    command: problem("ask the program itself whether it works, by httpGet, grpc, tcpSocket or a command made for it"),
    startup: problem(
        "give the startup probe a failureThreshold and periodSeconds that multiply to the longest time a start may take",
    ),
    equal: problem(
        "let the liveness probe fail later (failureThreshold), or ask only what a restart would mend, so that a pod under load leaves the Service before it is killed",
    ),
};

type Reporter = OldReport<typeof messages>;

const FIELDS = ["startupProbe", "readinessProbe", "livenessProbe"] as const;

export const probeQuality = definePolicy({
    name: "probe-quality",
    category: "readiness",
    description: "Check that probes can work and do not kill a container that only needs time.",
    why: "A probe that can never pass, or passes too late, restarts a healthy container again and again.",
    url: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "Change the probes as the message says.",
    whenNotToUse: "Never, though single containers may have good reasons for an exemption.",
    config: {
        deniedCommands: texts(
            ["jcmd", "ps", "ls"],
            "Programs that exec probes may not run: they show that a process or file is there, not that it works.",
        ),
    },
    messages,
    checkPod(pod, { config, report }) {
        for (const container of pod.containers) {
            if (container.role === "ephemeral") continue;
            for (const field of FIELDS) {
                const probe = new Probe(container.get(field));
                if (!probe.value.isSet) continue;
                checkHandlers(probe, pod.object.isPatch, report);
                checkPorts(probe, container, pod.object.isPatch, report);
                checkCommand(probe, config.deniedCommands, report);
            }
            checkTimes(container, report);
            checkEquality(container, report);
        }
    },
});

function checkHandlers(probe: Probe, isPatch: boolean, report: Reporter): void {
    const count = probe.handlers.length;
    if (count > 1) report("severalHandlers", probe.value);
    if (count === 0 && !probe.mayHaveOtherHandlers && !isPatch) report("noHandler", probe.value);
}

/** A name is looked up in the container's own ports; a number need not be there, but then nobody knows of it. */
function checkPorts(probe: Probe, container: Container, isPatch: boolean, report: Reporter): void {
    for (const handler of probe.handlers) {
        const port = handler.get("port");
        const wanted = port.string ?? port.number;
        if (wanted === undefined) continue;
        // Another host's ports are not the container's.
        if (typeof wanted === "number" && !handler.get("host").isUnset && handler.get("host").raw !== "") continue;
        const ports = container.get("ports");
        if (ports.isUnknown || (isPatch && ports.isUnset)) continue;
        const key = typeof wanted === "number" ? "containerPort" : "name";
        if (any(ports.items().map(one => one.get(key).is(wanted))) !== "no") continue;
        const isDigits = typeof wanted === "string" && /^\d+$/.test(wanted);
        report(
            "port",
            port,
            isDigits ? `("${wanted}", a text, where a number must be written)` : `(${JSON.stringify(wanted)})`,
        );
    }
}

function checkCommand(probe: Probe, denied: readonly string[], report: Reporter): void {
    const command = probe.value.get("exec", "command");
    const found = programsOf(command).filter(program => denied.includes(program));
    for (const program of new Set(found)) report("command", command, `runs ${program}`);
}

/**
 * Until the startup probe has passed no other probe runs, and their delays do not count: only the startup probe can
 * kill the container. Without one, the liveness probe can.
 *
 * Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#define-startup-probes
 */
function checkTimes(container: Container, report: Reporter): void {
    const [startup, readiness, liveness] = FIELDS.map(field => new Probe(container.get(field)));
    if (!startup || !readiness || !liveness || startup.value.isUnknown) return;
    if (startup.value.isSet) {
        checkFirstFailure(startup, report);
        checkDelay(startup, readiness, report);
        checkDelay(startup, liveness, report);
    } else if (liveness.value.isSet) {
        checkDelay(liveness, readiness, report);
    }
}

/** The first attempt comes with the container's start, when no program can answer yet. */
function checkFirstFailure(startup: Probe, report: Reporter): void {
    if (startup.timing("failureThreshold") !== 1 || startup.timing("initialDelaySeconds") !== 0) return;
    const detail = "of 1 kills the container at its first attempt, right after the start";
    report("startup", startup.value.get("failureThreshold"), detail);
}

/** The delay of one probe says how long a start may take; another that kills before contradicts it. */
function checkDelay(killer: Probe, other: Probe, report: Reporter): void {
    const delay = other.value.isSet ? other.timing("initialDelaySeconds") : undefined;
    const patience = killer.patience;
    if (delay === undefined || patience === undefined || delay < patience) return;
    const detail = `kills the container after ${patience} s (initialDelaySeconds + failureThreshold × periodSeconds), though ${other.value} leaves it ${delay} s to start (initialDelaySeconds)`;
    report("startup", killer.value, detail);
}

function checkEquality(container: Container, report: Reporter): void {
    const [liveness, readiness] = [container.get("livenessProbe"), container.get("readinessProbe")];
    if (!liveness.isMap || !readiness.isMap) return;
    const one = new Probe(liveness).fingerprint;
    if (one !== undefined && one === new Probe(readiness).fingerprint) {
        report("equal", liveness, "is the same as readinessProbe");
    }
}
