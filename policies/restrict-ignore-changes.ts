import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import type { ConfigProblem, Setting } from "../framework/settings";
import type { KubeObject } from "../model/kubernetes/object";
import { ANY_STEP, type PathStep, parsePropertyPath, stepsMeet } from "../model/pulumi/property-path";
import { isOfKubernetes } from "../model/pulumi/resource";
import { shorten } from "../model/text";

/** A path that must not be ignored. */
interface ListedPath {
    readonly steps: readonly PathStep[];
    /** Whether all below it is meant, too. */
    readonly deep: boolean;
}

const DEEP = ".**";

const DEFAULT_PATHS = [
    ...["spec", "metadata", "image", "securityContext.**"],
    ...["containers[*].resources.**", "initContainers[*].resources.**", "template.spec.resources.**"],
];

/** Maps whose keys users choose: a key called image is no image there. */
const USER_MAPS: readonly PathStep[] = [
    ...["annotations", "labels", "matchLabels", "nodeSelector", "data", "stringData", "binaryData", "parameters"],
];

/** What objects and their templates begin with; all else begins in a pod's spec or a container. */
const BEGINNINGS: readonly PathStep[] = ["spec", "metadata"];

const CONTAINER_LISTS: readonly PathStep[] = ["containers", "initContainers"];

export const restrictIgnoreChanges = definePolicy({
    name: "restrict-ignore-changes",
    category: "pulumi",
    description: "Restrict which fields the resource option ignoreChanges may cover.",
    why: "A change to an ignored field never reaches the cluster: the program declares one image or security context while another one runs.",
    url: "https://www.pulumi.com/docs/iac/concepts/options/ignorechanges/",
    severity: "medium",
    enforcementLevel: "advisory",
    since: "0.1.0",
    remediationSteps:
        "Remove the paths from ignoreChanges, or ignore only the fields that a controller in the cluster changes.",
    whenNotToUse: "For stacks that have adopted objects which other tools still change.",
    config: {
        paths: listedPaths(
            DEFAULT_PATHS,
            "Property paths that must not be ignored, in the syntax of ignoreChanges. A path may begin anywhere in an object, [*] matches any element, and a final .** also matches everything below.",
        ),
    },
    messages: {
        ignored: (findings: Findings<{ path: string }>) => {
            const isOne = new Set(findings.list.map(({ data }) => data.path)).size === 1;
            return {
                what: `The resource option ignoreChanges covers ${findings.each(({ data }) => JSON.stringify(data.path))}`,
                fix: `Remove ${isOne ? "this path" : "these paths"}, or ignore only the fields that a controller in the cluster changes`,
            };
        },
    },
    resources: { what: "Kubernetes objects", includes: isOfKubernetes },
    checkResource(resource, { config, report }) {
        for (const object of resource.objects) {
            for (const text of resource.options?.ignoreChanges ?? []) {
                const ignored = parsePropertyPath(text);
                const isListed =
                    ignored && config.paths.some(path => isInside(ignored, path) || covers(ignored, path, object));
                if (isListed) report("ignored", object, { path: shorten(text) });
            }
        }
    },
});

function listedPaths(byDefault: readonly string[], description: string): Setting<readonly ListedPath[]> {
    return {
        schema: { type: "array", items: { type: "string", minLength: 1 }, default: byDefault, description },
        parse: (raw, key, problems) =>
            (raw as string[]).flatMap((text, index) => listedPath(text, `${key}[${index}]`, problems)),
    };
}

function listedPath(text: string, key: string, problems: ConfigProblem[]): ListedPath[] {
    const deep = text.endsWith(DEEP);
    const steps = parsePropertyPath(deep ? text.slice(0, -DEEP.length) : text);
    if (steps) return [{ steps, deep }];
    problems.push({ key, problem: `is ${JSON.stringify(text)}: it must be a property path such as spec.replicas` });
    return [];
}

/** Whether an ignored path is a listed one, wherever that begins, or lies below one that means all below. */
function isInside(ignored: readonly PathStep[], { steps, deep }: ListedPath): boolean {
    for (let start = 0; start + steps.length <= ignored.length; start++) {
        const isEnd = start + steps.length === ignored.length;
        // An ignored [*] is no certain key: whether it reaches a listed path is what `covers` decides.
        const meets = steps.every((step, index) => step === ANY_STEP || step === ignored[start + index]);
        if (meets && (deep || isEnd)) return true;
        if (USER_MAPS.includes(ignored[start] ?? "")) return false;
    }
    return false;
}

/**
 * Whether a listed path lies in what is ignored: in the object itself, its pod or one of the containers. Who ignores all
 * below a field ignores the field: `spec.*` is `spec`.
 */
function covers(ignored: readonly PathStep[], { steps }: ListedPath, object: KubeObject): boolean {
    return beginnings(steps, object)
        .map(beginning => [...beginning, ...steps])
        .some(path => ignored.every((step, index) => stepsMeet(step, path[index] ?? "")));
}

/** Where in an object a path may begin: at its root, and in the pod where that has such a field. */
function beginnings(steps: readonly PathStep[], { pod }: KubeObject): PathStep[][] {
    const [first] = steps;
    if (!pod || typeof first !== "string") return [[]];
    const { path } = pod.root;
    if (BEGINNINGS.includes(first)) return steps.length === 1 ? [[], path] : [[]];
    const isOfContainers = first === "image" || pod.containers.some(container => container.get(first).isSet);
    const inContainers = CONTAINER_LISTS.map((list): PathStep[] => [...path, "spec", list, ANY_STEP]);
    return [[], ...(pod.spec.get(first).isSet ? [[...path, "spec"]] : []), ...(isOfContainers ? inContainers : [])];
}
