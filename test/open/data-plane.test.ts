/** The data plane: finding SAs, ESN, replays, IVs, suites without an ICV, late keys, nested ESP. */

import { deflateRawSync, inflateRawSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { concat, u32At } from "../../src/bytes/bytes.ts"
import { toHex } from "../../src/bytes/hex.ts"
import { encrByName } from "../../src/crypto/encr.ts"
import { integByName } from "../../src/crypto/integ.ts"
import { fold, sum16 } from "../../src/ipsec/checksum.ts"
import type { DataSaKeys, EspKeys } from "../../src/keys/data-sa-keys.ts"
import { Kind, PacketView } from "../../src/net/packet-view.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { createNodeEspOpener } from "../../src/node/esp-kernels.ts"
import { DataPlane } from "../../src/open/data-plane.ts"
import { DataSaTable } from "../../src/open/data-table.ts"
import { sealEsp } from "./seal.ts"

const bytes = (length: number, salt: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + salt) & 0xff)

function keysOf(encrName: string, integName: string | null, esn = false, salt = 1): EspKeys {
  const encr = encrByName(encrName)!
  const integ = integName ? integByName(integName)! : null
  return {
    encr,
    integ,
    esn,
    key: bytes(encr.keyBytes + encr.saltBytes, salt),
    integKey: bytes(integ?.keyBytes ?? 0, salt),
  }
}

const CBC = keysOf("AES-CBC-128", "HMAC-SHA1-96")

const sa = (keys: EspKeys, more: Partial<DataSaKeys> = {}): DataSaKeys => ({
  id: "child/0",
  protocol: "ESP",
  spi: 0x1000,
  keys,
  origin: "given",
  ...more,
})

/** An IPv4 packet with right lengths and checksum. */
function ipv4(protocol: number, payload: Uint8Array, destination = 2): Uint8Array {
  const head = Uint8Array.of(0x45, 0, 0, 0, 0, 1, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, destination)
  const packet = concat(head, payload)
  new DataView(packet.buffer).setUint16(2, packet.length)
  new DataView(packet.buffer).setUint16(10, fold(sum16(packet, 0, 20)))
  return packet
}

const UDP = concat(Uint8Array.of(0, 9, 0, 9, 0, 20, 0, 0), bytes(12, 4))
const INNER = ipv4(17, UDP)

let frame = 0
function viewOf(esp: Uint8Array, destination = 2): PacketView {
  const packet = ipv4(50, esp, destination)
  return Object.assign(new PacketView(), {
    frame: ++frame,
    kind: Kind.ESP,
    ipVersion: 4,
    ipBytes: packet,
    ipStart: 0,
    sourceAt: 12,
    destinationAt: 16,
    payloadBytes: packet,
    payloadStart: 20,
    payloadEnd: packet.length,
    payloadWireBytes: packet.length - 20,
    spi: u32At(esp, 0),
    sequence: u32At(esp, 4),
  })
}

function planeOf(table: DataSaTable, more: Partial<ConstructorParameters<typeof DataPlane>[0]> = {}) {
  const inner: string[] = []
  const plane = new DataPlane({
    provider: nodeProvider,
    createOpener: createNodeEspOpener,
    table,
    onInner: p => inner.push(`${p.nextHeader} ${toHex(p.bytes, p.start, p.end)}`),
    inflate: (data, maxOutputLength) => inflateRawSync(data, { maxOutputLength }),
    ...more,
  })
  return { plane, inner }
}

const seal = (keys: EspKeys, sequence: number, more: object = {}, payload = INNER) =>
  sealEsp(keys, nodeProvider, payload, { spi: 0x1000, sequence, ...more })

