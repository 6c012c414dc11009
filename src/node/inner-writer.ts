/** Inner packets and decrypted IKE messages as a capture: raw IP or Ethernet, one interface per SA, with the frame they came from. */
import { hex8 } from "../bytes/hex.ts"
import { interfaceBlock, packetBlock, sectionBlock } from "../capture/pcapng-writer.ts"
import { behindOuterHeader } from "../ipsec/outer-header.ts"
import type { ClearMessage } from "../open/clear-messages.ts"
import type { InnerPacket } from "../open/opened-packet.ts"
import type { DataSa } from "../track/data-sa.ts"

/** LINKTYPE_RAW and LINKTYPE_ETHERNET. */
const RAW_IP = 101
const ETHERNET = 1

/** SAs that have an interface of their own: every interface costs the reader of the file. */
const MOST_INTERFACES = 10_000

export interface InnerWriterOptions {
  /** Frame packets as Ethernet with addresses made up from the SPI, for tools that want a link layer. */
  readonly ethernet?: boolean
}

interface DataInterface {
  readonly sa: InnerPacket["sa"]
  readonly id: number
  readonly comment: string
}

export class InnerWriter {
  /** Packets written. */
  written = 0
  /** Inner packets that are no IP packet and have no outer header to stand behind. */
  skipped = 0
  readonly #out: (block: Uint8Array) => void
  readonly #ethernet: boolean
  readonly #interfaces = new Map<string, number>()
  readonly #bySa = new Map<DataSa, DataInterface>()
  #frame = new Uint8Array(2048)
  #block = new Uint8Array(2048)

  /** `out` gets the pcapng blocks in order, the section header at once; each is valid until the next. */
  constructor(out: (block: Uint8Array) => void, options: InnerWriterOptions = {}) {
    this.#out = out
    out(sectionBlock({ application: "ikedump decrypt" }))
    this.#ethernet = options.ethernet ?? false
  }

  /** Writes an inner packet: an IP packet as it is, an upper layer of transport mode behind the outer header. */
  inner(p: InnerPacket): void {
    const tunnel = p.nextHeader === 4 || p.nextHeader === 41
    const packet = tunnel
      ? p.bytes.subarray(p.start, p.end)
      : behindOuterHeader(p.outer.subarray(p.outerStart, p.outerEnd), p.nextHeader, p.bytes.subarray(p.start, p.end))
    if (!packet || packet.length < 20) {
      this.skipped++
      return
    }
    const { id, comment } = this.#interfaceOf(p)
    const notes = p.notes.length > 0 ? `; ${p.notes.join(", ")}` : ""
    this.#write(id, p, packet, `frame ${p.frame}${comment}${notes}`, p.data.spi)
  }

  /** Writes an IKE message that is clear, put back behind its IP and UDP headers (`reframeIke`). */
  ike({ frame, seconds, nanos, packet, spiI, decrypted }: ClearMessage): void {
    const id = this.#interface(`ike ${spiI}`, `ike ${spiI}`, `IKE messages of SPIi 0x${spiI}`)
    this.#write(id, { seconds, nanos }, packet, `frame ${frame}${decrypted ? ", decrypted" : ""}`, 0)
  }

  /** The interface of the packet's SA, and the part of its comment that is the same for all of them. */
  #interfaceOf({ data, sa }: InnerPacket): DataInterface {
    const known = this.#bySa.get(data)
    if (known && known.sa === sa) return known
    const spi = hex8(data.spi)
    const name = sa?.id ?? `${data.protocol.toLowerCase()}-${spi}`
    const description = `${data.protocol} SPI 0x${spi}, ${data.source} → ${data.destination}`
    const id = this.#interface(`${name} ${spi} ${data.destination}`, name, description)
    const made = { sa, id, comment: `, ${data.protocol} SPI 0x${spi}` }
    this.#bySa.set(data, made)
    return made
  }

  #interface(key: string, name: string, description: string): number {
    let id = this.#interfaces.get(key)
    if (id === undefined && key !== "" && this.#interfaces.size >= MOST_INTERFACES)
      return this.#interface("", "others", "packets of further SAs")
    if (id === undefined) {
      id = this.#interfaces.size
      this.#interfaces.set(key, id)
      this.#out(interfaceBlock({ linkType: this.#ethernet ? ETHERNET : RAW_IP, name, description }))
    }
    return id
  }

  #write(
    interfaceId: number,
    { seconds, nanos }: { readonly seconds: number; readonly nanos: number },
    packet: Uint8Array,
    comment: string,
    spi: number,
  ): void {
    const bytes = this.#ethernet ? this.#framed(packet, spi) : packet
    this.#out(packetBlock({ interfaceId, seconds, nanos, bytes, comments: [comment] }, this.#room))
    this.written++
  }

  /** Memory for one block, used again. */
  readonly #room = (bytes: number): Uint8Array => {
    if (this.#block.length < bytes) this.#block = new Uint8Array(2 * bytes)
    return this.#block.subarray(0, bytes)
  }

  /** Locally administered addresses: 02:00 and the SPI, to 02:01 and the SPI. */
  #framed(packet: Uint8Array, spi: number): Uint8Array {
    const length = 14 + packet.length
    if (this.#frame.length < length) this.#frame = new Uint8Array(2 * length)
    const frame = this.#frame
    const view = new DataView(frame.buffer)
    view.setUint16(0, 0x0201)
    view.setUint32(2, spi)
    view.setUint16(6, 0x0200)
    view.setUint32(8, spi)
    view.setUint16(12, packet[0] >> 4 === 6 ? 0x86dd : 0x0800)
    frame.set(packet, 14)
    return frame.subarray(0, length)
  }
}
