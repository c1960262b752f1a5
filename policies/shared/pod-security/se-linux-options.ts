import type { Check, Control } from "./control";
import { forbidOthers, quote, securityContexts } from "./places";
import { theyDo, theySet, valuesOf } from "./wordings";

type Rule = "identity" | "type";

const CONTAINER_TYPES = ["container_t", "container_init_t", "container_kvm_t"];

/** Another SELinux type, user or role may lift the separation of the container from the node. */
export const seLinuxOptions: Control<Rule> = {
    id: "seLinuxOptions",
    title: "SELinux",
    cis: [],
    wordings: {
        type: breaches => ({
            what: theySet(breaches, "seLinuxOptions.type"),
            fix: `Remove securityContext.seLinuxOptions.type, or set it to a container type such as container_t`,
        }),
        identity: breaches => ({
            what: theyDo(breaches, "sets", "set", valuesOf(breaches)),
            fix: "Remove it from the securityContext",
        }),
    },
    versions: [
        { since: 0, check: allowTypes(CONTAINER_TYPES) },
        { since: 31, check: allowTypes([...CONTAINER_TYPES, "container_engine_t"]) },
    ],
};

/** An empty text is as good as none. */
function allowTypes(types: readonly string[]): Check<Rule> {
    return (pod, report) => {
        for (const context of securityContexts(pod)) {
            const options = context.get("seLinuxOptions");
            forbidOthers(options.get("type"), ["", ...types], "type", report);
            for (const field of ["user", "role"]) {
                const { string } = options.get(field);
                if (string) report(options.get(field), "identity", [`seLinuxOptions.${field} to ${quote(string)}`]);
            }
        }
    };
}
