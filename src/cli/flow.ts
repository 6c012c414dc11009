/** `ikedump flow CAPTURE...`: ladder diagrams, one an IKE SA, or with `--frames` one of every frame. */
import type { Command } from "commander"
import { Kind, type PacketView } from "../net/packet-view.ts"
import type { CaptureSource } from "../pipeline.ts"
import { flowLines } from "../render/flow-frames.ts"
import { type FlowPacket, flowRows } from "../render/flow-rows.ts"
import { penFor } from "../render/pen.ts"
import { summarize } from "../report/packet-summary.ts"
import type { Report } from "../report/types.ts"
import { analyzeFiles } from "./analyze.ts"
import { tellReadProblems } from "./captures.ts"
import { CliError } from "./exit.ts"
import { limitsOf, withLimits } from "./limits.ts"
import { narrowing } from "./narrowing.ts"
import {
  type CommonOptions,
  withColor,
  withFilter,
  withFormat,
  withIkePorts,
  withKeys,
  withThreads,
} from "./options.ts"
import { presentation, presentFlow } from "./present.ts"
import { print } from "./print.ts"

interface FlowOptions extends CommonOptions {
  readonly ascii?: boolean
  readonly frames?: boolean
  readonly sa?: string[]
}

export function configure(command: Command): void {
  const base = withFilter(withFormat(withKeys(command), "text", "mermaid", "svg"))
  withLimits(withThreads(withIkePorts(withColor(base))))
    .option("--frames", "one diagram of all frames, as Wireshark's Flow Graph")
    .option("--sa <id>", "only this IKE SA, as report names it (ike/0); repeatable", (id, all?: string[]) => [
      ...(all ?? []),
      id,
    ])
    .option("--ascii", "no characters outside ASCII")
    .addHelpText("after", EXAMPLES)
    .action(async (paths: string[], options: FlowOptions) => {
      const wrap = await narrowing(paths, options)
      if (options.frames) await showFrames(paths, options, wrap)
      else await showLadders(paths, options, wrap)
    })
}

const EXAMPLES = `
Examples:
  ikedump flow capture.pcap
  ikedump flow capture.pcap --frames
  ikedump flow capture.pcap --keys keys.json --format svg > flow.svg
  ikedump flow capture.pcap --sa ike/0 --format mermaid
`

type Wrap = (source: CaptureSource) => CaptureSource

async function showLadders(paths: readonly string[], options: FlowOptions, wrap: Wrap): Promise<void> {
  const { report, messageBytes } = await analyzeFiles(paths, options, limitsOf(options), wrap)
  tellReadProblems(report)
  const unknown = options.sa?.find(id => !report.ike_sas.some(sa => sa.id === id))
  if (unknown !== undefined) throw new CliError(`no IKE SA is named ${unknown}`, undefined, [namesOf(report)])
  if (report.ike_sas.length === 0) process.stderr.write("ikedump: no IKE messages; --frames shows other frames\n")
  const { width, theme } = presentation(options.color)
  print(
    presentFlow(report, options.format, { width, theme, ascii: options.ascii, sizes: messageBytes, only: options.sa }),
  )
}

const namesOf = (report: Report): string =>
  report.ike_sas.length === 0
    ? "this capture has none"
    : `from ${report.ike_sas[0].id} to ${report.ike_sas[report.ike_sas.length - 1].id}`

/** Packets kept for one diagram of frames. */
const MAX_PACKETS = 200_000

async function showFrames(paths: readonly string[], options: FlowOptions, wrap: Wrap): Promise<void> {
  if (options.format !== "text") throw new CliError("--frames has the text format only")
  if (options.sa) throw new CliError("--frames shows every frame: leave --sa out, or filter with -Y")
  const packets: FlowPacket[] = []
  const noted: Wrap = source => notePackets(wrap(source), packets)
  const { report } = await analyzeFiles(paths, options, limitsOf(options), noted)
  if (packets.length >= MAX_PACKETS)
    process.stderr.write(`ikedump: the first ${MAX_PACKETS} packets are shown; narrow them with -Y\n`)
  const { width, theme } = presentation(options.color)
  const pen = penFor({ width, theme, ascii: options.ascii })
  print(newlines(flowLines([...flowRows(packets, report)], pen)))
}

/** Keeps a line of every packet of the first reading. */
function notePackets(source: CaptureSource, packets: FlowPacket[]): CaptureSource {
  let readings = 0
  return {
    rereadable: source.rereadable,
    read(handler) {
      if (readings++ > 0) return source.read(handler)
      return source.read({
        packet(view) {
          if (packets.length < MAX_PACKETS) packets.push(packetOf(view))
          handler.packet(view)
        },
        diagnostic: d => handler.diagnostic(d),
      })
    },
  }
}

function packetOf(view: PacketView): FlowPacket {
  const { source, destination, protocol, info } = summarize(view)
  const ports = view.sourcePort !== 0 || view.destinationPort !== 0
  const data = view.kind === Kind.ESP || view.kind === Kind.AH
  return {
    frame: view.frame,
    time: view.seconds - view.firstSeconds + (view.nanos - view.firstNanos) / 1e9,
    source,
    destination,
    sourcePort: ports ? view.sourcePort : null,
    destinationPort: ports ? view.destinationPort : null,
    protocol,
    info,
    spi: data ? view.spi.toString(16).padStart(8, "0") : null,
  }
}

function* newlines(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`
}
