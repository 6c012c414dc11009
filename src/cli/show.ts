/** `ikedump show CAPTURE FRAME...`: the field tree and the bytes of frames, decrypted payloads included. */

import { type Command, InvalidArgumentError } from "commander"
import type { Field } from "../bytes/field.ts"
import { TreeSink } from "../bytes/field-sink.ts"
import { safeJson } from "../bytes/safe-json.ts"
import { plural } from "../bytes/words.ts"
import type { FrameDissector } from "../dissect/frame-dissector.ts"
import { EVERYTHING } from "../dissect/needs.ts"
import type { FrameFilter } from "../filter/frame-filter.ts"
import { type FrameSources, keptSources } from "../net/dissect.ts"
import type { PacketView } from "../net/packet-view.ts"
import { timeText } from "../net/time.ts"
import { type FrameView, frameJson, frameLines, payloadCount } from "../render/frame-view.ts"
import { framePdml, PDML_HEAD, PDML_TAIL } from "../render/pdml.ts"
import { type Pen, penFor } from "../render/pen.ts"
import { CliError, EXIT, exitSoFar } from "./exit.ts"
import { filterOf } from "./filter-option.ts"
import { FrameNumbers } from "./frame-numbers.ts"
import { type FrameVisitor, visitFrames } from "./frames.ts"
import { type CommonOptions, withColor, withIkePorts, withNarrowing } from "./options.ts"
import { Output } from "./output.ts"
import { presentation } from "./present.ts"

interface ShowOptions extends CommonOptions {
  readonly payload?: number
  readonly bytes?: boolean
  readonly ranges?: boolean
  readonly verbose?: boolean
  readonly only?: string
  readonly ascii?: boolean
}

const FORMATS = ["text", "json", "ndjson", "pdml"] as const

export function configure(command: Command): void {
  withIkePorts(withColor(withNarrowing(command, ...FORMATS)))
    .option(
      "--payload <n>",
      "only the n-th IKE payload of each frame, from 1, decrypted ones counted too",
      payloadNumber,
    )
    .option("-v, --verbose", "fold nothing: the layers that carry IKE and IPsec with their fields too")
    .option("-O, --only <protocols>", "unfold these alone: isakmp,ip")
    .option("--bytes", "only the bytes, as text2pcap reads them")
    .option("--ranges", "where each field stands, bytes of its source")
    .option("--ascii", "no characters outside ASCII")
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, frames: string[], options: ShowOptions) => {
      const shower = new Shower(wantedFrames(frames, options), options)
      await visitFrames([path].flat(), options, shower)
      shower.end()
    })
}

const EXAMPLES = `
Examples:
  ikedump show capture.pcap 1
  ikedump show capture.pcap 3-7 --keys keys.json
  ikedump show capture.pcap 3 --keys keys.json --payload 2 --bytes
  ikedump show capture.pcap -Y 'isakmp.notify.msgtype == NO_PROPOSAL_CHOSEN'
  ikedump show capture.pcap 1 --format json | jq '.[].tree'
  ikedump show capture.pcap 1 --format pdml                    the XML of tshark -T pdml
`

/** All that pass the filter when no number is given. */
function wantedFrames(frames: readonly string[], { filter }: ShowOptions): FrameNumbers {
  if (frames.length > 0) return FrameNumbers.parse(frames)
  if (filter !== undefined) return FrameNumbers.parse(["1-"])
  throw new CliError("no frame was named", undefined, ["name frames by number, or by a filter with -Y"])
}

function payloadNumber(text: string): number {
  const n = Number(text)
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError("payloads count from 1")
  return n
}

class Shower implements FrameVisitor {
  readonly stop = { stopped: false }
  readonly nullHeuristic = true
  readonly needs = EVERYTHING
  readonly #output = new Output()
  readonly #pen: Pen
  readonly #filter: FrameFilter | undefined
  #sink = new TreeSink()
  #sources: FrameSources | undefined
  #frame = 0
  #time = ""
  #seen = 0
  #shown = 0

  constructor(
    private readonly frames: FrameNumbers,
    private readonly options: ShowOptions,
  ) {
    const { color, ascii } = options
    this.#filter = filterOf(options)
    this.#pen = penFor({ ...presentation(color), ascii })
  }

  /** Columns of the packet list are drawn for the filter alone. */
  wants(field: Field): boolean {
    return !field.name.startsWith("_ws.") || (this.#filter?.wants(field) ?? false)
  }

  wantsFrame(frame: number): boolean {
    return this.frames.has(frame)
  }

  reached(frame: number): void {
    this.#seen = frame
    if (frame > this.frames.last) this.stop.stopped = true
  }

  packet(view: PacketView, dissector: FrameDissector, first: boolean): void {
    if (first) this.#begin(view)
    this.#sources = keptSources(view, this.#sources)
    dissector.draw(view, this.#filter?.into(this.#sink) ?? this.#sink, this.#sources)
  }

  frameEnd(dissector: FrameDissector): void {
    const line = dissector.line
    if (this.#filter) dissector.endFrame(this.#filter.into())
    if (this.#filter?.decide() ?? true) {
      dissector.displayed()
      this.#show(line)
    }
    this.#sink = new TreeSink()
    if (this.#output.closed) this.stop.stopped = true
  }

  #show(line: FrameDissector["line"]): void {
    const { roots } = this.#sink
    const { source = "", destination = "", protocol = "", info = "" } = line ?? {}
    const view: FrameView = { frame: this.#frame, time: this.#time, source, destination, protocol, info, roots }
    const { payload } = this.options
    const payloads = payload === undefined ? 0 : payloadCount(roots)
    if (payload !== undefined && payload > payloads)
      process.stderr.write(`ikedump: frame ${this.#frame} has ${plural(payloads, "payload")}, no payload ${payload}\n`)
    this.#output.write(this.#text(view))
    this.#shown++
  }

  beforeWait(): void {
    this.#output.flush()
  }

  /** Throws CliError when a frame that was asked for is not in the capture. */
  end(): void {
    const { format } = this.options
    if (format === "json") this.#output.write(this.#shown > 0 ? "\n]\n" : "[]\n")
    if (format === "pdml") this.#output.write((this.#shown > 0 ? "" : PDML_HEAD) + PDML_TAIL)
    this.#output.flush()
    const beyond = this.stop.stopped ? [] : this.frames.beyond(this.#seen)
    // A capture that could not be read is the reason, where it is.
    const code = exitSoFar() === EXIT.CAPTURE ? EXIT.CAPTURE : EXIT.USAGE
    if (beyond.length > 0)
      throw new CliError(`no frame ${beyond.join(", ")}: the capture has ${plural(this.#seen, "frame")}`, code)
  }

  #begin(view: PacketView): void {
    this.#frame = view.frame
    this.#time = timeText(view.seconds, view.nanos)
    this.#sources = undefined
  }

  #text(view: FrameView): string {
    const { format, showKeys, payload, bytes, ranges, verbose, only } = this.options
    const unfolded = verbose ? "all" : only === undefined ? undefined : new Set(only.toLowerCase().split(/[, ]+/))
    const shown = { showKeys, payload, bytesOnly: bytes, ranges, unfolded } as const
    if (format === "text") return `${frameLines(view, this.#pen, shown).join("\n")}\n`
    if (format === "pdml") return (this.#shown > 0 ? "" : PDML_HEAD) + framePdml(view, showKeys)
    const json = safeJson(frameJson(view, shown))
    return format === "ndjson" ? `${json}\n` : `${this.#shown > 0 ? ",\n" : "[\n"}${json}`
  }
}
