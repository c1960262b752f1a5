import { expect, it, onTestFinished } from "vitest";
import { policies } from "../policies";
import { builtPack } from "./support/build";
import { PackProcess } from "./support/pack-process";

it("a resource that is told again with other properties, to another policy, is not taken for the one before", async () => {
    const pack = await PackProcess.start(await builtPack());
    onTestFinished(() => pack.stop());
    const only = (enabled: string) =>
        pack.configure(
            Object.fromEntries(
                policies.map(({ name }) => [
                    name,
                    { level: name === enabled ? "mandatory" : "disabled", properties: {} } as const,
                ]),
            ),
        );
    const pod = (labels: Record<string, string>) => ({
        urn: "urn:pulumi:dev::shop::kubernetes:core/v1:Pod::web",
        type: "kubernetes:core/v1:Pod",
        name: "web",
        props: { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop", labels } },
    });

    await only("no-naked-pods");
    const first = await pack.analyze(pod({}));
    await only("valid-labels");
    const second = await pack.analyze(pod({ tier: "not valid" }));

    expect(first.map(({ policy }) => policy)).toEqual(["no-naked-pods"]);
    expect(second.map(({ policy }) => policy)).toEqual(["valid-labels"]);
});
