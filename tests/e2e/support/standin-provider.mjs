// A provider for tests: it accepts resources of any type, and what they put out is known only after the update.
// The engine starts it through an executable named pulumi-resource-standin.
import provider from "@pulumi/pulumi/provider/index.js";

/** @type {import("@pulumi/pulumi/provider").Provider} */
const standIn = {
    version: "1.0.0",
    schema: "{}",
    async check(_urn, _olds, news) {
        return { inputs: news };
    },
    async create(_urn, inputs) {
        // Outputs that are not inputs: a preview cannot know them.
        return { id: "stand-in", outs: { ...inputs, output: inputs.willBe } };
    },
};

await provider.main(standIn, process.argv.slice(2));
