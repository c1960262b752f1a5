import type { FrameworkItem, GroupedWording, Message, Report } from "../../../framework/define";
import type { Findings } from "../../../framework/findings";
import { cis } from "../../../framework/frameworks";
import { texts } from "../../../framework/settings";
import type { Pod } from "../../../model/kubernetes/pod";
import { type Breach, type Control, checkOf } from "./control";
import { NEWEST_MINOR, standardVersion } from "./version";

/** The profiles of the Pod Security Standards that forbid anything. */
export type ProfileName = "baseline" | "restricted";

interface ProfileConfig {
    readonly version: number;
    readonly excludeControls: readonly string[];
}

type ProfileMessages = Record<string, GroupedWording<Breach, ProfileConfig>>;

/** Where the standard is written; anchors of the page name the profiles. */
const STANDARD_URL = "https://kubernetes.io/docs/concepts/security/pod-security-standards/";

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
        messages: Object.fromEntries(controls.map(control => [control.id, wordingOf(control)])) as ProfileMessages,
        checkPod(pod: Pod, { config, report }: { config: ProfileConfig; report: Report<ProfileMessages> }): void {
            for (const control of controls) {
                if (config.excludeControls.includes(control.id)) continue;
                checkOf(control, config.version)?.(pod, (at, rule, values = []) => {
                    const breach = { rule, values, key: JSON.stringify([rule, ...values]) };
                    for (const place of [at].flat()) report(control.id, place, breach);
                });
            }
        },
    };
}

/** A sentence for each way in which a pod breaks the control, and for each value that does. */
function wordingOf({ wordings }: Control): GroupedWording<Breach, ProfileConfig> {
    return {
        per: ({ data }) => data.key,
        message: (breaches: Findings<Breach>): Message => wordings[breaches.data.rule]?.(breaches) as Message,
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
