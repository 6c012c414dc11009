/** The D payload of IKEv2. RFC 7296 §3.11. */
import { describe, expect, it } from "vitest"
import { del } from "../../../src/ike/v2/delete.ts"
import { decodeBytes, everyPrefix, fieldsOf, hex } from "../../helpers/every-prefix.ts"

describe("del", () => {
  const body = hex("03040002 aabbccdd 11223344")

  it("reads the SPIs of Child SAs", () => {
    expect(decodeBytes(del, body)).toEqual({ protocol: 3, spis: [hex("aabbccdd"), hex("11223344")] })
    expect(fieldsOf(del, body)["isakmp.delete.spi"]).toEqual(["aabbccdd", "11223344"])
  })

  it("reads the deletion of the IKE SA", () => {
    expect(decodeBytes(del, hex("01000000"))).toEqual({ protocol: 1, spis: [] })
  })

  it("does not count SPIs of no bytes", () => {
    expect(decodeBytes(del, hex("0300ffff")).fault).toMatchObject({ code: "invalid" })
  })

  it("keeps what is there of a list that is cut off, and an unknown protocol", () => {
    expect(decodeBytes(del, hex("f004ffff aabbccdd 01"))).toMatchObject({
      protocol: 0xf0,
      spis: [hex("aabbccdd")],
      fault: { code: "truncated" },
    })
  })

  it("decodes every prefix", () => everyPrefix(del, body))
})
