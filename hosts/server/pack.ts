import { readFileSync } from "node:fs";
import path from "node:path";
import type { Policy } from "../../framework/define";
import { Analyzer, type InitialConfig, type PackArgs } from "./analyzer";
import { serve } from "./transport";

/** Source: @pulumi/policy 1.21.0 server.js (`packNameRE`). */
const PACK_NAME = /^[a-zA-Z0-9-_.]{1,100}$/;

/** The pack that this process serves: the engine waits for one port only. */
let serving: string | undefined;

/**
 * A policy pack with a server of its own, in place of the class of `@pulumi/policy`, which it does not load: for policies
 * of `definePolicy` alone. It answers as the SDK's does, reads each request once for all policies, and says the policy's
 * description only once.
 */
export class PolicyPack {
    /** @throws Error when a policy is not one of `definePolicy`, or the working folder has no version. */
    constructor(
        readonly name: string,
        readonly args: PackArgs,
        initialConfig: InitialConfig = {},
    ) {
        for (const policy of args.policies as readonly Partial<Policy>[]) {
            if (policy.definition && policy.settings) continue;
            throw new Error(
                `The policy ${JSON.stringify(policy.name)} is not made by definePolicy; use the PolicyPack of @pulumi/policy for it.`,
            );
        }
        if (!PACK_NAME.test(name)) {
            fail(
                `Invalid policy pack name "${name}". Policy pack names may only contain alphanumerics, hyphens, underscores, or periods.`,
            );
        }
        if (serving !== undefined) {
            fail(`Already serving policy pack '${serving}'. Only one policy pack may be defined per-process.`);
        }
        serving = name;
        serve("pulumirpc.Analyzer", new Analyzer(name, args.version ?? ownVersion(), args, initialConfig).methods);
    }
}

function fail(message: string): never {
    console.error(message);
    process.exit(1);
}

function ownVersion(): string {
    const { version } = JSON.parse(readFileSync(path.join(process.cwd(), "package.json"), "utf8"));
    if (typeof version !== "string" || version === "") {
        throw new Error("Version must be defined in the package.json file.");
    }
    return version;
}
