/** `ikedump explain CODE`: what a diagnostic code means, and what to do. */
import type { Command } from "commander"
import { nearest } from "../bytes/nearest.ts"
import { listText } from "../bytes/words.ts"
import { DIAGNOSTIC_CODES, isDiagnosticCode } from "../diagnostics/codes.ts"
import { type Column, renderTable } from "../render/table.ts"
import { wrap } from "../render/text.ts"
import { CliError } from "./exit.ts"
import { withFormat } from "./options.ts"
import { print } from "./print.ts"

interface ExplainOptions {
  format: string
}

export function configure(command: Command): void {
  withFormat(command, "text", "json")
    .addHelpText("after", EXAMPLES)
    .action((code: string | undefined, options: ExplainOptions) => {
      const entries = entriesOf(code)
      const text = options.format === "json" ? json(entries) : code === undefined ? list(entries) : entry(entries[0])
      print([`${text}\n`])
    })
}

const EXAMPLES = `
CODE is a code of a finding, or a verdict's cause. Without one, all codes are listed.

Examples:
  ikedump explain no-proposal-chosen
  ikedump explain --format json
`

interface Entry {
  readonly code: string
  readonly severities: readonly string[]
  readonly means: string
  readonly remedy: string | null
  readonly rfc: string | null
}

function entriesOf(code: string | undefined): readonly Entry[] {
  if (code === undefined) return Object.entries(DIAGNOSTIC_CODES).map(([name, e]) => ({ code: name, ...e }))
  const name = code.toLowerCase()
  if (isDiagnosticCode(name)) return [{ code: name, ...DIAGNOSTIC_CODES[name] }]
  const codes = Object.keys(DIAGNOSTIC_CODES)
  const within = codes.filter(known => name.length > 2 && known.includes(name))
  const near = within.length > 0 ? listText(within, 5, "or") : nearest(name, codes)
  throw new CliError(`no code is named "${code}"`, undefined, [
    near ? `did you mean ${near}?` : '"ikedump explain" lists all codes',
  ])
}

const WIDTH = 100

function entry({ code, severities, means, remedy, rfc }: Entry): string {
  const part = (label: string, text: string | null): string[] =>
    text === null ? [] : wrap(text, WIDTH - MARGIN).map((line, i) => `${(i === 0 ? label : "").padEnd(MARGIN)}${line}`)
  return [
    `${code}  (${severities.join(" or ")})`,
    ...part("means", means),
    ...part("do", remedy),
    ...part("see", rfc),
  ].join("\n")
}

const MARGIN = 7

const COLUMNS: readonly Column[] = [{ title: "code" }, { title: "severity" }, { title: "means", shrink: true }]

const list = (entries: readonly Entry[]): string =>
  renderTable(
    COLUMNS,
    entries.map(e => [e.code, e.severities.join(", "), e.means]),
  )

const json = (entries: readonly Entry[]): string =>
  JSON.stringify(
    entries.map(({ code, severities, means, remedy, rfc }) => ({ code, severities, means, remedy, rfc })),
    null,
    2,
  )
