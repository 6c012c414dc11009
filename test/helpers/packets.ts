/** Packets made by hand, for what no available capture has. */

import { concat, u16be, u32be } from "../../src/bytes/bytes.ts"
import { interfaceBlock, packetBlock, sectionBlock } from "../../src/capture/pcapng-writer.ts"

const RAW = 101

/** A pcapng of raw IP packets, one a second. */
export const rawIp = (...packets: readonly Uint8Array[]): Uint8Array =>
  concat(
    sectionBlock(),
    interfaceBlock({ linkType: RAW }),
    ...packets.map((bytes, i) => packetBlock({ interfaceId: 0, seconds: 100 + i, nanos: 0, bytes })),
  )

export interface Ipv4Options {
  id?: number
  /** In bytes, a multiple of 8. */
  offset?: number
  more?: boolean
  reversed?: boolean
}

/** An IPv4 packet between 10.0.0.1 and 10.0.0.2. */
export function ipv4(protocol: number, payload: Uint8Array, options: Ipv4Options = {}): Uint8Array {
  const { id = 1, offset = 0, more = false, reversed = false } = options
  const fragment = (more ? 0x2000 : 0) | (offset / 8)
  const [source, destination] = reversed ? [2, 1] : [1, 2]
  return concat(
    Uint8Array.of(0x45, 0),
    u16be(20 + payload.length),
    u16be(id),
    u16be(fragment),
    Uint8Array.of(64, protocol, 0, 0, 10, 0, 0, source, 10, 0, 0, destination),
    payload,
  )
}

export function ipv6(next: number, payload: Uint8Array): Uint8Array {
  const address = (last: number) => Uint8Array.of(0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last)
  return concat(
    Uint8Array.of(0x60, 0, 0, 0),
    u16be(payload.length),
    Uint8Array.of(next, 64),
    address(1),
    address(2),
    payload,
  )
}

export const udp = (source: number, destination: number, payload: Uint8Array): Uint8Array =>
  concat(u16be(source), u16be(destination), u16be(8 + payload.length), u16be(0), payload)

export const SYN = 2
export const ACK = 16

/** A TCP segment of port 40000 to 4500, or the other way round. */
export function tcp(
  sequence: number,
  payload: Uint8Array,
  options: { flags?: number; ack?: number; reversed?: boolean; port?: number } = {},
): Uint8Array {
  const { flags = ACK, ack = 0, reversed = false, port = 4500 } = options
  const ports = reversed ? [port, 40000] : [40000, port]
  const segment = concat(
    u16be(ports[0]),
    u16be(ports[1]),
    u32be(sequence >>> 0),
    u32be(ack),
    Uint8Array.of(0x50, flags, 255, 255, 0, 0, 0, 0),
    payload,
  )
  return ipv4(6, segment, { reversed })
}

/** An IKE_SA_INIT request of `length` bytes that begins with `mark`. */
export function ike(mark: number, length = 60): Uint8Array {
  const message = new Uint8Array(length)
  message.set([mark, 1, 2, 3, 4, 5, 6, 7], 0)
  message.set([0, 0x20, 34, 0x08], 16)
  message.set(u32be(length), 24)
  return message
}

export const esp = (spi: number, sequence: number, length = 40): Uint8Array =>
  concat(u32be(spi), u32be(sequence), new Uint8Array(length - 8).fill(0x5a))

export const marker = new Uint8Array(4)
export const PREFIX = new TextEncoder().encode("IKETCP")

/** A message of an RFC 9329 stream: length, and the marker before IKE. */
export const framed = (message: Uint8Array, isIke = true): Uint8Array => {
  const body = isIke ? concat(marker, message) : message
  return concat(u16be(2 + body.length), body)
}
