/** `ikedump watch [-|FILE...]`: a line for each event, as it happens; files are followed as they grow and are rotated, folders from file to file. */

import { statSync } from "node:fs"
import { type Command, InvalidArgumentError } from "commander"
import { codeOf } from "../bytes/errors.ts"
import { safeJson } from "../bytes/safe-json.ts"
import { safeText } from "../bytes/safe-text.ts"
import { CaptureReader, isCaptureMagic } from "../capture/reader.ts"
import type { PacketHandler } from "../net/packet-view.ts"
import { Walker } from "../net/walker.ts"
import { isReadOnce } from "../node/capture-paths.ts"
import { endPipes, pipePieces } from "../node/chunk-source.ts"
import { followFile, followFolder } from "../node/follow-file.ts"
import { onInterrupt } from "../node/interrupt.ts"
import { serveMetrics } from "../node/metrics-server.ts"
import { WatchGroups } from "../node/watch-groups.ts"
import { WatchMetrics } from "../node/watch-metrics.ts"
import { OPENMETRICS_TYPE, openMetrics } from "../render/openmetrics.ts"
import { type Pen, penFor } from "../render/pen.ts"
import { truncate } from "../render/text.ts"
import type { WatchEvent, WatchKind } from "../report/watch-events.ts"
import { secretsOf } from "./analyze.ts"
import { printDiagnostic, readFlags } from "./captures.ts"
import { CliError, EXIT } from "./exit.ts"
import { printNote } from "./notes.ts"
import { type CommonOptions, withColor, withFormat, withIkePorts, withKeys } from "./options.ts"
import { Output } from "./output.ts"
import { listWidth, presentation } from "./present.ts"
import { withinRange } from "./time-range.ts"

interface WatchOptions extends CommonOptions {
  readonly ascii?: boolean
  readonly once?: boolean
  readonly metrics?: number
}

const FORMATS = ["text", "ndjson"] as const

export function configure(command: Command): void {
  withIkePorts(withColor(withFormat(withKeys(command), ...FORMATS)))
    .option("--once", "end at the end of the files instead of following them")
    .option("--metrics <port>", "serve OpenMetrics on 127.0.0.1 (path /metrics); 0 takes a free port", metricsPort)
    .option("--ascii", "no characters outside ASCII")
    .addHelpText("after", EXAMPLES)
    .action(watch)
}

const EXAMPLES = `
Events: up, refused, no-answer, no-tunnel, lost, degraded, child-up, rekeyed, deleted, moved, esp-stopped.
Ctrl-C ends the input: what is known by then is printed.

Examples:
  tcpdump -U -w - 'udp port 500 or udp port 4500 or esp' | ikedump watch
  ikedump watch /var/log/ike.pcap --keys ike.keylog
  ikedump watch /var/captures --keys ike.keylog            a folder that tcpdump -C, -W or -G fills
  ikedump watch /var/log/ike.pcap --metrics 9786           for Prometheus on this host
  ikedump watch /var/log/ike.pcap --format ndjson | jq -r 'select(.event == "refused") | .text'
`

async function watch(paths: string[], options: WatchOptions): Promise<void> {
  const inputs = paths.length > 0 ? paths : ["-"]
  const stop = new AbortController()
  const ignoreInterrupt = onInterrupt(() => {
    stop.abort()
    endPipes()
  })
  const secrets = await secretsOf(options)
  const groups = new WatchGroups(() => secrets)
  const printer = new Printer(options)
  const metrics = new WatchMetrics(groups, groups)
  const server = options.metrics === undefined ? undefined : await served(options.metrics, metrics)
  const taker = new Taker(groups, withinRange(server ? metrics : groups, options), options)
  try {
    const pause = (clock: number) => printer.print(groups, clock)
    await Promise.all(inputs.map(path => taker.follow(path, piecesOf(path, options, stop), pause)))
    await printer.print(groups, Number.POSITIVE_INFINITY)
  } finally {
    ignoreInterrupt()
    server?.close()
  }
}

function metricsPort(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new InvalidArgumentError("a port is a number up to 65535")
  return port
}

async function served(port: number, metrics: WatchMetrics): Promise<{ close(): void }> {
  try {
    const server = await serveMetrics(port, OPENMETRICS_TYPE, () => openMetrics(metrics.now()))
    process.stderr.write(`ikedump: metrics at http://127.0.0.1:${server.port}/metrics\n`)
    return server
  } catch (e) {
    const code = codeOf(e)
    throw new CliError(`cannot listen on 127.0.0.1:${port}: ${code === "EADDRINUSE" ? "the port is taken" : code}`)
  }
}

type Pieces = AsyncIterable<Uint8Array | undefined>

