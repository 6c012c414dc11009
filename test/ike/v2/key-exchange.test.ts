/** The KE payload of IKEv2. RFC 7296 §3.4. */
import { describe, expect, it } from "vitest"
import { ke } from "../../../src/ike/v2/key-exchange.ts"
import { nonce } from "../../../src/ike/v2/nonce.ts"
import { decodeBytes, everyPrefix, fieldsOf, hex } from "../../helpers/every-prefix.ts"

describe("ke", () => {
  const body = hex("001f0000 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")

  it("reads group and public value", () => {
    const value = decodeBytes(ke, body)
    expect(value.group).toBe(31)
    expect(value.data).toHaveLength(32)
    expect(fieldsOf(ke, body)).toMatchObject({ "isakmp.key_exchange.dh_group": ["31"], "isakmp.reserved": ["0000"] })
  })

  it("keeps an unknown group, and an empty value", () => {
    expect(decodeBytes(ke, hex("fffe0000"))).toMatchObject({ group: 0xfffe, data: new Uint8Array(0) })
  })

  it("decodes every prefix", () => everyPrefix(ke, body))
})

describe("nonce", () => {
  it("is all of the body", () => {
    expect(fieldsOf(nonce, hex("0011223344556677"))).toEqual({ "isakmp.nonce": ["0011223344556677"] })
    everyPrefix(nonce, hex("0011223344556677"))
  })
})
