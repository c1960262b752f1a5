import { type Answer, any, NOTHING, Value } from "../value";
import type { KubeObject } from "./object";

/** Where a container stands in its pod. */
export type ContainerRole = "container" | "init" | "ephemeral";

/** A container of a pod or pod template. */
export class Container {
    constructor(
        readonly role: ContainerRole,
        /** The whole container. */
        readonly value: Value,
    ) {}

    /** Its name, or its place in the list when the name is missing or unknown. */
    get name(): string {
        return this.value.get("name").string ?? String(this.value.path.at(-1));
    }

    get(...steps: string[]): Value {
        return this.value.get(...steps);
    }

    /**
     * Whether it is a sidecar: an init container that is restarted and runs as long as the pod does.
     *
     * Source: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
     */
    get isSidecar(): Answer {
        return this.role === "init" ? this.get("restartPolicy").is("Always") : "no";
    }
}

const LISTS: readonly (readonly [string, ContainerRole])[] = [
    ["initContainers", "init"],
    ["containers", "container"],
    ["ephemeralContainers", "ephemeral"],
];

/** The lists of a pod's containers. */
export const CONTAINER_LISTS: readonly string[] = LISTS.map(([list]) => list);

/** A Pod, or the template that a workload makes its pods from. */
export class Pod {
    readonly metadata: Value;
    readonly spec: Value;
    /** All containers, init containers first, ephemeral ones last. */
    readonly containers: readonly Container[];

    constructor(
        readonly object: KubeObject,
        /** What holds `metadata` and `spec`. */
        readonly root: Value,
        /** Whether this is a template of the object rather than the object itself. */
        readonly isTemplate: boolean,
    ) {
        this.metadata = root.get("metadata");
        this.spec = root.get("spec");
        this.containers = LISTS.flatMap(([list, role]) =>
            this.spec
                .get(list)
                .items()
                .filter(item => item.isSet)
                .map(item => new Container(role, item)),
        );
    }

    /** Whether there may be containers beside those in `containers`, which the update will know. */
    get mayHaveMoreContainers(): boolean {
        return LISTS.some(([list]) => this.spec.select(`${list}[]`).some(item => item.isUnknown));
    }

    get labels(): Value {
        return this.metadata.get("labels");
    }

    get annotations(): Value {
        return this.metadata.get("annotations");
    }

    /**
     * The service account that it runs as; unset in a Patch that does not say.
     *
     * Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
     */
    get serviceAccountName(): Value {
        const names = [this.spec.get("serviceAccountName"), this.spec.get("serviceAccount")];
        const given = names.find(name => !name.isUnset && name.raw !== "");
        return given ?? (this.object.isPatch ? NOTHING : new Value("default"));
    }

    /**
     * Whether it runs on Windows nodes, where Linux settings have no meaning: with `os` the API server refuses them.
     *
     * Source: https://kubernetes.io/docs/concepts/windows/intro/#windows-os-field
     */
    get isWindows(): Answer {
        return any([
            this.spec.get("os", "name").is("windows"),
            this.spec.get("nodeSelector", "kubernetes.io/os").is("windows"),
            // The label's name before, which nodes still have.
            this.spec.get("nodeSelector", "beta.kubernetes.io/os").is("windows"),
        ]);
    }
}
