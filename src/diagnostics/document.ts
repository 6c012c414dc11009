/** `docs/diagnostics.md` out of the declared codes. */
import { DIAGNOSTIC_AREAS } from "./codes.ts"
import type { DiagnosticEntry } from "./entry.ts"

const HEAD = `# Diagnostics

<!-- Made from src/diagnostics by \`npm run docs\`. Do not edit. -->

Every finding of a report has a declared code, a severity, the frame it was seen in where there is one, a sentence that says what happened,
and what to do. **error**: something failed. **warning**: suspicious and true. **info**: context. Where two severities stand, the
sentence says which case it is. A verdict's \`cause\` is one of these codes too (\`verdict.md\`). Findings of \`ikedump audit\` have codes of their
own (\`audit.md\`). \`ikedump explain CODE\` prints one entry.

A code is never renamed; new ones are added.
`

/** The whole document. */
export const diagnosticsDocument = (): string =>
  [HEAD, ...DIAGNOSTIC_AREAS.map(({ title, codes }) => areaText(title, codes))].join("\n")

const areaText = (title: string, codes: Readonly<Record<string, DiagnosticEntry>>): string =>
  [
    `## ${title}\n`,
    "| code | severity | what it means | what to do | reference |",
    "| --- | --- | --- | --- | --- |",
    ...Object.entries(codes).map(([code, e]) => row(code, e)),
    "",
  ].join("\n")

const row = (code: string, { severities, means, remedy, rfc }: DiagnosticEntry): string =>
  `| \`${code}\` | ${severities.join(", ")} | ${cell(means)} | ${cell(remedy ?? "–")} | ${rfc ?? "–"} |`

const cell = (text: string): string => text.replaceAll("|", "\\|")
