import { expect, test } from "vitest";
import { configurationErrors, configure } from "../../framework/evaluate";
import { resourceBudget } from "../../policies/resource-budget";
import { restrictIgnoreChanges } from "../../policies/restrict-ignore-changes";
import { restrictResources } from "../../policies/restrict-resources";

test("what is no quantity is an error of the configuration", () => {
    const raw = { resources: { memory: { maxLimit: "1 Gi", minLimit: -1 } } };
    expect(configurationErrors(configure(restrictResources, raw))).toEqual([
        'Configuration of restrict-resources: "resources.memory.minLimit" is -1: it must be a quantity such as 500m, 2 or 1.5Gi, not below 0.',
        'Configuration of restrict-resources: "resources.memory.maxLimit" is "1 Gi": it must be a quantity such as 500m, 2 or 1.5Gi, not below 0.',
    ]);
});

test("an unknown bound is an error of the configuration", () => {
    const { config, problems } = configure(restrictResources, {
        resources: { cpu: { max: 1 } },
        replicas: { most: 3 },
    });
    expect([config, problems.map(({ key }) => key).sort()]).toEqual([
        undefined,
        ["replicas.most", "resources.cpu.max"],
    ]);
});

test("a budget is a text, a number, or empty for no bound", () => {
    expect(configure(resourceBudget, { cpu: "500m", memory: 1024, pods: "" }).problems).toEqual([]);
    expect(configurationErrors(configure(resourceBudget, { cpu: "many" }))).toEqual([
        'Configuration of resource-budget: "cpu" is "many": it must be a quantity such as 500m, 2 or 1.5Gi, not below 0.',
    ]);
    expect(configure(resourceBudget, { cpu: true }).problems.map(({ key }) => key)).toEqual(["cpu"]);
});

test("budgets of environments and prices are checked, too", () => {
    const raw = { perEnvironment: { production: { cpu: "x" } }, prices: { cpu: "y" } };
    expect(configure(resourceBudget, raw).problems.map(({ key }) => key)).toEqual([
        "perEnvironment.production.cpu",
        "prices.cpu",
    ]);
});

test("what is no property path is an error of the configuration", () => {
    expect(configurationErrors(configure(restrictIgnoreChanges, { paths: ["spec[", "image"] }))).toEqual([
        'Configuration of restrict-ignore-changes: "paths[0]" is "spec[": it must be a property path such as spec.replicas.',
    ]);
});
