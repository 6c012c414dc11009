/** Signatures that OpenSSL made, checked by every provider; every one fails with a bit turned in message, signature or key. */
import {
  constants,
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  privateEncrypt,
  publicEncrypt,
  sign,
} from "node:crypto"
import { describe, expect, it } from "vitest"
import { concat } from "../../src/bytes/bytes.ts"
import { toHex } from "../../src/bytes/hex.ts"
import { keyFault } from "../../src/crypto/key-faults.ts"
import { noble } from "../../src/crypto/noble.ts"
import type { CryptoProvider, HashId } from "../../src/crypto/provider.ts"
import { readPublicKey } from "../../src/crypto/public-key.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { hex } from "../helpers/every-prefix.ts"
import { oneBitOff } from "./vectors.ts"

const PROVIDERS: readonly CryptoProvider[] = [noble, nodeProvider]
const HASHES: readonly [HashId, string][] = [
  ["md5", "md5"],
  ["sha1", "sha1"],
  ["sha2-224", "sha224"],
  ["sha2-256", "sha256"],
  ["sha2-384", "sha384"],
  ["sha2-512", "sha512"],
]
const message = new Uint8Array(100).map((_, i) => i)
const spkiOf = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ format: "der", type: "spki" }))
const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 })
const rsaSpki = spkiOf(rsa.publicKey)

/** p, q, g and y of a DSA key. */
function dsaNumbers(spki: Uint8Array): [bigint, bigint, bigint, bigint] {
  const key = readPublicKey(spki)
  if (key?.type !== "dsa") throw new TypeError("no DSA key")
  return [key.p, key.q, key.g, key.y]
}

const der = (tag: number, content: Uint8Array): Uint8Array =>
  concat(Uint8Array.of(tag, 0x82, content.length >> 8, content.length & 0xff), content)
const integer = (n: bigint): Uint8Array =>
  der(2, hex(`00${n.toString(16).padStart(n.toString(16).length + (n.toString(16).length % 2), "0")}`))

/** A SubjectPublicKeyInfo of these numbers. RFC 3279 §2.3.2. */
const dsaSpki = (p: bigint, q: bigint, g: bigint, y: bigint): Uint8Array =>
  der(
    0x30,
    concat(
      der(0x30, concat(hex("06072a8648ce380401"), der(0x30, concat(integer(p), integer(q), integer(g))))),
      der(3, concat(Uint8Array.of(0), integer(y))),
    ),
  )

