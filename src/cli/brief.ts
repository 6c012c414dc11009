/** `ikedump brief CAPTURE...`: frame counts and SPI pairs, nothing decoded beyond headers. The quick look at a large capture. */

import type { Command } from "commander"
import { hex8, toHex } from "../bytes/hex.ts"
import { safeJson } from "../bytes/safe-json.ts"
import { plural } from "../bytes/words.ts"
import { destinationAddress, sourceAddress } from "../net/address.ts"
import { Kind, type PacketView } from "../net/packet-view.ts"
import type { CaptureInfo, Counts } from "../report/types.ts"
import type { ScanHandler } from "../segment/fold-scans.ts"
import type { Scan } from "../segment/scan-types.ts"
import type { Stretch } from "../track/tally.ts"
import { printDiagnostic, readFlags, readForCommand } from "./captures.ts"
import { type CommonOptions, withFormat, withIkePorts, withThreads } from "./options.ts"
import { Output } from "./output.ts"
import { Threads } from "./workers.ts"

export function configure(command: Command): void {
  withThreads(withIkePorts(withFormat(command, "text", "json")))
    .addHelpText("after", EXAMPLES)
    .action(async (captures: string[], options: CommonOptions) => {
      const { brief, infos } = await readBrief(captures, options)
      const output = new Output()
      output.write(options.format === "json" ? json(infos, brief) : text(infos, brief))
      output.flush()
    })
}

async function readBrief(captures: readonly string[], options: CommonOptions) {
  const brief = new Brief()
  const flags = readFlags(options)
  const threads = new Threads(captures, options.threads, { kind: "scan" })
  try {
    const infos = (await threads.scan(brief, flags)) ?? (await readForCommand(captures, brief, flags))
    return { brief, infos }
  } finally {
    threads.close()
  }
}

const EXAMPLES = `
Examples:
  ikedump brief capture.pcap                  frames by kind, IKE SPI pairs, ESP and AH SPIs
  ikedump brief --format json *.pcap.gz
`

/** SPI pairs, or SPIs, that are listed; further ones are only counted. */
const MOST_LISTED = 100_000

interface IkePair {
  readonly spi_i: string
  readonly spi_r: string
  messages: number
}

interface DataSpi {
  readonly protocol: "ESP" | "AH" | "WESP"
  readonly spi: string
  readonly source: string
  readonly destination: string
  packets: number
}

const PROTOCOL: Readonly<Partial<Record<Kind, DataSpi["protocol"]>>> = {
  [Kind.ESP]: "ESP",
  [Kind.AH]: "AH",
  [Kind.WESP]: "WESP",
}

class Brief implements ScanHandler {
  readonly ike = new Map<string, IkePair>()
  /** By kind, then by SPI; an SPI is the destination's own, so it says whose SA it is but for rare clashes. */
  readonly data = new Map<number, DataSpi>()
  readonly counts = { isakmp: 0, esp: 0, ah: 0, keepalive: 0 }
  readonly diagnostic = printDiagnostic

  packet(view: PacketView): void {
    switch (view.kind) {
      case Kind.ISAKMP:
        this.counts.isakmp++
        this.#isakmp(view.payloadBytes, view.payloadStart, view.payloadEnd)
        break
      case Kind.KEEPALIVE:
        this.counts.keepalive++
        break
      case Kind.AH:
        this.counts.ah++
        this.#spi(view, 1)
        break
      case Kind.ESP:
      case Kind.WESP:
        this.counts.esp++
        this.#spi(view, 1)
        break
    }
  }

  stretch(view: PacketView, { packets }: Stretch): void {
    this.#spi(view, packets)
  }

  sketch(): void {}

  summed({ esp, ah, keepalive }: Scan["counts"]): void {
    this.counts.esp += esp
    this.counts.ah += ah
    this.counts.keepalive += keepalive
  }

  passed(): void {}

  #isakmp(b: Uint8Array, at: number, end: number): void {
    if (end - at < 16) return
    const key = toHex(b, at, at + 16)
    const pair = this.ike.get(key)
    if (pair) pair.messages++
    else if (this.ike.size < MOST_LISTED)
      this.ike.set(key, { spi_i: key.slice(0, 16), spi_r: key.slice(16), messages: 1 })
  }

  #spi(view: PacketView, packets: number): void {
    const key = view.kind * 2 ** 32 + view.spi
    const known = this.data.get(key)
    if (known) known.packets += packets
    else if (this.data.size < MOST_LISTED)
      this.data.set(key, {
        protocol: PROTOCOL[view.kind] ?? "ESP",
        spi: hex8(view.spi),
        source: sourceAddress(view),
        destination: destinationAddress(view),
        packets,
      })
  }
}

function countsOf(infos: readonly CaptureInfo[], brief: Brief): Omit<Counts, "other"> {
  return { frames: infos.reduce((sum, info) => sum + info.frames, 0), ...brief.counts }
}

function json(infos: readonly CaptureInfo[], brief: Brief): string {
  const counts = countsOf(infos, brief)
  const all = { captures: infos, counts, ike: [...brief.ike.values()], data: [...brief.data.values()] }
  return `${safeJson(all, 2)}\n`
}

function text(infos: readonly CaptureInfo[], brief: Brief): string {
  const { frames, isakmp, esp, ah, keepalive } = countsOf(infos, brief)
  const lines = infos.map(
    i => `${i.path}: ${i.format}, ${plural(i.frames, "frame")}${i.complete ? "" : ", incomplete"}`,
  )
  lines.push(`frames ${frames}  IKE ${isakmp}  ESP ${esp}  AH ${ah}  keepalive ${keepalive}`)
  for (const { spi_i, spi_r, messages } of brief.ike.values())
    lines.push(`IKE  ${spi_i} ${spi_r}  ${plural(messages, "message")}`)
  for (const { protocol, spi, source, destination, packets } of brief.data.values())
    lines.push(`${protocol.padEnd(4)} ${spi}  ${source} → ${destination}  ${plural(packets, "packet")}`)
  return `${lines.join("\n")}\n`
}
