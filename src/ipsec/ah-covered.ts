/**
 * What an AH ICV covers: the whole IP packet as it will arrive, with what routers may change set to zero, the ICV set to zero, and
 * with ESN the high half of the sequence number behind. RFC 4302 §3.3.3, Appendix A.
 */
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"

/** IPv4 options that stay as they are on the way; all others are zeroed. RFC 4302 Appendix A1. */
const IMMUTABLE_OPTIONS = new Set([0x82, 0x85, 0x86, 0x94, 0x95])
const LOOSE_SOURCE_ROUTE = 0x83
const STRICT_SOURCE_ROUTE = 0x89
/** Option type of the Home Address option. RFC 6275 §6.3. */
const HOME_ADDRESS = 0xc9

/** Longest message: an IP packet of 65,535 bytes, or an IPv6 one with its header, and the high half. */
const MAX_BYTES = 65_536 + 48

/** Made with the first; what is built in it is used before the next is. */
let room: Uint8Array | undefined

export class AhCovered {
  /** Holds the covered message after `build`, until another one builds: they share it, since there may be thousands of SAs. */
  readonly bytes = (room ??= new Uint8Array(MAX_BYTES))
  readonly #swap = new Uint8Array(16)

  /** `icvBytes` of the Integrity Check Value field are zeroed. */
  constructor(readonly icvBytes: number) {}

  /**
   * Builds the covered message of the packet whose IP header stands at `ip`, whose AH header at `ah`, and which ends at `end`.
   * `seqHi` is undefined without ESN.
   * Returns the message's length, or 0 when the packet is no IP packet with an AH header.
   */
  build(b: Uint8Array, ip: number, ah: number, end: number, seqHi: number | undefined): number {
    const { icvBytes } = this
    if (ah + 12 + icvBytes > end || end - ip > MAX_BYTES - 8) return 0
    const version = b[ip] >> 4
    const head = version === 4 ? this.#ipv4(b, ip, ah, end) : version === 6 ? this.#ipv6(b, ip, ah, end) : 0
    if (head === 0) return 0
    const m = this.bytes
    m.set(b.subarray(ah, end), head)
    m.fill(0, head + 12, head + 12 + icvBytes)
    const length = head + end - ah
    if (seqHi === undefined) return length
    m[length] = seqHi >>> 24
    m[length + 1] = seqHi >>> 16
    m[length + 2] = seqHi >>> 8
    m[length + 3] = seqHi
    return length + 4
  }

  /** Header with TOS, flags, fragment offset, TTL, checksum and mutable options zeroed. Returns its length. */
  #ipv4(b: Uint8Array, ip: number, ah: number, end: number): number {
    const length = (b[ip] & 15) * 4
    if (length < 20 || ip + length > ah) return 0
    const m = this.bytes
    m.set(b.subarray(ip, ip + length))
    const fragmented = ((m[6] & 0x3f) | m[7]) !== 0
    if (fragmented) putU16(m, 2, length + end - ah)
    m[1] = m[6] = m[7] = m[8] = m[10] = m[11] = 0
    for (let at = 20; at < length && m[at] !== 0; ) {
      if (m[at] === 1) {
        at++
        continue
      }
      const size = m[at + 1]
      if (size < 2 || at + size > length) {
        m.fill(0, at, length)
        break
      }
      if (!IMMUTABLE_OPTIONS.has(m[at])) this.#zeroOption(at, size)
      at += size
    }
    return length
  }

  /** Zeroes an option; a source route that is not at its end yet tells the address of the packet's arrival. */
  #zeroOption(at: number, size: number): void {
    const m = this.bytes
    const sourceRoute = m[at] === LOOSE_SOURCE_ROUTE || m[at] === STRICT_SOURCE_ROUTE
    if (sourceRoute && size >= 7 && m[at + 2] <= size) m.copyWithin(16, at + size - 4, at + size)
    m.fill(0, at, at + size)
  }

  /** Header and extension headers up to AH, a Fragment header left out. Returns their length. */
  #ipv6(b: Uint8Array, ip: number, ah: number, end: number): number {
    const m = this.bytes
    if (ip + 40 > ah) return 0
    m.set(b.subarray(ip, ip + 40))
    m[0] = 0x60
    m[1] = m[2] = m[3] = m[7] = 0
    let nextAt = 6
    let length = 40
    let at = ip + 40
    while (at < ah) {
      const type = m[nextAt]
      const size = type === IP_PROTOCOL.IPV6_FRAG ? 8 : 8 * (b[at + 1] + 1)
      if (at + size > ah || !isExtension(type)) return 0
      if (type === IP_PROTOCOL.IPV6_FRAG) m[nextAt] = b[at]
      else {
        m.set(b.subarray(at, at + size), length)
        if (type === IP_PROTOCOL.IPV6_ROUTE) this.#arrive(length, size)
        else if (type !== IP_PROTOCOL.MOBILITY_HEADER) this.#zeroOptions(length, size)
        nextAt = length
        length += size
      }
      at += size
    }
    putU16(m, 4, length - 40 + end - ah)
    return length
  }

  /** Options that may change en route keep type and length, their data become zero. RFC 4302 §3.3.3.1.2.2. */
  #zeroOptions(start: number, size: number): void {
    const m = this.bytes
    for (let at = start + 2; at < start + size; ) {
      if (m[at] === 0) {
        at++
        continue
      }
      const end = at + 2 + m[at + 1]
      if (end > start + size) return
      if ((m[at] & 0x20) !== 0) m.fill(0, at + 2, end)
      else if (m[at] === HOME_ADDRESS && end === at + 18) this.#exchange(8, at + 2)
      at = end
    }
  }

  /** Routing headers of type 0 and 2 as they are on arrival: every segment visited. RFC 4302 Appendix A2. */
  #arrive(start: number, size: number): void {
    const m = this.bytes
    const type = m[start + 2]
    const addresses = (size - 8) / 16
    if ((type !== 0 && type !== 2) || !Number.isInteger(addresses) || m[start + 3] > addresses) return
    for (let i = addresses - m[start + 3]; i < addresses; i++) this.#exchange(24, start + 8 + 16 * i)
    m[start + 3] = 0
  }

  #exchange(a: number, b: number): void {
    const m = this.bytes
    this.#swap.set(m.subarray(a, a + 16))
    m.copyWithin(a, b, b + 16)
    m.set(this.#swap, b)
  }
}

const isExtension = (type: number): boolean =>
  type === IP_PROTOCOL.HOPOPT ||
  type === IP_PROTOCOL.IPV6_ROUTE ||
  type === IP_PROTOCOL.IPV6_FRAG ||
  type === IP_PROTOCOL.IPV6_OPTS ||
  type === IP_PROTOCOL.MOBILITY_HEADER

function putU16(to: Uint8Array, at: number, value: number): void {
  to[at] = value >>> 8
  to[at + 1] = value
}
