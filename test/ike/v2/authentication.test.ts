import { describe, expect, it } from "vitest"
import { auth } from "../../../src/ike/v2/authentication.ts"
import { decodeBytes, everyPrefix, fieldsOf, hex } from "../../helpers/every-prefix.ts"

/** RFC 7427 §A.1.2: sha256WithRSAEncryption. */
const RSA = hex("0e000000 0f 300d06092a864886f70d01010b0500 deadbeef")
/** RFC 7427 §A.4.3: RSASSA-PSS with SHA-256. */
const PSS = hex(`0e000000 43 3041 06092a864886f70d01010a 3034
  a00f300d06096086480165030402010500
  a11c301a06092a864886f70d010108300d06096086480165030402010500
  a203020120 cafe`)

describe("auth", () => {
  it("reads a shared key MIC", () => {
    const body = hex("02000000 00112233")
    expect(decodeBytes(auth, body)).toEqual({ method: 2, data: hex("00112233") })
    expect(fieldsOf(auth, body)).toEqual({
      "isakmp.auth.method": ["2"],
      "isakmp.reserved": ["000000"],
      "isakmp.auth.data": ["00112233"],
    })
  })

  it("takes a digital signature apart", () => {
    const { signature, fault } = decodeBytes(auth, RSA)
    expect(fault).toBeUndefined()
    expect(signature?.algorithm).toMatchObject({ oid: "1.2.840.113549.1.1.11", hash: "SHA2-256" })
    expect(signature?.value).toEqual(hex("deadbeef"))
    expect(fieldsOf(auth, RSA)).toMatchObject({
      "isakmp.auth.data": ["0f300d06092a864886f70d01010b0500deadbeef"],
      "isakmp.auth.data.sig.asn1.len": ["15"],
      "isakmp.auth.data.sig.asn1.data": ["300d06092a864886f70d01010b0500"],
      "isakmp.auth.data.sig.value": ["deadbeef"],
    })
  })

  it("reads the parameters of RSASSA-PSS", () => {
    expect(decodeBytes(auth, PSS).signature?.algorithm).toMatchObject({
      hash: "SHA2-256",
      pss: { hash: "SHA2-256", mgfHash: "SHA2-256", saltBytes: 32 },
    })
  })

  it("keeps the data when the signature is not as RFC 7427 says", () => {
    const value = decodeBytes(auth, hex("0e000000 02 0101 00"))
    expect(value.data).toEqual(hex("02010100"))
    expect(value.fault).toMatchObject({ code: "invalid" })
  })

  it("keeps an unknown method", () => {
    expect(decodeBytes(auth, hex("f0000000 01")).method).toBe(0xf0)
  })

  it("decodes every prefix", () => {
    everyPrefix(auth, RSA)
    everyPrefix(auth, PSS)
  })
})
