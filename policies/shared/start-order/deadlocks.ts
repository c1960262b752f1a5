import { awaited, waitsForPods } from "../../../model/order/awaits";
import type { Deadlock } from "../../../model/order/deadlocks";
import { isBefore, providerVersionOf } from "../../../model/pulumi/provider-version";
import type { Node } from "../../../model/pulumi/stack";
import { joinWords } from "../../../model/text";
import { optionOf, resourcesNamed } from "./advice";
import { kindOf } from "./need";

/** What a resource waits for that waits for it, and how long that takes. */
export function deadlockText({ via, node }: Deadlock): string {
    const chain = via.map(one => {
        const [once] = one.resource.objects.flatMap(object => awaited(object) ?? []);
        return `${one.resource.label}${once ? ` (complete once ${once})` : ""}`;
    });
    const hangs = [node, ...via].some(passesWithoutPods)
        ? "the update hangs while a pod behind the Service is not ready"
        : "the update can hang until it times out";
    const own = `the ${kindOf(node.resource.objects[0] ?? node.resource)}`;
    return `${own} waits for ${[...chain, own].join(", which waits for ")}, so ${hangs}`;
}

/** Whether the provider goes on after a Service that has no pods yet, so that only unready pods hold it up. */
function passesWithoutPods({ resource }: Node): boolean {
    const version = providerVersionOf(resource);
    if (version === undefined || isBefore(version, [4, 17, 0])) return false;
    return resource.objects.some(object => object.is("Service") && waitsForPods(object) === "yes");
}

/** What ends a deadlock, as an imperative. */
export function deadlockFix({ node, via, remedy }: Deadlock): string {
    if (remedy === undefined) {
        return `Remove one of the dependencies between ${joinWords([node, ...via].map(({ resource }) => resource.label))}`;
    }
    if ("unawaited" in remedy) {
        return `Set the annotation pulumi.com/skipAwait: "true" on ${remedy.unawaited.resource.label}`;
    }
    const { independent, of } = remedy;
    const others = resourcesNamed(of, [independent]);
    const byOutput = [...independent.propertyDependencies]
        .filter(([, nodes]) => of.some(one => nodes.includes(one)))
        .map(([property]) => property);
    const [that, its] = of.length === 1 ? ["that resource", "its"] : ["those resources", "their"];
    if (byOutput.length > 0) {
        const where = `${joinWords(byOutput)} of ${resourcesNamed([independent], of)}`;
        return `Use literal values instead of outputs of ${others} in ${where}, and leave ${that} out of its option dependsOn`;
    }
    return `Remove ${others} from ${optionOf(independent, of)}, and use literal values instead of ${its} outputs`;
}
