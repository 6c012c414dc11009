/** The V payload: bytes, names, and numbers behind known prefixes. RFC 7296 §3.12. */
import { describe, expect, it } from "vitest"
import { vendorId } from "../../../src/ike/v2/vendor-id.ts"
import { decodeBytes, everyPrefix, fieldsOf, hex } from "../../helpers/every-prefix.ts"

describe("vendorId", () => {
  it("keeps the bytes and names what is known", () => {
    const body = hex("882fe56d6fd20dbc2251613b2ebe5beb")
    expect(decodeBytes(vendorId, body).data).toEqual(body)
    expect(fieldsOf(vendorId, body)).toMatchObject({
      "isakmp.vid_bytes": ["882fe56d6fd20dbc2251613b2ebe5beb"],
      "isakmp.vid_string": ["strongSwan"],
    })
  })

  it("reads the numbers behind a prefix", () => {
    expect(fieldsOf(vendorId, hex("12f5f28c457168a9702d9fe274cc0100"))).toMatchObject({
      "isakmp.vid.cisco_unity.major": ["1"],
      "isakmp.vid.cisco_unity.minor": ["0"],
    })
  })

  it("takes an unknown one, and an empty one", () => {
    expect(fieldsOf(vendorId, hex("0102"))["isakmp.vid_string"]).toEqual(["Unknown Vendor ID"])
    expect(decodeBytes(vendorId, hex("")).data).toHaveLength(0)
  })

  it("decodes every prefix", () => everyPrefix(vendorId, hex("12f5f28c457168a9702d9fe274cc0100")))
})
