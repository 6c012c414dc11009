import { describe, expect, it } from "vitest"
import { ikeAttributes } from "../../../src/ike/v1/ike-attributes.ts"
import { ipsecAttributes } from "../../../src/ike/v1/ipsec-attributes.ts"
import { sa } from "../../../src/ike/v1/security-association.ts"
import { CONTEXT_V1, decodeBytes, everyPrefix, fieldsOf, hex } from "../../helpers/every-prefix.ts"

/** Main Mode of a daemon: one proposal, one transform of AES-CBC-128, SHA2-256, PSK, MODP-2048, 3600 s. */
const PHASE_1 = hex(`00000001 00000001 0000002c 01010001 00000024 01010000
  80010007 800e0080 80020004 8004000e 80030001 800b0001 800c0e10`)

/** Quick Mode: ESP with SPI and two transforms, then IPCOMP in a proposal of its own. */
const PHASE_2 = hex(`00000001 00000001
  02000040 01030402 deadbeef
    03000028 010c0000 80060080 80050005 80040001 80010001 00020004 00015180 80010002 80020400
    0000000c 02030000 80050002
  00000012 02040201 abcd 00000008 01020000`)

const decode = (body: Uint8Array) => decodeBytes(sa, body, CONTEXT_V1)

describe("SA payload of IKEv1", () => {
  it("decodes an ISAKMP proposal", () => {
    const value = decode(PHASE_1)
    expect(value).toMatchObject({ doi: 1, situation: 1, proposals: [{ number: 1, protocol: 1, transformCount: 1 }] })
    const [transform] = value.proposals[0].transforms
    expect(transform).toMatchObject({ number: 1, id: 1, next: 0 })
    expect(ikeAttributes(transform)).toMatchObject({
      encr: 7,
      keyLength: 128,
      hash: 4,
      group: 14,
      authMethod: 1,
      lifetimes: [{ type: 1, value: 3600 }],
      lifetimeSeconds: 3600,
      lifetimeKilobytes: undefined,
      prf: undefined,
    })
  })

  it("decodes AH, ESP and IPCOMP proposals with their SPIs", () => {
    const { proposals, fault } = decode(PHASE_2)
    expect(fault).toBeUndefined()
    expect(proposals.map(p => [p.number, p.protocol, p.transforms.map(t => t.id)])).toEqual([
      [1, 3, [12, 3]],
      [2, 4, [2]],
    ])
    expect(proposals[0].spi).toEqual(hex("deadbeef"))
    expect(ipsecAttributes(proposals[0].transforms[0])).toMatchObject({
      encapMode: 1,
      authAlg: 5,
      keyLength: 128,
      lifetimeSeconds: 86400,
      lifetimeKilobytes: 1024,
      group: undefined,
      esn: false,
    })
  })

  it("gives up a list after 16 bad items, and keeps what came before", () => {
    const bad = "800e0007".repeat(40)
    const length = (n: number) => n.toString(16).padStart(4, "0")
    const body = hex(`00000001 00000001 0000${length(16 + 160)} 01010001 0000${length(8 + 160)} 01010000 ${bad}`)
    const [transform] = decode(body).proposals[0].transforms
    expect(transform.attributes.length).toBe(16)
    expect(transform.fault?.message).toMatch(/^16 bad items in one list/)
  })

  it("draws Wireshark's fields", () => {
    expect(fieldsOf(sa, PHASE_1, CONTEXT_V1)).toEqual({
      "isakmp.sa.doi": ["1"],
      "isakmp.sa.situation": ["00000001"],
      "isakmp.sa.situation.identity_only": ["1"],
      "isakmp.sa.situation.secrecy": ["0"],
      "isakmp.sa.situation.integrity": ["0"],
      "isakmp.typepayload": ["2", "3"],
      "isakmp.nextpayload": ["0", "0"],
      "isakmp.reserved": ["00", "00", "0000"],
      "isakmp.payloadlength": ["44", "36"],
      "isakmp.prop.number": ["1"],
      "isakmp.prop.protoid": ["1"],
      "isakmp.spisize": ["0"],
      "isakmp.prop.transforms": ["1"],
      "isakmp.trans.number": ["1"],
      "isakmp.trans.id": ["1"],
      "isakmp.ike.attr.type": ["1", "14", "2", "4", "3", "11", "12"],
      "isakmp.ike.attr.format": ["1", "1", "1", "1", "1", "1", "1"],
      "isakmp.ike.attr.value": ["0007", "0080", "0004", "000e", "0001", "0001", "0e10"],
      "isakmp.ike.attr.encryption_algorithm": ["7"],
      "isakmp.ike.attr.key_length": ["128"],
      "isakmp.ike.attr.hash_algorithm": ["4"],
      "isakmp.ike.attr.group_description": ["14"],
      "isakmp.ike.attr.authentication_method": ["1"],
      "isakmp.ike.attr.life_type": ["1"],
      "isakmp.ike.attr.life_duration": ["3600"],
    })
    expect(fieldsOf(sa, PHASE_2, CONTEXT_V1)).toMatchObject({
      "isakmp.spi": ["deadbeef", "abcd"],
      "isakmp.ipsec.attr.length": ["4"],
      "isakmp.ipsec.attr.life_duration": ["86400", "1024"],
    })
  })

  it("reads long durations, odd durations and unknown attributes", () => {
    const attributes = "000c0008 0000000100000000 000c000a 00000000000000000001 c0100003 000e0004 00000100"
    const body = hex(`00000001 00000001 00000036 01010001 0000002e 01010000 ${attributes}`)
    const [transform] = decode(body).proposals[0].transforms
    expect(ikeAttributes(transform)).toMatchObject({
      keyLength: 256,
      lifetimes: [
        { type: undefined, value: 2 ** 32 },
        { type: undefined, value: 1 },
      ],
    })
    expect(fieldsOf(sa, body, CONTEXT_V1)).toMatchObject({
      "isakmp.ike.attr.life_duration64": ["4294967296"],
      "isakmp.ike.attr.life_duration_bytes": ["00000000000000000001"],
      "isakmp.ike.attr.type": ["12", "12", "16400", "14"],
    })
  })

  it("keeps the other transforms when one is bad", () => {
    const body = hex(`00000001 00000001 00000020 01030003 03000008 01030000 03000007 020300 00000009 03030000 80`)
    const [proposal] = decode(body).proposals
    expect(proposal.transforms.map(t => t.fault !== undefined)).toEqual([false, true, true])
    expect(proposal.transforms[2]).toMatchObject({ number: 3, id: 3 })
  })

  it("tells a wrong number of transforms, and a payload that does not belong", () => {
    const wrongCount = PHASE_1.slice()
    wrongCount[15] = 2
    expect(decode(wrongCount).proposals[0].fault?.message).toContain("says 2 transforms, 1 is there")
    const wrongNext = PHASE_1.slice()
    wrongNext[8] = 7
    expect(decode(wrongNext).fault?.message).toContain("payload type 7 follows a proposal")
  })

  it("reads the labels of a situation with secrecy and integrity", () => {
    const body = hex(`00000001 00000007 00000009
      0003 0000 61626300 000c 0000 fff00000 0000 0000 0000 0000
      00000010 01040001 00000008 01020000`)
    expect(decode(body)).toMatchObject({
      situation: 7,
      labeledDomain: 9,
      secrecy: { level: hex("616263"), categoryBits: 12, category: hex("fff0") },
      integrity: { categoryBits: 0 },
      proposals: [{ protocol: 4 }],
    })
    everyPrefix(sa, body, CONTEXT_V1)
  })

  it("shows the situation of an unknown DOI, and unknown protocols and transforms", () => {
    expect(decode(hex("00000063 0102"))).toEqual({ doi: 99, situation: undefined, proposals: [] })
    expect(decode(hex("00000001 00000001 00000010 01ff0001 00000008 01ff0000")).proposals[0]).toMatchObject({
      protocol: 255,
      transforms: [{ id: 255 }],
    })
  })

  it("says what is missing of each prefix", () => {
    everyPrefix(sa, PHASE_1, CONTEXT_V1)
    everyPrefix(sa, PHASE_2, CONTEXT_V1)
  })
})
