/** Keys and certificates for played negotiations: made afresh, certificates with as little as X.509 allows. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto"
import { p256, p384, p521 } from "@noble/curves/nist.js"
import { concat, utf8 } from "../../src/bytes/bytes.ts"
import { natural } from "../../src/crypto/der-integers.ts"
import { modPow, toBytes, toNumber } from "../../src/crypto/numbers.ts"
import { parseDer } from "../../src/pki/der.ts"

/** A DER element. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = concat(...parts)
  const n = body.length
  const length = n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >>> 8, n & 255]
  return concat(Uint8Array.of(tag, ...length), body)
}
const oid = (...arcs: number[]): Uint8Array => der(6, Uint8Array.from(arcs))
const COMMON_NAME = oid(0x55, 4, 3)
const SUBJECT_ALT_NAME = oid(0x55, 0x1d, 0x11)
const ECDSA_SHA256 = der(0x30, oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2))

/** A DSA key pair of 1024 bits, whose parameters take seconds to find. Of these tests alone. */
const DSA_PRIVATE = createPrivateKey({
  key: Buffer.from(
    "MIIBSwIBADCCASwGByqGSM44BAEwggEfAoGBANx3Zi3ndHs2hPxyEkIu8Xg4UxutJ/DMFKRW8Nxg/Lk0GMwEog5rUPl/PuIsgz81a1snyfEbemHIi3LbzAZFxvKjECBLgpWHx/vTqAP/ZibHf9pnN2/EPoh7GSAOmc1DuZpWrCv8fGeQ2vro+jcEZ2yRtW7+UU+lWO1LdOIuupbTAhUAi+f/FfdCO/kHBhhwjLwl+MOjJs8CgYEAntbTZq4aQsG2d72m+AW0HHMYlj3/Zgqoyd11Qs+2TzszvlfIkP/bQBzI0uGiUvcEm2YfAVeeT0hJtGas8MJHNYxnhUXmQna2KrhY7CmYhIGnnMbisfOdl46T5jaSwNCO0YJa5+8qwiS4SF4DwBAdKYJZn+lcjxX+0V9bW/nMmV4EFgIUGxzIR/dQkrtnGS6K+QxpqJq3dBM=",
    "base64",
  ),
  format: "der",
  type: "pkcs8",
})
export const DSA = { privateKey: DSA_PRIVATE, publicKey: createPublicKey(DSA_PRIVATE) }

/** SubjectPublicKeyInfo in DER. */
export const spkiOf = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ type: "spki", format: "der" }))

/** A certificate over a key for a DNS name; its own signature is noise, which nobody checks who only wants the key. */
export function certificateOf(key: KeyObject, name: string): Uint8Array {
  const dn = der(0x30, der(0x31, der(0x30, COMMON_NAME, der(0x0c, utf8(name)))))
  const time = (text: string) => der(0x17, utf8(text))
  const names = der(0x30, der(0x82, utf8(name)))
  const extensions = der(0xa3, der(0x30, der(0x30, SUBJECT_ALT_NAME, der(0x04, names))))
  const tbs = der(
    0x30,
    der(0xa0, der(2, Uint8Array.of(2))),
    der(2, Uint8Array.of(1)),
    ECDSA_SHA256,
    dn,
    der(0x30, time("200101000000Z"), time("490101000000Z")),
    dn,
    spkiOf(key),
    extensions,
  )
  return der(0x30, tbs, ECDSA_SHA256, der(3, new Uint8Array(9)))
}

/** The certificate as PEM text. */
export const pemOf = (certificate: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(certificate).toString("base64")}\n-----END CERTIFICATE-----\n`

const CURVES = { "P-256": p256, "P-384": p384, "P-521": p521 }
export type CurveName = keyof typeof CURVES

/** r|s of an ECDSA signature over a digest (RFC 4754 §7). */
export function ecdsaRaw(key: KeyObject, curve: CurveName, digest: Uint8Array): Uint8Array {
  const d = new Uint8Array(Buffer.from(String(key.export({ format: "jwk" }).d), "base64url"))
  return CURVES[curve].sign(digest, d, { prehash: false, lowS: false })
}

/** r|s of a DSS signature over a digest of 20 bytes (FIPS 186-4 §4.6). */
export function dssRaw(key: KeyObject, digest: Uint8Array): Uint8Array {
  const pkcs8 = new Uint8Array(key.export({ type: "pkcs8", format: "der" }))
  const [, algorithm, privateKey] = parseDer(pkcs8).items
  const [p, q, g] = algorithm.at(1).items.map(natural)
  const x = natural(parseDer(privateKey.octets))
  const k = (toNumber(new Uint8Array(createHash("sha256").update(digest).digest())) % (q - 1n)) + 1n
  const r = modPow(g, k, p) % q
  const s = (modPow(k, q - 2n, q) * (toNumber(digest) + x * r)) % q
  return concat(toBytes(r, 20), toBytes(s, 20))
}
