/** Payloads of G-IKEv2: GSA, KD, PS and GSPM. RFC 9838. */
import { describe, expect, it } from "vitest"
import { gsa } from "../../../src/ike/v2/group-policy.ts"
import { kd } from "../../../src/ike/v2/key-download.ts"
import { ps } from "../../../src/ike/v2/puzzle-solution.ts"
import { gspm } from "../../../src/ike/v2/secure-password.ts"
import { decodeBytes, everyPrefix, fieldsOf, hex } from "../../helpers/every-prefix.ts"

const RANGE = "07000010 0000ffff 0a000001 0a000001"
const GSA = hex(`
  03040044 aabbccdd ${RANGE} 07110010 0000ffff ef000001 ef000001
  0300000c 01000014 800e0100
  00000008 05000002
  00010004 00000e10
  0000000c 8001000a 80030008`)
const KD = hex(`
  0304001c aabbccdd 00010010 00000000 00000001 0011223344556677
  00000010 00020004 deadbeef 80030007`)

describe("gsa", () => {
  it("reads the policy of an SA and the group-wide policy", () => {
    const { policies, fault } = decodeBytes(gsa, GSA)
    expect(fault).toBeUndefined()
    expect(policies.map(p => p.fault)).toEqual([undefined, undefined])
    expect(policies[0]).toMatchObject({
      protocol: 3,
      spi: hex("aabbccdd"),
      source: { type: 7 },
      destination: { protocol: 17 },
      transforms: [{ type: 1, id: 20, keyBits: 256 }, { type: 5 }],
      attributes: [{ type: 1 }],
    })
    expect(policies[1]).toMatchObject({ protocol: 0, attributes: [{ type: 1 }, { type: 3 }] })
    expect(fieldsOf(gsa, GSA)).toMatchObject({
      "isakmp.gsa.attr.key_lifetime": ["3600"],
      "isakmp.gsa.gwp_attr.atd": ["10"],
      "isakmp.gsa.gwp_attr.sender_id_bits": ["8"],
    })
  })

  it("keeps the policy after a bad one, and unknown attributes", () => {
    const { policies } = decodeBytes(gsa, hex("03040008 aabbccdd 00000008 ffaa0001"))
    expect(policies[0].fault).toMatchObject({ code: "truncated" })
    expect(policies[1].attributes).toMatchObject([{ type: 0x7faa }])
  })

  it("decodes every prefix", () => everyPrefix(gsa, GSA))
})

describe("kd", () => {
  it("reads wrapped keys", () => {
    const { bags, fault } = decodeBytes(kd, KD)
    expect(fault).toBeUndefined()
    expect(bags[0]).toMatchObject({ protocol: 3, attributes: [{ type: 1, wrapped: { keyId: 0, kwkId: 1 } }] })
    expect(bags[1].attributes.map(a => a.type)).toEqual([2, 3])
    expect(fieldsOf(kd, KD)).toMatchObject({
      "isakmp.kd.encrypted_key": ["0011223344556677"],
      "isakmp.kd.auth_key": ["deadbeef"],
      "isakmp.kd.sender_id": ["0007"],
    })
  })

  it("decodes every prefix", () => everyPrefix(kd, KD))
})

describe("ps, gspm", () => {
  it("splits a puzzle solution into its four keys", () => {
    expect(decodeBytes(ps, hex("0102030405060708")).keys).toEqual([hex("0102"), hex("0304"), hex("0506"), hex("0708")])
    expect(decodeBytes(ps, hex("010203")).keys).toEqual([])
    everyPrefix(ps, hex("0102030405060708"))
  })

  it("keeps the data of a secure password method", () => {
    expect(decodeBytes(gspm, hex("0102")).data).toEqual(hex("0102"))
    everyPrefix(gspm, hex("0102"))
  })
})