describe("finding the SA", () => {
  it("takes the destination that fits, and another one after a move", () => {
    const other = keysOf("AES-CBC-128", "HMAC-SHA1-96", false, 9)
    const table = new DataSaTable([
      sa(other, { id: "a", destination: "10.0.0.3" }),
      sa(CBC, { id: "b", destination: "10.0.0.2" }),
    ])
    const { plane, inner } = planeOf(table)
    plane.packet(viewOf(seal(CBC, 1)))
    plane.packet(viewOf(seal(other, 1), 3))
    plane.packet(viewOf(seal(CBC, 2), 77))
    plane.finish()
    expect([...plane.flows()].map(({ data, result: r }) => [data.destination, r.sa?.id, r.icvOk])).toEqual([
      ["10.0.0.2", "b", 1],
      ["10.0.0.3", "a", 1],
      ["10.0.0.77", "b", 1],
    ])
    expect(inner.length).toBe(3)
  })

  it("takes rows for any SPI and addresses by pattern", () => {
    const row = sa(CBC, { spi: undefined, destination: "10.0.*.2", source: "*" })
    const { plane } = planeOf(new DataSaTable([sa(CBC, { spi: undefined, destination: "10.9.*.2" }), row]))
    plane.packet(viewOf(seal(CBC, 1)))
    expect(plane.finish()[0].sa).toBe(row)
  })

  it("changes keys under one SPI, in order", () => {
    const later = keysOf("AES-CBC-128", "HMAC-SHA1-96", false, 9)
    const { plane, inner } = planeOf(new DataSaTable([sa(CBC, { id: "a" }), sa(later, { id: "b" })]))
    for (let n = 1; n <= 5; n++) plane.packet(viewOf(seal(n < 3 ? CBC : later, n)))
    expect(plane.finish()[0]).toMatchObject({ icvOk: 5, icvFailed: 0, replays: 0 })
    expect(inner.length).toBe(5)
  })

  it("opens packets that came before their key, within the bound", () => {
    const table = new DataSaTable()
    const { plane, inner } = planeOf(table, { waitingBytes: 500 })
    for (let n = 1; n <= 5; n++) plane.packet(viewOf(seal(CBC, n)))
    table.add(sa(CBC))
    plane.packet(viewOf(seal(CBC, 6)))
    const [result] = plane.finish()
    expect(result.packets).toBe(6)
    expect(result.opened).toBe(6 - plane.leftOut)
    expect(plane.leftOut).toBeGreaterThan(0)
    expect(inner.length).toBe(result.opened)
  })
})

describe("counting", () => {
  it("names damaged, replayed and cut packets by frame", () => {
    const { plane } = planeOf(new DataSaTable([sa(CBC)]))
    const good = seal(CBC, 1)
    const bad = seal(CBC, 2)
    bad[30] ^= 1
    const views = [good, bad, good].map(p => viewOf(p))
    const cut = viewOf(seal(CBC, 3))
    cut.payloadEnd -= 4
    for (const view of [...views, cut]) plane.packet(view)
    expect(plane.finish()[0]).toMatchObject({
      packets: 4,
      truncated: 1,
      opened: 2,
      icvOk: 2,
      icvFailed: 1,
      failedFrames: [views[1].frame],
      replays: 1,
      replayFrames: [views[2].frame],
    })
  })

  it("finds an IV used twice, but not in a packet captured twice", () => {
    const keys = keysOf("AES-GCM-16-128", null)
    const { plane } = planeOf(new DataSaTable([sa(keys)]))
    const iv = bytes(8, 1)
    const views = [seal(keys, 1, { iv }), seal(keys, 1, { iv }), seal(keys, 2, { iv })].map(p => viewOf(p))
    for (const view of views) plane.packet(view)
    expect(plane.finish()[0]).toMatchObject({ icvOk: 3, ivReused: 1, ivReuseFrames: [views[2].frame], ivExact: true })
  })

  it("checks padding, and counts dummies and TFC padding", () => {
    const nul = keysOf("NULL", "HMAC-SHA1-96")
    const { plane, inner } = planeOf(new DataSaTable([sa(nul)]))
    plane.packet(viewOf(seal(nul, 1, { nextHeader: 59 }, bytes(40, 1))))
    plane.packet(viewOf(seal(nul, 2, {}, concat(INNER, new Uint8Array(30)))))
    const wrongPad = sealEsp({ ...nul, integ: null }, nodeProvider, concat(INNER, Uint8Array.of(9, 9, 2, 4)), {
      spi: 0x1000,
      sequence: 3,
    })
    const body = wrongPad.subarray(0, 8 + INNER.length + 4)
    const tag = nodeProvider.mac["hmac-sha1"]!(nul.integKey)(body).subarray(0, 12)
    plane.packet(viewOf(concat(body, tag)))
    expect(plane.finish()[0]).toMatchObject({ opened: 3, dummies: 1, tfcPadded: 1, paddingFaults: 1, inner: 2 })
    expect(inner).toEqual([`4 ${toHex(INNER)}`, `4 ${toHex(INNER)}`])
  })
})

