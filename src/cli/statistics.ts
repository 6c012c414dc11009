/** `ikedump statistics CAPTURE... -z WHAT`: the tables of `tshark -z` that people use with IKE, for IKE, ESP and AH. */
import type { Command } from "commander"
import { safeJson } from "../bytes/safe-json.ts"
import { destinationAddress, sourceAddress } from "../net/address.ts"
import { Encapsulation, Kind, type PacketHandler, type PacketView } from "../net/packet-view.ts"
import { renderTable } from "../render/table.ts"
import { printDiagnostic, readFlags, readForCommand } from "./captures.ts"
import { CliError } from "./exit.ts"
import { type CommonOptions, collect, withFormat, withIkePorts } from "./options.ts"
import { presentation } from "./present.ts"
import { print } from "./print.ts"

interface StatisticsOptions extends CommonOptions {
  readonly statistic?: string[]
}

const FORMATS = ["text", "json"] as const

export function configure(command: Command): void {
  withIkePorts(withFormat(command, ...FORMATS))
    .option(
      "-z, --statistic <what>",
      "conv,isakmp, conv,esp, conv,ip, io,phs or io,stat,SECONDS; repeatable (default: all)",
      collect,
    )
    .addHelpText("after", EXAMPLES)
    .action(run)
}

const EXAMPLES = `
Examples:
  ikedump statistics capture.pcap -z conv,isakmp        who spoke IKE with whom, how much, how long
  ikedump statistics capture.pcap -z io,stat,60         IKE and ESP minute by minute
  ikedump statistics capture.pcap -z io,phs             frames and bytes by protocol
`

async function run(paths: string[], options: StatisticsOptions): Promise<void> {
  const { format } = options
  const tables = (options.statistic ?? ["conv,isakmp", "conv,esp", "conv,ip", "io,phs", "io,stat,1"]).map(
    statisticNamed,
  )
  const handler: PacketHandler = {
    packet: view => {
      for (const table of tables) table.packet(view)
    },
    diagnostic: printDiagnostic,
  }
  await readForCommand(paths, handler, readFlags(options))
  const { width } = presentation("never")
  if (format === "json") print([`${safeJson(Object.fromEntries(tables.map(t => [t.name, t.rows()])), 2)}\n`])
  else print(tables.map((t, i) => `${i > 0 ? "\n" : ""}${t.text(width)}\n`))
}

type Row = Readonly<Record<string, string | number>>

/** One table: takes packets, gives rows. */
interface Statistic {
  readonly name: string
  packet(view: PacketView): void
  rows(): Row[]
  text(width: number): string
}

const IKE: ReadonlySet<Kind> = new Set([Kind.ISAKMP])
const DATA: ReadonlySet<Kind> = new Set([Kind.ESP, Kind.AH, Kind.WESP])
const ALL: ReadonlySet<Kind> = new Set([...IKE, ...DATA, Kind.KEEPALIVE])
/** Pairs, or intervals, that are kept; further ones are counted in the last. */
const MOST_ROWS = 100_000

const KNOWN = "known: conv,isakmp, conv,esp, conv,ip, io,phs, io,stat,SECONDS"

/** What stands for tables of tshark that are not made; by the beginning of their names. */
const INSTEAD: readonly (readonly [string, string])[] = [
  ["conv,", "conv,ip has all IPsec packets by their addresses"],
  ["endpoints,", "conv,ip has all IPsec packets by their addresses"],
  ["expert", "ikedump report CAPTURE tells the findings"],
  ["follow,", "ikedump flow CAPTURE draws the messages"],
  ["io,stat", "IKE and ESP are counted apart; ikedump packets CAPTURE -Y EXPR filters"],
]

function statisticNamed(what: string): Statistic {
  const [kind, name, seconds, ...rest] = what.split(",")
  const plain = seconds === undefined
  if (kind === "conv" && plain && (name === "isakmp" || name === "ike")) return new Conversations(what, "IKE", IKE)
  if (kind === "conv" && plain && name === "esp") return new Conversations(what, "ESP and AH", DATA)
  if (kind === "conv" && plain && name === "ip") return new Conversations(what, "IPsec", ALL)
  if (kind === "io" && plain && name === "phs") return new Hierarchy(what)
  const interval = Number(seconds)
  if (kind === "io" && name === "stat" && interval > 0 && rest.length === 0) return new Rates(what, interval)
  const instead = INSTEAD.find(([begin]) => what.startsWith(begin))
  throw new CliError(`unknown statistic ${JSON.stringify(what)}`, undefined, [KNOWN, ...(instead ? [instead[1]] : [])])
}

/** How many frames each layer carries, and those above it. */
class Hierarchy implements Statistic {
  /** By path: `ip udp isakmp`. */
  readonly #layers = new Map<string, { frame: number; frames: number; bytes: number }>()

  constructor(readonly name: string) {}

  packet(view: PacketView): void {
    if (!ALL.has(view.kind)) return
    const path = layersOf(view)
    for (let depth = 1; depth <= path.length; depth++) {
      const key = path.slice(0, depth).join(" ")
      const layer = this.#layers.get(key) ?? { frame: 0, frames: 0, bytes: 0 }
      this.#layers.set(key, layer)
      // A frame may hold several messages.
      if (layer.frame === view.frame) continue
      layer.frame = view.frame
      layer.frames++
      layer.bytes += view.originalBytes
    }
  }

