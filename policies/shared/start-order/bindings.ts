import type { KubeObject } from "../../../model/kubernetes/object";
import { BINDINGS, subjectsOf } from "../../../model/kubernetes/rbac/bindings";
import type { ObjectIndex } from "../../../model/references/object-index";
import { UNKNOWN } from "../../../model/value";

/** Most bindings of one account that are looked at. */
const MOST_BINDINGS = 20;

/** Which bindings give the service accounts of workloads their rights. */
export class Bindings {
    private readonly byAccount = new Map<string, KubeObject[]>();

    constructor(private readonly index: ObjectIndex) {
        for (const object of index.objects) {
            if (!object.is(...BINDINGS)) continue;
            const { cluster } = index.locationOf(object);
            for (const { reference } of subjectsOf(object)) {
                const [kind, namespace, name] = reference;
                if (kind !== "ServiceAccount" || reference.includes(UNKNOWN)) continue;
                const key = [cluster, namespace, name].join("\n");
                const known = this.byAccount.get(key);
                if (!known) this.byAccount.set(key, [object]);
                else if (known.length < MOST_BINDINGS && !known.includes(object)) known.push(object);
            }
        }
    }

    /** The bindings of a workload's own service account. */
    of(workload: KubeObject): readonly KubeObject[] {
        const account = this.index.podOf(workload)?.serviceAccountName;
        if (!account?.string) return [];
        const { cluster, namespace } = this.index.locationOf(workload);
        return this.byAccount.get([cluster, namespace, account.string].join("\n")) ?? [];
    }
}
