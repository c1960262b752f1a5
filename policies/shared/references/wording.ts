import type { GroupedWording, Message } from "../../../framework/define";
import type { Findings } from "../../../framework/findings";
import type { KubeObject } from "../../../model/kubernetes/object";
import { autoNameOf } from "../../../model/pulumi/auto-names";
import { joinWords } from "../../../model/text";

/** A reference to what the stack does not show. */
export interface Missing {
    /** `ConfigMap shop/settings`. */
    readonly label: string;
    /** What is seen on the cluster without it, a clause. */
    readonly looks?: string | undefined;
    /** The name that was most likely meant. */
    readonly near?: string | undefined;
    /** What the key external calls it, in quotes. */
    readonly external: string;
}

/** A reference by the name of a resource, whose object Pulumi calls otherwise. */
export interface AutoNamed {
    readonly label: string;
    readonly kind: string;
    /** The Pulumi name in quotes. */
    readonly resource: string;
    readonly shown: string;
}

/** An object that a program has left on the default provider. */
export interface OtherProvider {
    /** What it belongs with. */
    readonly label: string;
    /** The name of that one's provider, in quotes. */
    readonly provider: string;
}

/** A key that an object lacks, or holds where it is not looked for. */
export interface MissingKey {
    readonly label: string;
    /** In quotes. */
    readonly key: string;
    readonly looks: string | undefined;
    readonly near: string | undefined;
    readonly isBinary: boolean;
}

/** A port that a Service lacks. */
export interface MissingPort {
    readonly label: string;
    /** As the reference has it. */
    readonly port: string;
    /** What it may say instead. */
    readonly ports: readonly string[];
}

/** A selector with nothing to select. */
export interface EmptySelection {
    /** In words: `app=queue`. */
    readonly text: string;
    readonly selects: "pod" | "Service";
    /** The only one that all but one label of the selector fit. */
    readonly near: NearLabels | undefined;
}

/** What a selector would select with another label. */
export interface NearLabels {
    /** `the pods of StatefulSet shop/orders`. */
    readonly owner: string;
    readonly isPlural: boolean;
    readonly key: string;
    /** Its own value; undefined where it lacks the label. */
    readonly value: string | undefined;
}

/** A port of a Service that leads to a name which no container gives. */
export interface UnnamedPort {
    /** In quotes. */
    readonly name: string;
    readonly protocol: string;
    /** Whether a container gives the name to a port of another protocol. */
    readonly isOther: boolean;
}

/** References to what the stack does not show. */
export const missing: GroupedWording<Missing, unknown> = {
    per: ({ data: { label } }) => label,
    message: findings => {
        const { label, looks, near, external } = findings.data;
        const correction = near === undefined ? "Create it, correct the name," : `Change the name to ${quote(near)},`;
        return {
            what: `${namesOf(findings)} ${label}, which the stack does not create${insteadOf(near)}${looks ? `: ${looks}` : ""}`,
            fix: `${correction} or list ${external} in "external" if it exists elsewhere`,
        };
    },
};

/** The same where the target may well exist elsewhere, but another name was most likely meant. */
export const misspelt: GroupedWording<Missing, unknown> = {
    per: missing.per,
    message: (findings, config) => {
        const { label, near } = findings.data;
        return {
            ...missing.message(findings, config),
            what: `${namesOf(findings)} ${label}, which the stack does not create${insteadOf(near)}`,
            // Another stack, a chart or an operator may have an object of just this name.
            level: "advisory",
        };
    },
};

/** References by the name of a resource, whose object Pulumi calls otherwise. */
export const autoNamed: GroupedWording<AutoNamed, unknown> = {
    per: ({ data: { label } }) => label,
    message: findings => {
        const { label, kind, resource, shown } = findings.data;
        return {
            what: `${namesOf(findings)} ${label}, but the ${kind} of resource ${resource} is called ${shown}`,
            fix: `Use the output metadata.name of resource ${resource} as the name, or set metadata.name in that resource`,
        };
    },
};

/** That a program names an object by its resource, although Pulumi calls the object otherwise. */
export function nameOfResource(label: string, kind: string, object: KubeObject): AutoNamed {
    return { label, kind, resource: quote(object.resource.name), shown: autoNameOf(object)?.shown ?? "" };
}

