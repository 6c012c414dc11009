/** `ikedump packets CAPTURE...`: one line a frame, while it is read. */
import type { Command } from "commander"
import { byteSource } from "../bytes/byte-source.ts"
import { safeJson } from "../bytes/safe-json.ts"
import { decodeMessage, type Message } from "../ike/message.ts"
import { isQuoted, Kind, type PacketHandler, type PacketView } from "../net/packet-view.ts"
import { timeText } from "../net/time.ts"
import { PacketList, type PacketRow } from "../render/packet-list.ts"
import { payloadsText } from "../render/packet-payloads.ts"
import { type PacketSummary, summarize } from "../report/packet-summary.ts"
import { hasKeys } from "./analyze.ts"
import { printDiagnostic, readFlags, readForCommand } from "./captures.ts"
import { DissectedLines } from "./dissected-lines.ts"
import { filterOf } from "./filter-option.ts"
import { visitFrames, wantedPackets } from "./frames.ts"
import { type CommonOptions, oneOf, withColor, withIkePorts, withNarrowing } from "./options.ts"
import { Output } from "./output.ts"
import { listWidth, presentation } from "./present.ts"
import { type LineTime, TIME_FORMATS } from "./time-format.ts"

interface PacketsOptions extends CommonOptions {
  all?: boolean
  readonly time: string
}

export function configure(command: Command): void {
  withIkePorts(withColor(withNarrowing(command, ...FORMATS)))
    .option("--all", "every frame, not only IKE, ESP, AH and keepalives")
    .addOption(
      oneOf(
        "-t, --time <format>",
        "the Time column: r relative, a clock, ad with the date, d delta, e since 1970 (UTC)",
        [...Object.keys(TIME_FORMATS)],
      ),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (captures: string[], options: PacketsOptions) => {
      await listPackets(captures, options)
    })
}

const EXAMPLES = `
Examples:
  ikedump packets capture.pcap
  ikedump packets --all capture.pcap.gz
  ikedump packets capture.pcap --keys keys.json
  tcpdump -U -w - 'udp port 500 or udp port 4500 or esp' | ikedump packets -
  ikedump packets capture.pcap -Y 'isakmp.exchangetype == IKE_SA_INIT && ip.src == 192.0.2.0/24'
  ikedump packets --format ndjson capture.pcapng | jq -r .info
`

const FORMATS = ["text", "json", "ndjson"] as const

/** One frame of the list, all numbers kept: what JSON prints. */
interface PacketLine {
  frame: number
  time: string
  /** Seconds since the first frame of the capture, and since the line before. */
  relative: number
  delta: number
  source: string
  destination: string
  protocol: string
  source_port: number | null
  destination_port: number | null
  length: number
  info: string
  /** `SAi1, KEi, Ni` of an IKE message; empty for other frames. */
  payloads: string
  comments: readonly string[]
}

/** Rows held back so that they line up with one another. */
const BLOCK_ROWS = 200

async function listPackets(captures: readonly string[], options: PacketsOptions): Promise<void> {
  const filter = filterOf(options)
  // Only a filter and keys ask for more than the walk says.
  const dissected = filter !== undefined || hasKeys(options)
  const output = new Output()
  const stop = { stopped: false }
  const printer = printerFor(options, text => {
    output.write(text)
    if (output.closed) stop.stopped = true
  })
  const lines = new Lines(printer, { all: options.all ?? false, decodes: !dissected })
  const flush = () => {
    if (!dissected) lines.flush()
    printer.flush?.()
    output.flush()
    if (output.closed) stop.stopped = true
  }
  const reading = { stop, beforeWait: flush }
  if (dissected)
    await visitFrames(captures, options, new DissectedLines(lines, { filter, keyed: hasKeys(options), ...reading }))
  else
    await readForCommand(captures, lines, {
      all: options.all,
      ...readFlags(options),
      ...reading,
      wanted: await wantedPackets(captures, options),
    })
  flush()
  printer.end?.()
  output.flush()
}

interface Printer {
  line(line: PacketLine, digits: number, at: Time): void
  flush?(): void
  end?(): void
}

function printerFor(options: PacketsOptions, write: (text: string) => void): Printer {
  switch (options.format) {
    case "text":
      return new TextPrinter(options, write)
    case "ndjson":
      return { line: line => write(`${safeJson(line)}\n`) }
    default:
      return new JsonPrinter(write)
  }
}

class TextPrinter implements Printer {
  readonly #list: PacketList
  readonly #time: (time: LineTime, digits: number) => string
  #rows: PacketRow[] = []
  constructor(
    options: PacketsOptions,
    private readonly write: (text: string) => void,
  ) {
    this.#time = TIME_FORMATS[options.time]
    this.#list = new PacketList({ theme: presentation(options.color).theme, width: listWidth() })
  }

