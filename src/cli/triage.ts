/** `ikedump triage PATH...`: which of many captures failed, and why; each by itself, over all cores. */
import type { Command } from "commander"
import type { CaptureSource } from "../analyze-options.ts"
import { safeJson } from "../bytes/safe-json.ts"
import { isReadOnce } from "../node/capture-paths.ts"
import { growSlowly } from "../node/heap-growth.ts"
import { keysFromEnvironment } from "../node/load-secrets.ts"
import { triageCapture } from "../node/triage-capture.ts"
import { penFor } from "../render/pen.ts"
import { triageCsv, triageText } from "../render/triage-text.ts"
import { failedLine, reachesOutcome, type TriageLine, worstCapturesFirst } from "../report/triage.ts"
import { OUTCOMES, type Outcome } from "../report/verdict/types.ts"
import { hasNoSecrets } from "../secrets/secrets.ts"
import { secretsOf } from "./analyze.ts"
import { capturesOf } from "./captures.ts"
import { EXIT, setExit } from "./exit.ts"
import { narrowing } from "./narrowing.ts"
import { type CommonOptions, unknownWord, withFilter, withFormat, withKeys, withReading } from "./options.ts"
import { listWidth, presentation } from "./present.ts"
import { print } from "./print.ts"
import { Progress } from "./progress.ts"
import { withinRange } from "./time-range.ts"
import { isWorth, threadsFor, triagePool } from "./workers.ts"

interface TriageOptions extends CommonOptions {
  readonly failOn?: string
  readonly all?: boolean
  readonly ascii?: boolean
}

const FORMATS = ["text", "json", "ndjson", "csv"] as const

export function configure(command: Command): void {
  withReading(withFilter(withFormat(withKeys(command), ...FORMATS)))
    .option("--fail-on <outcome>", `exit with 1 when a capture is that or worse: ${OUTCOMES.join(", ")}`)
    .option("--all", "a line for each capture that works too, however many")
    .option("--ascii", "no characters outside ASCII")
    .addHelpText("after", EXAMPLES)
    .action(run)
}

const EXAMPLES = `
Examples:
  ikedump triage captures/
  ikedump triage captures/ --keys keys/ --fail-on degraded
  ikedump triage *.pcap --format csv > triage.csv
`

async function run(paths: string[], options: TriageOptions): Promise<void> {
  const limit = options.failOn === undefined ? undefined : outcomeNamed(options.failOn)
  const captures = await capturesOf(paths)
  growSlowly()
  const lines = worstCapturesFirst(await triage(captures, options))
  print(presented(lines, options))
  if (lines.some(l => l.error !== null)) setExit(EXIT.CAPTURE)
  if (limit && lines.some(l => l.outcome !== null && reachesOutcome(l.outcome, limit))) setExit(EXIT.FAILED)
}

function* presented(lines: readonly TriageLine[], { format, all, ascii, color }: TriageOptions): Generator<string> {
  if (format === "csv") yield* triageCsv(lines)
  else if (format === "ndjson") for (const line of lines) yield `${safeJson(line)}\n`
  else if (format === "json") yield `${safeJson(lines, 2)}\n`
  else yield triageText(lines, penFor({ ...presentation(color), width: listWidth(), ascii }), all)
}

/** Fewer captures are done before a thread has started, unless they are large. */
const WORTH_CAPTURES = 16

async function triage(captures: readonly string[], options: TriageOptions): Promise<TriageLine[]> {
  const secrets = await secretsOf(options)
  const reading = { ikePorts: options.ikePort, heuristicIke: options.anyPort }
  const keys = [...keysFromEnvironment(process.env), ...(options.keys ?? [])]
  const threads = threadsFor(captures, options.threads, {
    worthCount: WORTH_CAPTURES,
    kind: hasNoSecrets(secrets) ? "scan" : "open",
  })
  // What is read once, or stands on the command line, other threads cannot read again.
  const here = [...captures, ...keys].some(isReadOnce) || (options.psk?.length ?? 0) > 0
  const narrow = narrowed(options)
  const pool = narrow || threads < 2 || here ? undefined : triagePool(threads)
  const lineOf = async (path: string): Promise<TriageLine> => {
    if (!pool) return triageCapture(path, secrets, reading, { narrow: await narrow?.(path) })
    // A large one is read in segments, by the same threads.
    if (isWorth([path]) && !options.anyPort) return triageCapture(path, secrets, reading, { workers: pool })
    return pool
      .run({ kind: "triage", path, keys, reading })
      .catch((e: Error) => failedLine(path, `internal error: ${e.name}: ${e.message}`))
  }
  const progress = new Progress()
  const lines: TriageLine[] = new Array(captures.length)
  let next = 0
  let done = 0
  const work = async (): Promise<void> => {
    while (next < captures.length) {
      const at = next++
      lines[at] = await lineOf(captures[at])
      progress.count(++done, captures.length)
    }
  }
  try {
    await Promise.all(Array.from({ length: pool?.threads ?? 1 }, work))
    return lines
  } finally {
    progress.clear()
    pool?.close()
  }
}

type Narrow = (path: string) => Promise<(source: CaptureSource) => CaptureSource>

/** What `--from`, `--to`, `-c` and `-Y` leave of a capture; undefined where none is given. */
function narrowed(options: TriageOptions): Narrow | undefined {
  const { from, to, count, filter } = options
  if (!from && !to && count === undefined && filter === undefined) return undefined
  return async path => {
    const filtered = await narrowing([path], options)
    return source =>
      filtered({
        rereadable: source.rereadable,
        read: handler => source.read(withinRange(handler, { from, to, count })),
      })
  }
}

function outcomeNamed(word: string): Outcome {
  const found = OUTCOMES.find(o => o === word)
  if (found) return found
  throw unknownWord("outcome", word, OUTCOMES)
}
