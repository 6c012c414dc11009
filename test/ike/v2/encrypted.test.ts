/** The SK payload, closed and opened. RFC 7296 §3.14. */
import { describe, expect, it } from "vitest"
import { byteSource } from "../../../src/bytes/byte-source.ts"
import { concat } from "../../../src/bytes/bytes.ts"
import { allPayloads, decodeMessage } from "../../../src/ike/message.ts"
import type { Opened } from "../../../src/ike/shared/payload.ts"
import { find } from "../../../src/ike/shared/payload.ts"
import { sk } from "../../../src/ike/v2/encrypted.ts"
import { skf } from "../../../src/ike/v2/encrypted-fragment.ts"
import { idi } from "../../../src/ike/v2/identification.ts"
import { notify } from "../../../src/ike/v2/notify.ts"
import { CollectFields } from "../../helpers/collect-fields.ts"
import { everyPrefix, hex } from "../../helpers/every-prefix.ts"

const IV = "00112233445566778899aabbccddeeff"
const ICV = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"
/** IDi (FQDN `a.b`) and N(INITIAL_CONTACT), then two bytes of padding. */
const PAYLOADS = hex("2900000b 02000000 612e62 00000008 00004000")
const CLEAR = concat(PAYLOADS, hex("0001 02"))
const CIPHERTEXT = "c0".repeat(32)

function message(nextPayload: number, first: number, body: Uint8Array): Uint8Array {
  const payload = concat(Uint8Array.of(first, 0, (body.length + 4) >> 8, body.length + 4), body)
  const header = hex(`0102030405060708 1112131415161718 ${nextPayload.toString(16)}202308 00000001 00000000`)
  new DataView(header.buffer).setUint32(24, 28 + payload.length)
  return concat(header, payload)
}

const opened = (more: Partial<Opened> = {}): Opened => ({
  ivBytes: 16,
  icvBytes: 16,
  icvOk: true,
  clear: byteSource(CLEAR, "decrypted SK of frame 3"),
  end: PAYLOADS.length,
  padLength: 2,
  first: 35,
  ...more,
})

function decode(bytes: Uint8Array, o?: Opened) {
  const sink = new CollectFields()
  const decoded = decodeMessage(byteSource(bytes, "frame 3"), 0, bytes.length, { opened: o, sink })!
  expect(sink.stray).toEqual([])
  expect(sink.unclosed).toBe(0)
  return { decoded, fields: sink.values, faults: sink.faults }
}

describe("sk", () => {
  const bytes = message(46, 35, hex(IV + CIPHERTEXT + ICV))

  it("is opaque without keys but for the first octets of the IV", () => {
    const { decoded, fields } = decode(bytes)
    expect(find(decoded.payloads, sk)).toEqual({ start: 32, end: 96 })
    expect(decoded.payloads[0]).toMatchObject({ type: 46, next: 35 })
    expect(fields).toMatchObject({ "isakmp.enc.iv": ["00112233"], "isakmp.nextpayload": ["46", "35"] })
    expect(fields["isakmp.enc.icd"]).toBeUndefined()
  })

  it("has the payloads inside once it was opened", () => {
    const { decoded, fields } = decode(bytes, opened())
    expect(decoded.payloads[0].inner?.map(p => [p.type, p.src.label])).toEqual([
      [35, "decrypted SK of frame 3"],
      [41, "decrypted SK of frame 3"],
    ])
    expect(allPayloads(decoded).map(p => p.type)).toEqual([46, 35, 41])
    expect(find(allPayloads(decoded), idi)?.text).toBe("a.b")
    expect(find(allPayloads(decoded), notify)?.type).toBe(16384)
    expect(fields).toMatchObject({
      "isakmp.enc.iv": [IV],
      "isakmp.enc.icd": [ICV],
      "isakmp.enc.padding": ["0001"],
      "isakmp.enc.pad_length": ["2"],
      "isakmp.nextpayload": ["46", "35", "41", "0"],
      "isakmp.id.data.fqdn": ["a.b"],
    })
  })

  it("opens nothing inside what was opened", () => {
    const clear = hex("00000008 2e2e2e2e 00")
    const { decoded } = decode(bytes, opened({ clear: byteSource(clear, "x"), end: 8, first: 46 }))
    expect(decoded.payloads[0].inner?.[0].inner).toBeUndefined()
  })

  it("keeps what is there of a chain inside that leads outside", () => {
    const clear = hex("2900000b 02000000 612e62 000000ff 00004000 00")
    const { decoded, faults } = decode(bytes, opened({ clear: byteSource(clear, "x"), end: 19 }))
    expect(find(decoded.payloads, sk)?.fault).toMatchObject({ code: "truncated" })
    expect(decoded.payloads[0].inner).toHaveLength(2)
    expect(faults).toHaveLength(1)
  })

  it("faults when IV and ICV are longer than the body", () => {
    const { decoded } = decode(message(46, 35, hex("0011")), opened())
    expect(decoded.payloads[0].fault).toMatchObject({ code: "truncated" })
  })

  it("decodes every prefix", () => everyPrefix(sk, hex(IV + CIPHERTEXT)))
})

describe("skf", () => {
  const bytes = message(53, 35, hex(`00020002${IV}${CIPHERTEXT}${ICV}`))

  it("reads its numbers without keys", () => {
    const { decoded, fields } = decode(bytes)
    expect(find(decoded.payloads, skf)).toMatchObject({ number: 2, total: 2, start: 36 })
    expect(fields).toMatchObject({ "isakmp.frag.number": ["2"], "isakmp.frag.total": ["2"] })
  })

  it("shows a fragment that is not the last as bytes", () => {
    const { decoded, fields } = decode(bytes, opened())
    expect(decoded.payloads[0].inner).toBeUndefined()
    expect(fields["isakmp.enc.pad_length"]).toEqual(["2"])
  })

  it("has the payloads of all fragments where the last came", () => {
    const clear = byteSource(PAYLOADS, "reassembled SKF of frames 2-3")
    const { decoded, fields } = decode(bytes, opened({ reassembled: { clear, first: 35, frames: [2, 3] } }))
    expect(decoded.payloads[0].inner?.map(p => p.type)).toEqual([35, 41])
    expect(fields).toMatchObject({
      "isakmp.fragment": ["2", "3"],
      "isakmp.fragment.count": ["2"],
      "isakmp.reassembled.length": [String(PAYLOADS.length)],
    })
  })

  it("decodes every prefix", () => everyPrefix(skf, hex(`00010003${IV}`)))
})
