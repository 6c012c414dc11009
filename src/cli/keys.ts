/** `ikedump keys CAPTURE...`: how every key came to be and what proves it; and the keys written for other tools. */
import type { Command } from "commander"
import { derivationsOf } from "../render/derivations.ts"
import { keysJson } from "../render/keys-json.ts"
import { renderKeys } from "../render/keys-text.ts"
import { penFor } from "../render/pen.ts"
import { exportInput } from "../report/export-input.ts"
import { EXPORTERS } from "../secrets/export/export.ts"
import { analyzeFiles, type FileAnalysis } from "./analyze.ts"
import { orStdin } from "./arguments.ts"
import { capturesOf, printReadProblems } from "./captures.ts"
import { readTargets, type Target, writeExport } from "./export-target.ts"
import { limitsOf, withLimits } from "./limits.ts"
import { narrowing } from "./narrowing.ts"
import { nothingOpened } from "./nothing-opened.ts"
import { type CommonOptions, withNarrowing, withReading } from "./options.ts"
import { presentation } from "./present.ts"
import { print } from "./print.ts"
import { selectedSas } from "./sa-option.ts"
import { refuseInput } from "./targets.ts"

interface KeysOptions extends CommonOptions {
  readonly ascii?: boolean
  /** Words after `--export`, of all times it was given: format, target, and captures that stood behind them. */
  readonly export?: string[]
}

const FORMATS = ["text", "json"] as const

export function configure(command: Command): void {
  withLimits(withReading(withNarrowing(command, ...FORMATS)))
    .option("--ascii", "no characters outside ASCII")
    .option("--export <format-and-target...>", `write the keys: ${Object.keys(EXPORTERS).join(", ")}, and where to`)
    .addHelpText("after", EXAMPLES)
    .action(async (captures: string[], options: KeysOptions) => {
      const { targets, rest } = readTargets(options.export ?? [])
      const paths = [...orStdin([...captures, ...(await capturesOf(rest))], "keys")]
      for (const { format, target } of targets) if (format !== "wireshark") refuseInput(target, paths, options)
      const analysis = await analyzeFiles(paths, options, limitsOf(options), await narrowing(paths, options))
      printReadProblems(analysis.report)
      const only = selectedSas(analysis.report, options)
      if (targets.length > 0) writeTargets(targets, withSasOf(analysis, only))
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

function writeTargets(targets: readonly Target[], analysis: FileAnalysis): void {
  const exportable = exportInput(analysis, analysis.secrets)
  for (const target of targets) writeExport(target, exportable, () => nothingOpened(analysis))
}

/** The analysis with these IKE SAs alone. */
const withSasOf = (analysis: FileAnalysis, only: ReadonlySet<string> | undefined): FileAnalysis =>
  only ? { ...analysis, sas: analysis.sas.filter(sa => only.has(sa.id)) } : analysis

function show(analysis: FileAnalysis, options: KeysOptions, only: ReadonlySet<string> | undefined): void {
  const kept = new Set(withSasOf(analysis, only).sas.flatMap(sa => [sa.id, ...sa.children.map(c => c.id)]))
  // Keys of an SA may come from one that is not shown.
  const derivations = derivationsOf(analysis, analysis.secrets, kept)
  const showKeys = options.showKeys ?? false
  if (options.format === "json") print([keysJson(derivations, showKeys)])
  else if (derivations.length > 0)
    print([renderKeys(derivations, penFor({ ...presentation(options.color), ascii: options.ascii }), { showKeys })])
  if (derivations.length === 0) process.stderr.write(`ikedump: no keys: ${nothingOpened(analysis)}\n`)
}
