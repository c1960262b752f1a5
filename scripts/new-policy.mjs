// Begins a policy: npm run new-policy -- <name> [category]. Writes the policy, its cases and the entry in policies/index.ts.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const CATEGORIES = readFileSync("framework/define.ts", "utf8")
    .match(/export type Category =([^;]*);/)?.[1]
    .match(/[a-z-]+/g);
const [name = "", category = "workloads"] = process.argv.slice(2);
const fail = text => {
    console.error(`${text}\nusage: npm run new-policy -- <name> [category]`);
    process.exit(2);
};
if (!/^(?:no|require|restrict)-[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) {
    fail(`"${name}" is not a name for a policy: use no-…, require-… or restrict-… in kebab-case.`);
}
if (!CATEGORIES?.includes(category)) fail(`There is no category "${category}". Use one of ${CATEGORIES?.join(", ")}.`);
const file = `policies/${name}.ts`;
if (existsSync(file)) fail(`${file} exists already.`);

const identifier = name.replaceAll(/-(.)/g, (_, letter) => letter.toUpperCase());
const { version } = JSON.parse(readFileSync("package.json", "utf8"));
writeFileSync(
    file,
    `import { definePolicy } from "../framework/define";
import type { Findings } from "../framework/findings";

export const ${identifier} = definePolicy({
    name: "${name}",
    category: "${category}",
    description: "Forbid …",
    why: "What goes wrong without the policy.",
    url: "https://kubernetes.io/docs/",
    severity: "medium",
    enforcementLevel: "advisory",
    levelReason: "Why a violation is worth that level and no other.",
    since: "${version}",
    remediationSteps: "What to do.",
    whenNotToUse: "Where the rule does not fit.",
    config: {},
    messages: {
        hostname: (findings: Findings<{ name: string }>) => ({
            what: \`\${findings.places} \${findings.are} \${findings.each(({ data }) => JSON.stringify(data.name))}\`,
            fix: "Remove it",
        }),
    },
    checkPod(pod, { report }) {
        const hostname = pod.spec.get("hostname");
        // What is not known yet is neither set nor unset: \`string\` is undefined then.
        if (hostname.string) report("hostname", hostname, { name: hostname.string });
    },
});
`,
);

const folder = join("fixtures", name);
mkdirSync(folder, { recursive: true });
const pod = (spec, header = "{}") =>
    `${header}\n---\napiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: shop }\nspec: { ${spec} }\n`;
const container = "containers: [{ name: web, image: registry.example.com/shop/web:1.4.2 }]";
writeFileSync(join(folder, "pass-without-hostname.yaml"), pod(container));
writeFileSync(join(folder, "unknown-hostname.yaml"), pod(`hostname: !unknown , ${container}`));
writeFileSync(
    join(folder, "fail-hostname.yaml"),
    pod(
        `hostname: web, ${container}`,
        `expect:\n  - object: Pod shop/web\n    message: 'Pod shop/web: spec.hostname is "web". Remove it.'`,
    ),
);

const index = readFileSync("policies/index.ts", "utf8");
const imports = [...index.matchAll(/^import \{ (\w+) \} from "\.\/([\w-]+)";$/gm)].map(([line, , other]) => ({
    line,
    other,
}));
const begin = imports[0]?.line ?? "";
const end = imports.at(-1)?.line ?? "";
const all = [...imports, { line: `import { ${identifier} } from "./${name}";`, other: name }].sort((a, b) =>
    a.other < b.other ? -1 : 1,
);
const before = index.slice(0, index.indexOf(begin));
const after = index.slice(index.indexOf(end) + end.length);
const list = all.map(({ other }) => other.replaceAll(/-(.)/g, (_, letter) => letter.toUpperCase()));
writeFileSync(
    "policies/index.ts",
    `${before}${all.map(({ line }) => line).join("\n")}${after.replace(/(readonly Policy\[\] = \[\n)[^\]]*(\];)/, (_, open, close) => `${open}${list.map(one => `    ${one},\n`).join("")}${close}`)}`,
);
console.log(`${file} and ${folder}/ are there, and policies/index.ts knows them. Next:
  npm run fixtures -- ${name}     runs its cases in all hosts
  UPDATE=1 npm test               writes reference, lists and snapshots anew; the tests tell what else is missing`);
