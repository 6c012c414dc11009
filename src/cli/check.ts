/** `ikedump check`: holds captures against rules files and golden files; exits with 1 when one is not kept. */

import { existsSync, readFileSync } from "node:fs"
import type { Command } from "commander"
import { messageOf } from "../bytes/errors.ts"
import { isOneOf } from "../bytes/typed.ts"
import { compareReports, type Difference, goldenOf, goldenText, parseGolden } from "../check/golden.ts"
import { loadRules } from "../check/load.ts"
import type { Outcome } from "../check/outcome.ts"
import { type Rule, type RuleSet, RulesError } from "../check/rules.ts"
import { runRules } from "../check/run.ts"
import { readRules } from "../node/read-rules.ts"
import { TimeLimitError, withTimeLimit } from "../node/time-limit.ts"
import { differenceText } from "../render/check/differences.ts"
import { CHECK_FORMATS, type CheckFormat, renderCheck } from "../render/check/index.ts"
import { renderSchema, SCHEMA_FORMATS } from "../render/check/schema.ts"
import type { Report } from "../report/types.ts"
import { analyzeFiles, type FileAnalysis } from "./analyze.ts"
import { orStdin } from "./arguments.ts"
import { printReadProblems } from "./captures.ts"
import { CliError, EXIT, setExit } from "./exit.ts"
import { narrowing } from "./narrowing.ts"
import { printNote } from "./notes.ts"
import { type CommonOptions, collect, unknownWord, withNarrowing, withReading } from "./options.ts"
import { presentation } from "./present.ts"
import { print } from "./print.ts"
import { sendToFile } from "./result.ts"
import { narrowed } from "./sa-option.ts"
import { refuseInput, writeResult } from "./targets.ts"
import { VERSION } from "./version.ts"

interface CheckOptions extends CommonOptions {
  readonly rules?: string[]
  readonly var?: string[]
  readonly out?: string[]
  readonly golden?: string
  readonly updateGolden?: string
  readonly schema?: string | true
  readonly ladder: boolean
  readonly ascii?: boolean
  readonly ruleSeconds: string
}

export function configure(command: Command): void {
  withReading(withNarrowing(command, ...CHECK_FORMATS))
    .option("--rules <file>", "rules, in YAML or JSON; repeatable", collect)
    .option("--var <name=value>", "set a variable of the rules files; repeatable", collect)
    .option(
      "-o, --out <format=file>",
      "to a file too, as junit=results.xml; FILE alone for the result; repeatable",
      collect,
    )
    .option("--golden <file>", "compare the report, without times, SPIs and nonces, with this file")
    .option("--update-golden <file>", "write that file")
    .option("--schema [format]", `print what expressions see: ${SCHEMA_FORMATS.join(", ")}`)
    .option("--no-ladder", "no ladders around failures")
    .option("--ascii", "no characters outside ASCII")
    .option("--rule-seconds <n>", "stop a rule that takes longer", "10")
    .addHelpText("after", EXAMPLES)
    .action(run)
}

const EXAMPLES = `
Examples:
  ikedump check capture.pcap --rules tunnel.yaml --keys keys.json
  ikedump check capture.pcap --rules tunnel.yaml -o junit=results.xml -o sarif=results.sarif
  ikedump check capture.pcap --update-golden tunnel.golden.json
  ikedump check capture.pcap --golden tunnel.golden.json
  ikedump check --schema
`

async function run(captures: string[], options: CheckOptions): Promise<void> {
  if (options.schema !== undefined) return printSchema(options.schema)
  const paths = orStdin(captures, "check")
  const format = formatNamed(options.format)
  const outputs = (options.out ?? []).filter(isFormatted).map(outputNamed)
  const seconds = secondsGiven(options.ruleSeconds)
  if (!options.rules && !options.golden && !options.updateGolden)
    throw new CliError("nothing to check", undefined, ["give --rules FILE, --golden FILE or --update-golden FILE"])
  for (const target of [...outputs.map(o => o.path), ...(options.updateGolden ? [options.updateGolden] : [])])
    refuseInput(target, paths, options)
  for (const path of (options.out ?? []).filter(o => !isFormatted(o))) sendToFile(path, paths, options)
  const rules = await loadForCommand(options)
  const golden = options.golden === undefined ? undefined : readGolden(options.golden)
  const whole = await analyzeFiles(paths, options, {}, await narrowing(paths, options))
  const analysis = { ...whole, report: narrowed(whole.report, options) }
  printReadProblems(whole.report)
  if (options.updateGolden) updateGolden(options.updateGolden, analysis.report)
  const outcome = rules && runGuarded(rules, analysis.report, seconds)
  if (outcome) present(outcome, analysis, format, outputs, options)
  const differences = golden && compareReports(golden, goldenOf(analysis.report))
  if (differences) presentGolden(options.golden ?? "", differences, options)
  if ((outcome?.failed ?? 0) > 0 || (differences?.length ?? 0) > 0) setExit(EXIT.FAILED)
}

