/** RSA signatures with BigInt: fast enough for every provider, as public exponents are small. RFC 8017. */

import { md5, sha1 } from "@noble/hashes/legacy.js"
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js"
import { concat, equal, u32be } from "../bytes/bytes.ts"
import { hexBytes } from "../bytes/hex.ts"
import { keyFault } from "./key-faults.ts"
import { modPow, toBytes, toNumber } from "./numbers.ts"
import type { Hash, HashId, SignatureVerify } from "./provider.ts"
import { type PublicKey, readPublicKey } from "./public-key.ts"

type Rsa = Extract<PublicKey, { type: "rsa" }>

const HASHES: Readonly<Partial<Record<HashId, Hash>>> = {
  md5,
  sha1,
  "sha2-224": sha224,
  "sha2-256": sha256,
  "sha2-384": sha384,
  "sha2-512": sha512,
}
/** DigestInfo up to the digest. RFC 8017 §9.2 note 1. */
const DIGEST_INFO: Readonly<Partial<Record<HashId, string>>> = {
  md5: "3020300c06082a864886f70d020505000410",
  sha1: "3021300906052b0e03021a05000414",
  "sha2-224": "302d300d06096086480165030402040500041c",
  "sha2-256": "3031300d060960864801650304020105000420",
  "sha2-384": "3041300d060960864801650304020205000430",
  "sha2-512": "3051300d060960864801650304020305000440",
}

export const rsaVerify: Pick<SignatureVerify, "rsaPkcs1" | "rsaRaw" | "rsaPss"> = {
  rsaPkcs1(spki, hash, message, signature) {
    const digest = HASHES[hash]
    const info = DIGEST_INFO[hash]
    if (!digest || !info) return undefined
    const digestInfo = concat(hexBytes(info), digest(message))
    return withRsa(spki, key => pkcs1Holds(key, digestInfo, signature))
  },
  rsaRaw: (spki, value, signature) => withRsa(spki, key => pkcs1Holds(key, value, signature)),
  rsaPss(spki, pss, message, signature) {
    const hash = HASHES[pss.hash]
    const mgfHash = HASHES[pss.mgfHash]
    const hashes = hash && mgfHash && { hash, mgfHash, saltBytes: pss.saltBytes }
    return hashes && withRsa(spki, key => pssHolds(key, hash(message), hashes, signature))
  },
}

function withRsa(spki: Uint8Array, check: (key: Rsa) => boolean): boolean | undefined {
  const key = readPublicKey(spki)
  return key?.type === "rsa" ? keyFault(key) === undefined && check(key) : undefined
}

/** RSAVP1: the encoded message. Undefined when the signature is not a number below n of n's length. RFC 8017 §5.2.2. */
function recover({ n, e, bytes }: Rsa, signature: Uint8Array): Uint8Array | undefined {
  const s = toNumber(signature)
  return signature.length === bytes && s < n ? toBytes(modPow(s, e, n), bytes) : undefined
}

/** 00 01 FF…FF 00 and the content, compared as a whole. RFC 8017 §8.2.2. */
function pkcs1Holds(key: Rsa, content: Uint8Array, signature: Uint8Array): boolean {
  const filler = key.bytes - content.length - 3
  const block = recover(key, signature)
  if (!block || filler < 8) return false
  return equal(block, concat(Uint8Array.of(0, 1), new Uint8Array(filler).fill(0xff), Uint8Array.of(0), content))
}

/** EMSA-PSS-VERIFY. RFC 8017 §9.1.2. */
function pssHolds(
  key: Rsa,
  digest: Uint8Array,
  { hash, mgfHash, saltBytes }: { readonly hash: Hash; readonly mgfHash: Hash; readonly saltBytes: number },
  signature: Uint8Array,
): boolean {
  const recovered = recover(key, signature)
  const emBits = key.n.toString(2).length - 1
  const emBytes = Math.ceil(emBits / 8)
  if (!recovered || saltBytes < 0 || emBytes < digest.length + saltBytes + 2) return false
  if (recovered.length > emBytes && recovered[0] !== 0) return false
  const em = recovered.subarray(recovered.length - emBytes)
  const dbBytes = emBytes - digest.length - 1
  const spare = 0xff >>> (8 * emBytes - emBits)
  if (em[emBytes - 1] !== 0xbc || em[0] & ~spare) return false
  const h = em.subarray(dbBytes, dbBytes + digest.length)
  const mask = mgf1(mgfHash, h, dbBytes)
  const db = em.slice(0, dbBytes).map((byte, i) => byte ^ mask[i])
  db[0] &= spare
  const zeros = dbBytes - saltBytes - 1
  if (db.subarray(0, zeros).some(byte => byte !== 0) || db[zeros] !== 1) return false
  return equal(h, hash(concat(new Uint8Array(8), digest, db.subarray(zeros + 1))))
}

function mgf1(hash: Hash, seed: Uint8Array, length: number): Uint8Array {
  const parts: Uint8Array[] = []
  for (let n = 0, have = 0; have < length; n++) {
    const part = hash(concat(seed, u32be(n)))
    parts.push(part)
    have += part.length
  }
  return concat(...parts).subarray(0, length)
}
