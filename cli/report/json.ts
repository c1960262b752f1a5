import type { Policy } from "../../framework/define";
import { type CheckReport, countsOf, fingerprintOf, placesOf } from "./report";

/**
 * The version of the report's shape. It grows when a field is taken away or means something else; new fields do not
 * change it.
 */
const SHAPE_VERSION = 1;

/** The report for programs. Fields without a value are left out; lists are always there. */
export function jsonReport(report: CheckReport): string {
    const { mandatory, advisory, known, exempt, objects, others } = countsOf(report);
    const policies = [...new Set(report.findings.map(({ violation }) => violation.policy))];
    const value = {
        version: SHAPE_VERSION,
        tool: { name: "kubernetes-guardrails", version: report.version },
        summary: {
            files: report.fileCount,
            objects,
            otherResources: others,
            skippedDocuments: report.skippedCount,
            violations: { mandatory, advisory, known, exempt },
        },
        violations: report.findings.map(({ violation, status }) => ({
            policy: violation.policy.name,
            level: violation.level,
            /** "open", "known" (in the baseline) or "exempt". */
            status,
            object: violation.label,
            urn: violation.urn,
            problems: violation.problems.map(problem => ({
                /** The policy's name for the problem, the same for all objects and in all versions. */
                id: problem.id,
                what: problem.what,
                fix: problem.fix,
                /** Paths into the resource's properties; none when the problem is about the object as a whole. */
                paths: problem.paths,
                /** Places in files, the object's first key where the problem is about all of it. */
                places: placesOf(violation, problem),
                fingerprint: fingerprintOf(violation, problem),
            })),
            ...(violation.exemption && {
                exemption: { reason: violation.exemption.reason, until: violation.exemption.until },
            }),
        })),
        /** The policies that violations are of. */
        policies: Object.fromEntries(policies.map(policy => [policy.name, describePolicy(policy)])),
        problems: report.problems,
        notes: report.notes,
    };
    return `${JSON.stringify(value, null, 2)}\n`;
}

/** A policy's metadata, for programs. */
export function describePolicy(policy: Policy) {
    return {
        description: policy.description,
        why: policy.why,
        category: policy.category,
        severity: policy.severity,
        levelReason: policy.levelReason,
        remediation: policy.remediationSteps,
        whenNotToUse: policy.whenNotToUse,
        url: policy.url,
        since: policy.since,
        frameworks: policy.frameworks ?? [],
    };
}
