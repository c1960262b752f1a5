import { isFields } from "../fields";

/**
 * The frames of the SDKs' own that call the function of an `apply`.
 *
 * Sources: pulumi/pulumi sdk/nodejs/output.ts (`applyHelperAsync`), sdk/python/lib/pulumi/output.py (`Output.apply`),
 * sdk/go/internal/types.go (`applyTWithApplier`).
 */
const APPLY = /(\/@pulumi\/pulumi\/output\.[jt]s|\/pulumi\/output\.py|\/sdk\/v3(@[^/]*)?\/go\/internal\/\w+\.go)#/;

/** Charts and files of the first generation make their parts in an `apply` of their own. */
const OVERLAY = /\/(@pulumi\/kubernetes|pulumi_kubernetes|pulumi-kubernetes\/sdk\/[^#]*)\/(helm|kustomize|yaml)\//;

/**
 * Whether the stack trace of a resource's registration shows that the program made it in a function that it gave to
 * `apply`. Traces begin with the innermost call. They are there since version 3.195 of Pulumi.
 *
 * Source: pulumi/pulumi sdk/go/common/apitype/core.go (`ResourceV3.StackTrace`).
 */
export function isMadeInApply(stackTrace: unknown): boolean {
    if (!Array.isArray(stackTrace)) return false;
    for (const frame of stackTrace) {
        const position = isFields(frame) ? frame.sourcePosition : undefined;
        if (typeof position !== "string") continue;
        if (APPLY.test(position)) return true;
        if (OVERLAY.test(position)) return false;
    }
    return false;
}
