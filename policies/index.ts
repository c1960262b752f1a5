import type { Policy } from "./define";
import { noNakedPods } from "./no-naked-pods";
import { requireAnnotations } from "./require-annotations";
import { requireLabels } from "./require-labels";
import { selectorMatchesTemplate } from "./selector-matches-template";
import { validLabels } from "./valid-labels";

/** All policies, by name. A test compares the list with the folder. */
export const policies: readonly Policy[] = [
    noNakedPods,
    requireAnnotations,
    requireLabels,
    selectorMatchesTemplate,
    validLabels,
];
