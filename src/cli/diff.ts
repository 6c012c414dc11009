/** `ikedump diff A B`: what two captures' negotiations offered, chose and proved differently, and how long they took. */
import type { Command } from "commander"
import { safeJson } from "../bytes/safe-json.ts"
import { durationText } from "../bytes/words.ts"
import { compareReports, type Difference, goldenOf } from "../check/golden.ts"
import { type Timing, timings } from "../check/timing.ts"
import { spokenDifferences } from "../render/check/spoken.ts"
import { renderTable } from "../render/table.ts"
import { analyzeFiles } from "./analyze.ts"
import { printReadProblems } from "./captures.ts"
import { CliError, EXIT, setExit } from "./exit.ts"
import { narrowing } from "./narrowing.ts"
import { type CommonOptions, withColor, withIkePorts, withNarrowing } from "./options.ts"
import { presentation } from "./present.ts"
import { print } from "./print.ts"
import { narrowed } from "./sa-option.ts"

interface DiffOptions extends CommonOptions {
  readonly ascii?: boolean
}

export function configure(command: Command): void {
  withIkePorts(withColor(withNarrowing(command, "text", "json")))
    .option("--ascii", "no characters outside ASCII")
    .addHelpText("after", EXAMPLES)
    .action(async (before: string, after: string, options: DiffOptions) => {
      if (before === "-" && after === "-") throw new CliError("standard input can be only one of the two captures")
      const reportOf = async (capture: string) => {
        const paths = [capture].flat()
        const { report } = await analyzeFiles(paths, options, {}, await narrowing(paths, options))
        printReadProblems(report)
        return narrowed(report, options)
      }
      const [a, b] = [await reportOf(before), await reportOf(after)]
      const differences = compareReports(goldenOf(a), goldenOf(b))
      const times = timings(a, b)
      if (options.format === "json") print([diffJson(differences, times)])
      else print(diffText(before, after, differences, times, options))
      if (differences.length > 0) setExit(EXIT.FAILED)
    })
}

const EXAMPLES = `
Times, SPIs, nonces, frame numbers and packet counts do not count as differences; how long things took is shown beside.

Examples:
  ikedump diff before.pcap after.pcap --keys keys.json
`

function* diffText(
  before: string,
  after: string,
  differences: readonly Difference[],
  times: readonly Timing[],
  options: DiffOptions,
): Generator<string> {
  const shown = { ...presentation(options.color), ascii: options.ascii }
  yield* spokenDifferences(differences, shown, `${before} ${options.ascii ? "->" : "→"} ${after}`)
  if (times.length === 0) return
  const rows = times.map(t => [t.what, spanText(t.before), spanText(t.after), changeText(t)])
  const columns = [
    { title: "time" },
    ...["before", "after", "change"].map(title => ({ title, align: "right" as const })),
  ]
  yield `\n${renderTable(columns, rows, { indent: 4 })}\n`
}

const spanText = (nanos: bigint | null): string => (nanos === null ? "-" : durationText(Number(nanos) / 1e9))

function changeText({ before, after }: Timing): string {
  if (before === null || after === null || before <= 0n) return ""
  const percent = Math.round((Number(after - before) / Number(before)) * 100)
  return `${percent > 0 ? "+" : ""}${percent} %`
}

function diffJson(differences: readonly Difference[], times: readonly Timing[]): string {
  const seconds = (nanos: bigint | null) => (nanos === null ? null : Number(nanos) / 1e9)
  const json = {
    schema: "ikedump/diff/1",
    same: differences.length === 0,
    differences: differences.map(({ path, before = null, after = null }) => ({ path, before, after })),
    times: times.map(t => ({ what: t.what, before_seconds: seconds(t.before), after_seconds: seconds(t.after) })),
  }
  return `${safeJson(json, 2)}\n`
}
