import { createHash } from "node:crypto";
import { EXEMPT_ANNOTATION } from "../../framework/exemptions";
import { describeNotice } from "../notice";
import { environmentsPicture } from "./environments-picture";
import { SCRIPT, STYLE } from "./html-assets";
import { escapeMarkup } from "./markup";
import {
    type CheckReport,
    countsOf,
    describeChecked,
    describeCounts,
    describePlace,
    groupByObject,
    LEVELS,
    placeOf,
    type ReportedViolation,
} from "./report";

const SEVERITIES = ["critical", "high", "medium", "low"] as const;
const STATUSES = ["open", "known", "exempt"] as const;

/** Nothing is loaded from anywhere, and no other script runs, whatever a manifest may hold. */
const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src '${hashOf(STYLE)}'; script-src '${hashOf(SCRIPT)}'`;

/**
 * The report as one HTML page that loads nothing else: violations by object, policy or severity with a search, and a
 * picture of the environments where there are clusters. Without JavaScript it shows all violations by object.
 */
export function htmlReport(report: CheckReport): string {
    const counts = countsOf(report);
    const findings = groupByObject(report).flat();
    const names = [...new Set(findings.map(({ violation }) => violation.policy.name))].sort();
    const picture = environmentsPicture(report);
    const result = counts.mandatory > 0 ? "bad" : counts.advisory > 0 ? "fair" : "good";
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">
<title>Kubernetes guardrails: ${escapeMarkup(describeCounts(counts))}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#violations">Skip to the violations</a>
<header class="${result}">
<h1>Kubernetes guardrails</h1>
<p>${escapeMarkup(describeChecked(counts, report.fileCount))}: <strong>${escapeMarkup(describeCounts(counts))}</strong>.</p>
</header>
<main>
${list("Could not be checked", report.problems.map(describeNotice))}
${picture === "" ? "" : `<section aria-labelledby="environments"><h2 id="environments">Environments</h2>${picture}</section>`}
<section aria-labelledby="violations">
<h2 id="violations">Violations</h2>
<form id="filters" role="search" hidden>
<label>Search <input id="search" type="search" autocomplete="off" aria-keyshortcuts="/" placeholder="Press / to search"></label>
${choice("group", "Group by", ["object", "policy", "severity"])}
${choice("policy", "Policy", ["all", ...names])}
${choice("severity", "Severity", ["all", ...SEVERITIES])}
${choice("level", "Level", ["all", ...LEVELS])}
${choice("status", "Status", [...STATUSES.filter(status => status === "open" || counts[status] > 0), "all"])}
<output id="shown" aria-live="polite"></output>
</form>
<div id="groups">
${groupByObject(report).map(objectGroup).join("\n")}
</div>
<p id="nothing"${findings.length > 0 ? " hidden" : ""}>No violations.</p>
<p class="hint">To exempt an object, give it the annotation <code>${EXEMPT_ANNOTATION}&lt;policy&gt;: "&lt;reason&gt;"</code>.</p>
</section>
${list("Notes", report.notes.map(describeNotice))}
</main>
<footer>kubernetes-guardrails ${escapeMarkup(report.version)}</footer>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function hashOf(text: string): string {
    return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function objectGroup(findings: readonly ReportedViolation[]): string {
    const title = findings[0]?.violation.label ?? "";
    return `<section class="group"><h3>${escapeMarkup(title)}</h3><ul>\n${findings.map(item).join("\n")}\n</ul></section>`;
}

function item({ violation, status }: ReportedViolation): string {
    const { policy, level, label, exemption } = violation;
    const data = { object: label, policy: policy.name, severity: policy.severity, level, status };
    const attributes = Object.entries(data).map(([key, value]) => `data-${key}="${escapeMarkup(value)}"`);
    const ending = exemption?.until ? ` until ${exemption.until}` : "";
    return `<li ${attributes.join(" ")}>
<p class="marks"><span class="level ${level}">${level}</span> <span class="severity">${policy.severity}</span> <a href="${escapeMarkup(policy.url)}" rel="noreferrer">${policy.name}</a> <span class="object">${escapeMarkup(label)}</span> <code>${escapeMarkup(describePlace(placeOf(violation)))}</code></p>
${violation.problems.map(({ what, fix }) => `<p>${escapeMarkup(what)} <span class="fix">${escapeMarkup(fix)}</span></p>`).join("\n")}
${status === "known" ? '<p class="status">In the baseline.</p>' : ""}${exemption ? `<p class="status">Exempt${ending}: ${escapeMarkup(exemption.reason ?? "for a reason that is not known yet")}</p>` : ""}</li>`;
}

function choice(id: string, label: string, values: readonly string[]): string {
    const options = values.map(value => `<option>${escapeMarkup(value)}</option>`).join("");
    return `<label>${label} <select id="${id}">${options}</select></label>`;
}

function list(heading: string, texts: readonly string[]): string {
    if (texts.length === 0) return "";
    const items = texts.map(text => `<li>${escapeMarkup(text)}</li>`).join("\n");
    return `<section><h2>${heading}</h2><ul class="plain">\n${items}\n</ul></section>`;
}
