/** AH: what routers change is left out of the ICV, in IPv4 options and IPv6 extension headers; GMAC; ESN. */

import { describe, expect, it } from "vitest"
import { concat, u32be } from "../../src/bytes/bytes.ts"
import { encrByName } from "../../src/crypto/encr.ts"
import { INTEG_NAMES, integByName } from "../../src/crypto/integ.ts"
import { AhCovered } from "../../src/ipsec/ah-covered.ts"
import type { EspKeys } from "../../src/keys/data-sa-keys.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { ahUnsupported, createAhOpener } from "../../src/open/ah-opener.ts"

const bytes = (length: number, salt: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + salt) & 0xff)
const PAYLOAD = bytes(33, 9)

const keysOf = (name: string, esn = false): EspKeys => {
  const integ = integByName(name)!
  return { encr: encrByName("NULL")!, key: new Uint8Array(0), integ, integKey: bytes(integ.keyBytes, 2), esn }
}

/** The packet `head | AH | payload` with its ICV filled in, as the sender computes it over `covered`, the packet as it will arrive. */
function seal(keys: EspKeys, sent: Uint8Array, arrived: Uint8Array, seqHi = 0): Uint8Array {
  const { integ } = keys
  const ivBytes = integ!.gmac ? 8 : 0
  const field = bytes(ivBytes + integ!.icvBytes, 1)
  const ah = concat(Uint8Array.of(17, (12 + field.length) / 4 - 2, 0, 0), u32be(0x1000), u32be(1), field)
  const covered = new AhCovered(field.length)
  const packet = concat(arrived, ah, PAYLOAD)
  const length = covered.build(packet, 0, arrived.length, packet.length, keys.esn ? seqHi : undefined)
  const message = covered.bytes.subarray(0, length)
  const key = keys.integKey
  const nonce = concat(key.subarray(-4), field.subarray(0, 8))
  const tag = integ!.gmac
    ? nodeProvider.aead["aes-gcm"]!.seal(key.subarray(0, -4), nonce, message, new Uint8Array(0), 16)
    : nodeProvider.mac[integ!.mac!]!(key)(message).subarray(0, integ!.icvBytes)
  ah.set(tag, 12 + ivBytes)
  return concat(sent, ah, PAYLOAD)
}

const ipv4 = (options: number[] = [], change: Record<number, number> = {}) => {
  const head = Uint8Array.of(
    0x45 + options.length / 4,
    0,
    0,
    99,
    1,
    2,
    0x40,
    0,
    64,
    51,
    7,
    7,
    10,
    0,
    0,
    1,
    10,
    0,
    0,
    2,
    ...options,
  )
  for (const [at, value] of Object.entries(change)) head[Number(at)] = value
  return head
}

const verify = (keys: EspKeys, packet: Uint8Array, ah: number, seqHi = 0) =>
  createAhOpener(keys, nodeProvider)!.verify(packet, 0, ah, packet.length, seqHi)

const KEYS = keysOf("HMAC-SHA1-96")

describe("every algorithm", () => {
  const names = INTEG_NAMES.filter(
    n => n !== "NONE" && !ahUnsupported(keysOf(n), nodeProvider) && (keysOf(n).integ!.mac || keysOf(n).integ!.gmac),
  )
  it.each(names.flatMap(n => [[n, false] as const, [n, true] as const]))("%s, ESN: %s", (name, esn) => {
    const keys = keysOf(name, esn)
    const packet = seal(keys, ipv4(), ipv4(), 3)
    expect(verify(keys, packet, 20, 3)).toBe(true)
    expect(verify(keys, packet, 20, 4)).toBe(!esn)
    packet[packet.length - 1] ^= 1
    expect(verify(keys, packet, 20, 3)).toBe(false)
  })
})

