import { fingerprint } from "../../../model/kubernetes/fingerprint";
import { NOTHING, type Value } from "../../../model/value";

/** What a probe does; each probe has exactly one. */
export const HANDLERS = ["exec", "httpGet", "tcpSocket", "grpc"] as const;

/**
 * The settings of a probe in time, with what the API server takes for those left out.
 *
 * Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#configure-probes
 */
const DEFAULTS = {
    initialDelaySeconds: 0,
    periodSeconds: 10,
    timeoutSeconds: 1,
    successThreshold: 1,
    failureThreshold: 3,
} as const;

type Timing = keyof typeof DEFAULTS;

const TIMINGS = Object.keys(DEFAULTS) as Timing[];

/** A container's liveness, readiness or startup probe. */
export class Probe {
    constructor(
        readonly value: Value,
        /** The ports of its container, by which names of ports are resolved. */
        private readonly ports: Value = NOTHING,
    ) {}

    /** Its handlers that are given. */
    get handlers(): Value[] {
        return HANDLERS.map(handler => this.value.get(handler)).filter(handler => handler.isSet);
    }

    /** Whether some handler may be given that the update will know. */
    get mayHaveOtherHandlers(): boolean {
        return HANDLERS.some(handler => this.value.get(handler).isUnknown);
    }

    /** A setting, in seconds or times; undefined when it is not known or no number. The API server reads 0 as left out. */
    timing(name: Timing): number | undefined {
        const value = this.value.get(name);
        if (value.isUnset || value.number === 0) return DEFAULTS[name];
        return value.number;
    }

    /**
     * Seconds after which the kubelet kills the container when the probe never passes. A liveness probe counts from
     * the startup probe's success, where there is one.
     */
    get patience(): number | undefined {
        const [delay, period, failures] = [
            this.timing("initialDelaySeconds"),
            this.timing("periodSeconds"),
            this.timing("failureThreshold"),
        ];
        return delay === undefined || period === undefined || failures === undefined
            ? undefined
            : delay + period * failures;
    }

    /** Seconds of failing after which it gives up. */
    get endurance(): number | undefined {
        const [period, failures] = [this.timing("periodSeconds"), this.timing("failureThreshold")];
        return period === undefined || failures === undefined ? undefined : period * failures;
    }

    /** A text that is the same for probes that ask the same; undefined while some of it is not known. */
    get question(): string | undefined {
        const parts = this.handlers.map(handler => {
            const name = String(handler.path.at(-1));
            const port = this.numberOf(handler.get("port"));
            const text = fingerprint(handler, { defaults: HANDLER_DEFAULTS[name] ?? {}, without: ["port"] });
            return text === undefined || port === undefined ? undefined : [name, text, port];
        });
        return this.mayHaveOtherHandlers || parts.includes(undefined) ? undefined : JSON.stringify(parts);
    }

    /** A text that is the same for probes that ask as often and with as much patience. */
    get schedule(): string | undefined {
        const timings = TIMINGS.map(name => this.timing(name));
        return timings.includes(undefined) ? undefined : JSON.stringify(timings);
    }

    /** The number of a port, where the container declares one of its name; undefined while it is not known. */
    private numberOf(port: Value): string | undefined {
        if (port.isUnknown || (port.string !== undefined && this.ports.isUnknown)) return undefined;
        const named = this.ports.items().find(one => port.string !== undefined && one.get("name").raw === port.string);
        const number = named?.get("containerPort") ?? port;
        return number.isUnknown ? undefined : number.shown;
    }
}

/** What the API server takes for parts of a handler that are left out. */
const HANDLER_DEFAULTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    httpGet: { path: "/", scheme: "HTTP" },
};
