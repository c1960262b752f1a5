import { allowPrivilegeEscalation } from "./allow-privilege-escalation";
import { appArmorProfile } from "./app-armor-profile";
import { capabilitiesBaseline } from "./capabilities-baseline";
import { capabilitiesRestricted } from "./capabilities-restricted";
import type { Control } from "./control";
import { hostNamespaces } from "./host-namespaces";
import { hostPathVolumes } from "./host-path-volumes";
import { hostPorts } from "./host-ports";
import { hostProbesAndHostLifecycle } from "./host-probes-and-host-lifecycle";
import { privileged } from "./privileged";
import { procMount, procMountRestricted } from "./proc-mount";
import { restrictedVolumes } from "./restricted-volumes";
import { runAsNonRoot } from "./run-as-non-root";
import { runAsUser } from "./run-as-user";
import { seLinuxOptions } from "./se-linux-options";
import { seccompProfileBaseline, seccompProfileRestricted } from "./seccomp-profile";
import { sysctls } from "./sysctls";
import { windowsHostProcess } from "./windows-host-process";

/** The controls of the baseline profile, by id. */
export const BASELINE_CONTROLS: readonly Control[] = [
    appArmorProfile,
    capabilitiesBaseline,
    hostNamespaces,
    hostPathVolumes,
    hostPorts,
    hostProbesAndHostLifecycle,
    privileged,
    procMount,
    seLinuxOptions,
    seccompProfileBaseline,
    sysctls,
    windowsHostProcess,
];

/**
 * What the restricted profile demands beyond the baseline profile, by id. Some of its controls take the place of
 * baseline ones in Pod Security Admission; what those forbid they forbid too, so that both profiles' controls
 * together decide the same.
 */
export const RESTRICTED_CONTROLS: readonly Control[] = [
    allowPrivilegeEscalation,
    capabilitiesRestricted,
    procMountRestricted,
    restrictedVolumes,
    runAsNonRoot,
    runAsUser,
    seccompProfileRestricted,
];
