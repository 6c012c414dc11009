/** `ikedump secrets FILE...`: what files of secrets hold and lack, without a capture and without a value; and their keys in other formats. */
import type { Command } from "commander"
import { safeJson } from "../bytes/safe-json.ts"
import { type LoadedSecrets, loadSecrets } from "../node/load-secrets.ts"
import { wrap } from "../render/text.ts"
import { exportInput } from "../report/export-input.ts"
import { SecretsError } from "../secrets/errors.ts"
import { EXPORTERS } from "../secrets/export/export.ts"
import { type Inventory, inventoryOf } from "../secrets/inventory.ts"
import { CliError } from "./exit.ts"
import { readTargets, writeExport } from "./export-target.ts"
import { printWeighed } from "./notes.ts"
import { withFormat } from "./options.ts"
import { presentation } from "./present.ts"
import { print } from "./print.ts"

interface SecretsOptions {
  readonly format: "text" | "json"
  readonly export?: string[]
}

/** Nothing was analyzed: what the files hold is all there is. */
const NO_CAPTURE = { sas: [], dataSas: [] }

export function configure(command: Command): void {
  withFormat(command, "text", "json")
    .option("--export <format-and-target...>", `write the keys: ${Object.keys(EXPORTERS).join(", ")}, and where to`)
    .addHelpText("after", EXAMPLES)
    .action(run)
}

const EXAMPLES = `
Examples:
  ikedump secrets charon.log                         what is in it, and what would add more
  ikedump secrets /etc/ipsec.secrets --format json
  ikedump secrets xfrm.txt --export wireshark ~/.config/wireshark
`

async function run(paths: string[], options: SecretsOptions): Promise<void> {
  const { targets, rest } = readTargets(options.export ?? [])
  const { secrets, notes, files } = await load([...paths, ...rest])
  for (const { severity, file, line, message } of notes)
    printWeighed(severity, `${file}${line === undefined ? "" : `:${line}`}: ${message}`)
  if (targets.length > 0) {
    const exportable = exportInput(NO_CAPTURE, secrets)
    for (const target of targets) writeExport(target, exportable, () => "the files hold no keys of SAs")
    return
  }
  const inventory = inventoryOf(secrets, [...new Set(files.flatMap(f => f.formats))])
  if (options.format === "json") print([`${safeJson({ files, ...inventory }, 2)}\n`])
  else print([textOf(files, inventory)])
}

async function load(paths: readonly string[]): Promise<LoadedSecrets> {
  try {
    return await loadSecrets(paths)
  } catch (e) {
    if (e instanceof SecretsError) throw new CliError(e.message)
    throw e
  }
}

function textOf(files: readonly { file: string; formats: readonly string[] }[], inventory: Inventory): string {
  const width = Math.max(0, ...inventory.kinds.map(k => k.kind.length))
  const lines = files.map(({ file, formats }) => `${file}: ${formats.join(", ")}`)
  lines.push("")
  for (const { kind, count, of } of inventory.kinds)
    lines.push(`  ${kind.padEnd(width)}  ${String(count).padStart(5)}${of.length > 0 ? `  ${of.join("; ")}` : ""}`)
  if (inventory.kinds.length === 0) lines.push("  no secrets")
  section(lines, "opens", inventory.opens)
  section(lines, "lacks", inventory.lacks)
  section(lines, "hint", inventory.hints)
  return `${lines.join("\n")}\n`
}

function section(lines: string[], title: string, words: readonly string[]): void {
  const { width } = presentation("never")
  for (const [i, word] of words.entries()) {
    const parts = wrap(word, Math.max(40, width - 7))
    lines.push(...(i === 0 ? [""] : []), ...parts.map((part, n) => `${(n === 0 ? title : "").padEnd(6)} ${part}`))
  }
}
