/** What a played negotiation is recorded on: datagrams in the order in which they were captured, and the capture they make. */
import { concat, u16be } from "../../src/bytes/bytes.ts"
import { toHex } from "../../src/bytes/hex.ts"
import { interfaceBlock, packetBlock, sectionBlock } from "../../src/capture/pcapng-writer.ts"
import { noble } from "../../src/crypto/noble.ts"

/** Bytes that are the same in every run, and differ by label. */
function seeded(label: string, length: number): Uint8Array {
  const sha = noble.hash["sha2-512"]!
  const blocks: Uint8Array[] = []
  for (let n = 0; n * 64 < length; n++) blocks.push(sha(new TextEncoder().encode(`${label}/${n}`)))
  return concat(...blocks).slice(0, length)
}

const RAW_IP = 101
const UDP = 17

export interface Endpoint {
  readonly address: readonly [number, number, number, number]
  readonly port: number
}
export const LEFT: Endpoint = { address: [10, 0, 0, 1], port: 500 }
export const RIGHT: Endpoint = { address: [10, 0, 0, 2], port: 500 }

/** IPv4 with a header of 20 bytes. */
export function ip(from: Endpoint, to: Endpoint, protocol: number, payload: Uint8Array): Uint8Array {
  const head = concat(Uint8Array.of(0x45, 0), u16be(20 + payload.length), Uint8Array.of(0, 1, 0, 0, 64, protocol, 0, 0))
  return concat(head, Uint8Array.from(from.address), Uint8Array.from(to.address), payload)
}

export class Tape {
  packets: Uint8Array[] = []
  #labels = 0

  /** Tapes with another seed give other bytes. */
  constructor(readonly seed = "") {}

  /** Bytes that no other call on this tape gives. */
  random(length: number, label = ""): Uint8Array {
    return seeded(`${this.seed}${label}#${this.#labels++}`, length)
  }

  /** Records a UDP datagram with an IKE message; a non-ESP marker goes in front on port 4500. Returns its frame number. */
  ike(from: Endpoint, to: Endpoint, message: Uint8Array): number {
    const body = from.port === 4500 || to.port === 4500 ? concat(new Uint8Array(4), message) : message
    const udp = concat(u16be(from.port), u16be(to.port), u16be(8 + body.length), u16be(0), body)
    return this.add(ip(from, to, UDP, udp))
  }

  /** Records a raw IP packet. */
  add(packet: Uint8Array): number {
    this.packets.push(packet)
    return this.packets.length
  }

  /** The same packet once more. */
  repeat(frame: number): number {
    return this.add(this.packets[frame - 1])
  }

  /** The same packet once more, as it is between another left end and the right one. */
  moved(frame: number, { address, port }: Endpoint): number {
    const packet = this.packets[frame - 1].slice()
    const [ip, udp] = packet.subarray(12, 16).join() === RIGHT.address.join() ? [16, 22] : [12, 20]
    packet.set(address, ip)
    packet.set(u16be(port), udp)
    return this.add(packet)
  }

  /** The capture as pcapng, one packet a millisecond; `order` picks frames (from 1) and their order, `millis` their times. */
  capture(order = this.packets.map((_, i) => i + 1), millis: readonly number[] = order.map((_, i) => i)): Uint8Array {
    const blocks = order.map((frame, i) =>
      packetBlock({
        interfaceId: 0,
        seconds: 1_700_000_000 + Math.floor(millis[i] / 1000),
        nanos: (millis[i] % 1000) * 1_000_000,
        bytes: this.packets[frame - 1],
      }),
    )
    return concat(sectionBlock(), interfaceBlock({ linkType: RAW_IP }), ...blocks)
  }
}

export const hex = (bytes: Uint8Array): string => toHex(bytes)

/** The same bytes with one bit changed. */
export function oneBitOff(bytes: Uint8Array, at = bytes.length >>> 1): Uint8Array {
  const out = bytes.slice()
  out[at] ^= 1
  return out
}
