/** `--export FORMAT TARGET`: keys written for other tools, by the commands that have them. */

import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { isOneOf, keysOf } from "../bytes/typed.ts"
import { plural } from "../bytes/words.ts"
import { keepForeign, writeSecretFile } from "../node/secret-file.ts"
import { EXPORTERS, type ExportFormat, type ExportInput, type Skipped } from "../secrets/export/export.ts"
import { CliError, cannotWrite, EXIT, setExit } from "./exit.ts"
import { printNote, printWeighed } from "./notes.ts"
import { print } from "./print.ts"
import { printLink } from "./targets.ts"

export interface Target {
  readonly format: ExportFormat
  readonly target: string
}

/** `FORMAT TARGET`, any number of times; commander hands over all words up to the next flag. `rest`: what stood behind them. */
export function readTargets(words: readonly string[]): { targets: Target[]; rest: string[] } {
  const targets: Target[] = []
  const rest: string[] = []
  for (let i = 0; i < words.length; i++) {
    const format = words[i]
    if (isOneOf(keysOf(EXPORTERS), format)) {
      const target = words[++i]
      if (target === undefined) throw new CliError(`--export ${format} needs where to write`)
      targets.push({ format, target })
    } else if (targets.length === 0)
      throw new CliError(`unknown export format ${JSON.stringify(format)}`, undefined, [
        `known: ${Object.keys(EXPORTERS).join(", ")}`,
      ])
    else rest.push(format)
  }
  return { targets, rest }
}

export interface Exportable {
  readonly input: ExportInput
  readonly skipped: readonly Skipped[]
}

/** Writes one format and reports what it could not say; `nothing` says why there are no keys. Throws CliError when a file cannot be written. */
export function writeExport({ format, target }: Target, { input, skipped }: Exportable, nothing: () => string): void {
  if (input.ike.length + input.children.length === 0) {
    process.stderr.write(`ikedump: nothing to export: ${nothing()}\n`)
    for (const { what, why } of skipped) printNote(`left out: ${what}: ${why}`)
    setExit(EXIT.FAILED)
    return
  }
  const exported = EXPORTERS[format](input)
  try {
    if (format === "wireshark") {
      mkdirSync(target, { recursive: true, mode: 0o700 })
      for (const file of exported.files) {
        const path = join(target, file.name)
        const kept = keepForeign(path, firstLine(file.text))
        if (kept) printWeighed("hint", `${path} was there before and is now ${kept}`)
        writeSecretFile(path, file.text, printLink(path))
      }
    } else if (target === "-") print(exported.files.map(f => f.text))
    else writeSecretFile(target, exported.files.map(f => f.text).join(""), printLink(target))
  } catch (e) {
    throw cannotWrite(target, e)
  }
  printExport(format, target, input, [...skipped, ...exported.skipped])
}

const firstLine = (text: string): string => text.slice(0, text.indexOf("\n"))

function printExport(format: ExportFormat, target: string, input: ExportInput, skipped: readonly Skipped[]): void {
  const found = `keys of ${plural(input.ike.length, "IKE SA")} and ${plural(input.children.length, "data SA")}`
  printNote(`${found} for ${format}, written to ${target === "-" ? "standard output" : target}`)
  for (const { what, why } of skipped) printNote(`left out: ${what}: ${why}`)
}
