import type { Policy } from "./define";
import { noInteractiveContainers } from "./no-interactive-containers";
import { noNakedPods } from "./no-naked-pods";
import { readOnlyRootFilesystem } from "./read-only-root-filesystem";
import { requireAnnotations } from "./require-annotations";
import { requireHighUid } from "./require-high-uid";
import { requireLabels } from "./require-labels";
import { restrictContainerPorts } from "./restrict-container-ports";
import { selectorMatchesTemplate } from "./selector-matches-template";
import { validLabels } from "./valid-labels";

/** All policies, by name. A test compares the list with the folder. */
export const policies: readonly Policy[] = [
    noInteractiveContainers,
    noNakedPods,
    readOnlyRootFilesystem,
    requireAnnotations,
    requireHighUid,
    requireLabels,
    restrictContainerPorts,
    selectorMatchesTemplate,
    validLabels,
];
