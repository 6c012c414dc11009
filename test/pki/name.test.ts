/** Distinguished names as text. RFC 4514. */
import { describe, expect, it } from "vitest"
import { concat, utf8 } from "../../src/bytes/bytes.ts"
import { describeGeneralName } from "../../src/pki/extensions.ts"
import { dnText, rdnCount } from "../../src/pki/name.ts"

const tlv = (tag: number, ...parts: Uint8Array[]): Uint8Array => {
  const body = concat(...parts)
  return concat(Uint8Array.of(tag, body.length), body)
}
const oid = (...bytes: number[]) => tlv(6, Uint8Array.from(bytes))
const attribute = (type: Uint8Array, value: Uint8Array) => tlv(0x30, type, value)
const CN = oid(0x55, 4, 3)

describe("dnText", () => {
  it("writes the last RDN first and escapes what RFC 4514 wants escaped", () => {
    const dn = tlv(
      0x30,
      tlv(0x31, attribute(oid(0x55, 4, 6), tlv(0x13, utf8("CH")))),
      tlv(0x31, attribute(CN, tlv(0x0c, utf8('#a, "b" é ')))),
    )
    expect(dnText(dn)).toBe('CN=\\#a\\, \\"b\\" é\\ ,C=CH')
    expect(rdnCount(dn)).toBe(2)
  })

  it("writes unknown types by number and their value in hex", () => {
    expect(dnText(tlv(0x30, tlv(0x31, attribute(oid(0x2a, 3), tlv(0x0c, utf8("x"))))))).toBe("1.2.3=#0c0178")
  })

  it("reads BMPString and UniversalString, and knows the empty name", () => {
    expect(dnText(tlv(0x30, tlv(0x31, attribute(CN, tlv(0x1e, Uint8Array.of(0, 0x61, 1, 0x42))))))).toBe("CN=ał")
    expect(dnText(tlv(0x30, tlv(0x31, attribute(CN, tlv(0x1c, Uint8Array.of(0, 1, 0xf6, 0))))))).toBe("CN=😀")
    expect(dnText(tlv(0x30))).toBe("")
  })

  it("gives nothing for what is no name", () => {
    expect(dnText(utf8("CN=x"))).toBeUndefined()
    expect(dnText(tlv(0x30, CN))).toBeUndefined()
    expect(rdnCount(new Uint8Array())).toBeUndefined()
  })
})

describe("describeGeneralName", () => {
  it("reads one name", () => {
    expect(describeGeneralName(tlv(0x82, utf8("gw.example.org")))).toMatchObject({
      type: "dNSName",
      value: "gw.example.org",
    })
    expect(describeGeneralName(tlv(0x87, Uint8Array.of(10, 0, 0, 1)))?.value).toBe("10.0.0.1")
    expect(describeGeneralName(tlv(0x9e, utf8("x")))).toBeUndefined()
  })
})
