/** What Pulumi Cloud shows of the pack beside its policies. Markdown; part of the pack, which reads no files. */
export const README = `# Kubernetes guardrails

Keeps Kubernetes on Pulumi safe. Every \`pulumi preview\` and \`pulumi up\` refuses what should never reach a cluster, and
says what to do instead:

- **No naked pods.** A Pod that no controller owns is gone when its node fails.
- **Nothing starts too early.** The dependencies between resources say what would start before what it needs, wait for
  ever, or never find it.
- **Production clusters stay separate.** Each resource is followed through its provider and kubeconfig to its cluster;
  nothing of test or development runs on production.
- **Policy as code** for security, compliance and cost: the Pod Security Standards exactly as Kubernetes decides them,
  RBAC, images, secrets, networks, availability, deprecated APIs, budgets.

What a preview cannot know yet is neither reported nor forgotten: the update decides it.

## Levels

Each policy has a level of its own, \`mandatory\`, \`advisory\` or \`disabled\`. The configuration of a policy group sets
others, and the keys of each policy:

\`\`\`json
{
    "no-mutable-image-tags": "advisory",
    "require-labels": {
        "enforcementLevel": "mandatory",
        "labels": { "app.kubernetes.io/name": {}, "team": { "pattern": "[a-z-]+" } }
    }
}
\`\`\`

Policies that repair take the level \`remediate\` too. \`"all": "advisory"\` makes warnings of everything, also of policies
that are off by default. A mistake in a policy's keys is an error that names the key and what to write.

## Exemptions

An object exempts itself by an annotation, with a reason and, if need be, a last day:

\`\`\`yaml
metadata:
    annotations:
        kubernetes-guardrails/exempt.no-naked-pods: "migration is run by hand; until=2027-03-31"
\`\`\`

The organization exempts in the configuration, by a glob over \`Kind/namespace/name\` or the resource's URN, and switches
annotations off for a policy with \`"annotationExemptions": false\`:

\`\`\`json
{
    "no-naked-pods": {
        "enforcementLevel": "mandatory",
        "annotationExemptions": false,
        "exempt": [{ "resource": "Pod/debug/*", "reason": "debugging sessions", "until": "2027-03-31" }]
    }
}
\`\`\`

With \`"environments": ["production"]\` a policy applies to production only.

## What it needs

Node.js 20 or newer with npm on every machine that runs \`pulumi preview\` or \`pulumi up\`, whatever language its programs
are written in.
`;
