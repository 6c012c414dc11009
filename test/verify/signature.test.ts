/** Signatures by AlgorithmIdentifier, over their message and over another. RFC 7427. */
import { generateKeyPairSync, sign } from "node:crypto"
import { describe, expect, it } from "vitest"
import { utf8 } from "../../src/bytes/bytes.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { type SignatureForm, verifyAnyHash, verifySignature } from "../../src/verify/signature.ts"
import { spkiOf } from "../play/signers.ts"
import { oneBitOff } from "../play/tape.ts"

const message = utf8("octets that are signed")
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 })
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" })
const ed = generateKeyPairSync("ed25519")
const pss = { hash: "SHA2-256", mgfHash: "SHA2-256", saltBytes: 32 } as const

const signed: [SignatureForm, { publicKey: typeof ed.publicKey }, Uint8Array][] = [
  [{ scheme: "rsa-pkcs1", hash: "SHA2-256" }, rsa, sign("sha256", message, rsa.privateKey)],
  [
    { scheme: "rsa-pss", hash: "SHA2-256", pss },
    rsa,
    sign("sha256", message, { key: rsa.privateKey, padding: 6, saltLength: 32 }),
  ],
  [{ scheme: "ecdsa", hash: "SHA2-256" }, ec, sign("sha256", message, ec.privateKey)],
  [{ scheme: "ed25519", hash: undefined }, ed, sign(null, message, ed.privateKey)],
]

describe("verifySignature", () => {
  it.each(signed)("%o holds over its message alone", (form, { publicKey }, signature) => {
    const holds = (octets: Uint8Array, value: Uint8Array) =>
      verifySignature(nodeProvider, form, spkiOf(publicKey), octets, value)
    expect(holds(message, signature)).toBe(true)
    expect(holds(oneBitOff(message), signature)).toBe(false)
  })

  it("knows nothing of a scheme that is not offered, nor of a hash that it cannot name", () => {
    const [, { publicKey }, signature] = signed[0]
    const by = (form: SignatureForm) => verifySignature(nodeProvider, form, spkiOf(publicKey), message, signature)
    expect(by({ scheme: "rsa-pkcs1", hash: undefined })).toBeUndefined()
    expect(by({ scheme: "unknown", hash: "SHA2-256" } as never)).toBeUndefined()
  })
})

it("verifyAnyHash finds the hash that the wire does not name", () => {
  const signature = sign("sha384", message, rsa.privateKey)
  const any = (octets: Uint8Array) => verifyAnyHash(nodeProvider, "rsa-pkcs1", spkiOf(rsa.publicKey), octets, signature)
  expect([any(message), any(oneBitOff(message))]).toEqual([true, false])
})
