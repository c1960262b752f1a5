import { awaited, waitsForPods } from "../../../model/order/awaits";
import type { Deadlock } from "../../../model/order/deadlocks";
import { isBefore, providerVersionOf } from "../../../model/pulumi/provider-version";
import type { Node } from "../../../model/pulumi/stack";
import { joinWords } from "../../../model/text";
import { theResources } from "./advice";

/** What a resource waits for that waits for it, and how long that takes. */
export function detailOf({ via, node }: Deadlock): string {
    const chain = via.map(one => {
        const [once] = one.resource.objects.flatMap(object => awaited(object) ?? []);
        return `${one.resource.label}${once ? ` (complete once ${once})` : ""}`;
    });
    const hangs = [node, ...via].some(passesWithoutPods)
        ? "the update hangs while a pod behind the Service is not ready"
        : "the update can hang until it times out";
    return `${chain.join(", which waits for ")}, which waits for it: ${hangs}`;
}

/** Whether the provider goes on after a Service that has no pods yet, so that only unready pods hold it up. */
function passesWithoutPods({ resource }: Node): boolean {
    const version = providerVersionOf(resource);
    if (version === undefined || isBefore(version, [4, 17, 0])) return false;
    return resource.objects.some(object => object.is("Service") && waitsForPods(object) === "yes");
}

/** What ends a deadlock, as an imperative. */
export function remedyFor({ node, via, remedy }: Deadlock): string {
    if (remedy === undefined) {
        return `take apart what it, ${joinWords(via.map(({ resource }) => resource.label))} wait for`;
    }
    if ("unawaited" in remedy) {
        return `annotate ${remedy.unawaited.resource.label} with pulumi.com/skipAwait: "true"`;
    }
    const { independent, of } = remedy;
    const whose = independent === node ? "its dependsOn" : `what ${independent.resource.label} depends on`;
    return `take ${theResources(of)} out of ${whose} and write texts for outputs of ${of.length === 1 ? "it" : "them"}`;
}
