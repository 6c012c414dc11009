import { describe, expect, it } from "vitest"
import { utf8 } from "../../../src/bytes/bytes.ts"
import { idg, idi, idr } from "../../../src/ike/v2/identification.ts"
import { decodeBytes, everyPrefix, fieldsOf, hex } from "../../helpers/every-prefix.ts"

const id = (type: number, data: Uint8Array) => Uint8Array.of(type, 0, 0, 0, ...data)
/** CN=a,O=b in the order of RFC 4514. */
const DN = hex("3018 310a 3008 060355040a 0c0162 310a 3008 0603550403 0c0161")

describe("identification", () => {
  it.each([
    [1, hex("0a000001"), "10.0.0.1", "isakmp.id.data.ipv4_addr"],
    [2, utf8("left.lab"), "left.lab", "isakmp.id.data.fqdn"],
    [3, utf8("carol@lab"), "carol@lab", "isakmp.id.data.user_fqdn"],
    [5, hex("fd100001000000000000000000000001"), "fd10:1::1", "isakmp.id.data.ipv6_addr"],
    [9, DN, "CN=a,O=b", "isakmp.dn"],
    [10, hex("8203612e62"), "a.b", "isakmp.id.data.der_asn1_gn"],
    [12, hex("2000000000000001"), "20:00:00:00:00:00:00:01", "isakmp.id.data.fc_name"],
  ])("reads ID type %i", (type, data, text, name) => {
    const value = decodeBytes(idi, id(type, data))
    expect(value).toMatchObject({ type, text })
    expect(value.fault).toBeUndefined()
    expect(fieldsOf(idi, id(type, data))[name]).toEqual([text])
  })

  it("shows a key ID as text or hex, and ID_NULL as nothing", () => {
    expect(decodeBytes(idr, id(11, utf8("group-1"))).text).toBe("group-1")
    expect(decodeBytes(idr, id(11, hex("0001"))).text).toBe("0001")
    expect(decodeBytes(idr, id(13, hex(""))).text).toBe("")
  })

  it("keeps an unknown type", () => {
    expect(decodeBytes(idg, id(250, hex("ff00")))).toMatchObject({ type: 250, text: "ff00" })
  })

  it("keeps the bytes of an address that is too short, with the fault", () => {
    const value = decodeBytes(idi, id(1, hex("0a0000")))
    expect(value.text).toBe("0a0000")
    expect(value.fault).toMatchObject({ code: "truncated", need: 4, have: 3 })
  })

  it("keeps a name that is not DER", () => {
    expect(decodeBytes(idi, id(9, hex("30ff")))).toMatchObject({ text: "30ff", fault: { code: "invalid" } })
  })

  it("decodes every prefix", () => {
    for (const [type, data] of [
      [1, hex("0a000001")],
      [2, utf8("left.lab")],
      [9, DN],
      [12, hex("2000000000000001")],
    ] as const)
      everyPrefix(idi, id(type, data))
  })
})
