/** One IKE message as it came: its own copy of the bytes, where and when. */

import type { ByteSource } from "../bytes/byte-source.ts"
import type { Copies } from "../bytes/copies.ts"
import type { AddressTexts } from "../net/address.ts"
import { Encapsulation, hopsOf, type PacketView } from "../net/packet-view.ts"
import { type Misframing, misframingOf } from "./misframing.ts"
import type { Moment } from "./moment.ts"
import type { Peer } from "./peer.ts"

export interface Datagram {
  readonly frame: number
  readonly time: Moment
  readonly source: Peer
  readonly destination: Peer
  /** Index of its capture on the command line. */
  readonly capture: number
  readonly encapsulation: "none" | "udp" | "tcp"
  readonly src: ByteSource
  /** Bytes that the message had on the wire. */
  readonly wireBytes: number
  /** Hops that it may go further: TTL or Hop Limit; 0 without an IP header. */
  readonly hops: number
  /** The Non-ESP Marker is not as its port asks. */
  readonly misframing: Misframing | undefined
}

/** Whether the capture has not all of the message: a short snap length. */
export const isCut = ({ src, wireBytes }: Datagram): boolean => src.bytes.length < wireBytes

const ENCAPSULATION = {
  [Encapsulation.NONE]: "none",
  [Encapsulation.UDP]: "udp",
  [Encapsulation.TCP]: "tcp",
} as const

/** Bytes of a frame; the label is asked for hardly ever, and made then. */
class FrameBytes implements ByteSource {
  view: DataView | undefined = undefined
  readonly isFrame = true
  constructor(
    readonly bytes: Uint8Array,
    readonly frame: number,
  ) {}

  get label(): string {
    return `frame ${this.frame}`
  }
}

/** What repeats from packet to packet. */
interface DatagramMemory {
  readonly addresses: AddressTexts
  readonly copies: Copies
}

/** Copies what must outlive the packet view. */
export function datagramOf(view: PacketView, { addresses, copies }: DatagramMemory): Datagram {
  return {
    frame: view.frame,
    time: { seconds: view.seconds, nanos: view.nanos },
    source: { address: addresses.source(view), port: view.sourcePort },
    destination: { address: addresses.destination(view), port: view.destinationPort },
    capture: view.capture,
    encapsulation: ENCAPSULATION[view.encapsulation],
    src: new FrameBytes(copies.of(view.payloadBytes, view.payloadStart, view.payloadEnd), view.frame),
    wireBytes: view.payloadWireBytes,
    hops: hopsOf(view),
    misframing: misframingOf(view),
  }
}
