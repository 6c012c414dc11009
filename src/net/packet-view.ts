/**
 * The current packet. The walker fills the same view again for every packet, so a handler copies what it keeps
 * (`slice()`), and nothing is allocated per packet. A frame can hold several IPsec messages (a TCP stream): the handler is called
 * once for each, with the same `frame`.
 */
import type { Diagnostic } from "../bytes/diagnostic.ts"

/** What the walker found at the innermost layer it knows. */
export const Kind = {
  /** Anything that is not IPsec. */
  OTHER: 0,
  /** An IKE message (behind the non-ESP marker or the TCP length). */
  ISAKMP: 1,
  ESP: 2,
  AH: 3,
  /** NAT keepalive, one octet 0xFF (RFC 3948 §2.3). */
  KEEPALIVE: 4,
  /** An IKE message quoted in an ICMP error. */
  QUOTED_ISAKMP: 5,
  /** WESP (RFC 5840); `payload` begins at the WESP header. */
  WESP: 6,
  /** ESP and AH quoted in an ICMP error. */
  QUOTED_ESP: 7,
  QUOTED_AH: 8,
} as const
export type Kind = (typeof Kind)[keyof typeof Kind]

/** Hops left: TTL or Hop Limit of the innermost IP header, 0 without one. RFC 791 §3.1, RFC 8200 §3. */
export const hopsOf = ({ ipVersion, ipBytes, ipStart }: PacketView): number =>
  ipVersion === 0 ? 0 : ipBytes[ipStart + (ipVersion === 4 ? 8 : 7)]

/** Whether an ICMP error quotes the packet: the view's IP header and ports are those of the quoted packet. */
export const isQuoted = (kind: Kind): boolean =>
  kind === Kind.QUOTED_ISAKMP || kind === Kind.QUOTED_ESP || kind === Kind.QUOTED_AH

export const Encapsulation = { NONE: 0, UDP: 1, TCP: 2 } as const
export type Encapsulation = (typeof Encapsulation)[keyof typeof Encapsulation]

export class PacketView {
  /** Number in merged order, from 1. */
  frame = 0
  /** Time as captured: whole seconds since 1970 (may be negative) and nanoseconds (0 to 999,999,999). */
  seconds = 0
  nanos = 0
  /** Time of frame 1, whether it was IPsec or not. */
  firstSeconds = 0
  firstNanos = 0
  /** Digits after the point that the capture's time resolution has. */
  timeDigits = 6
  /** Captured and original length of the frame, bytes. */
  capturedBytes = 0
  originalBytes = 0
  linkType = 0
  /** Index of the capture in the command line, and of the interface in it. */
  capture = 0
  interfaceId = 0
  /** Byte order of the machine that captured; the headers of some links are written in it. */
  littleEndian = true
  /** Comments that the capture (pcapng) has on the frame. */
  comments: readonly string[] = []

  /** The captured frame is `frameBytes[frameStart, frameEnd)`. */
  frameBytes: Uint8Array = new Uint8Array(0)
  frameStart = 0
  frameEnd = 0

  kind: Kind = Kind.OTHER
  encapsulation: Encapsulation = Encapsulation.NONE

  /** EtherType of the innermost link layer, 0 without. */
  etherType = 0
  /** Innermost IP header that leads to `payload`: where it starts in `ipBytes`, 4 or 6 or 0 for none, and its addresses. */
  ipVersion: 0 | 4 | 6 = 0
  ipBytes: Uint8Array = new Uint8Array(0)
  ipStart = 0
  /** Offsets in `ipBytes` of the 4- or 16-byte addresses. */
  sourceAt = 0
  destinationAt = 0
  /** The last IP protocol number in the chain (50 ESP, 51 AH, 17 UDP, 6 TCP …). */
  ipProtocol = 0
  /** UDP or TCP ports, 0 without. */
  sourcePort = 0
  destinationPort = 0

  /** Where the UDP or TCP header begins in the bytes that hold the payload; of use with ports only. */
  transportStart = 0
  /** True when `payloadBytes` is a datagram put together from IP fragments: it then begins with the header behind the IP header. */
  reassembled = false
  /**
   * The IKE message, the ESP packet from its SPI, the AH header on, or what follows UDP, TCP or IP.
   * Stands in the frame, or in bytes reassembled from fragments or a TCP stream (then `payloadBytes !== frameBytes`).
   */
  payloadBytes: Uint8Array = new Uint8Array(0)
  payloadStart = 0
  payloadEnd = 0
  /** Bytes that the wire had there; more than `payloadEnd - payloadStart` when the capture cut them off. */
  payloadWireBytes = 0

  /** Of a quoted packet: the IP header of the ICMP error, and the ICMP header, in `outerBytes`. */
  outerVersion: 0 | 4 | 6 = 0
  outerBytes: Uint8Array = new Uint8Array(0)
  outerIpStart = 0
  icmpStart = 0

  /** ESP and AH, unsigned 32 bits. */
  spi = 0
  sequence = 0
}

/** Who gets packets and findings. Calls come in frame order. */
export interface PacketHandler {
  /** A message, or with `all` a frame without one. The view is filled anew for the next call: copy what is kept. */
  packet(view: PacketView): void
  diagnostic(diagnostic: Diagnostic): void
}

/** Values that stood in a column of numbers, as they were put there. */
export const kindOf = (n: number): Kind => n as Kind
export const encapsulationOf = (n: number): Encapsulation => n as Encapsulation
export const ipVersionOf = (n: number): PacketView["ipVersion"] => (n === 4 || n === 6 ? n : 0)
