import { expect, test } from "vitest";
import { configure } from "../../framework/evaluate";
import { noDeprecatedApis } from "../../policies/no-deprecated-apis";

test.each([
    ["v1.34", 34],
    ["1.34", 34],
    ["1.0", 0],
    ["1.7", 7],
    ["v1.120", 120],
    ["1.34.2", 34],
    ["v1.34.10", 34],
    ["v1.34.2-gke.1", 34],
    ["v1.34.10+k3s1", 34],
])("Kubernetes %s is v1.%d", (kubernetesVersion, minor) => {
    expect(configure(noDeprecatedApis, { kubernetesVersion })).toMatchObject({
        config: { kubernetesVersion: minor },
        problems: [],
    });
});

test.each(["", "34", "v2.1", "1.034", "1.1000", "x1.34", "1.34x", "1.34.", "1.34.x", "1.34-rc", "1.34.2 beta"])(
    "Kubernetes %j is no version",
    kubernetesVersion => {
        const problem = `is ${JSON.stringify(kubernetesVersion)}: it must be a version such as v1.34`;
        const { config, problems } = configure(noDeprecatedApis, { kubernetesVersion });
        expect({ config, problems }).toEqual({ config: undefined, problems: [{ key: "kubernetesVersion", problem }] });
    },
);
