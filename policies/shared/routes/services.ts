import type { KubeObject } from "../../../model/kubernetes/object";
import type { ObjectIndex } from "../../../model/references/object-index";
import { UNKNOWN } from "../../../model/value";
import { allKnown, type Claim, textOf, unordered } from "./claim";

/** The pods and ports that a Service claims, as far as they are known; headless ones only name pods. */
export function serviceClaims(service: KubeObject, index: ObjectIndex): Claim[] {
    const { cluster, namespace } = index.locationOf(service);
    const address = service.get("spec", "clusterIP");
    if (address.isUnknown || address.string === "None" || namespace === UNKNOWN) return [];
    if (service.get("spec", "type").is("ExternalName") !== "no") return [];
    const labels = service.get("spec", "selector").entries();
    const selector = allKnown(
        labels.map(([key, value]) => (value.string === undefined ? undefined : `${key}=${value.string}`)),
    );
    if (!selector || selector.length === 0) return [];
    return service
        .get("spec", "ports")
        .items()
        .flatMap(port => {
            const parts = allKnown([textOf(port.get("port"), ""), textOf(port.get("protocol"), "TCP")]);
            if (!parts) return [];
            const [number = "", protocol = ""] = parts;
            const key = JSON.stringify(["Service", cluster, namespace, unordered(selector), number, protocol]);
            const label = `${number}/${protocol}`;
            return [{ object: service, at: port.get("port"), key, listener: "", label, effect: "" }];
        });
}
