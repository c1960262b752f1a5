// A provider for tests: it accepts resources of any type, and what they put out is known only after the update. The engine
// starts it through executables named pulumi-resource-standin, and those of the clouds that it stands in for.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import provider from "@pulumi/pulumi/provider/index.js";

/** The kubeconfig of every cluster, where a test has one. */
const kubeconfig = path.join(process.env.PULUMI_HOME ?? "", "standin-kubeconfig");

/** @type {import("@pulumi/pulumi/provider").Provider} */
const standIn = {
    version: "1.0.0",
    schema: "{}",
    async check(_urn, _olds, news) {
        return { inputs: news };
    },
    async create(urn, inputs) {
        const id = urn.slice(urn.lastIndexOf("::") + 2);
        const rawConfig = existsSync(kubeconfig) ? readFileSync(kubeconfig, "utf8") : "";
        // Outputs that are not inputs: a preview cannot know them.
        return { id, outs: { ...inputs, output: inputs.willBe ?? rawConfig, kubeConfigs: [{ rawConfig }] } };
    },
};

await provider.main(standIn, process.argv.slice(2));
