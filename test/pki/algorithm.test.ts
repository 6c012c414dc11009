import { describe, expect, it } from "vitest"
import { parseAlgorithmIdentifier } from "../../src/pki/algorithm.ts"
import { hex } from "../helpers/every-prefix.ts"

/** RFC 7427 appendix A, and RFC 8420 §A. */
const RFC_7427: readonly [der: string, name: string, scheme: string, hash: string][] = [
  ["300d06092a864886f70d0101050500", "sha1WithRSAEncryption", "rsa-pkcs1", "SHA1"],
  ["300d06092a864886f70d01010b0500", "sha256WithRSAEncryption", "rsa-pkcs1", "SHA2-256"],
  ["300d06092a864886f70d01010c0500", "sha384WithRSAEncryption", "rsa-pkcs1", "SHA2-384"],
  ["300d06092a864886f70d01010d0500", "sha512WithRSAEncryption", "rsa-pkcs1", "SHA2-512"],
  ["300906072a8648ce380403", "dsa-with-SHA1", "dsa", "SHA1"],
  ["300b0609608648016503040302", "dsa-with-SHA256", "dsa", "SHA2-256"],
  ["300906072a8648ce3d0401", "ecdsa-with-SHA1", "ecdsa", "SHA1"],
  ["300a06082a8648ce3d040302", "ecdsa-with-SHA256", "ecdsa", "SHA2-256"],
  ["300a06082a8648ce3d040303", "ecdsa-with-SHA384", "ecdsa", "SHA2-384"],
  ["300a06082a8648ce3d040304", "ecdsa-with-SHA512", "ecdsa", "SHA2-512"],
  ["300506032b6570", "Ed25519", "ed25519", "identity"],
  ["300506032b6571", "Ed448", "ed448", "identity"],
]

describe("parseAlgorithmIdentifier", () => {
  it.each(RFC_7427)("%s", (der, name, scheme, hash) => {
    expect(parseAlgorithmIdentifier(hex(der))).toMatchObject({ name, scheme, hash, length: der.length / 2 })
  })

  it("knows the defaults of RSASSA-PSS, and SHA-256 of RFC 7427 §A.4.3", () => {
    expect(parseAlgorithmIdentifier(hex("300d06092a864886f70d01010a3000"))).toMatchObject({
      scheme: "rsa-pss",
      pss: { hash: "SHA1", mgfHash: "SHA1", saltBytes: 20 },
    })
    const sha256 = `304106092a864886f70d01010a3034a00f300d06096086480165030402010500
      a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120`
    expect(parseAlgorithmIdentifier(hex(sha256))).toMatchObject({
      hash: "SHA2-256",
      pss: { hash: "SHA2-256", mgfHash: "SHA2-256", saltBytes: 32 },
    })
  })

  it("keeps an unknown object identifier, and refuses what is none", () => {
    expect(parseAlgorithmIdentifier(hex("300406022a03"))).toMatchObject({
      oid: "1.2.3",
      name: "1.2.3",
      scheme: undefined,
    })
    expect(parseAlgorithmIdentifier(hex("3003020101"))).toBeUndefined()
    expect(parseAlgorithmIdentifier(hex(""))).toBeUndefined()
  })
})
