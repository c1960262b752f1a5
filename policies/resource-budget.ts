import { type CommonConfig, definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";
import { fields, mapOf, optionalQuantity, quantity, text, withDefault } from "../framework/settings";
import { Amount } from "../model/demand/amount";
import { type Demand, demandsOf, MEASURES, type Measure } from "../model/demand/stack-demand";
import { DEFAULT_ENVIRONMENT_SETTINGS, type Environment, isOneOf } from "../model/environments/environment";
import { StackEnvironments } from "../model/environments/stack-environments";
import type { Quantity } from "../model/quantity";
import { compareText, joinWords } from "../model/text";

/** What a budget may bound: what is counted, and what it costs. */
type Line = Measure | "monthlyCost";

/** A part of the stack, and what it may use. */
interface Scope {
    /** Behind the measure: ` in production`; empty for the whole stack. */
    readonly where: string;
    readonly demands: readonly Demand[];
    readonly budget: { readonly [L in Line]?: Quantity | undefined };
}

/** A sum against its budget. */
interface Position {
    readonly line: Line;
    readonly scope: Scope;
    readonly sum: Amount;
    readonly limit: Quantity;
}

type Prices = { readonly [M in Measure]?: Quantity };

const LINES = [...(Object.keys(MEASURES) as Measure[]), "monthlyCost"] as const;

/** How many contributors a bill names before it counts the rest. */
const NAMED = 3;

const WHAT: Readonly<Record<Line, string>> = {
    cpu: "CPU cores that pods request",
    memory: "bytes of memory that pods request",
    ephemeralStorage: "bytes of the nodes' disks that pods request",
    storage: "bytes that volume claims request",
    gpus: "GPUs that pods request, parts of one as such",
    pods: "pods that run at once, with autoscalers at their maximum",
    loadBalancers: "Services of type LoadBalancer",
    nodes: "nodes, with autoscalers at their maximum",
    monthlyCost: "cost of a month, by prices",
};

const limits = Object.fromEntries(LINES.map(line => [line, quantity(`The most ${WHAT[line]}.`)])) as Record<
    Line,
    ReturnType<typeof quantity>
>;

/** A key of its own for each line of the whole stack's budget. */
function total(line: Line) {
    return optionalQuantity(`The most ${WHAT[line]}, in the whole stack; empty for no bound.`);
}

export const resourceBudget = definePolicy({
    name: "resource-budget",
    category: "resources",
    description: "Restrict what a stack uses in total and in each environment, and what that costs.",
    why: "No single manifest looks wrong when ten replicas of ten services fill a cluster, and the bill comes a month later.",
    url: "https://kubernetes.io/docs/concepts/policy/resource-quotas/",
    severity: "medium",
    enforcementLevel: "disabled",
    since: "0.1.0",
    remediationSteps: "Lower the replicas and requests of the biggest contributors, or raise the budget.",
    whenNotToUse:
        "Clusters whose namespaces all have a ResourceQuota. The violation is reported on the biggest contributor: exempting that resource exempts the stack.",
    config: {
        cpu: total("cpu"),
        memory: total("memory"),
        ephemeralStorage: total("ephemeralStorage"),
        storage: total("storage"),
        gpus: total("gpus"),
        pods: total("pods"),
        loadBalancers: total("loadBalancers"),
        nodes: total("nodes"),
        monthlyCost: total("monthlyCost"),
        perEnvironment: mapOf(
            fields(limits),
            {},
            "Budgets by environment: a name, or production or non-production for all of a class.",
        ),
        prices: withDefault(
            fields(
                Object.fromEntries(
                    Object.entries(MEASURES).map(([measure, { isBytes }]) => [
                        measure,
                        quantity(`Price of ${isBytes ? "a GiB" : "one"} a month.`),
                    ]),
                ) as Record<Measure, ReturnType<typeof quantity>>,
            ),
            {},
            "Monthly prices of each core, GiB, GPU and so on. Set those of nodes or those of what pods request, not both.",
        ),
        currency: withDefault(text(""), "USD", "The currency of prices, for messages."),
    },
    messages: {
        over: {
            per: ({ data }) => String(data.order).padStart(6, "0"),
            message: (findings: Findings<Excess>) => {
                const { where, sum, limit, contributors, notes } = findings.data;
                return {
                    what: `The stack exceeds its budget${where}: ${sum}, the limit is ${limit} (${[contributors, ...notes].join(", with ")})`,
                    fix: "Lower the biggest of these, or raise the budget",
                };
            },
        },
    },
    checkStack(stack, { config, stackTags, environment, report }) {
        const settings = { ...DEFAULT_ENVIRONMENT_SETTINGS, clusters: [], stacks: [] };
        const { environments } = config as typeof config & Pick<CommonConfig, "environments">;
        const demands = demandsOf(stack, new StackEnvironments(stack, settings, stackTags, environment)).filter(
            demand => environments.length === 0 || isOf(demand.environment, environments),
        );
        const scopes: Scope[] = [
            { where: "", demands, budget: config },
            ...[...config.perEnvironment]
                .sort(([a], [b]) => compareText(a, b))
                .map(([name, budget]) => ({
                    where: ` in ${name}`,
                    demands: demands.filter(demand => isOf(demand.environment, [name])),
                    budget,
                })),
        ];
        const positions = scopes.flatMap(scope => positionsOf(scope, config.prices));
        const over = positions.filter(({ sum, limit }) => sum.value.exceeds(limit));
        const [first] = over;
        const biggest = first && contributors(first, config.prices)[0];
        if (!biggest) return;
        for (const [order, position] of over.entries()) {
            const { scope, line, sum, limit } = position;
            report("over", biggest.demand.target, {
                order,
                where: scope.where,
                sum: `${sum.isExact ? "" : "at least "}${inWords(shown(sum, line), line, config.currency)}`,
                limit: shownQuantity(limit, line),
                contributors: details(position, config.prices),
                notes: reservations(position, config.prices),
            });
        }
    },
});

/** What is over the budget, in words. */
interface Excess {
    /** The place among all that is. */
    readonly order: number;
    readonly where: string;
    readonly sum: string;
    readonly limit: string;
    readonly contributors: string;
    readonly notes: readonly string[];
}

/** What follows an amount, of one and of several. */
const NOUNS: Readonly<Record<Measure, readonly [string, string]>> = {
    cpu: ["CPU core", "CPU cores"],
    memory: ["of memory", "of memory"],
    ephemeralStorage: ["of ephemeral storage", "of ephemeral storage"],
    storage: ["of storage", "of storage"],
    gpus: ["GPU", "GPUs"],
    pods: ["pod", "pods"],
    loadBalancers: ["load balancer", "load balancers"],
    nodes: ["node", "nodes"],
};

function inWords(amount: string, line: Line, currency: string): string {
    if (line === "monthlyCost") return `${amount} ${currency} a month`;
    return `${amount} ${NOUNS[line][amount === "1" ? 0 : 1]}`;
}

function isOf(environment: Environment | undefined, names: readonly string[]): boolean {
    return environment !== undefined && isOneOf(environment, names);
}

function positionsOf(scope: Scope, prices: Prices): Position[] {
    return LINES.flatMap(line => {
        const limit = scope.budget[line];
        if (!limit) return [];
        return [{ line, scope, limit, sum: Amount.sum(scope.demands.map(demand => amountOf(demand, line, prices))) }];
    });
}

function amountOf({ amounts }: Demand, line: Line, prices: Prices): Amount {
    if (line !== "monthlyCost") return amounts[line] ?? Amount.NONE;
    return Amount.sum(
        (Object.keys(MEASURES) as Measure[]).map(measure => {
            const [amount, price] = [amounts[measure], prices[measure]];
            return amount && price ? amount.priced(price, MEASURES[measure].unit) : Amount.NONE;
        }),
    );
}

function shown({ value }: Amount, line: Line): string {
    return shownQuantity(value, line);
}

function shownQuantity(value: Quantity, line: Line): string {
    return line !== "monthlyCost" && MEASURES[line].isBytes ? value.toBytes() : value.toNumber();
}

interface Contributor {
    readonly demand: Demand;
    readonly amount: Amount;
}

/** What makes up a sum, the biggest first. */
function contributors({ line, scope }: Position, prices: Prices): Contributor[] {
    return scope.demands
        .map(demand => ({ demand, amount: amountOf(demand, line, prices) }))
        .filter(({ amount }) => !amount.value.isZero)
        .sort((a, b) => b.amount.value.compare(a.amount.value) || compareText(labelOf(a.demand), labelOf(b.demand)));
}

function labelOf({ target }: Demand): string {
    return target.label;
}

/** The sum by environment, where there are several, and by contributor. */
function details(position: Position, prices: Prices): string {
    const { line } = position;
    const all = contributors(position, prices);
    const named = all.slice(0, NAMED).map(({ demand, amount }) => `${labelOf(demand)} ${shown(amount, line)}`);
    const rest = all.slice(NAMED);
    const others = `${rest.length} ${rest.length === 1 ? "other" : "others"} ${shown(Amount.sum(rest.map(({ amount }) => amount)), line)}`;
    const byContributor = joinWords(rest.length > 0 ? [...named, others] : named);
    const byEnvironment = environmentsOf(all).map(([name, amount]) => `${name} ${shown(amount, line)}`);
    return byEnvironment.length > 1 ? `${byEnvironment.join(", ")}: ${byContributor}` : byContributor;
}

/** Sums by environment, the biggest first. */
function environmentsOf(all: readonly Contributor[]): [string, Amount][] {
    const sums = new Map<string, Amount>();
    for (const { demand, amount } of all) {
        const name = demand.environment?.canonicalName ?? "no environment";
        sums.set(name, (sums.get(name) ?? Amount.NONE).plus(amount));
    }
    return [...sums].sort(([a, one], [b, other]) => other.value.compare(one.value) || compareText(a, b));
}

/** Why a sum may be more than the bill says. */
function reservations({ line, scope }: Position, prices: Prices): string[] {
    const inexact = scope.demands.filter(demand => !amountOf(demand, line, prices).isExact);
    const [perNode, open] = [inexact.filter(({ isPerNode }) => isPerNode), inexact.filter(demand => !demand.isPerNode)];
    return [
        ...(perNode.length > 0 ? [`${labels(perNode)} counted for one node`] : []),
        ...(open.length > 0 ? [`${labels(open)} not fully known`] : []),
    ];
}

function labels(demands: readonly Demand[]): string {
    const all = demands.map(labelOf).sort(compareText);
    const rest = all.length - NAMED;
    return joinWords(rest > 0 ? [...all.slice(0, NAMED), `${rest} more`] : all);
}
