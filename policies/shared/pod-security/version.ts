import type { Setting } from "../../../framework/settings";

/** The minor version of Kubernetes whose Pod Security Admission the controls were last compared with. */
export const NEWEST_MINOR = 37;

/** A version of the Pod Security Standards: a minor version of Kubernetes, its number after `v1.`. */
export function standardVersion(): Setting<number> {
    return {
        schema: {
            type: "string",
            default: "latest",
            description: `Kubernetes version whose Pod Security Standards apply, v1.0 to v1.${NEWEST_MINOR}, or latest.`,
        },
        parse(raw, key, problems) {
            if (raw === "latest") return NEWEST_MINOR;
            const minor = Number(/^v?1\.(0|[1-9]\d?)$/.exec(raw as string)?.[1]);
            if (minor <= NEWEST_MINOR) return minor;
            const problem = `is ${JSON.stringify(raw)}: it must be one of v1.0 to v1.${NEWEST_MINOR}, or latest`;
            problems.push({ key, problem });
            return NEWEST_MINOR;
        },
    };
}
