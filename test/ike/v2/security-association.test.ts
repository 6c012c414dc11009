import { describe, expect, it } from "vitest"
import { sa } from "../../../src/ike/v2/security-association.ts"
import { decodeBytes, everyPrefix, fieldsOf, hex } from "../../helpers/every-prefix.ts"

/** IKE: AES-CBC-128, HMAC-SHA2-256-128, PRF-HMAC-SHA2-256, MODP-2048, as the lab's charon offers it. */
const IKE = hex(`
  0000002c 01010004
  0300000c 0100000c 800e0080
  03000008 0300000c
  03000008 02000005
  00000008 0400000e`)

/** ESP with an SPI, twice: AES-GCM-16-256 with ADDKE1 ML-KEM-768, then AES-CBC-256 with HMAC-SHA2-256-128. */
const ESP = hex(`
  02000028 01030403 aabbccdd
  0300000c 01000014 800e0100
  03000008 06000024
  00000008 05000000
  00000028 02030403 11223344
  0300000c 0100000c 800e0100
  03000008 0300000c
  00000008 05000001`)

describe("sa", () => {
  it("reads the proposal of an IKE SA", () => {
    const { proposals, fault } = decodeBytes(sa, IKE)
    expect(fault).toBeUndefined()
    expect(proposals).toHaveLength(1)
    expect(proposals[0]).toMatchObject({ number: 1, protocol: 1, start: 0, end: 44 })
    expect(proposals[0].transforms.map(t => [t.type, t.id, t.keyBits])).toEqual([
      [1, 12, 128],
      [3, 12, undefined],
      [2, 5, undefined],
      [4, 14, undefined],
    ])
    expect(proposals[0].transforms[0]).toMatchObject({ start: 8, end: 20 })
  })

  it.each([
    ["fff8", 65528, "no cipher has a key of more than 2040 bits"],
    ["0000", 0, "a key has bits"],
    ["0081", 129, "whole octets"],
  ])("keeps a Key Length of 0x%s and says why no cipher has it", (bits, value, why) => {
    const { proposals } = decodeBytes(sa, hex(`00000018 01010001 0000000c 0100000c 800e${bits}`))
    const [transform] = proposals[0].transforms
    expect(transform.keyBits).toBe(value)
    expect(transform.attributes[0].fault?.message).toContain(why)
  })

  it("draws the fields that Wireshark has", () => {
    expect(fieldsOf(sa, IKE)).toMatchObject({
      "isakmp.typepayload": ["2", "3", "3", "3", "3"],
      "isakmp.nextpayload": ["0", "3", "3", "3", "0"],
      "isakmp.payloadlength": ["44", "12", "8", "8", "8"],
      "isakmp.prop.transforms": ["4"],
      "isakmp.tf.type": ["1", "3", "2", "4"],
      "isakmp.tf.id.encr": ["12"],
      "isakmp.tf.id.dh": ["14"],
      "isakmp.ike2.attr.type": ["14"],
      "isakmp.ike2.attr.format": ["1"],
      "isakmp.ike2.attr.value": ["0080"],
      "isakmp.ike2.attr.key_length": ["128"],
    })
  })

  it("reads several proposals with SPIs and an additional key exchange", () => {
    const { proposals } = decodeBytes(sa, ESP)
    expect(proposals.map(p => [p.number, [...p.spi]])).toEqual([
      [1, [0xaa, 0xbb, 0xcc, 0xdd]],
      [2, [0x11, 0x22, 0x33, 0x44]],
    ])
    expect(proposals[0].transforms[1]).toMatchObject({ type: 6, id: 36 })
    expect(fieldsOf(sa, ESP)["isakmp.tf.id"]).toEqual(["36"])
  })

  it("keeps unknown transform types, IDs and attributes as numbers", () => {
    const body = hex("00000018 01030001 00000010 f900abcd 00990004 01020304")
    const [transform] = decodeBytes(sa, body).proposals[0].transforms
    expect(transform).toMatchObject({ type: 0xf9, id: 0xabcd })
    expect(transform.attributes[0]).toMatchObject({ type: 0x99, short: false })
    expect([...transform.attributes[0].value]).toEqual([1, 2, 3, 4])
  })

  it("reads a Signature Algorithm Identifier attribute", () => {
    const body = hex("00000020 01060001 00000018 0e000002 00120007 300506032b6570 00 00000000")
    const [transform] = decodeBytes(sa, body).proposals[0].transforms
    expect(transform.signature).toMatchObject({ oid: "1.3.101.112", name: "Ed25519" })
  })

  it("keeps the other proposals beside a bad one", () => {
    const bad = ESP.slice()
    bad[7] = 9 // Num Transforms of the first
    const { proposals, fault } = decodeBytes(sa, bad)
    expect(fault).toBeUndefined()
    expect(proposals[0].fault).toMatchObject({ code: "invalid" })
    expect(proposals[0].transforms).toHaveLength(3)
    expect(proposals[1].fault).toBeUndefined()
  })

  it("keeps the transforms before one with a wrong length", () => {
    const bad = IKE.slice()
    bad[23] = 4 // Transform Length of INTEG: shorter than its header
    const { proposals } = decodeBytes(sa, bad)
    expect(proposals[0].transforms).toHaveLength(1)
    expect(proposals[0].fault?.message).toContain("Transform Length 4")
  })

  it("says which length leads outside", () => {
    const bad = IKE.slice()
    bad[3] = 200
    expect(decodeBytes(sa, bad).proposals[0].fault).toMatchObject({ code: "truncated" })
    expect(decodeBytes(sa, bad).proposals[0].transforms).toHaveLength(4)
  })

  it("decodes every prefix", () => {
    everyPrefix(sa, IKE)
    everyPrefix(sa, ESP)
  })
})