function printSchema(format: string | true): void {
  const name = format === true ? "text" : format
  if (!isOneOf(SCHEMA_FORMATS, name)) throw unknownWord("format", name, SCHEMA_FORMATS)
  print([renderSchema(name)])
}

async function loadForCommand(options: CheckOptions): Promise<RuleSet | undefined> {
  const vars: Record<string, string> = {}
  for (const text of options.var ?? []) {
    const at = text.indexOf("=")
    if (at < 1) throw new CliError(`--var ${text}: NAME=VALUE is needed`)
    vars[text.slice(0, at)] = text.slice(at + 1)
  }
  if (!options.rules) return undefined
  try {
    return await loadRules(options.rules, { read: readRules, vars })
  } catch (e) {
    throw e instanceof RulesError ? new CliError(e.message, EXIT.USAGE, e.hints) : e
  }
}

/** Runs the rules, each for so many seconds at most: an expression may loop over loops, or hold a slow pattern. */
function runGuarded(rules: RuleSet, report: Report, seconds: number): Outcome {
  return runRules(rules, report, {
    guard: (rule: Rule, work) => {
      try {
        return withTimeLimit(seconds * 1000, work)
      } catch (e) {
        if (!(e instanceof TimeLimitError)) throw e
        const { file, line, column } = rule.place
        throw new CliError(`${file}:${line}:${column}: the rule takes longer than ${seconds} s`, EXIT.USAGE, [
          "loops within loops and patterns with nested repeats take long; --rule-seconds gives it more time",
        ])
      }
    },
  })
}

interface OutputFile {
  readonly format: CheckFormat
  readonly path: string
}

function present(
  outcome: Outcome,
  { report, messageBytes }: FileAnalysis,
  format: CheckFormat,
  outputs: readonly OutputFile[],
  options: CheckOptions,
): void {
  const common = { ladder: options.ladder, ascii: options.ascii, sizes: messageBytes, version: VERSION }
  for (const { format: other, path } of outputs)
    writeResult(path, [...renderCheck(outcome, report, other, common)].join(""))
  print(renderCheck(outcome, report, format, { ...presentation(options.color), ...common }))
}

function readGolden(path: string) {
  try {
    return parseGolden(readFileSync(path, "utf8"))
  } catch (e) {
    const hints = existsSync(path) ? [] : [`--update-golden ${path} writes it`]
    throw new CliError(`golden file ${path}: ${messageOf(e)}`, EXIT.USAGE, hints)
  }
}

function updateGolden(path: string, report: Report): void {
  writeResult(path, goldenText(goldenOf(report)))
  printNote(`wrote ${path}`)
}

function presentGolden(path: string, differences: readonly Difference[], options: CheckOptions): void {
  if (options.format !== "text" && options.rules) {
    for (const line of differenceText(differences, {}, path)) process.stderr.write(line)
    return
  }
  print(differenceText(differences, { ...presentation(options.color), ascii: options.ascii }, path))
}

/** `-o FILE` is where the result itself goes. */
const isFormatted = (output: string): boolean => output.includes("=") || isOneOf(CHECK_FORMATS, output)

function outputNamed(text: string): OutputFile {
  const at = text.indexOf("=")
  if (at < 1 || at === text.length - 1) throw new CliError(`--out ${text}: FORMAT=FILE is needed`)
  return { format: formatNamed(text.slice(0, at)), path: text.slice(at + 1) }
}

function formatNamed(name: string): CheckFormat {
  if (isOneOf(CHECK_FORMATS, name)) return name
  throw unknownWord("format", name, CHECK_FORMATS)
}

function secondsGiven(text: string): number {
  const seconds = Number(text)
  if (seconds > 0 && seconds <= 86_400) return seconds
  throw new CliError(`--rule-seconds ${text}: a number of seconds is needed`)
}