function piecesOf(path: string, { once }: WatchOptions, stop: AbortController): Pieces {
  if (isReadOnce(path)) return pipePieces(path)
  const there = statSync(path, { throwIfNoEntry: false })
  if (!there && !once) printNote(`${safeText(path)} is not there yet: waiting for it`)
  const follow = there?.isDirectory() ? followFolder : followFile
  const pieces = follow(path, { signal: stop.signal })
  return once ? untilDry(pieces, path) : pieces
}

/** A file up to its end. */
async function* untilDry(pieces: AsyncIterable<Uint8Array | undefined>, path: string): Pieces {
  let any = false
  for await (const piece of pieces) {
    if (piece === undefined) {
      if (!any) throw new CliError(`cannot open ${path}: it is not there, or empty`)
      return
    }
    any = true
    yield piece
  }
}

/** Takes the packets of all inputs; frames count over all of them. */
class Taker {
  readonly #walker: Walker
  /** When the last packet came, by the clock on the wall, ms; and the last look at silence. */
  #arrived = performance.now()
  #looked = 0

  constructor(
    private readonly groups: WatchGroups,
    handler: PacketHandler,
    options: WatchOptions,
  ) {
    const { ikePorts, heuristicIke } = readFlags(options)
    this.#walker = new Walker(handler, { ikePorts, heuristicIke })
  }

  /** Reads an input to its end; `pause` is called when it is time to look at what happened. */
  async follow(path: string, pieces: Pieces, pause: (clock: number) => Promise<void>): Promise<void> {
    let reader = this.#newReader(path)
    let whole = true
    for await (const piece of pieces) {
      if (piece === undefined) {
        await this.#quiet(pause)
        continue
      }
      // A rotated file begins anew: a header where a record would stand.
      if (whole && reader.format !== "unknown" && isCaptureMagic(piece)) reader = this.#newReader(path)
      // Pieces are valid until the next, and looking at what happened takes its time.
      reader.feed(piece.slice())
      while (reader.next()) {
        const { record } = reader
        const now = record.seconds + record.nanos / 1e9
        if (this.groups.isDue(now)) await pause(now)
        this.#walker.record(record)
      }
      this.#arrived = performance.now()
      whole = reader.betweenRecords
      if (reader.stopped) return
    }
  }

  /** Nobody speaks: time passes all the same. */
  async #quiet(pause: (clock: number) => Promise<void>): Promise<void> {
    const now = performance.now()
    if (now - this.#looked < 1000 && this.#arrived < this.#looked) return
    this.#looked = now
    await pause(this.groups.clock + (now - this.#arrived) / 1000)
  }

  #newReader(path: string): CaptureReader {
    return new CaptureReader({
      record: record => this.#walker.record(record),
      diagnostic: d => printDiagnostic({ ...d, path }),
    })
  }
}

const LABELS: Readonly<Record<WatchKind, { readonly mark: "ok" | "bad" | "warn" | "info" }>> = {
  up: { mark: "ok" },
  "child-up": { mark: "ok" },
  rekeyed: { mark: "info" },
  deleted: { mark: "info" },
  moved: { mark: "warn" },
  refused: { mark: "bad" },
  "no-answer": { mark: "bad" },
  "no-tunnel": { mark: "warn" },
  lost: { mark: "warn" },
  degraded: { mark: "warn" },
  "esp-stopped": { mark: "warn" },
}

class Printer {
  readonly #output = new Output()
  readonly #pen: Pen
  #busy: Promise<void> = Promise.resolve()

  constructor(private readonly options: WatchOptions) {
    this.#pen = penFor({ ...presentation(options.color), width: listWidth(), ascii: options.ascii })
  }

  /** Prints what happened since; one after the other, however many inputs pause. */
  print(groups: WatchGroups, clock: number): Promise<void> {
    this.#busy = this.#busy.then(async () => {
      for (const event of await groups.events(clock)) this.#output.write(this.#line(event))
      this.#output.flush()
      if (this.#output.closed) process.exit(EXIT.DONE)
    })
    return this.#busy
  }

  #line(event: WatchEvent): string {
    if (this.options.format === "ndjson") return `${safeJson(event)}\n`
    const { theme, glyphs, width, text } = this.#pen
    const { mark } = LABELS[event.event]
    const sign = {
      ok: theme.ok(glyphs.healthy),
      bad: theme.bad(glyphs.bad),
      warn: theme.warn(glyphs.warn),
      info: theme.dim(glyphs.info),
    }
    const style = { ok: theme.ok, bad: theme.bad, warn: theme.warn, info: (t: string) => t }[mark]
    const time = theme.dim(event.time.slice(11, 23))
    const frame = event.frame === null ? "" : theme.dim(text(` (frame ${event.frame})`))
    const line = `${time} ${sign[mark]} ${text(event.peers.join(" → "))}  ${style(text(event.text))}${frame}`
    return `${truncate(line, width, glyphs.cut)}\n`
  }
}
