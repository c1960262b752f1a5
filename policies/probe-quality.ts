import { definePolicy, type Report } from "../framework/define";
import type { Finding, Findings } from "../framework/findings";
import { flag, texts } from "../framework/settings";
import type { Container } from "../model/kubernetes/pod";
import { joinWords } from "../model/text";
import { any } from "../model/value";
import { programsOf } from "./shared/probes/exec";
import { Probe } from "./shared/probes/probe";

/** What a probe says of a port, and what the container calls its ports. */
interface Port {
    /** `8080`, `"http"`. */
    readonly port: string;
}

const byPort = ({ data }: Finding<Port>) => data.port;

const messages = {
    noHandler: (findings: Findings<unknown>) => ({
        what: `${findings.places} ${findings.word("does", "do")} not set a handler`,
        fix: `Set one of httpGet, tcpSocket, grpc and exec${findings.word("", " in each")}`,
    }),
    severalHandlers: {
        per: ({ data }: Finding<{ handlers: string }>) => data.handlers,
        message: (findings: Findings<{ handlers: string }>) => ({
            what: `${findings.places} ${findings.word("sets", "set")} ${findings.data.handlers}, but a probe has one handler`,
            fix: "Keep one of them",
        }),
    },
    portName: {
        per: byPort,
        message: (findings: Findings<Port>) => ({
            what: `${findings.places} ${findings.are} ${findings.data.port}, which the container does not declare in ports`,
            fix: "Use the name of a port that it declares, or declare the port",
        }),
    },
    portText: {
        per: byPort,
        message: (findings: Findings<Port>) => ({
            what: `${findings.places} ${findings.are} the text ${findings.data.port}, which the API server reads as a port's name`,
            fix: "Write the number without quotes",
        }),
    },
    portNumber: {
        per: byPort,
        message: (findings: Findings<Port>) => ({
            what: `${findings.places} ${findings.are} ${findings.data.port}, which the container does not declare in ports`,
            fix: "Declare the port, or probe one that is declared",
        }),
    },
    command: {
        per: ({ data }: Finding<{ program: string }>) => data.program,
        message: (findings: Findings<{ program: string }>) => ({
            what: `${findings.places} ${findings.word("runs", "run")} ${findings.data.program}, which cannot tell whether the container works`,
            fix: "Ask the container itself by httpGet, grpc, tcpSocket or a command made for it",
        }),
    },
    firstFailure: (findings: Findings<unknown>) => ({
        what: `${findings.places} ${findings.are} 1, so the first attempt, right after the start, may kill the container`,
        fix: "Raise it until failureThreshold × periodSeconds is the longest that a start may take",
    }),
    delay: {
        per: ({ data }: Finding<Delay>) => JSON.stringify(data),
        message: (findings: Findings<Delay>) => {
            const { patience, other, delay } = findings.data;
            return {
                what: `${findings.places} ${findings.word("kills", "kill")} the container ${patience} s after its start, but ${other} expects a start of up to ${delay} s (initialDelaySeconds)`,
                fix: `Raise failureThreshold or periodSeconds until the probe gives up after more than ${delay} s`,
            };
        },
    },
    equal: (findings: Findings<unknown>) => ({
        what: `${findings.places} ${findings.are} the same as readinessProbe, so a pod that is overloaded is killed as soon as it leaves its Services`,
        fix: "Raise failureThreshold of livenessProbe, or let it ask only what a restart would mend",
    }),
    earlier: {
        per: ({ data }: Finding<Patience>) => JSON.stringify(data),
        message: (findings: Findings<Patience>) => {
            const { liveness, readiness } = findings.data;
            return {
                what: `${findings.places} ${findings.word("asks", "ask")} the same as readinessProbe and ${findings.word("gives", "give")} up after ${liveness} s, before readinessProbe does after ${readiness} s`,
                fix: `Raise failureThreshold of livenessProbe until it gives up after more than ${readiness} s`,
            };
        },
    },
};

/** A probe that kills a container too early, and the other that expects it to take longer. */
interface Delay {
    readonly patience: number;
    readonly other: string;
    readonly delay: number;
}