/** Mounts of volumes that a pod lacks. */
export const volume: GroupedWording<string, unknown> = {
    per: ({ data }) => data,
    message: findings => ({
        what: `${findings.subjects} ${findings.subjectCount === 1 ? "mounts" : "mount"} volume ${quote(findings.data)}, which the pod does not define`,
        fix: "Add the volume to the volumes of the pod, or correct the name",
    }),
};

/** Objects that a program has left on the default provider. */
export const provider: GroupedWording<OtherProvider, unknown> = {
    per: ({ data }) => data.provider,
    message: findings => {
        const own = findings.data.provider;
        const labels = new Set(findings.list.map(({ data: { label } }) => label));
        return {
            what: `The object is on the default provider, but ${findings.each(({ data: { label } }) => label)}, with which it works, ${labels.size === 1 ? "is" : "are"} on provider ${own}`,
            fix: `Pass provider ${own} in the option provider of this resource`,
            // Both may lead to the same cluster, as long as whoever runs Pulumi is logged in to that.
            level: "advisory",
        };
    },
};

/** Keys that objects lack. */
export const key: GroupedWording<MissingKey, unknown> = {
    per: ({ data }) => `${data.label} ${data.key}`,
    message: findings => {
        const { label, near, looks, isBinary } = findings.data;
        const lacks = isBinary ? "holds in binaryData and not in data" : "does not have";
        return {
            what: `${namesOf(findings)} key ${findings.data.key}, which ${label} ${lacks}${looks ? `: ${looks}` : ""}`,
            fix: fixOfKey(near, isBinary),
        };
    },
};

function fixOfKey(near: string | undefined, isBinary: boolean): string {
    if (isBinary) return "Move the key to data, or mount it as a file";
    return near === undefined ? "Add the key to that object, or correct it here" : `Change the key to ${quote(near)}`;
}

/** Ports that Services lack. */
export const port: GroupedWording<MissingPort, unknown> = {
    per: ({ data }) => `${data.label} ${data.port}`,
    message: findings => {
        const { label, ports } = findings.data;
        return {
            what: `${findings.places} ${findings.are} ${findings.data.port}, a port that ${label} does not have`,
            fix:
                ports.length === 0
                    ? `Add the port to ${label}`
                    : `Use ${joinWords(ports, "or")}, or add the port to ${label}`,
        };
    },
};

/** Selectors with nothing to select. */
export const selector: GroupedWording<EmptySelection, unknown> = {
    per: ({ at }) => at.toString(),
    message: findings => {
        const { text, selects, near } = findings.data;
        const target = selects === "pod" ? "the workload" : "the Service";
        const elsewhere = `list ${target} in "external" if it exists elsewhere`;
        const what = `${findings.places} (${text}) selects no ${selects}`;
        if (near === undefined) {
            return { what, fix: `Correct the selector, give the ${selects}s these labels, or ${elsewhere}` };
        }
        return { what: `${what}, but ${describe(near)}`, fix: `${selecting(near)}, or ${elsewhere}` };
    },
};

function describe({ owner, isPlural, key: label, value }: NearLabels): string {
    if (value === undefined) return `would select ${owner} without the label ${label}`;
    return `${owner} ${isPlural ? "have" : "has"} ${label}=${value}`;
}

function selecting({ owner, key: label, value }: NearLabels): string {
    if (value === undefined) return `Remove ${label} from the selector to select ${owner}`;
    return `Set ${label} to ${quote(value)} to select ${owner}`;
}

/** Ports of Services that lead to no port of a container. */
export const targetPort: GroupedWording<UnnamedPort, unknown> = {
    per: ({ at }) => at.toString(),
    message: (findings): Message => {
        const { name, protocol, isOther } = findings.data;
        const what = isOther
            ? `which the containers behind the Service use only for a port of another protocol than ${protocol}`
            : `which is not the name of any ${protocol} port of the containers behind the Service`;
        return {
            what: `${findings.places} is ${name}, ${what}`,
            fix: `Name the ${protocol} port of the container ${name}, or use its number`,
        };
    },
};

function namesOf(findings: Findings<unknown>): string {
    const { places } = findings;
    return `${/^\w+$/.test(places) ? "the input " : ""}${places} ${findings.word("names", "name")}`;
}

/** What most likely was meant instead. */
function insteadOf(near: string | undefined): string {
    return near === undefined ? "" : `, unlike ${quote(near)}`;
}

function quote(text: string): string {
    return JSON.stringify(text);
}
