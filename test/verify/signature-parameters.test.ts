/** Parameters of AlgorithmIdentifiers, as RFC 7427 appendix A has them, and otherwise. */
import { describe, expect, it } from "vitest"
import { parseAlgorithmIdentifier } from "../../src/pki/algorithm.ts"
import { signatureParameters } from "../../src/verify/signature-parameters.ts"

/** Objects of RFC 7427 appendix A, and what ECDSA and RSA look like with the other's parameters. */
const RIGHT = {
  "A.1.1 sha1WithRSAEncryption": "300d06092a864886f70d0101050500",
  "A.1.2 sha256WithRSAEncryption": "300d06092a864886f70d01010b0500",
  "A.1.4 sha512WithRSAEncryption": "300d06092a864886f70d01010d0500",
  "A.2.1 dsa-with-sha1": "300906072a8648ce380403",
  "A.3.1 ecdsa-with-sha1": "300906072a8648ce3d0401",
  "A.3.2 ecdsa-with-sha256": "300a06082a8648ce3d040302",
  "A.4.1 RSASSA-PSS, defaults": "300d06092a864886f70d01010a3000",
  "RFC 8420 Ed25519": "300506032b6570",
  unknown: "300606032a03040500",
} as const
const WRONG = {
  "RSA without NULL": ["300b06092a864886f70d01010b", /has no parameters/],
  "ECDSA with NULL": ["300c06082a8648ce3d0403020500", /has NULL as its parameters/],
  "RSASSA-PSS without parameters": ["300b06092a864886f70d01010a", /has no parameters/],
  "ECDSA with a curve": ["300f06082a8648ce3d04030206032a0304", /parameters that it has none of/],
} as const
const at = { frame: 4, time: null }
const faultsIn = (hex: string) =>
  signatureParameters(parseAlgorithmIdentifier(Uint8Array.from(Buffer.from(hex, "hex")))!, "initiator", at)

describe("signature-parameters", () => {
  it.each(Object.entries(RIGHT))("%s is right", (_, hex) => expect(faultsIn(hex)).toEqual([]))
  it.each(Object.entries(WRONG))("%s", (_, [hex, says]) => {
    expect(faultsIn(hex)).toMatchObject([
      { id: "signature-parameters", status: "fail", at, reason: expect.stringMatching(says) },
    ])
  })
  it("is nothing without an identifier", () => expect(signatureParameters(undefined, "responder", at)).toEqual([]))
})
