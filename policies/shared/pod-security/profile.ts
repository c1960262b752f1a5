import type { FrameworkItem, Message, Offenders, OldReport } from "../../../framework/define";
import { cis } from "../../../framework/frameworks";
import { texts } from "../../../framework/settings";
import type { Pod } from "../../../model/kubernetes/pod";
import { type Control, checkOf } from "./control";
import { NEWEST_MINOR, standardVersion } from "./version";

/** The profiles of the Pod Security Standards that forbid anything. */
export type ProfileName = "baseline" | "restricted";

interface ProfileConfig {
    readonly version: number;
    readonly excludeControls: readonly string[];
}

type ProfileMessages = Record<string, (offenders: Offenders, config: ProfileConfig) => Message>;

/** Where the standard is written; anchors of the page name the profiles. */
const STANDARD_URL = "https://kubernetes.io/docs/concepts/security/pod-security-standards/";

/** Id of what every message ends with. */
const STANDARD = "standard";

/** What the policies of both profiles have in common: configuration, wording, frameworks and check. */
export function profile(name: ProfileName, controls: readonly Control[]) {
    const url = `${STANDARD_URL}#${name}`;
    const ids = controls.map(({ id }) => id);
    return {
        url,
        config: {
            version: standardVersion(),
            excludeControls: texts([], `Controls that are not checked, any of ${ids.join(", ")}.`, ids),
        },
        frameworks: frameworkItems(name, controls),
        messages: messages(name, controls, url),
        checkPod(pod: Pod, { config, report }: { config: ProfileConfig; report: OldReport<ProfileMessages> }): void {
            for (const control of controls) {
                if (config.excludeControls.includes(control.id)) continue;
                checkOf(control, config.version)?.(pod, (at, detail) => {
                    report(control.id, at, detail);
                    report(STANDARD);
                });
            }
        },
    };
}

function messages(name: ProfileName, controls: readonly Control[], url: string): ProfileMessages {
    const ofControls = controls.map(({ id, fix }) => [
        id,
        (offenders: Offenders): Message => ({ what: `${offenders}`, fix: `${fix} (control ${id})` }),
    ]);
    return {
        ...Object.fromEntries(ofControls),
        [STANDARD]: (_, { version }) => ({
            what: `the ${name} profile of the Pod Security Standards v1.${version} does not allow this`,
            fix: `see ${url}`,
        }),
    };
}

function frameworkItems(name: ProfileName, controls: readonly Control[]): FrameworkItem[] {
    const items = new Set(controls.flatMap(control => control.cis));
    return [
        ...cis(...items),
        ...controls.map(({ id, title }) => ({
            framework: "Pod Security Standards" as const,
            version: `1.${NEWEST_MINOR}`,
            item: `${name}/${id}`,
            title,
        })),
    ];
}
