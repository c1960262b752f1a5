import { type CommonConfig, definePolicy } from "../framework/define";
import { fields, mapOf, optionalQuantity, quantity, text, withDefault } from "../framework/settings";
import { Amount } from "../model/demand/amount";
import { type Demand, demandsOf, MEASURES, type Measure } from "../model/demand/stack-demand";
import { DEFAULT_ENVIRONMENT_SETTINGS, type Environment, isOneOf } from "../model/environments/environment";
import { StackEnvironments } from "../model/environments/stack-environments";
import type { Quantity } from "../model/quantity";
import { compareText, joinWords } from "../model/text";

/** What a budget may bound: what is counted, and what it costs. */
type Line = Measure | "monthlyCost";

/** A part of the stack, and what it may ask for. */
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
    description: "Restrict what a stack asks for in total and in each environment, and what that costs.",
    why: "No single manifest looks wrong when ten replicas of ten services fill a cluster; the bill shows it a month later.",
    url: "https://kubernetes.io/docs/concepts/policy/resource-quotas/",
    severity: "medium",
    enforcementLevel: "disabled",
    since: "0.1.0",
    remediationSteps: "Lower the replicas and requests of the biggest contributors, or raise the budget.",
    whenNotToUse:
        "Clusters whose namespaces all have a ResourceQuota. The violation is reported on the biggest contributor: to exempt that resource exempts the stack.",
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
                        quantity(`Price of ${isBytes ? "a GiB" : "one"} for a month.`),
                    ]),
                ) as Record<Measure, ReturnType<typeof quantity>>,
            ),
            {},
            "Prices of a month, for each core, GiB, GPU and so on; set those of nodes or of what pods request, not both.",
        ),
        currency: withDefault(text(""), "USD", "What prices are in, for messages."),
    },
    messages: {
        over: offenders => ({
            what: `asks for the most, in a stack that is over its budget: ${offenders.details}`,
            fix: "ask for less, here first, or raise the budget",
        }),
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
        const within = positions.filter(position => !over.includes(position));
        const bill = [
            ...over.map(position => `${balance(position, config.currency)} (${details(position, config.prices)})`),
            ...(within.length > 0
                ? [`within budget: ${within.map(at => balance(at, config.currency)).join(", ")}`]
                : []),
            ...reservations(over, config.prices),
        ];
        report(biggest.demand.target, "over", undefined, bill.join("; "));
    },
});

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

/** `cpu in production at least 12 of 8`. */
function balance({ line, scope, sum, limit }: Position, currency: string): string {
    const unit = line === "monthlyCost" ? ` ${currency}` : "";
    return `${line}${scope.where} ${sum.isExact ? "" : "at least "}${shown(sum, line)} of ${shownQuantity(limit, line)}${unit}`;
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
function reservations(over: readonly Position[], prices: Prices): string[] {
    const inexact = over.flatMap(({ line, scope }) =>
        scope.demands.filter(demand => !amountOf(demand, line, prices).isExact),
    );
    const all = [...new Set(inexact)];
    const [perNode, open] = [all.filter(({ isPerNode }) => isPerNode), all.filter(({ isPerNode }) => !isPerNode)];
    return [
        ...(perNode.length > 0 ? [`counted for one node: ${labels(perNode)}`] : []),
        ...(open.length > 0 ? [`not fully known: ${labels(open)}`] : []),
    ];
}

function labels(demands: readonly Demand[]): string {
    const all = demands.map(labelOf).sort(compareText);
    const rest = all.length - NAMED;
    return joinWords(rest > 0 ? [...all.slice(0, NAMED), `${rest} more`] : all);
}