  rows(): Row[] {
    return [...this.#layers]
      .sort(([x], [y]) => (x < y ? -1 : 1))
      .map(([path, { frames, bytes }]) => ({
        protocol: path,
        frames,
        bytes,
      }))
  }

  text(width: number): string {
    const rows = this.rows().map(row => {
      const path = String(row.protocol).split(" ")
      return { ...row, protocol: "  ".repeat(path.length - 1) + path.at(-1) }
    })
    return tableText("Protocol hierarchy of IPsec", rows, width)
  }
}

const NAMES: Readonly<Partial<Record<Kind, string>>> = {
  [Kind.ISAKMP]: "isakmp",
  [Kind.ESP]: "esp",
  [Kind.AH]: "ah",
  [Kind.WESP]: "wesp",
  [Kind.KEEPALIVE]: "keepalive",
}

/** Layers from IP on, as Wireshark names them. */
function layersOf({ kind, encapsulation, ipVersion, sourcePort, destinationPort }: PacketView): string[] {
  const ip = ipVersion === 0 ? [] : [ipVersion === 6 ? "ipv6" : "ip"]
  // RFC 3948: beside port 500 ESP and IKE share a port.
  const udp = [sourcePort, destinationPort].includes(500) ? ["udp"] : ["udp", "udpencap"]
  const carrier = encapsulation === Encapsulation.TCP ? ["tcp"] : sourcePort > 0 ? udp : []
  const name = NAMES[kind]
  return [...ip, ...carrier, ...(name === undefined ? [] : [name])]
}

interface Conversation {
  readonly a: string
  readonly b: string
  readonly first: number
  last: number
  readonly frames: [number, number]
  readonly bytes: [number, number]
}

/** Who spoke with whom: frames and bytes each way. */
class Conversations implements Statistic {
  readonly #pairs = new Map<string, Conversation>()

  constructor(
    readonly name: string,
    readonly what: string,
    readonly kinds: ReadonlySet<Kind>,
  ) {}

  packet(view: PacketView): void {
    if (!this.kinds.has(view.kind)) return
    const [from, to] = [sourceAddress(view), destinationAddress(view)]
    const time = secondsOf(view)
    const known = this.#pairs.get(`${from} ${to}`) ?? this.#pairs.get(`${to} ${from}`)
    const pair = known ?? { a: from, b: to, first: time, last: time, frames: [0, 0], bytes: [0, 0] }
    if (!known && this.#pairs.size < MOST_ROWS) this.#pairs.set(`${from} ${to}`, pair)
    const way = pair.a === from ? 0 : 1
    pair.frames[way]++
    pair.bytes[way] += view.originalBytes
    pair.last = Math.max(pair.last, time)
  }

  rows(): Row[] {
    return [...this.#pairs.values()]
      .sort((x, y) => total(y.frames) - total(x.frames))
      .map(({ a, b, first, last, frames, bytes }) => ({
        a,
        b,
        frames_to_b: frames[0],
        bytes_to_b: bytes[0],
        frames_to_a: frames[1],
        bytes_to_a: bytes[1],
        start: rounded(first),
        duration: rounded(last - first),
      }))
  }

  text(width: number): string {
    return tableText(`${this.what} conversations`, this.rows(), width)
  }
}

interface Interval {
  ike: number
  esp: number
  bytes: number
}

/** IKE messages and ESP packets, interval by interval. */
class Rates implements Statistic {
  readonly #intervals = new Map<number, Interval>()

  constructor(
    readonly name: string,
    readonly seconds: number,
  ) {}

  packet(view: PacketView): void {
    const ike = IKE.has(view.kind)
    if (!ike && !DATA.has(view.kind)) return
    const index = Math.floor(secondsOf(view) / this.seconds)
    let interval = this.#intervals.get(index)
    if (!interval) {
      if (this.#intervals.size >= MOST_ROWS) return
      interval = { ike: 0, esp: 0, bytes: 0 }
      this.#intervals.set(index, interval)
    }
    if (ike) interval.ike++
    else interval.esp++
    interval.bytes += view.originalBytes
  }

  rows(): Row[] {
    return [...this.#intervals]
      .sort(([x], [y]) => x - y)
      .map(([index, { ike, esp, bytes }]) => ({
        start: rounded(index * this.seconds),
        end: rounded((index + 1) * this.seconds),
        ike_messages: ike,
        esp_packets: esp,
        bytes,
      }))
  }

  text(width: number): string {
    return tableText(`Every ${this.seconds} s`, this.rows(), width)
  }
}

/** Seconds since the first frame. */
const secondsOf = (view: PacketView): number => view.seconds - view.firstSeconds + (view.nanos - view.firstNanos) / 1e9
const rounded = (seconds: number): number => Math.round(seconds * 1e6) / 1e6
const total = ([a, b]: readonly [number, number]): number => a + b

function tableText(title: string, rows: readonly Row[], width: number): string {
  if (rows.length === 0) return `${title}: none`
  const columns = Object.entries(rows[0]).map(([name, value]) => ({
    title: name.replaceAll("_", " "),
    align: typeof value === "number" ? ("right" as const) : ("left" as const),
  }))
  return `${title}\n${renderTable(
    columns,
    rows.map(row => Object.values(row).map(String)),
    { width, indent: 2 },
  )}`
}
