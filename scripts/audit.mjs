// Asks the registry for known vulnerabilities of what the pack runs with, and for the signatures of all that is
// installed: npm run audit. Fails on a vulnerability of severity high or critical, and on a wrong signature. A registry
// that does not answer, or keeps no such lists, as mirrors often do, keeps nobody from working.
import { spawnSync } from "node:child_process";

/** How long the registry may take, in milliseconds. */
const PATIENCE = 60_000;

const vulnerable = vulnerabilities();
const forged = signatures();
process.exit(vulnerable || forged ? 1 : 0);

/** Whether what the pack runs with has a severe vulnerability; tells of all. */
function vulnerabilities() {
    const report = npmAudit("--omit=dev");
    const found = Object.values(report?.vulnerabilities ?? {});
    if (!report?.vulnerabilities) return unanswered("vulnerabilities", report);
    for (const { name, severity, via } of found) {
        const titles = via.map(cause => cause.title ?? `through ${cause}`).join("; ");
        console.error(`${severity}: ${name}: ${titles}`);
    }
    if (found.length === 0) console.log("No dependency has a known vulnerability.");
    return found.some(({ severity }) => severity === "high" || severity === "critical");
}

/** Whether a package was signed by somebody else than its registry. */
function signatures() {
    const report = npmAudit("signatures");
    if (!report?.invalid) return unanswered("signatures", report);
    for (const { name, version } of report.invalid) console.error(`wrong signature: ${name} ${version}`);
    if (report.invalid.length === 0) console.log("No package has a wrong signature.");
    return report.invalid.length > 0;
}

/** What `npm audit` says; undefined when it says nothing. */
function npmAudit(argument) {
    const options = { encoding: "utf8", timeout: PATIENCE, stdio: ["ignore", "pipe", "pipe"], maxBuffer: 2 ** 26 };
    const { stdout } = spawnSync("npm", ["audit", argument, "--json", "--fetch-retries=0"], options);
    try {
        return JSON.parse(stdout ?? "");
    } catch {
        return undefined;
    }
}

function unanswered(what, report) {
    const reason = report?.message ?? report?.error?.summary ?? "no answer";
    console.error(`The registry tells nothing of ${what} (${reason}); they were not checked.`);
    return false;
}
