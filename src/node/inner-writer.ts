/** Inner packets and decrypted IKE messages as a capture: raw IP or Ethernet, one interface per SA, with the frame they came from. */
import { behindOuterHeader } from "../ipsec/outer-header.ts"
import type { InnerPacket } from "../open/opened-packet.ts"

/** What the writer needs of a pcapng writer. */
export interface CaptureSink {
  /** Declares an interface; returns its number. */
  addInterface(linkType: number, name: string, description?: string): number
  /** Writes a packet with its time and a comment. The bytes are copied or written before it returns. */
  packet(interfaceId: number, seconds: number, nanos: number, bytes: Uint8Array, comment?: string): void
}

/** LINKTYPE_RAW and LINKTYPE_ETHERNET. */
const RAW_IP = 101
const ETHERNET = 1

export interface InnerWriterOptions {
  /** Frame packets as Ethernet with addresses made up from the SPI, for tools that want a link layer. */
  readonly ethernet?: boolean
}

export class InnerWriter {
  /** Packets written. */
  written = 0
  /** Inner packets that are no IP packet and have no outer header to stand behind. */
  skipped = 0
  readonly #sink: CaptureSink
  readonly #ethernet: boolean
  readonly #interfaces = new Map<string, number>()
  #frame = new Uint8Array(2048)

  constructor(sink: CaptureSink, options: InnerWriterOptions = {}) {
    this.#sink = sink
    this.#ethernet = options.ethernet ?? false
  }

  /** Writes an inner packet: an IP packet as it is, an upper layer of transport mode behind the outer header. */
  inner(p: InnerPacket): void {
    const { result } = p
    const spi = result.spi.toString(16).padStart(8, "0")
    const tunnel = p.nextHeader === 4 || p.nextHeader === 41
    const packet = tunnel
      ? p.bytes.subarray(p.start, p.end)
      : behindOuterHeader(p.outer, p.outerStart, p.outerEnd, p.nextHeader, p.bytes, p.start, p.end)
    if (!packet || packet.length < 20) {
      this.skipped++
      return
    }
    const name = p.sa?.id ?? `${result.protocol.toLowerCase()}-${spi}`
    const description = `${result.protocol} SPI 0x${spi}, ${result.source} → ${result.destination}`
    const notes = p.notes.length > 0 ? `; ${p.notes.join(", ")}` : ""
    const comment = `frame ${p.frame}, ${result.protocol} SPI 0x${spi}${notes}`
    this.#write(`${name} ${spi} ${result.destination}`, name, description, p, packet, comment, result.spi)
  }

  /** Writes a decrypted IKE message that was put back behind its IP and UDP headers (`reframeIke`). */
  ike(frame: number, seconds: number, nanos: number, packet: Uint8Array): void {
    this.#write("ike", "ike", "decrypted IKE messages", { seconds, nanos }, packet, `frame ${frame}, decrypted`, 0)
  }

  #write(
    key: string,
    name: string,
    description: string,
    time: { readonly seconds: number; readonly nanos: number },
    packet: Uint8Array,
    comment: string,
    spi: number,
  ): void {
    let id = this.#interfaces.get(key)
    if (id === undefined) {
      id = this.#sink.addInterface(this.#ethernet ? ETHERNET : RAW_IP, name, description)
      this.#interfaces.set(key, id)
    }
    this.#sink.packet(id, time.seconds, time.nanos, this.#ethernet ? this.#framed(packet, spi) : packet, comment)
    this.written++
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
