import { describe, expect, test } from "vitest";
import { placesOf, subjectsOf } from "../../framework/places";
import { type Step, Value } from "../../model/value";

const POD = {
    containers: [{ name: "web" }, { name: "db" }, {}],
    initContainers: [{ name: "migrate" }],
    ephemeralContainers: [{ name: "debug" }],
    volumes: [{ name: "data" }, { name: "logs" }, {}],
};

const deployment = new Value({ kind: "Deployment", spec: { replicas: 1, template: { spec: POD } } });
const pod = new Value({ kind: "Pod", spec: POD });

/** Places in the pod template of a Deployment. */
function inTemplate(...paths: Step[][]): Value[] {
    return paths.map(path => deployment.get("spec", "template", "spec", ...path));
}

function inPod(...paths: Step[][]): Value[] {
    return paths.map(path => pod.get("spec", ...path));
}

describe("whose places they are", () => {
    test("one container", () => {
        expect(subjectsOf(inTemplate(["containers", 0, "image"]))).toBe('Container "web"');
        expect(subjectsOf(inTemplate(["initContainers", 0]))).toBe('Init container "migrate"');
    });

    test("containers of several lists, containers first, each once, by name", () => {
        const places = inPod(
            ["initContainers", 0, "tty"],
            ["containers", 0, "tty"],
            ["containers", 0, "stdin"],
            ["containers", 1, "tty"],
        );
        expect(subjectsOf(places)).toBe('Containers "db" and "web" and init container "migrate"');
        expect(subjectsOf([...places, ...inPod(["ephemeralContainers", 0])])).toBe(
            'Containers "db" and "web", init container "migrate" and ephemeral container "debug"',
        );
    });

    test("a container without a name is its path", () => {
        expect(subjectsOf(inTemplate(["containers", 2, "image"]))).toBe("spec.template.spec.containers[2]");
    });

    test("volumes of a pod", () => {
        expect(subjectsOf(inPod(["volumes", 0, "nfs"], ["volumes", 1]))).toBe('Volumes "data" and "logs"');
    });

    test("the pod, whatever is in it besides", () => {
        expect(subjectsOf(inTemplate(["hostPID"], ["securityContext", "runAsUser"]))).toBe("The pod");
        expect(subjectsOf([deployment.get("spec", "template", "metadata", "annotations", "a")])).toBe("The pod");
        expect(subjectsOf([pod])).toBe("The pod");
        expect(subjectsOf(inPod(["containers", 0], ["hostPID"]))).toBe('Container "web" and the pod');
    });

    test("what a workload says outside its template is not the pod", () => {
        expect(subjectsOf([deployment.get("spec", "replicas")])).toBe("spec.replicas");
        expect(subjectsOf([new Value({ kind: "Service", spec: {} }).get("spec", "selector")])).toBe("spec.selector");
    });

    test("a Patch of a pod may have no containers", () => {
        const patch = new Value({ spec: { template: { spec: { hostPID: true } } } });
        expect(subjectsOf([patch.get("spec", "template", "spec", "hostPID")])).toBe("The pod");
        expect(subjectsOf([new Value({ kind: "Pod", spec: { hostPID: true } }).get("spec", "hostPID")])).toBe(
            "The pod",
        );
    });

    test("many containers are counted, long names cut", () => {
        const many = new Value({ spec: { containers: Array.from({ length: 30 }, (_, i) => ({ name: `c${i}` })) } });
        const places = Array.from({ length: 30 }, (_, i) => many.get("spec", "containers", i));
        expect(subjectsOf(places)).toMatch(/^Containers "c0", "c1", .* and 20 more$/);
        const long = new Value({ spec: { containers: [{ name: "x".repeat(5000) }] } });
        expect(subjectsOf([long.get("spec", "containers", 0)]).length).toBeLessThan(200);
    });
});

describe("places under what they share", () => {
    test("one field of several containers", () => {
        expect(placesOf(inTemplate(["initContainers", 0, "image"], ["containers", 0, "image"]))).toBe(
            'image of container "web" and init container "migrate"',
        );
    });

    test("fields of different containers", () => {
        expect(placesOf(inPod(["containers", 0, "tty"], ["containers", 1, "stdin"]))).toBe(
            'stdin of container "db" and tty of container "web"',
        );
    });

    test("fields of volumes of a pod", () => {
        expect(placesOf(inPod(["volumes", 0, "hostPath", "path"]))).toBe('hostPath.path of volume "data"');
        expect(placesOf(inPod(["volumes", 2, "hostPath"]))).toBe("spec.volumes[2].hostPath");
    });

    test("volumes of other kinds are paths", () => {
        const other = new Value({ kind: "Backup", spec: { volumes: [{ name: "data" }] } });
        expect(placesOf([other.get("spec", "volumes", 0)])).toBe('spec.volumes["data"]');
    });

    test("a single path as it is", () => {
        expect(placesOf([deployment.get("spec", "replicas")])).toBe("spec.replicas");
        expect(placesOf([pod.get("spec", "tolerations", 0)])).toBe("spec.tolerations[0]");
    });
});
