/** What a walk found in one frame, looked at alone: packets to sum up, and whether the frame means something only after those before it. */
import { Kind, PacketView } from "./packet-view.ts"

/** Packets of one frame that are kept: AH in AH in a tunnel. A frame with more is one to look at whole. */
const MOST_PACKETS = 16

export class FrameFindings {
  /** Packets found in the frame: the first `n` of `packets`. Each is filled as the walker fills a handler's view. */
  n = 0
  readonly packets: readonly PacketView[] = Array.from({ length: MOST_PACKETS }, () => new PacketView())
  /** The frame holds a piece of something larger: an IP fragment, a TCP segment of a stream with IKE. */
  inPieces = false
  /** A frame had more packets than are kept. */
  crowded = false
  /** There is something to report about the frame. */
  hasFinding = false
  /** The frame holds a message of IKE, or an ICMP error that quotes a packet. */
  ike = false

  /** Another frame begins. */
  clear(): void {
    this.n = 0
    this.inPieces = this.hasFinding = this.ike = false
  }

  /** A packet of the frame, as the view shows it. */
  packet(kind: Kind, view: PacketView): void {
    if (!isSummable(kind)) {
      this.ike = true
      return
    }
    if (this.n === MOST_PACKETS) {
      this.hasFinding = this.crowded = true
      return
    }
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
}

/** Packets that say by themselves all that is counted of them. */
const isSummable = (kind: Kind): boolean =>
  kind === Kind.ESP || kind === Kind.AH || kind === Kind.WESP || kind === Kind.KEEPALIVE