describe("IPv4", () => {
  it("leaves out TOS, flags, offset, TTL and checksum, and nothing else", () => {
    for (let at = 0; at < 20; at++) {
      const changed = ipv4([], { [at]: ipv4()[at] ^ 0x10 })
      if (at === 0 || at === 6 || at === 7) continue
      expect([at, verify(KEYS, seal(KEYS, changed, ipv4()), 20)]).toEqual([at, [1, 8, 10, 11].includes(at)])
    }
  })

  it("leaves out Record Route and Timestamp, keeps Router Alert", () => {
    const route = (filled: number) => [7, 7, 8, filled, filled, filled, filled, 0]
    expect(verify(KEYS, seal(KEYS, ipv4(route(9)), ipv4(route(0))), 28)).toBe(true)
    const alert = (value: number) => [148, 4, 0, value]
    expect(verify(KEYS, seal(KEYS, ipv4(alert(0)), ipv4(alert(0))), 24)).toBe(true)
    expect(verify(KEYS, seal(KEYS, ipv4(alert(1)), ipv4(alert(0))), 24)).toBe(false)
  })

  it("takes the last address of a source route that is not at its end", () => {
    const way = [131, 7, 4, 10, 0, 0, 9, 0]
    const done = [131, 7, 8, 10, 0, 0, 2, 0]
    const arrived = ipv4(done, { 19: 9 })
    expect(verify(KEYS, seal(KEYS, ipv4(way), arrived), 28)).toBe(true)
  })
})

describe("IPv6", () => {
  const address = (last: number) => Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? last : 1))
  const ipv6 = (next: number, extensions: Uint8Array, destination = 2, hops = 64, flow = 0) =>
    concat(Uint8Array.of(0x60, flow, flow, flow, 0, 0, next, hops), address(1), address(destination), extensions)
  /** Payload Length is set as it was when AH was made. */
  const sealed = (sent: Uint8Array, arrived: Uint8Array) => seal(KEYS, sent, arrived)

  it("leaves out traffic class, flow label and hop limit", () => {
    const none = new Uint8Array(0)
    expect(verify(KEYS, sealed(ipv6(51, none, 2, 3, 5), ipv6(51, none)), 40)).toBe(true)
    expect(verify(KEYS, sealed(ipv6(51, none, 3), ipv6(51, none)), 40)).toBe(false)
  })

  it("leaves out the data of options that may change", () => {
    const options = (type: number, value: number) => Uint8Array.of(51, 0, type, 4, value, value, value, value)
    expect(verify(KEYS, sealed(ipv6(0, options(0x3e, 1)), ipv6(0, options(0x3e, 2))), 48)).toBe(true)
    expect(verify(KEYS, sealed(ipv6(0, options(0x1e, 1)), ipv6(0, options(0x1e, 2))), 48)).toBe(false)
  })

  it("takes a routing header as it arrives", () => {
    const route = (left: number, ...hops: number[]) =>
      concat(Uint8Array.of(51, 4, 0, left, 0, 0, 0, 0), ...hops.map(address))
    const sent = ipv6(43, route(2, 7, 8), 2)
    const arrived = ipv6(43, route(0, 2, 7), 8)
    expect(verify(KEYS, sealed(sent, arrived), 80)).toBe(true)
  })

  it("leaves out a Fragment header", () => {
    const fragment = Uint8Array.of(51, 0, 0, 1, 0, 0, 0, 9)
    expect(verify(KEYS, sealed(ipv6(44, fragment), ipv6(51, new Uint8Array(0))), 48)).toBe(true)
  })
})

it("verifies no packet that is cut off or malformed, and never throws", () => {
  const packet = seal(KEYS, ipv4([7, 7, 8, 0, 0, 0, 0, 0]), ipv4([7, 7, 8, 0, 0, 0, 0, 0]))
  for (let n = 0; n < packet.length; n++)
    expect(createAhOpener(KEYS, nodeProvider)!.verify(packet.subarray(0, n), 0, 28, n, 0)).toBe(false)
  for (const at of [0, 20, 21, 22]) {
    const copy = packet.slice()
    copy[at] = 0xff
    verify(KEYS, copy, 28)
  }
})
