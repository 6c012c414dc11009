/** SM2 signatures with SM3 and the identity that certificates use. GB/T 32918.2 §5.5 and §7, GM/T 0009 §10. */
import { weierstrass } from "@noble/curves/abstract/weierstrass.js"
import { concat, utf8 } from "../bytes/bytes.ts"
import { hexBytes } from "../bytes/hex.ts"
import { readStrictIntegers } from "./der-integers.ts"
import { toBytes, toNumber } from "./numbers.ts"
import type { Hash } from "./provider.ts"

/** GB/T 32918.5 §2. */
const p = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn
const a = 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn
const b = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n
const n = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n
const Gx = 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n
const Gy = 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n
const BYTES = 32
/** id-ecPublicKey with the curve sm2p256v1, and the BIT STRING of an uncompressed point. */
const SPKI_HEAD = hexBytes("3059301306072a8648ce3d020106082a811ccf5501822d034200")
/** The identity of GM/T 0009, with its length in bits in front. */
const IDENTITY = concat(Uint8Array.of(0, 128), utf8("1234567812345678"))

/** Whether the signature (SEQUENCE of r and s) holds. Undefined for a key that is none of SM2. */
export function sm2Holds(sm3: Hash, spki: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean | undefined {
  if (!SPKI_HEAD.every((octet, i) => spki[i] === octet) || spki.length !== SPKI_HEAD.length + 1 + 2 * BYTES)
    return undefined
  const key = spki.subarray(SPKI_HEAD.length + 1)
  const [x, y] = [toNumber(key.subarray(0, BYTES)), toNumber(key.subarray(BYTES))]
  if (spki[SPKI_HEAD.length] !== 4 || x >= p || y >= p || (y * y - (x * x * x + a * x + b)) % p !== 0n) return false
  const numbers = readStrictIntegers(signature, 2)
  if (!numbers) return false
  const [r, s] = numbers
  const t = (r + s) % n
  if (r < 1n || r >= n || s < 1n || s >= n || t === 0n) return false
  const z = sm3(concat(IDENTITY, ...[a, b, Gx, Gy].map(v => toBytes(v, BYTES)), key))
  const e = toNumber(sm3(concat(z, message)))
  const Point = weierstrass({ p, n, h: 1n, a, b, Gx, Gy })
  const sum = Point.BASE.multiplyUnsafe(s).add(Point.fromAffine({ x, y }).multiplyUnsafe(t))
  return !sum.is0() && (e + sum.toAffine().x) % n === r
}
