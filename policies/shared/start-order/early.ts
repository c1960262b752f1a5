import type { GroupedWording, Message } from "../../../framework/define";
import type { Findings, Place } from "../../../framework/findings";
import { groupedBy } from "../../../model/groups";
import type { KubeObject } from "../../../model/kubernetes/object";
import { RELEASE } from "../../../model/pulumi/charts";
import { ownerOf, type Resource } from "../../../model/pulumi/resource";
import { compareText, joinSome } from "../../../model/text";
import type { Advice } from "./advice";
import { kindOf, type Need, symptomText } from "./need";

/** Needs of one object that are told in one sentence: their absence looks the same, and one imperative meets them. */
export interface EarlyGroup {
    readonly from: KubeObject | Resource;
    readonly needs: readonly Need[];
    /** What makes the object wait for all of them; an imperative. */
    readonly fix: string;
    /** Distinguishes and sorts the groups of one object. */
    readonly key: string;
}

/** A place of a group, and the group. */
export interface Early {
    readonly at: Place;
    readonly group: EarlyGroup;
}

/** The needs of some objects, with advice, by what is told in one sentence. */
export function earlyGroups(needs: readonly Need[], advice: Advice): Early[] {
    return [...groupedBy(needs, ({ from }) => from)].flatMap(([from, own]) => {
        const keyOf = (need: Need) => JSON.stringify([need.symptom, need.role, advice.keyOf(need)]);
        return [...groupedBy(own, keyOf)].flatMap(([key, same]) => {
            const group = { from, needs: same, fix: advice.for(same), key: `${labelsOf(same).join()} ${key}` };
            return same.map(({ at }) => ({ at: ownerOf(at) === from ? at : from, group }));
        });
    });
}

/** Words needs that are not waited for, a sentence for each group. */
export function early(change: (message: Message) => Message = message => message): GroupedWording<EarlyGroup, unknown> {
    return { per: ({ data: { key } }) => key, message: findings => change(messageOf(findings)) };
}

function messageOf(findings: Findings<EarlyGroup>): Message {
    const { from, needs, fix } = findings.data;
    const labels = labelsOf(needs);
    const [{ role, symptom } = { role: "", symptom: { looks: "" } }] = needs;
    const { places } = findings;
    const named =
        role ?? `, which ${/^\w+$/.test(places) ? "the input " : ""}${places} ${findings.word("names", "name")}`;
    const what = `the ${kindOf(from)} can ${startOf(from)} before ${joinSome(labels, labels.length)}${named}`;
    return { what: `${what}: ${symptomText(symptom, labels.length)}`, fix };
}

function labelsOf(needs: readonly Need[]): string[] {
    return [...new Set(needs.map(({ label }) => label))].sort(compareText);
}

/** What happens to something too early. */
function startOf(from: KubeObject | Resource): string {
    if (!("pod" in from)) return from.type === RELEASE || from.type.endsWith(":Chart") ? "be installed" : "be created";
    if (from.isPatch) return "be applied";
    return from.isWorkload ? "start" : "be created";
}