describe("extended sequence numbers", () => {
  const keys = keysOf("AES-GCM-16-256", null, true)
  it.each([0, 5, 200])("follows a wrap from high half %d on, the beginning missing", first => {
    const { plane } = planeOf(new DataSaTable([sa(keys)]))
    for (let n = -40; n < 40; n++)
      plane.packet(viewOf(seal(keys, n >>> 0, { seqHi: n < 0 ? first : first + 1, iv: bytes(8, n + 50) })))
    expect(plane.finish()[0]).toMatchObject({ icvOk: 80, icvFailed: 0, sequenceHigh: first + 1, replays: 0 })
  })
})

describe("without an ICV", () => {
  const keys = keysOf("AES-CBC-128", null)
  it("opens what is plausible", () => {
    const { plane } = planeOf(new DataSaTable([sa(keys)]))
    for (let n = 1; n < 50; n++) plane.packet(viewOf(seal(keys, n)))
    expect(plane.finish()[0]).toMatchObject({ opened: 49, icvOk: 0, icvUnchecked: 49 })
  })
  it("opens nothing with a wrong key", () => {
    const { plane } = planeOf(new DataSaTable([sa(keysOf("AES-CBC-128", null, false, 3))]))
    for (let n = 1; n < 500; n++) plane.packet(viewOf(seal(keys, n, { iv: bytes(16, n) })))
    expect(plane.finish()[0]).toMatchObject({ opened: 0 })
  })
})

describe("what is inside", () => {
  it("follows ESP in ESP, each layer under its own key", () => {
    const outer = keysOf("CHACHA20-POLY1305", null)
    const table = new DataSaTable([sa(outer), sa(CBC, { id: "in", spi: 0x2000 })])
    const { plane, inner } = planeOf(table)
    const nested = sealEsp(CBC, nodeProvider, INNER, { spi: 0x2000, sequence: 1 })
    plane.packet(viewOf(seal(outer, 1, {}, ipv4(50, nested, 9))))
    plane.packet(viewOf(seal(outer, 2, { nextHeader: 50 }, nested)))
    plane.finish()
    expect([...plane.flows()].map(({ data, result }) => [data.spi, data.destination, result.icvOk])).toEqual([
      [0x1000, "10.0.0.2", 2],
      [0x2000, "10.0.0.9", 1],
      [0x2000, "10.0.0.2", 1],
    ])
    expect(inner).toEqual([`4 ${toHex(INNER)}`, `4 ${toHex(INNER)}`])
  })

  it("decompresses IPComp, and names what it cannot", () => {
    const notes: string[] = []
    const { plane, inner } = planeOf(new DataSaTable([sa(CBC)]), {
      onInner: p => {
        notes.push(...p.notes)
        inner.push(`${p.nextHeader} ${toHex(p.bytes, p.start, p.end)}`)
      },
    })
    const ipcomp = concat(Uint8Array.of(4, 0, 0x12, 0x34), deflateRawSync(INNER))
    plane.packet(viewOf(seal(CBC, 1, { nextHeader: 108 }, ipcomp)))
    plane.packet(viewOf(seal(CBC, 2, { nextHeader: 108 }, Uint8Array.of(4, 0, 0, 3, 9, 9))))
    plane.finish()
    expect(inner).toEqual([`4 ${toHex(INNER)}`, "108 040000030909"])
    expect(notes).toEqual(["IPComp", "IPComp: LZS is not decompressed"])
  })

  it("recognises ESP without encryption, without keys, only with proof", () => {
    const nul = keysOf("NULL", "HMAC-SHA2-256-128")
    const { plane, inner } = planeOf(new DataSaTable())
    plane.packet(viewOf(seal(nul, 1)))
    const other = sealEsp(CBC, nodeProvider, INNER, { spi: 0x3000, sequence: 1 })
    plane.packet(viewOf(other))
    const results = plane.finish()
    expect(results[0]).toMatchObject({ opened: 1, icvUnchecked: 1, nullEncrypted: { ivBytes: 0, icvBytes: 16 } })
    expect(results[1]).toMatchObject({ opened: 0, nullEncrypted: undefined })
    expect(inner).toEqual([`4 ${toHex(INNER)}`])
  })

  it("opens one packet at once", () => {
    const { plane } = planeOf(new DataSaTable([sa(CBC)]))
    expect(plane.openNow(viewOf(seal(CBC, 1)))).toMatchObject({ opened: true, icv: "ok", nextHeader: 4 })
    expect(plane.openNow(viewOf(sealEsp(CBC, nodeProvider, INNER, { spi: 5, sequence: 1 })))).toBeUndefined()
  })
})