  line(line: PacketLine, digits: number, at: Time): void {
    const { frame, source, destination, protocol, length } = line
    const info = line.payloads === "" ? line.info : `${line.info}  ${line.payloads}`
    const time = this.#time({ ...at, relative: line.relative, delta: line.delta }, digits)
    const delta = line.delta.toFixed(digits)
    this.#rows.push({
      frame,
      time,
      delta,
      source,
      destination,
      protocol,
      destinationPort: line.destination_port,
      length,
      info,
    })
    if (this.#rows.length >= BLOCK_ROWS) this.flush()
  }

  flush(): void {
    this.write(this.#list.lines(this.#rows))
    this.#rows = []
  }
}

class JsonPrinter implements Printer {
  #any = false
  constructor(private readonly write: (text: string) => void) {}

  line(line: PacketLine): void {
    this.write(`${this.#any ? ",\n" : "[\n"}${safeJson(line)}`)
    this.#any = true
  }

  end(): void {
    this.write(this.#any ? "\n]\n" : "[]\n")
  }
}

/** Makes one line of each frame: a frame with several messages has them all in its Info. */
class Lines implements PacketHandler {
  #line: PacketLine | undefined
  #digits = 6
  #kind: Kind = Kind.OTHER
  /** Time of the current line, and of the one before. */
  #time: Time | undefined
  #before: Time | undefined
  readonly diagnostic = printDiagnostic

  constructor(
    private readonly printer: Printer,
    /** `decodes`: nobody else decodes the messages for it. */
    private readonly options: { readonly all: boolean; readonly decodes: boolean },
  ) {}

  packet(view: PacketView): void {
    if ((isQuoted(view.kind) || view.kind === Kind.OTHER) && !this.options.all) return
    if (this.#line?.frame === view.frame) this.#again(this.#line, view)
    else {
      this.flush()
      this.#line = this.#lineOf(view)
      this.#digits = view.timeDigits
    }
    this.#kind = view.kind
    if (view.kind !== Kind.ISAKMP || !this.options.decodes) return
    const { payloadBytes, payloadStart, payloadEnd } = view
    const message = decodeMessage(byteSource(payloadBytes, "frame", true), payloadStart, payloadEnd)
    if (message) this.message(message)
  }

  /** What a message holds stands behind its name; messages of one frame stand side by side. */
  message(message: Message): void {
    const line = this.#line
    if (!line) return
    const text = payloadsText(message)
    line.payloads = line.payloads === "" ? text : `${line.payloads}; ${text}`
  }

  /** Prints the current line: no more of its frame can come. */
  flush(): void {
    if (this.#line && this.#time) this.printer.line(this.#line, this.#digits, this.#time)
    this.#before = this.#time
    this.#line = undefined
  }

  /** What the keys opened says more than the packet itself. */
  relabel({ source, destination, protocol, info }: PacketSummary): void {
    if (this.#line) Object.assign(this.#line, { source, destination, protocol, info })
  }

  /** Leaves out the current frame. */
  drop(): void {
    this.#line = undefined
  }

  /** Another message of the same frame: what AH protects takes the line over, messages of a stream stand side by side. */
  #again(line: PacketLine, view: PacketView): void {
    const { protocol, info, source, destination } = summarize(view)
    const inner = this.#kind === Kind.AH
    Object.assign(line, { protocol, source, destination, info: inner ? info : `${line.info}, ${info}` })
  }

  #lineOf(view: PacketView): PacketLine {
    const relative = since(view, { seconds: view.firstSeconds, nanos: view.firstNanos })
    const delta = since(view, this.#before ?? view)
    this.#time = { seconds: view.seconds, nanos: view.nanos }
    const ports = view.sourcePort !== 0 || view.destinationPort !== 0
    const { source, destination, protocol, info } = summarize(view)
    return {
      frame: view.frame,
      time: timeText(view.seconds, view.nanos),
      relative,
      delta,
      source,
      destination,
      protocol,
      source_port: ports ? view.sourcePort : null,
      destination_port: ports ? view.destinationPort : null,
      length: view.originalBytes,
      info,
      payloads: "",
      comments: view.comments,
    }
  }
}

interface Time {
  readonly seconds: number
  readonly nanos: number
}

/** Seconds from one time to another; negative where a capture is out of order. */
const since = (to: Time, from: Time): number => ((to.seconds - from.seconds) * 1e9 + (to.nanos - from.nanos)) / 1e9