/** The seconds of failing after which the two probes give up. */
interface Patience {
    readonly liveness: number;
    readonly readiness: number;
}

type Reporter = Report<typeof messages>;

const FIELDS = ["startupProbe", "readinessProbe", "livenessProbe"] as const;

export const probeQuality = definePolicy({
    name: "probe-quality",
    category: "readiness",
    description: "Check that probes can pass and do not kill containers that only need time.",
    why: "A probe that can never pass, or gives up too early, restarts a healthy container again and again.",
    url: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps: "Change the probe as the message says.",
    whenNotToUse: "Never; exempt single containers that have a good reason.",
    config: {
        deniedCommands: texts(
            ["jcmd", "ps", "ls"],
            "Programs that exec probes may not run: they show that a process or a file exists, not that it works.",
        ),
        declaredPorts: flag(
            false,
            "Whether a container must declare the port numbers that its probes use. Names of ports must always be declared.",
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
                checkPorts(probe, container, pod.object.isPatch, config.declaredPorts, report);
                checkCommand(probe, config.deniedCommands, report);
            }
            checkTimes(container, report);
            checkEquality(container, report);
        }
    },
});

function checkHandlers(probe: Probe, isPatch: boolean, report: Reporter): void {
    const names = probe.handlers.map(handler => String(handler.path.at(-1)));
    if (names.length > 1) report("severalHandlers", probe.value, { handlers: joinWords(names) });
    if (names.length === 0 && !probe.mayHaveOtherHandlers && !isPatch) report("noHandler", probe.value);
}

/**
 * The kubelet looks a name up in the container's own ports. A number need not be there: declarations are informational.
 *
 * Source: kubernetes/kubernetes pkg/probe/util.go (`ResolveContainerPort`).
 */
function checkPorts(probe: Probe, container: Container, isPatch: boolean, strict: boolean, report: Reporter): void {
    for (const handler of probe.handlers) {
        const at = handler.get("port");
        const port = { port: at.shown };
        if (at.string !== undefined && /^\d+$/.test(at.string)) {
            report("portText", at, port);
            continue;
        }
        const ports = container.get("ports");
        if (ports.isUnknown || (isPatch && ports.isUnset)) continue;
        const declares = (key: string, wanted: string | number) =>
            any(ports.items().map(one => one.get(key).is(wanted))) !== "no";
        if (at.string !== undefined && !declares("name", at.string)) report("portName", at, port);
        // Another host's ports are not the container's.
        const isElsewhere = !handler.get("host").isUnset && handler.get("host").raw !== "";
        if (!strict || isElsewhere || at.number === undefined) continue;
        if (!declares("containerPort", at.number)) report("portNumber", at, port);
    }
}

function checkCommand(probe: Probe, denied: readonly string[], report: Reporter): void {
    const command = probe.value.get("exec", "command");
    const found = programsOf(command).filter(program => denied.includes(program));
    for (const program of new Set(found)) report("command", command, { program });
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
    report("firstFailure", startup.value.get("failureThreshold"));
}

/** The delay of one probe says how long a start may take; another that kills before contradicts it. */
function checkDelay(killer: Probe, other: Probe, report: Reporter): void {
    const delay = other.value.isSet ? other.timing("initialDelaySeconds") : undefined;
    const patience = killer.patience;
    if (delay === undefined || patience === undefined || delay < patience) return;
    report("delay", killer.value, { patience, other: String(other.value.path.at(-1)), delay });
}

/** A liveness probe that asks the same must have more patience, or it kills pods that only have too much to do. */
function checkEquality(container: Container, report: Reporter): void {
    const [liveness, readiness] = [container.get("livenessProbe"), container.get("readinessProbe")];
    if (!liveness.isMap || !readiness.isMap) return;
    const ports = container.get("ports");
    const [one, other] = [new Probe(liveness, ports), new Probe(readiness, ports)];
    if (one.question === undefined || one.question !== other.question) return;
    const [gives, waits] = [one.endurance, other.endurance];
    if (gives === undefined || waits === undefined) return;
    if (gives < waits) report("earlier", liveness, { liveness: gives, readiness: waits });
    else if (one.schedule !== undefined && one.schedule === other.schedule) report("equal", liveness);
}
