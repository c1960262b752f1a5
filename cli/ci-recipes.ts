const CHECK = "npx --yes kubernetes-guardrails check";

/** What a CI system needs to run the check. Each is also a file in examples/ci. */
export const CI_RECIPES = {
    github: `# .github/workflows/guardrails.yaml: checks the manifests of every pull request, shows violations beside the lines that
# have them, and keeps them under Security > Code scanning.
name: Guardrails
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read
  security-events: write
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with:
          node-version: 22
      - name: Check manifests
        run: |
          ${CHECK} manifests --config guardrails.json \\
            --format github \\
            --format sarif=guardrails.sarif \\
            --format markdown="$GITHUB_STEP_SUMMARY" \\
            --format html=guardrails.html
      - uses: github/codeql-action/upload-sarif@v4
        if: always()
        with:
          sarif_file: guardrails.sarif
      - uses: actions/upload-artifact@v5
        if: always()
        with:
          name: guardrails
          path: guardrails.html
`,
    gitlab: `# .gitlab-ci.yml: checks the manifests of every merge request; its page shows violations as failed tests.
guardrails:
  image: node:22
  script:
    - >-
      ${CHECK} manifests --config guardrails.json
      --format text
      --format junit=guardrails.xml
      --format html=guardrails.html
  artifacts:
    when: always
    paths: [guardrails.html]
    reports:
      junit: guardrails.xml
`,
    "pre-commit": `# .pre-commit-config.yaml: checks the manifests that a commit changes, with https://pre-commit.com.
repos:
  - repo: local
    hooks:
      - id: kubernetes-guardrails
        name: kubernetes-guardrails
        language: system
        entry: ${CHECK} --config guardrails.json
        files: ^manifests/.*\\.ya?ml$
`,
} as const;

export type CiSystem = keyof typeof CI_RECIPES;

export const CI_SYSTEMS = Object.keys(CI_RECIPES) as readonly CiSystem[];
