import { createRequire } from "node:module";
import type analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import { SecretPaths } from "../model/pulumi/secret-paths";

/** URNs of what a resource depends on, by property. */
export type UrnsByProperty = Readonly<Record<string, readonly string[]>>;

/** The resources of the engine's latest request about a whole stack, until somebody has asked for them. */
let latest: readonly analyzer.AnalyzerResource[] = [];
/** The properties of the resource that the engine asks about, as it sent them. */
let latestProperties: ReturnType<analyzer.AnalyzeRequest["getProperties"]>;
let isWatching = false;

/**
 * Sees the engine's requests about whole stacks as they arrive.
 *
 * The engine names by URN what a property depends on, also what the program only reads, such as the StackReference that
 * a kubeconfig is from. The SDK drops every URN of which there is no resource in the request, and hands out no other
 * form of it.
 *
 * Source: @pulumi/policy 1.21.0 server.js (`makeAnalyzeStackRpcFun`: `propertyDependencies[k] = v.map(…).filter(…)`),
 * pulumi/pulumi pkg/resource/plugin/analyzer_plugin.go (`AnalyzeStack`).
 */
export function watchStackRequests(): void {
    if (isWatching) return;
    isWatching = true;
    try {
        // The very module that the SDK reads requests with.
        const load = createRequire(require.resolve("@pulumi/policy"));
        const { AnalyzeRequest, AnalyzeStackRequest } = load("@pulumi/pulumi/proto/analyzer_pb") as typeof analyzer;
        const { getProperties } = AnalyzeRequest.prototype;
        AnalyzeRequest.prototype.getProperties = function (this: analyzer.AnalyzeRequest) {
            latestProperties = getProperties.call(this);
            return latestProperties as ReturnType<typeof getProperties>;
        };
        const { getResourcesList } = AnalyzeStackRequest.prototype;
        AnalyzeStackRequest.prototype.getResourcesList = function (this: analyzer.AnalyzeStackRequest) {
            latest = getResourcesList.call(this);
            return latest as analyzer.AnalyzerResource[];
        };
    } catch {
        // An SDK that reads requests in another way: what it hands out must do.
    }
}

/**
 * What the properties of each resource in the latest request depend on, by the resource's URN; nothing where no request
 * was seen. The request, which holds a whole stack, is let go.
 */
export function takePropertyDependencies(): ReadonlyMap<string, UrnsByProperty> {
    const resources = latest;
    latest = [];
    return new Map(resources.map(resource => [resource.getUrn(), urnsOf(resource)]));
}

/**
 * Which properties of the resource in the latest request are secrets. The SDK hands them out in plain, and says no more.
 *
 * Source: @pulumi/policy 1.21.0 server.js (`makeAnalyzeRpcFun`), deserialize.js (`deserializeProperty`).
 */
export function takeSecretPaths(): SecretPaths {
    const properties = latestProperties?.toJavaScript();
    latestProperties = undefined;
    return SecretPaths.of(properties);
}

function urnsOf(resource: analyzer.AnalyzerResource): UrnsByProperty {
    const byProperty: [string, readonly string[]][] = [];
    resource.getPropertydependenciesMap().forEach((list, property) => {
        byProperty.push([property, list.getUrnsList()]);
    });
    return Object.fromEntries(byProperty);
}
