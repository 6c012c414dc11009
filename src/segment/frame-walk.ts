/** The descent into one frame without any memory of the frames before: what is found, and whether that memory would be needed. */
import type { CaptureRecord } from "../capture/record.ts"
import { Descending } from "../net/descent.ts"
import { NET_LIMITS } from "../net/limits.ts"
import { Kind, PacketView } from "../net/packet-view.ts"
import { portTable } from "../net/ports.ts"
import type { Snapshot } from "../net/snapshot.ts"

/** Packets of one frame that are kept: AH in AH in a tunnel. A frame with more goes to the fold whole. */
const MOST_PACKETS = 16

export class FrameWalk extends Descending {
  /** Packets found in the frame: the first `n` of `packets`. Each is filled as the walker fills a handler's view. */
  n = 0
  readonly packets: readonly PacketView[] = Array.from({ length: MOST_PACKETS }, () => new PacketView())
  /** The frame holds a piece of something larger: an IP fragment, a TCP segment of a stream with IKE. */
  inPieces = false
  /** A frame has more packets than are kept. */
  crowded = false
  /** There is something to report about the frame. */
  told = false
  /** The frame holds a message of IKE, or an ICMP error that quotes a packet. */
  ike = false

  constructor(ikePorts: readonly number[] = []) {
    super(portTable(ikePorts), false, false)
  }

  /** Looks into a frame. Its bytes are referred to by the packets found. */
  walk(record: CaptureRecord): void {
    this.n = 0
    this.inPieces = this.told = this.ike = false
    this.layersLeft = NET_LIMITS.layers
    this.view.ipVersion = 0
    this.view.etherType = 0
    this.view.littleEndian = record.littleEndian
    this.link(record.linkType, record.bytes, record.start, record.end)
  }

  override packet(kind: Kind): void {
    if (!isSummable(kind)) {
      this.ike = true
      return
    }
    if (this.n === MOST_PACKETS) {
      this.told = this.crowded = true
      return
    }
    const { view } = this
    const packet = this.packets[this.n++]
    packet.kind = kind
    packet.encapsulation = view.encapsulation
    packet.payloadBytes = view.payloadBytes
    packet.payloadStart = view.payloadStart
    packet.payloadEnd = view.payloadEnd
    packet.payloadWireBytes = view.payloadWireBytes
    packet.spi = view.spi
    packet.sequence = view.sequence
    packet.ipVersion = view.ipVersion
    packet.ipBytes = view.ipBytes
    packet.ipStart = view.ipStart
    packet.sourceAt = view.sourceAt
    packet.destinationAt = view.destinationAt
    packet.sourcePort = view.sourcePort
    packet.destinationPort = view.destinationPort
  }

  override fragment(): void {
    this.inPieces = true
  }

  override segment(): void {
    this.inPieces = true
  }

  override finding(): void {
    this.told = true
  }

  override snapshot(): Snapshot {
    throw new TypeError("a frame by itself has no snapshot")
  }

  override resume(): void {}
}

/** Packets that say by themselves all that is counted of them. */
const isSummable = (kind: Kind): boolean =>
  kind === Kind.ESP || kind === Kind.AH || kind === Kind.WESP || kind === Kind.KEEPALIVE
