/** Payloads of GDOI. RFC 6407. */
import { describe, expect, it } from "vitest"
import type { PayloadDecoder } from "../../../src/ike/shared/payload.ts"
import { gap } from "../../../src/ike/v1/group-associated-policy.ts"
import { proofOfPossession, sequenceNumber, symmetricKeyPayload } from "../../../src/ike/v1/group-exchange.ts"
import { keyDownload } from "../../../src/ike/v1/key-download.ts"
import { saKek } from "../../../src/ike/v1/sa-kek.ts"
import { saTek } from "../../../src/ike/v1/sa-tek.ts"
import { sa } from "../../../src/ike/v1/security-association.ts"
import { CONTEXT_V1, decodeBytes, everyPrefix, fieldsOf, hex } from "../../helpers/every-prefix.ts"

const GROUPKEY_PUSH = { ...CONTEXT_V1, exchangeType: 33 }
const IDENTITY = "01035004 ef010101"
const SAK = `11 ${IDENTITY} ${IDENTITY} 000102030405060708090a0b0c0d0e0f 00000000 80020003 00040004 00000e10`
const SAT = `01 00 ${IDENTITY} ${IDENTITY} 0c deadbeef 80010001 00020004 00000e10 80040001`
const GAP = "80010005"
const bytes = (body: string) => hex(body).length
const chained = (next: string, body: string) => `${next}00${(bytes(body) + 4).toString(16).padStart(4, "0")} ${body}`
const SA = `00000002 00000001 000f0000 ${chained("16", SAK)} ${chained("10", GAP)} ${chained("00", SAT)}`

describe("GDOI", () => {
  it("SA: the chain of group policy", () => {
    const value = decodeBytes(sa, hex(SA), GROUPKEY_PUSH)
    expect(value).toMatchObject({ doi: 2, proposals: [] })
    expect(value.groupPolicy?.fault).toBeUndefined()
    expect(value.groupPolicy?.payloads).toMatchObject([
      {
        type: 15,
        value: {
          protocol: 17,
          source: { type: 1, port: 848, data: hex("ef010101") },
          attributes: [{ type: 2 }, { type: 4 }],
        },
      },
      { type: 22, value: { attributes: [{ type: 1 }] } },
      { type: 16, value: { protocol: 1, ipsec: { transformId: 12, spi: hex("deadbeef") } } },
    ])
    expect(fieldsOf(sa, hex(SA), GROUPKEY_PUSH)).toMatchObject({
      "isakmp.sa.next_attribute_payload": ["000f"],
      "isakmp.reserved2": ["0000"],
      "isakmp.sak.nextpayload": ["22"],
      "isakmp.sak.payload_len": ["53"],
      "isakmp.sak.spi": ["000102030405060708090a0b0c0d0e0f"],
      "isakmp.sat.transform_id": ["12"],
      "isakmp.sat.spi": ["deadbeef"],
      "isakmp.ipsec.attr.life_duration": ["3600"],
    })
    everyPrefix(sa, hex(SA), GROUPKEY_PUSH)
  })

  it("SA: proposals in phase 1", () => {
    const body = hex("00000002 00000001 00000010 01010001 00000008 01010000")
    const value = decodeBytes(sa, body, CONTEXT_V1)
    expect(value).toMatchObject({ doi: 2, proposals: [{ protocol: 1 }] })
    expect(value.groupPolicy).toBeUndefined()
  })

  it("SA: an unknown payload in the chain is kept", () => {
    const body = hex(`00000002 00000001 00630000 ${chained("16", "0102")} ${chained("00", GAP)}`)
    expect(decodeBytes(sa, body, GROUPKEY_PUSH).groupPolicy?.payloads).toMatchObject([
      { type: 99, value: undefined },
      { type: 22, value: { attributes: [{ type: 1 }] } },
    ])
  })

  it.each([
    [saKek, SAK],
    [saTek, SAT],
    [saTek, "02" + SAT.slice(2)],
    [saTek, "63 0102"],
    [gap, `${GAP} 80020006 80630001`],
    [sequenceNumber, "00000007"],
    [proofOfPossession, "0102"],
    [symmetricKeyPayload, "0102"],
  ] as [PayloadDecoder, string][])("$0.notation of each prefix", (decoder, body) => {
    decodeBytes(decoder, hex(body), GROUPKEY_PUSH)
    everyPrefix(decoder, hex(body), GROUPKEY_PUSH)
  })

  it("KD: keys by type, all secret", () => {
    const key = `00010010 ${"0f".repeat(16)}`
    const body = `00030000 0100001d 04 deadbeef ${key} 02000029 10 ${"00".repeat(16)} ${key} 63000005 00`
    const value = decodeBytes(keyDownload, hex(body), GROUPKEY_PUSH)
    expect(value).toMatchObject({
      count: 3,
      packets: [
        { type: 1, spi: hex("deadbeef"), attributes: [{ type: 1 }] },
        { type: 2 },
        { type: 99, attributes: [] },
      ],
    })
    expect(fieldsOf(keyDownload, hex(body), GROUPKEY_PUSH)).toMatchObject({
      "isakmp.kd.num_pkt": ["3"],
      "isakmp.kd.payload.length": ["29", "41", "5"],
      "isakmp.key_download.attr.type": ["1", "1"],
    })
    everyPrefix(keyDownload, hex(body), GROUPKEY_PUSH)
    expect(decodeBytes(keyDownload, hex("ffff0000 01000003"), GROUPKEY_PUSH).packets[0].fault?.code).toBe("invalid")
  })
})
