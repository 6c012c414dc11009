/** Proofs over the right octets that are made otherwise: each form is found over what it was made of, and over nothing else. RFC 7296 §2.15, RFC 7427. */
import { constants, generateKeyPairSync, sign } from "node:crypto"
import { describe, expect, it } from "vitest"
import { concat, utf8 } from "../../../src/bytes/bytes.ts"
import { prfByName } from "../../../src/crypto/prf.ts"
import { authenticationOf } from "../../../src/ike/v2/authentication.ts"
import { sharedSecretAuth } from "../../../src/keys/auth-v2.ts"
import { prfFunction } from "../../../src/keys/context.ts"
import { nodeProvider } from "../../../src/node/crypto.ts"
import { mistakenMac, mistakenSignature } from "../../../src/verify/mistakes/auth-proof.ts"
import { saysNoScheme } from "../../../src/verify/signature.ts"
import { der, ecdsaRaw, spkiOf } from "../../play/signers.ts"
import { oneBitOff } from "../../play/tape.ts"

const OCTETS = utf8("what is signed")
const context = { prf: prfByName("HMAC-SHA2-256")!, provider: nodeProvider }
const prf = prfFunction(context)

describe("a shared secret", () => {
  const SECRET = utf8("c0ffee")
  const mistake = (value: Uint8Array, secrets = [SECRET], octets = OCTETS) =>
    mistakenMac(context, secrets, octets, value)
  const with_ = (secret: Uint8Array) => sharedSecretAuth(context, secret, OCTETS)
  it.each([
    ["auth-no-pad", /without the Key Pad/, prf(SECRET)(OCTETS)],
    ["auth-pad-null", /a null behind the Key Pad/, prf(prf(SECRET)(utf8("Key Pad for IKEv2\0")))(OCTETS)],
    ["auth-secret-text", /a line feed behind/, with_(utf8("c0ffee\n"))],
    ["auth-secret-text", /with CR and LF/, with_(utf8("c0ffee\r\n"))],
    ["auth-secret-text", /a space behind/, with_(utf8("c0ffee "))],
    ["auth-secret-text", /with quotes around/, with_(utf8('"c0ffee"'))],
    ["auth-secret-text", /read as hexadecimal/, with_(Uint8Array.of(0xc0, 0xff, 0xee))],
    ["auth-secret-text", /written out as hexadecimal text$/, with_(utf8("633066666565"))],
    ["auth-secret-text", /behind 0x/, with_(utf8("0x633066666565"))],
    ["auth-secret-text", /in UTF-16/, with_(utf8([..."c0ffee"].map(c => `${c}\0`).join("")))],
  ] as const)("%s: %s", (id, says, value) => {
    expect(mistake(value)).toMatchObject({ id, instead: expect.stringMatching(says), rfc: "RFC 7296 §2.15" })
    expect(mistake(value, [utf8("0ther")])).toBeUndefined()
    expect(mistake(value, [SECRET], oneBitOff(OCTETS))).toBeUndefined()
  })
  it.each([
    ["without the white space", utf8("c0ffee \n"), utf8("c0ffee")],
    ["without the quotes", utf8('"c0ffee"'), utf8("c0ffee")],
    ["read as Base64", utf8("0sY29mZmVl"), utf8("coffee")],
    ["in Latin-1", utf8("café"), Uint8Array.of(0x63, 0x61, 0x66, 0xe9)],
  ] as const)("%s", (says, given, used) => {
    expect(mistake(with_(used), [given])?.instead).toContain(says)
  })
  it("needs a secret, and one that has a form other than its own", () => {
    expect(mistake(with_(SECRET), [])).toBeUndefined()
  })
})

describe("a signature", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 })
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const oid = (hex: string, ...parameters: Uint8Array[]) =>
    der(0x30, der(6, Uint8Array.from(Buffer.from(hex, "hex"))), ...parameters)
  const RSA_SHA256 = oid("2a864886f70d01010b", der(5))
  const ECDSA_SHA256 = oid("2a8648ce3d040302")
  const RSA_KEY = oid("2a864886f70d010101", der(5))
  const digital = (identifier: Uint8Array, value: Uint8Array) =>
    authenticationOf(14, concat(Uint8Array.of(identifier.length), identifier, value))
  const pkcs1 = (hash: string) => new Uint8Array(sign(hash, OCTETS, rsa.privateKey))
  const pss = new Uint8Array(
    sign("sha256", OCTETS, { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  )
  const derEcdsa = new Uint8Array(sign("sha256", OCTETS, ec.privateKey))
  const raw = ecdsaRaw(ec.privateKey, "P-256", nodeProvider.hash["sha2-256"]!(OCTETS))
  const [rsaKey, ecKey] = [spkiOf(rsa.publicKey), spkiOf(ec.publicKey)]
  const found = (value: ReturnType<typeof digital>, key: Uint8Array, octets = OCTETS) =>
    mistakenSignature(nodeProvider, [key], octets, value)

  it.each([
    ["another hash", digital(RSA_SHA256, pkcs1("sha512")), rsaKey, /^as RSASSA-PKCS1-v1_5 with SHA2-512$/],
    ["PSS for PKCS#1", digital(RSA_SHA256, pss), rsaKey, /^as RSASSA-PSS with SHA2-256 and a salt of 32 octets$/],
    ["PSS under the old method", { method: 1, data: pss }, rsaKey, /^as RSASSA-PSS with SHA2-256/],
    [
      "the key's identifier",
      digital(RSA_KEY, pkcs1("sha256")),
      rsaKey,
      /with SHA2-256, which the identifier .* does not say$/,
    ],
    ["no identifier", authenticationOf(14, pkcs1("sha256")), rsaKey, /without an AlgorithmIdentifier in front$/],
    ["r and s without DER", digital(ECDSA_SHA256, raw), ecKey, /^as r and s without DER, with SHA2-256$/],
    ["DER of the old method", { method: 9, data: derEcdsa }, ecKey, /^as a DER sequence of r and s with SHA2-256$/],
  ] as const)("%s", (_, value, key, says) => {
    expect(found(value, key)?.instead).toMatch(says)
    expect(found(value, key, oneBitOff(OCTETS))).toBeUndefined()
    expect(found(value, key === ecKey ? rsaKey : ecKey)).toBeUndefined()
  })
  it("says a scheme, or none", () => {
    expect(saysNoScheme(digital(RSA_SHA256, pss))).toBe(false)
    expect(saysNoScheme(digital(RSA_KEY, pss))).toBe(true)
    expect(saysNoScheme({ method: 1, data: pss })).toBe(false)
  })
})
