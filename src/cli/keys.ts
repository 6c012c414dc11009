/** `ikedump keys CAPTURE...`: how every key came to be and what proves it; and the keys written for other tools. */
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import type { Command } from "commander"
import { keepForeign, writeSecretFile } from "../node/secret-file.ts"
import { derivationsOf } from "../render/derivations.ts"
import { keysJson } from "../render/keys-json.ts"
import { renderKeys } from "../render/keys-text.ts"
import { penFor } from "../render/pen.ts"
import { exportInput } from "../report/export-input.ts"
import { EXPORTERS, type ExportFormat, type ExportInput, type Skipped } from "../secrets/export/export.ts"
import { analyzeFiles, type FileAnalysis } from "./analyze.ts"
import { capturesOf, tellReadProblems } from "./captures.ts"
import { CliError, cannotWrite, EXIT, setExit } from "./exit.ts"
import { limitsOf, withLimits } from "./limits.ts"
import { nothingOpened } from "./nothing-opened.ts"
import { type CommonOptions, withColor, withFormat, withIkePorts, withKeys, withSas, withThreads } from "./options.ts"
import { presentation } from "./present.ts"
import { print } from "./print.ts"
import { selectedSas } from "./sa-option.ts"
import { refuseInput, tellLink } from "./targets.ts"

interface KeysOptions extends CommonOptions {
  readonly ascii?: boolean
  /** Words after `--export`, of all times it was given: format, target, and captures that stood behind them. */
  readonly export?: string[]
}

const FORMATS = ["text", "json"] as const

export function configure(command: Command): void {
  withLimits(withSas(withThreads(withIkePorts(withColor(withFormat(withKeys(command), ...FORMATS))))))
    .option("--ascii", "no characters outside ASCII")
    .option("--export <format-and-target...>", `write the keys: ${Object.keys(EXPORTERS).join(", ")}, and where to`)
    .addHelpText("after", EXAMPLES)
    .action(async (captures: string[], options: KeysOptions) => {
      const { targets, rest } = readTargets(options.export ?? [])
      const paths = [...captures, ...(await capturesOf(rest))]
      if (paths.length === 0) throw new CliError("missing required argument 'capture'")
      for (const { format, target } of targets) if (format !== "wireshark") refuseInput(target, paths, options)
      const analysis = await analyzeFiles(paths, options, limitsOf(options))
      tellReadProblems(analysis.report)
      const only = selectedSas(analysis.report, options)
      if (targets.length > 0) for (const target of targets) writeKeys(target, withSasOf(analysis, only))
      else show(analysis, options, only)
    })
}

const EXAMPLES = `
Examples:
  ikedump keys capture.pcap --keys keys.json
  ikedump keys capture.pcap --keys keys.json --show-keys --format json
  ikedump keys capture.pcap --keys keys.json --export wireshark ~/.config/wireshark
  ikedump keys capture.pcap --keys keys.json --export ikedump all.json --export tcpdump esp.txt
`

interface Target {
  readonly format: ExportFormat
  readonly target: string
}

/** `--export FORMAT TARGET`, any number of times; commander hands over all words up to the next flag. */
function readTargets(words: readonly string[]): { targets: Target[]; rest: string[] } {
  const targets: Target[] = []
  const rest: string[] = []
  for (let i = 0; i < words.length; i++) {
    const format = words[i]
    if (Object.hasOwn(EXPORTERS, format)) {
      const target = words[++i]
      if (target === undefined) throw new CliError(`--export ${format} needs where to write`)
      targets.push({ format: format as ExportFormat, target })
    } else if (targets.length === 0)
      throw new CliError(`unknown export format ${JSON.stringify(format)}`, undefined, [
        `known: ${Object.keys(EXPORTERS).join(", ")}`,
      ])
    else rest.push(format)
  }
  return { targets, rest }
}

/** The analysis with these IKE SAs alone. */
const withSasOf = (analysis: FileAnalysis, only: ReadonlySet<string> | undefined): FileAnalysis =>
  only ? { ...analysis, sas: analysis.sas.filter(sa => only.has(sa.id)) } : analysis

function show(analysis: FileAnalysis, options: KeysOptions, only: ReadonlySet<string> | undefined): void {
  const kept = new Set(withSasOf(analysis, only).sas.flatMap(sa => [sa.id, ...sa.children.map(c => c.id)]))
  // Keys of an SA may come from one that is not shown.
  const derivations = derivationsOf(analysis, analysis.secrets).filter(d => kept.has(d.sa))
  const showKeys = options.showKeys ?? false
  if (options.format === "json") print([keysJson(derivations, showKeys)])
  else if (derivations.length > 0)
    print([renderKeys(derivations, penFor({ ...presentation(options.color), ascii: options.ascii }), { showKeys })])
  if (derivations.length === 0) process.stderr.write(`ikedump: no keys: ${nothingOpened(analysis)}\n`)
}

/** Writes one format and tells what it could not say. Throws CliError when a file cannot be written. */
function writeKeys({ format, target }: Target, analysis: FileAnalysis): void {
  const { input, skipped } = exportInput(analysis, analysis.secrets)
  if (input.ike.length + input.children.length === 0) {
    process.stderr.write(`ikedump: nothing to export: ${nothingOpened(analysis)}\n`)
    for (const { what, why } of skipped) process.stderr.write(`ikedump: left out: ${what}: ${why}\n`)
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
        if (kept) process.stderr.write(`ikedump: hint: ${path} was there before and is now ${kept}\n`)
        writeSecretFile(path, file.text, tellLink(path))
      }
    } else if (target === "-") print(exported.files.map(f => f.text))
    else writeSecretFile(target, exported.files.map(f => f.text).join(""), tellLink(target))
  } catch (e) {
    throw cannotWrite(target, e)
  }
  tellExport(format, target, input, [...skipped, ...exported.skipped])
}

const firstLine = (text: string): string => text.slice(0, text.indexOf("\n"))

const plural = (n: number, word: string): string => `${n} ${word}${n === 1 ? "" : "s"}`

function tellExport(format: ExportFormat, target: string, input: ExportInput, skipped: readonly Skipped[]): void {
  const found = `keys of ${plural(input.ike.length, "IKE SA")} and ${plural(input.children.length, "data SA")}`
  process.stderr.write(`ikedump: ${found} for ${format}, written to ${target === "-" ? "standard output" : target}\n`)
  for (const { what, why } of skipped) process.stderr.write(`ikedump: left out: ${what}: ${why}\n`)
}
