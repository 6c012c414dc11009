/** Encrypted IKE messages put back in the clear: chain, lengths, flags, and the datagram around them. */
import { describe, expect, it } from "vitest"
import { byteSource } from "../../src/bytes/byte-source.ts"
import { concat, u32be } from "../../src/bytes/bytes.ts"
import { toHex } from "../../src/bytes/hex.ts"
import { decodeMessage } from "../../src/ike/message.ts"
import type { Opened } from "../../src/ike/shared/payload.ts"
import { fold, sum16 } from "../../src/ipsec/checksum.ts"
import { Encapsulation, PacketView } from "../../src/net/packet-view.ts"
import { clearIkeMessage, reframeIke } from "../../src/open/clear-ike.ts"

const NONCE = Uint8Array.of(0, 0, 0, 12, 1, 2, 3, 4, 5, 6, 7, 8)

function message(version: number, first: number, flags: number, body: Uint8Array): Uint8Array {
  const head = concat(
    new Uint8Array(16).fill(7),
    Uint8Array.of(first, version, 35, flags),
    u32be(1),
    u32be(28 + body.length),
  )
  return concat(head, body)
}

const openedOf = (clear: Uint8Array, first: number, more: Partial<Opened> = {}): Opened => ({
  ivBytes: 8,
  icvBytes: 12,
  icvOk: true,
  clear: byteSource(concat(clear, Uint8Array.of(9, 9, 2)), "clear"),
  end: clear.length,
  padLength: 2,
  first,
  ...more,
})

const decode = (bytes: Uint8Array) => decodeMessage(byteSource(bytes, "frame"))!

describe("a message in the clear", () => {
  const vendor = Uint8Array.of(46, 0, 0, 8, 1, 1, 1, 1)
  const sk = Uint8Array.of(40, 0, 0, 24, ...new Uint8Array(20))

  it.each([
    ["alone", message(0x20, 46, 8, sk), 0],
    ["behind another payload", message(0x20, 43, 8, concat(vendor, sk)), 1],
  ])("has the payloads of SK in its place: %s", (_name, wire, before) => {
    const clear = clearIkeMessage(decode(wire), openedOf(NONCE, 40))!
    const again = decode(clear)
    expect(again.faults).toEqual([])
    expect(again.length).toBe(clear.length)
    expect(again.payloads.map(p => p.type)).toEqual([...(before ? [43] : []), 40])
  })

  it("has no payload when SK was empty", () => {
    expect(decode(clearIkeMessage(decode(message(0x20, 46, 8, sk)), openedOf(new Uint8Array(0), 0))!).payloads).toEqual(
      [],
    )
  })

  it("stands on the fragment that completed it", () => {
    const skf = Uint8Array.of(0, 0, 0, 28, 0, 2, 0, 2, ...new Uint8Array(20))
    const wire = decode(message(0x20, 53, 8, skf))
    expect(clearIkeMessage(wire, openedOf(NONCE, 40))).toBeUndefined()
    const reassembled = { clear: byteSource(NONCE, "all"), first: 40, frames: [1, 2] }
    expect(decode(clearIkeMessage(wire, openedOf(NONCE, 40, { reassembled }))!).payloads.map(p => p.type)).toEqual([40])
  })

  it("has no Encryption bit in IKEv1", () => {
    const clear = clearIkeMessage(decode(message(0x10, 10, 1, new Uint8Array(24))), openedOf(NONCE, 10))!
    expect(decode(clear)).toMatchObject({ flags: 0, length: 28 + NONCE.length, faults: [] })
    expect(decode(clear).payloads.map(p => p.type)).toEqual([10])
  })
})

describe("the datagram around it", () => {
  const ip = Uint8Array.of(0x45, 0, 0, 200, 0, 1, 0x20, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2)
  const view = (port: number, marker: number, encapsulation: Encapsulation) => {
    const bytes = concat(ip, Uint8Array.of(port >> 8, port, port >> 8, port, 0, 30, 1, 2), new Uint8Array(marker))
    return Object.assign(new PacketView(), {
      encapsulation,
      ipVersion: 4,
      ipBytes: bytes,
      sourceAt: 12,
      destinationAt: 16,
      sourcePort: port,
      destinationPort: port,
      payloadBytes: bytes,
      payloadStart: bytes.length,
      payloadEnd: bytes.length,
    })
  }

  it.each([
    [500, 0, Encapsulation.UDP, ""],
    [4500, 4, Encapsulation.UDP, "00000000"],
    [4500, 0, Encapsulation.TCP, "00000000"],
  ])("keeps port %d and a marker of %d bytes", (port, marker, encapsulation, hex) => {
    const packet = reframeIke(view(port, marker, encapsulation), NONCE)!
    expect(toHex(packet, 28)).toBe(hex + toHex(NONCE))
    expect(fold(sum16(packet, 0, 20))).toBe(0)
    const udpBytes = packet.length - 20
    expect(fold(sum16(packet, 20, packet.length, sum16(packet, 12, 20, 17 + udpBytes)))).toBe(0)
    expect([packet[2] * 256 + packet[3], packet[6], packet[20] * 256 + packet[21]]).toEqual([packet.length, 0, port])
  })
})
