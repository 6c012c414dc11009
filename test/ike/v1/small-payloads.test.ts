/** IKEv1 payloads of a few fields: D, NAT-D, NAT-OA and others. */
import { describe, expect, it } from "vitest"
import { byteSource } from "../../../src/bytes/byte-source.ts"
import { decodeMessage } from "../../../src/ike/message.ts"
import type { PayloadDecoder } from "../../../src/ike/shared/payload.ts"
import { hash, signature } from "../../../src/ike/v1/authenticators.ts"
import { cert, certReq } from "../../../src/ike/v1/certificate.ts"
import { del } from "../../../src/ike/v1/delete.ts"
import { fragment } from "../../../src/ike/v1/fragment.ts"
import { ke } from "../../../src/ike/v1/key-exchange.ts"
import { natD, natDDraft, natOa, natOaDraft } from "../../../src/ike/v1/nat-traversal.ts"
import { nonce } from "../../../src/ike/v1/nonce.ts"
import { IKEV1, ikev1Table } from "../../../src/ike/v1/table.ts"
import { vid } from "../../../src/ike/v1/vendor-id.ts"
import { CONTEXT_V1, decodeBytes, everyPrefix, fieldsOf, hex } from "../../helpers/every-prefix.ts"
import { leaf } from "../../pki/certificates.ts"

const decode = <T>(decoder: PayloadDecoder<T>, body: string): T => decodeBytes(decoder, hex(body), CONTEXT_V1)
const DN = "301a310b3009060355040613024348310b300906035504030c026777"

