import type { Check, Control } from "./control";
import { forbidOthers, securityContexts } from "./places";

const CONTAINER_TYPES = ["container_t", "container_init_t", "container_kvm_t"];

/** Another SELinux type, user or role may lift the separation of the container from the node. */
export const seLinuxOptions: Control = {
    id: "seLinuxOptions",
    title: "SELinux",
    cis: [],
    fix: "remove user and role, and use a type for containers such as container_t",
    versions: [
        { since: 0, check: allowTypes(CONTAINER_TYPES) },
        { since: 31, check: allowTypes([...CONTAINER_TYPES, "container_engine_t"]) },
    ],
};

/** An empty text is as good as none. */
function allowTypes(types: readonly string[]): Check {
    return (pod, report) => {
        for (const context of securityContexts(pod)) {
            const options = context.get("seLinuxOptions");
            forbidOthers(options.get("type"), ["", ...types], report);
            for (const field of ["user", "role"]) if (options.get(field).string) report(options.get(field), "is set");
        }
    };
}
