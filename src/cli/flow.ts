/** `ikedump flow CAPTURE...`: ladder diagrams, one an IKE SA, or with `--frames` one of every frame. */

import type { Command } from "commander"
import type { CaptureSource } from "../analyze-options.ts"
import { hex8 } from "../bytes/hex.ts"
import { countText } from "../bytes/words.ts"
import { Kind, type PacketView } from "../net/packet-view.ts"
import type { FlowFormat } from "../render/flow.ts"
import { flowLines } from "../render/flow-frames.ts"
import { type FlowPacket, flowRows } from "../render/flow-rows.ts"
import { penFor } from "../render/pen.ts"
import { summarize } from "../report/packet-summary.ts"
import { analyzeFiles } from "./analyze.ts"
import { printReadProblems } from "./captures.ts"
import { CliError } from "./exit.ts"
import { limitsOf, withLimits } from "./limits.ts"
import { narrowing } from "./narrowing.ts"
import { printNote } from "./notes.ts"
import { type CommonOptions, withNarrowing, withReading } from "./options.ts"
import { presentation, presentFlow } from "./present.ts"
import { print } from "./print.ts"
import { selectedSas } from "./sa-option.ts"

interface FlowOptions extends CommonOptions {
  format: FlowFormat
  readonly ascii?: boolean
  readonly frames?: boolean
}

export function configure(command: Command): void {
  const base = withNarrowing(command, "text", "mermaid", "svg")
  withLimits(withReading(base))
    .option("--all", "every IKE SA: what it does by itself")
    .option("--frames", "one diagram of all frames, as Wireshark's Flow Graph")
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
  printReadProblems(report)
  const only = selectedSas(report, options)
  if (report.ike_sas.length === 0) process.stderr.write("ikedump: no IKE messages; --frames shows other frames\n")
  const { width, theme } = presentation(options.color)
  print(presentFlow(report, options.format, { width, theme, ascii: options.ascii, sizes: messageBytes, only }))
}

/** Packets kept for one diagram of frames. */
const MAX_PACKETS = 200_000

async function showFrames(paths: readonly string[], options: FlowOptions, wrap: Wrap): Promise<void> {
  if (options.format !== "text") throw new CliError("--frames has the text format only")
  if (options.sa || options.failed)
    throw new CliError("--frames shows every frame: leave --sa and --failed out, or filter with -Y")
  const packets: FlowPacket[] = []
  const noted: Wrap = source => notePackets(wrap(source), packets)
  const { report } = await analyzeFiles(paths, options, limitsOf(options), noted)
  if (packets.length >= MAX_PACKETS)
    printNote(`the first ${countText(MAX_PACKETS)} packets are shown; narrow them with -Y`)
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
    spi: data ? hex8(view.spi) : null,
  }
}

function* newlines(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`
}