describe("small payloads of IKEv1", () => {
  it.each([
    [ke, "isakmp.key_exchange.data"],
    [nonce, "isakmp.nonce"],
    [hash, "isakmp.hash"],
    [signature, "isakmp.sig"],
  ] as const)("is its data: $0.notation", (decoder, name) => {
    expect(decode(decoder, "00ff10").data).toEqual(hex("00ff10"))
    expect(fieldsOf(decoder, hex("00ff10"), CONTEXT_V1)).toEqual({ [name]: ["00ff10"] })
    everyPrefix(decoder, hex("00ff10"), CONTEXT_V1)
  })

  it("D: SPIs of IPsec SAs, and the cookies of an ISAKMP SA", () => {
    const body = "00000001 03040002 cac9fdc7 01020304"
    expect(decode(del, body)).toMatchObject({ doi: 1, protocol: 3, count: 2, spis: [hex("cac9fdc7"), hex("01020304")] })
    expect(fieldsOf(del, hex(body), CONTEXT_V1)).toMatchObject({
      "isakmp.delete.spi": ["cac9fdc7", "01020304"],
      "isakmp.spinum": ["2"],
      "isakmp.spisize": ["4"],
    })
    everyPrefix(del, hex(body), CONTEXT_V1)
    expect(decode(del, "000000ff ff00ffff")).toMatchObject({ doi: 255, protocol: 255, count: 65535, spis: [] })
  })

  it("NAT-D and NAT-OA under both numbers", () => {
    for (const decoder of [natD, natDDraft]) expect(decode(decoder, "0102").hash).toEqual(hex("0102"))
    for (const decoder of [natOa, natOaDraft]) {
      expect(decode(decoder, "01000000 0a000001")).toEqual({ type: 1, address: hex("0a000001") })
      everyPrefix(decoder, hex("01000000 0a000001"), CONTEXT_V1)
      everyPrefix(decoder, hex(`05000000 ${"00".repeat(16)}`), CONTEXT_V1)
    }
    expect(decode(natOa, "63000000 0a")).toEqual({ type: 99, address: hex("0a") })
    expect(fieldsOf(natOa, hex("01000000 0a000001"), CONTEXT_V1)["isakmp.ike.nat_original_address_ipv4"]).toEqual([
      "10.0.0.1",
    ])
  })

  it("FRAG", () => {
    expect(decode(fragment, "0001 02 01 abcdef")).toEqual({ id: 1, number: 2, last: true, data: hex("abcdef") })
    expect(fieldsOf(fragment, hex("0001 02 00 ab"), CONTEXT_V1)).toMatchObject({
      "isakmp.frag.packetid": ["0x0001"],
      "isakmp.frag.seq": ["2"],
      "isakmp.frag.last": ["0"],
    })
    everyPrefix(fragment, hex("0001 02 01 abcdef"), CONTEXT_V1)
    const clear = byteSource(hex("00112233"), "reassembled")
    const opened = { ivBytes: 0, icvBytes: 0, icvOk: undefined, clear, end: 4, padLength: 0, first: 5 }
    const context = { ...CONTEXT_V1, opened: { ...opened, reassembled: { clear, first: 5, frames: [5, 6] } } }
    expect(fieldsOf(fragment, hex("0001 02 01 ab"), context)).toMatchObject({
      "isakmp.fragment": ["5", "6"],
      "isakmp.fragment.count": ["2"],
      "isakmp.reassembled.length": ["4"],
    })
  })

  it("CERT", () => {
    const body = new Uint8Array(leaf.length + 1)
    body[0] = 4
    body.set(leaf, 1)
    expect(decodeBytes(cert, body, CONTEXT_V1)).toMatchObject({ encoding: 4, data: leaf })
    expect(fieldsOf(cert, body, CONTEXT_V1)["isakmp.cert.x509.issuer"]).toEqual(["CN=Intermediate,O=Example,C=CH"])
    everyPrefix(cert, hex("ff 01 02 03"), CONTEXT_V1)
    expect(decode(cert, "ff 01").encoding).toBe(255)
  })

  it("CR: the name of an authority, or nothing", () => {
    expect(decode(certReq, `04 ${DN}`)).toMatchObject({ encoding: 4, dn: "CN=gw,C=CH" })
    expect(decode(certReq, "04")).toMatchObject({ encoding: 4, dn: undefined })
    expect(fieldsOf(certReq, hex(`04 ${DN}`), CONTEXT_V1)).toMatchObject({
      "isakmp.certreq.type": ["4"],
      "isakmp.ike.certreq.authority.sig": ["0"],
      "isakmp.dn": ["CN=gw,C=CH"],
    })
    expect(fieldsOf(certReq, hex(`07 ${DN}`), CONTEXT_V1)["isakmp.ike.certreq.authority"]).toEqual([DN])
    expect(decode(certReq, "04 0102")).toMatchObject({ authority: hex("0102"), dn: undefined })
    everyPrefix(certReq, hex(`04 ${DN}`), CONTEXT_V1)
  })

  it("VID", () => {
    const dpd = "afcad71368a1f1c96b8696fc77570100"
    expect(fieldsOf(vid, hex(dpd), CONTEXT_V1)).toMatchObject({
      "isakmp.vid_bytes": [dpd],
      "isakmp.vid_string": ["RFC 3706 DPD (Dead Peer Detection)"],
    })
    everyPrefix(vid, hex(dpd), CONTEXT_V1)
  })

  it("are all in the table, each under its number", () => {
    expect([...IKEV1.keys()].sort((a, b) => a - b)).toEqual([
      1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 128, 130, 131, 132,
    ])
    for (const [type, decoder] of IKEV1) expect(decoder.type).toBe(type)
    expect([...IKEV1.values()].map(d => d.notation).filter(n => n === "")).toEqual([])
  })

  it("have the drafts' numbers of NAT-D and NAT-OA outside GDOI's exchanges", () => {
    for (const exchange of [1, 2, 4, 5, 6]) {
      expect(ikev1Table(exchange).get(15)).toBe(natDDraft)
      expect(ikev1Table(exchange).get(16)).toBe(natOaDraft)
      expect(ikev1Table(exchange).get(17)).toBeUndefined()
      expect(ikev1Table(exchange).get(20)).toBe(natD)
    }
    for (const exchange of [32, 33]) expect(ikev1Table(exchange).get(15)?.notation).toBe("SAK")
  })

  it("a NAT-OA of Quick Mode shows by its shape, and a message has it under its decoder's type", () => {
    const header = `0102030405060708 1112131415161718 10 10 20 00 00000001 00000028`
    const message = decodeMessage(byteSource(hex(`${header} 0000000c 01000000 0a000001`), "test"))
    expect(message?.payloads.map(p => [p.type, p.value])).toEqual([
      [natOaDraft.type, { type: 1, address: hex("0a000001") }],
    ])
    const main = header.replace("10 10 20", "0f 10 02")
    const nat = decodeMessage(byteSource(hex(`${main} 0000000c 01020304 05060708`), "test"))
    expect(nat?.payloads.map(p => [p.type, p.value])).toEqual([[natDDraft.type, { hash: hex("0102030405060708") }]])
  })
})
