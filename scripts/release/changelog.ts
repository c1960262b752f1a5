/** What the changelog says of one version. */
export interface Section {
    readonly version: string;
    /** The day of the release; undefined while it is to come. */
    readonly date: string | undefined;
    /** The items of its lists, each as one line. */
    readonly items: readonly string[];
}

const HEADING = /^## (\S+) \((unreleased|\d{4}-\d{2}-\d{2})\)$/;

/**
 * The versions of a changelog, as they stand in it: the newest first.
 * @throws when a heading is not `## <version> (<date or unreleased>)`.
 */
export function sectionsOf(changelog: string): Section[] {
    const parts = changelog.split(/^(?=## )/m).filter(part => part.startsWith("## "));
    return parts.map(part => {
        const heading = part.split("\n", 1)[0] ?? "";
        const [, version, date] = HEADING.exec(heading) ?? [];
        if (version === undefined)
            throw new Error(`not "## <version> (<date>)" or "## <version> (unreleased)": ${heading}`);
        return { version, date: date === "unreleased" ? undefined : date, items: itemsOf(part) };
    });
}

/** Lines that go on with an item are indented. */
function itemsOf(section: string): string[] {
    return [...section.matchAll(/^- (.*(?:\n {2}.*)*)/gm)].map(([, item = ""]) => item.replaceAll(/\n\s*/g, " "));
}

/** The changelog with the day of its newest version, which was still to come. */
export function dated(changelog: string, day: string): string {
    return changelog.replace(/^(## \S+) \(unreleased\)$/m, `$1 (${day})`);
}
