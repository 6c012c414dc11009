/** DSA with BigInt, ECDSA on noble's points, both over a digest that is already made. FIPS 186-4 §4.7, §6.4. */

import { concat } from "../bytes/bytes.ts"
import { CURVES } from "./curves.ts"
import { readStrictIntegers } from "./der-integers.ts"
import { pointsOf } from "./ke-ecp.ts"
import { ecpFault } from "./ke-faults.ts"
import { keyFault } from "./key-faults.ts"
import { modInverse, modPow, toNumber } from "./numbers.ts"
import type { SignatureVerify } from "./provider.ts"
import { type PublicKey, readPublicKey } from "./public-key.ts"

export const dsaVerify: Pick<SignatureVerify, "ecdsa" | "dsa"> = {
  ecdsa(spki, digest, signature, form) {
    const key = readPublicKey(spki)
    return key?.type === "ec" ? ecdsaHolds(key, digest, signature, form) : undefined
  },
  dsa(spki, digest, signature) {
    const key = readPublicKey(spki)
    return key?.type === "dsa" ? keyFault(key) === undefined && dsaHolds(key, digest, signature) : undefined
  },
}

/** Both halves of a signature. `raw` is r | s in equal parts. */
function halves(signature: Uint8Array, form: "raw" | "der", partBytes: number): readonly bigint[] | undefined {
  if (form === "der") return readStrictIntegers(signature, 2)
  if (signature.length !== 2 * partBytes) return undefined
  return [toNumber(signature.subarray(0, partBytes)), toNumber(signature.subarray(partBytes))]
}

/** The leftmost bits of a digest, as many as the order has. FIPS 186-4 §6.4. */
function truncated(digest: Uint8Array, order: bigint): bigint {
  const excess = 8 * digest.length - order.toString(2).length
  return excess > 0 ? toNumber(digest) >> BigInt(excess) : toNumber(digest)
}

function ecdsaHolds(
  key: Extract<PublicKey, { type: "ec" }>,
  digest: Uint8Array,
  signature: Uint8Array,
  form: "raw" | "der",
): boolean {
  const { n, bytes } = CURVES[key.curve]
  const [r, s] = halves(signature, form, bytes) ?? []
  if (r === undefined || r < 1n || r >= n || s < 1n || s >= n) return false
  if (ecpFault(key.curve, concat(key.x, key.y)) !== undefined) return false
  const points = pointsOf(key.curve)
  const q = points.fromAffine({ x: toNumber(key.x), y: toNumber(key.y) })
  const w = modInverse(s, n)
  const sum = points.BASE.multiplyUnsafe((truncated(digest, n) * w) % n).add(q.multiplyUnsafe((r * w) % n))
  return !sum.is0() && sum.toAffine().x % n === r
}

/** FIPS 186-4 §4.7; IKEv1 sends r | s in equal parts (RFC 2409 §5.1 as all implement it), certificates' own form is DER. */
function dsaHolds(key: Extract<PublicKey, { type: "dsa" }>, digest: Uint8Array, signature: Uint8Array): boolean {
  const { p, q, g, y } = key
  const bytes = Math.ceil(q.toString(2).length / 8)
  const [r, s] = halves(signature, signature.length === 2 * bytes ? "raw" : "der", bytes) ?? []
  if (r === undefined || r < 1n || r >= q || s < 1n || s >= q) return false
  const w = modInverse(s, q)
  const v = (modPow(g, (truncated(digest, q) * w) % q, p) * modPow(y, (r * w) % q, p)) % p
  return v % q === r
}
