import type { CheckReport } from "../../../cli/report/report";

/** The report of a run that found nothing. */
export const emptyReport: CheckReport = {
    version: "1.2.3",
    policies: [],
    resources: [],
    sets: [],
    fileCount: 0,
    skippedCount: 0,
    findings: [],
    problems: [],
    notes: [],
    stackTags: new Map(),
    environment: undefined,
    hasBaseline: false,
};