describe.each(PROVIDERS.map(p => [p.name, p] as const))("signatures by %s", (_, { verify, rsaDecrypt }) => {
  it.each(HASHES)("RSA PKCS#1 with %s", (id, openssl) => {
    const signature = sign(openssl, message, rsa.privateKey)
    expect(verify.rsaPkcs1(rsaSpki, id, message, signature)).toBe(true)
    expect(verify.rsaPkcs1(rsaSpki, id, oneBitOff(message), signature)).toBe(false)
    expect(verify.rsaPkcs1(rsaSpki, id, message, oneBitOff(signature, 60))).toBe(false)
    expect(verify.rsaPkcs1(rsaSpki, id === "sha1" ? "md5" : "sha1", message, signature)).toBe(false)
    expect(verify.rsaPkcs1(rsaSpki, id, message, signature.subarray(1))).toBe(false)
  })

  it.each(HASHES.slice(1, 5))("RSASSA-PSS with %s", (id, openssl) => {
    for (const saltLength of [0, 20, 32]) {
      const signature = sign(openssl, message, {
        key: rsa.privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength,
      })
      expect(verify.rsaPss(rsaSpki, { hash: id, mgfHash: id, saltBytes: saltLength }, message, signature)).toBe(true)
      expect(verify.rsaPss(rsaSpki, { hash: id, mgfHash: id, saltBytes: saltLength + 1 }, message, signature)).toBe(
        false,
      )
      expect(
        verify.rsaPss(rsaSpki, { hash: id, mgfHash: id, saltBytes: saltLength }, oneBitOff(message), signature),
      ).toBe(false)
      expect(verify.rsaPss(rsaSpki, { hash: id, mgfHash: "md5", saltBytes: saltLength }, message, signature)).toBe(
        false,
      )
      expect(
        verify.rsaPss(rsaSpki, { hash: id, mgfHash: id, saltBytes: saltLength }, message, oneBitOff(signature, 3)),
      ).toBe(false)
    }
  })

  it("RSASSA-PSS with moduli of odd sizes", () => {
    for (const modulusLength of [1025, 1031, 1032]) {
      const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength })
      const signature = sign("sha256", message, {
        key: privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: 32,
      })
      expect(
        verify.rsaPss(spkiOf(publicKey), { hash: "sha2-256", mgfHash: "sha2-256", saltBytes: 32 }, message, signature),
      ).toBe(true)
    }
  })

  it("RSA without DigestInfo, as IKEv1 signs", () => {
    const value = message.subarray(0, 20)
    const signature = privateEncrypt(rsa.privateKey, value)
    expect(verify.rsaRaw(rsaSpki, value, signature)).toBe(true)
    expect(verify.rsaRaw(rsaSpki, oneBitOff(value), signature)).toBe(false)
    expect(verify.rsaRaw(rsaSpki, message, sign("sha256", message, rsa.privateKey))).toBe(false)
  })

  it.each([
    ["prime192v1", "sha256"],
    ["secp224r1", "sha224"],
    ["prime256v1", "sha256"],
    ["secp384r1", "sha384"],
    ["secp521r1", "sha512"],
    ["secp384r1", "sha512"],
    ["brainpoolP224r1", "sha256"],
    ["brainpoolP256r1", "sha512"],
    ["brainpoolP384r1", "sha384"],
    ["brainpoolP512r1", "sha512"],
  ])("ECDSA on %s with %s", (namedCurve, hash) => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve })
    const spki = spkiOf(publicKey)
    const digest = new Uint8Array(createHash(hash).update(message).digest())
    const der = sign(hash, message, privateKey)
    const raw = sign(hash, message, { key: privateKey, dsaEncoding: "ieee-p1363" })
    expect(verify.ecdsa(spki, digest, der, "der")).toBe(true)
    expect(verify.ecdsa(spki, digest, raw, "raw")).toBe(true)
    expect(verify.ecdsa(spki, oneBitOff(digest), raw, "raw")).toBe(false)
    expect(verify.ecdsa(spki, digest, oneBitOff(raw, raw.length - 1), "raw")).toBe(false)
    expect(verify.ecdsa(spki, digest, raw, "der")).toBe(false)
    expect(verify.ecdsa(spki, digest, new Uint8Array(raw.length), "raw")).toBe(false)
    expect(verify.ecdsa(oneBitOff(spki, spki.length - 1), digest, raw, "raw")).toBe(false)
  })

  it.each([
    [1024, 160, "sha1"],
    [2048, 256, "sha256"],
  ])("DSA %i/%i", (modulusLength, divisorLength, hash) => {
    const { privateKey, publicKey } = generateKeyPairSync("dsa", { modulusLength, divisorLength })
    const digest = new Uint8Array(createHash(hash).update(message).digest())
    const raw = sign(hash, message, { key: privateKey, dsaEncoding: "ieee-p1363" })
    expect(verify.dsa(spkiOf(publicKey), digest, raw)).toBe(true)
    expect(verify.dsa(spkiOf(publicKey), digest, sign(hash, message, privateKey))).toBe(true)
    expect(verify.dsa(spkiOf(publicKey), oneBitOff(digest), raw)).toBe(false)
  })

  it.each(["ed25519", "ed448"] as const)("%s", type => {
    const { privateKey, publicKey } = generateKeyPairSync(type as "ed25519")
    const signature = sign(null, message, privateKey)
    expect(verify.eddsa(spkiOf(publicKey), message, signature)).toBe(true)
    expect(verify.eddsa(spkiOf(publicKey), oneBitOff(message), signature)).toBe(false)
    expect(verify.eddsa(spkiOf(publicKey), message, oneBitOff(signature))).toBe(false)
    expect(verify.eddsa(spkiOf(publicKey), message, signature.subarray(1))).toBe(false)
  })

  it("refuses keys under which anybody can sign", () => {
    // Under exponent 1 the padded message is its own signature.
    const { n } = rsa.publicKey.export({ format: "jwk" })
    const trivial = spkiOf(createPublicKey({ key: { kty: "RSA", n, e: "AQ" }, format: "jwk" }))
    const digestInfo = concat(
      hex("3021300906052b0e03021a05000414"),
      new Uint8Array(createHash("sha1").update(message).digest()),
    )
    const padding = new Uint8Array(128 - 3 - digestInfo.length).fill(0xff)
    const block = concat(Uint8Array.of(0, 1), padding, Uint8Array.of(0), digestInfo)
    expect(verify.rsaPkcs1(trivial, "sha1", message, block)).toBe(false)
    // The identity: R = S·B holds for S = 0 and R the identity, whatever the message.
    const identity = concat(Uint8Array.of(1), new Uint8Array(31))
    const ed = concat(hex("302a300506032b6570032100"), identity)
    expect(verify.eddsa(ed, message, concat(identity, new Uint8Array(32)))).toBe(false)
    const identity448 = concat(Uint8Array.of(1), new Uint8Array(56))
    const ed448Spki = concat(hex("3043300506032b6571033a00"), identity448)
    expect(verify.eddsa(ed448Spki, message, concat(identity448, new Uint8Array(57)))).toBe(false)
  })

  it("refuses DSA whose generator or public value is 1", () => {
    const { publicKey } = generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 })
    const [p, q, g, y] = dsaNumbers(spkiOf(publicKey))
    // With g = 1 and y = 1 every r is 1.
    const forged = concat(new Uint8Array(19), Uint8Array.of(1), new Uint8Array(19), Uint8Array.of(7))
    const digest = new Uint8Array(createHash("sha1").update(message).digest())
    expect(verify.dsa(dsaSpki(p, q, 1n, 1n), digest, forged)).toBe(false)
    expect(verify.dsa(dsaSpki(p, q, g, 1n), digest, forged)).toBe(false)
    expect(verify.dsa(dsaSpki(p, q, 1n, y), digest, forged)).toBe(false)
    expect(keyFault(readPublicKey(dsaSpki(p, q, g, y))!)).toBeUndefined()
    expect(keyFault(readPublicKey(dsaSpki(p, q, 1n, y))!)).toContain("trivial generator")
    expect(keyFault(readPublicKey(dsaSpki(p, q, p - 1n, y))!)).toContain("trivial generator")
    expect(keyFault(readPublicKey(dsaSpki(p, q, 2n, y))!)).toContain("outside the subgroup")
  })

  it("takes ECDSA signatures in DER, and nothing that only looks like it", () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
    const spki = spkiOf(publicKey)
    const digest = new Uint8Array(createHash("sha256").update(message).digest())
    const der = new Uint8Array(sign("sha256", message, privateKey))
    const holds = (signature: Uint8Array) => verify.ecdsa(spki, digest, signature, "der")
    expect(holds(der)).toBe(true)
    expect(holds(concat(der, Uint8Array.of(0)))).toBe(false)
    expect(holds(concat(Uint8Array.of(0x30, 0x81, der[1]), der.subarray(2)))).toBe(false)
    const r = der.subarray(4, 4 + der[3])
    const padded = concat(Uint8Array.of(0x30, der[1] + 1, 2, der[3] + 1, 0), r, der.subarray(4 + der[3]))
    expect(holds(padded)).toBe(false)
  })

  it("has nothing to say about keys of another kind or no keys at all", () => {
    for (const spki of [
      new Uint8Array(0),
      Uint8Array.of(0x30, 0x80),
      Uint8Array.of(0x30, 0x84, 255, 255, 255, 255),
      message,
    ]) {
      expect(verify.rsaPkcs1(spki, "sha1", message, message)).toBeUndefined()
      expect(verify.ecdsa(spki, message, message, "raw")).toBeUndefined()
      expect(verify.dsa(spki, message, message)).toBeUndefined()
      expect(verify.eddsa(spki, message, message)).toBeUndefined()
    }
    expect(verify.ecdsa(rsaSpki, message, message, "der")).toBeUndefined()
    for (let n = 0; n < rsaSpki.length; n++)
      expect(verify.rsaRaw(rsaSpki.subarray(0, n), message, message)).toBeUndefined()
  })

  it("decrypts RSA of PKCS#1 type 2, and says so when it cannot", () => {
    const key = { key: rsa.publicKey, padding: constants.RSA_PKCS1_PADDING }
    const ciphertext = publicEncrypt(key, message.subarray(0, 50))
    for (const type of ["pkcs1", "pkcs8"] as const) {
      const pem = rsa.privateKey.export({ format: "pem", type }) as string
      expect(toHex(rsaDecrypt!(pem, ciphertext)!)).toBe(toHex(message.subarray(0, 50)))
      expect(rsaDecrypt!(pem, oneBitOff(ciphertext, 40))).toBeUndefined()
      expect(rsaDecrypt!(pem, ciphertext.subarray(1))).toBeUndefined()
    }
    expect(rsaDecrypt!("no key", ciphertext)).toBeUndefined()
  })
})
