/** Which key a signature is checked with: sent, raw, or given by identity. */
import { generateKeyPairSync } from "node:crypto"
import { describe, expect, it } from "vitest"
import { concat, utf8 } from "../../src/bytes/bytes.ts"
import { signerKeys } from "../../src/verify/certificates.ts"
import { certificateOf, pemOf, spkiOf } from "../play/signers.ts"
import { poolOf } from "./heard.ts"

const key = () => generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey
const [left, right] = [key(), key()]
const certificate = certificateOf(left, "left.lab")
const pool = poolOf({ certificates: [pemOf(certificate), pemOf(certificateOf(right, "right.lab"))] })
/** Body of an ID payload of type FQDN. */
const fqdn = (name: string) => concat(Uint8Array.of(2, 0, 0, 0), utf8(name))

describe("signerKeys", () => {
  it("the first certificate that was sent is the signer's, the others are its issuers", () => {
    const found = signerKeys([certificate, certificateOf(right, "ca.lab")], [], fqdn("left.lab"), poolOf({}))
    expect(found).toMatchObject([{ spki: spkiOf(left), origins: [] }])
  })

  it("a raw key stands for itself", () => {
    expect(signerKeys([], [spkiOf(right)], null, poolOf({}))).toMatchObject([
      { spki: spkiOf(right), certificate: null },
    ])
  })

  it("without either one that was given, by its identity", () => {
    expect(signerKeys([], [], fqdn("right.lab"), pool)).toMatchObject([
      { spki: spkiOf(right), origins: [{ kind: "certificates", index: 1 }] },
    ])
    expect(signerKeys([], [], fqdn("other.lab"), pool)).toEqual([])
    expect(signerKeys([], [], null, pool)).toEqual([])
    expect(signerKeys([utf8("no certificate")], [], fqdn("other.lab"), pool)).toEqual([])
  })
})
