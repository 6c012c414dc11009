/** ML-DSA and SLH-DSA: the certificates of RFC 9881 and RFC 9909 verify, pure and pre-hashed signatures are distinguished, and a bit turned fails. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { sha512 } from "@noble/hashes/sha2.js"
import { ml_dsa44, ml_dsa65, ml_dsa87 } from "@noble/post-quantum/ml-dsa.js"
import { slh_dsa_sha2_128f, slh_dsa_shake_128f } from "@noble/post-quantum/slh-dsa.js"
import { describe, expect, it } from "vitest"
import { noble } from "../../src/crypto/noble.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { publicKeyInfo, signatureAlgorithm } from "../../src/pki/algorithm.ts"
import { parseDer } from "../../src/pki/der.ts"
import { SIGNATURE_OID } from "../../src/pki/oids.ts"
import { verifySignature } from "../../src/verify/signature.ts"
import { der } from "../play/signers.ts"
import { oneBitOff } from "./vectors.ts"

const PROVIDERS = [noble, nodeProvider]
const message = new Uint8Array(100).map((_, i) => i)
/** id-ml-dsa-44 is arc 17 of NIST's signature algorithms. */
const spkiOf = (arc: number, key: Uint8Array) =>
  der(0x30, der(0x30, der(6, Uint8Array.of(0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, arc))), der(3, new Uint8Array(1), key))

describe("certificates of the documents", () => {
  it.each([
    ["rfc9881-ml-dsa-44", "ML-DSA-44"],
    ["rfc9881-ml-dsa-65", "ML-DSA-65"],
    ["rfc9881-ml-dsa-87", "ML-DSA-87"],
    ["rfc9909-slh-dsa-sha2-128s", "SLH-DSA-SHA2-128s"],
  ])("%s", (file, name) => {
    const pem = readFileSync(join(import.meta.dirname, `../../fixtures/vectors/${file}.crt`), "utf8")
    const bytes = new Uint8Array(Buffer.from(pem.replace(/-----[^-]+-----/g, ""), "base64"))
    const [tbs, algorithmNode, signature] = parseDer(bytes).items
    const algorithm = signatureAlgorithm(algorithmNode)
    const key = publicKeyInfo(tbs.items[6])
    expect([algorithm.name, key.algorithm]).toEqual([name, name])
    for (const provider of PROVIDERS) {
      const verify = (signed: Uint8Array, value: Uint8Array) =>
        verifySignature(provider, algorithm, key.spki, signed, value)
      expect(verify(tbs.der, signature.bits)).toBe(true)
      expect(verify(oneBitOff(tbs.der, 200), signature.bits)).toBe(false)
      expect(verify(tbs.der, oneBitOff(signature.bits, 40))).toBe(false)
      expect(verify(tbs.der, signature.bits.subarray(1))).toBe(false)
    }
  })
})

// Signing takes longer than all of the checks: each signature is made once, and both providers get it.
describe("post-quantum signatures", () => {
  it.each([
    ["ML-DSA-44", 17, ml_dsa44],
    ["ML-DSA-65", 18, ml_dsa65],
    ["ML-DSA-87", 19, ml_dsa87],
  ] as const)("%s, pure and pre-hashed", (_name, arc, scheme) => {
    const { publicKey, secretKey } = scheme.keygen(new Uint8Array(32).fill(arc))
    const pure = scheme.sign(message, secretKey)
    const hashed = scheme.prehash(sha512).sign(message, secretKey)
    const spki = spkiOf(arc, publicKey)
    for (const { name, verify } of PROVIDERS) {
      expect(verify.pqc(spki, message, pure, "pure"), name).toBe(true)
      expect(verify.pqc(spki, message, pure, "hashed"), name).toBe(false)
      expect(verify.pqc(spki, message, hashed, "hashed"), name).toBe(true)
      expect(verify.pqc(spki, message, hashed, "pure"), name).toBe(false)
      expect(verify.pqc(spki, oneBitOff(message), pure, "pure"), name).toBe(false)
      expect(verify.pqc(spkiOf(arc, publicKey.subarray(1)), message, pure, "pure"), name).toBeUndefined()
    }
  })

  it.each([
    ["SLH-DSA-SHA2-128f", 21, slh_dsa_sha2_128f],
    ["SLH-DSA-SHAKE-128f", 27, slh_dsa_shake_128f],
  ] as const)("%s", (_name, arc, scheme) => {
    const { publicKey, secretKey } = scheme.keygen(new Uint8Array(48).fill(arc))
    const pure = scheme.sign(message, secretKey)
    const spki = spkiOf(arc, publicKey)
    for (const { name, verify } of PROVIDERS) {
      expect(verify.pqc(spki, message, pure, "pure"), name).toBe(true)
      expect(verify.pqc(spki, message, pure, "hashed"), name).toBe(false)
      expect(verify.pqc(spki, message, oneBitOff(pure, 100), "pure"), name).toBe(false)
    }
  })

  it("leaves other keys to others", () => {
    for (const { name, verify } of PROVIDERS) {
      expect(verify.pqc(Uint8Array.of(0x30, 0), message, message, "pure"), name).toBeUndefined()
    }
  })
})

describe("object identifiers", () => {
  it("tell the pre-hashed forms and the composites from the pure ones", () => {
    const name = (arc: string) => SIGNATURE_OID.get(arc)?.name
    const nist = "2.16.840.1.101.3.4.3"
    expect([17, 32, 34, 35, 46].map(n => name(`${nist}.${n}`))).toEqual([
      "ML-DSA-44",
      "HashML-DSA-44-with-SHA512",
      "HashML-DSA-87-with-SHA512",
      "HashSLH-DSA-SHA2-128s-with-SHA256",
      "HashSLH-DSA-SHAKE-256f-with-SHAKE256",
    ])
    expect([37, 45, 54].map(n => name(`1.3.6.1.5.5.7.6.${n}`))).toEqual([
      "MLDSA44-RSA2048-PSS-SHA256",
      "MLDSA65-ECDSA-P256-SHA512",
      "MLDSA87-ECDSA-P521-SHA512",
    ])
  })
})
