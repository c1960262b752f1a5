import { textOf } from "../../framework/evaluate";
import { describeNotice } from "../notice";
import { escapeMarkup } from "./markup";
import { type CheckReport, describePlace, objectKey, placeOf, type ReportedViolation } from "./report";

/** One line of the report of a test, already XML. */
interface TestCase {
    readonly xml: string;
    readonly outcome: "passed" | "failures" | "errors" | "skipped";
}

/**
 * The report as JUnit XML, which CI systems show as tests: a suite for every file, in it a test for every violation and
 * one for every object without any. Mandatory violations fail; advisory ones, those of the baseline and exempt ones are
 * skipped, and say why.
 *
 * Source: https://github.com/testmoapp/junitxml
 */
export function junitReport(report: CheckReport): string {
    const suites = new Map<string, TestCase[]>();
    const add = (file: string, test: TestCase) => {
        const suite = suites.get(file);
        if (suite) suite.push(test);
        else suites.set(file, [test]);
    };
    const found = new Map<string, ReportedViolation[]>();
    for (const finding of report.findings) {
        const key = objectKey(finding.violation);
        found.set(key, [...(found.get(key) ?? []), finding]);
    }
    for (const { urn, label, objects, source } of report.resources) {
        const labels = objects.length > 0 ? objects.map(object => object.label) : [label];
        for (const name of new Set(labels)) {
            const findings = found.get(objectKey({ urn, label: name })) ?? [];
            const file = source?.file ?? "";
            if (findings.length === 0) add(file, testCase(file, name, "passed", ""));
            for (const finding of findings) add(file, caseOf(finding, file));
        }
    }
    for (const problem of report.problems) {
        const file = problem.file ?? "";
        const text = describeNotice(problem);
        add(file, testCase(file, "can be read", "errors", `<error message="${escapeMarkup(text)}"/>`));
    }
    const all = [...suites.values()].flat();
    return [
        '<?xml version="1.0" encoding="UTF-8"?>',
        `<testsuites name="kubernetes-guardrails" ${countsOf(all)}>`,
        ...[...suites].flatMap(([file, tests]) => [
            `  <testsuite name="${escapeMarkup(file)}" ${countsOf(tests)}>`,
            ...tests.map(({ xml }) => `    ${xml}`),
            "  </testsuite>",
        ]),
        "</testsuites>\n",
    ].join("\n");
}

function caseOf({ violation, status }: ReportedViolation, file: string): TestCase {
    const name = `${violation.label}: ${violation.policy.name}`;
    const text = escapeMarkup(textOf(violation));
    const place = escapeMarkup(describePlace(placeOf(violation)));
    if (status === "open" && violation.level === "mandatory") {
        return testCase(
            file,
            name,
            "failures",
            `<failure type="${violation.policy.name}" message="${text}">${place}</failure>`,
        );
    }
    const reason = status === "open" ? "advisory" : status === "known" ? "in the baseline" : "exempt";
    return testCase(file, name, "skipped", `<skipped message="${reason}: ${text}"/>`);
}

function testCase(file: string, name: string, outcome: TestCase["outcome"], content: string): TestCase {
    const attributes = `classname="${escapeMarkup(file)}" name="${escapeMarkup(name)}" file="${escapeMarkup(file)}"`;
    return {
        outcome,
        xml: content === "" ? `<testcase ${attributes}/>` : `<testcase ${attributes}>${content}</testcase>`,
    };
}

function countsOf(tests: readonly TestCase[]): string {
    const outcomes = ["failures", "errors", "skipped"] as const;
    const counts = outcomes.map(outcome => `${outcome}="${tests.filter(test => test.outcome === outcome).length}"`);
    return [`tests="${tests.length}"`, ...counts].join(" ");
}
