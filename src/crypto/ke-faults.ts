/** What can be wrong with a public value, found without computing a key exchange where possible; the same for every provider. */
import { CURVES, type CurveId } from "./curves.ts"
import { type ModpId, modpGroup } from "./modp-groups.ts"
import { modPow, toBytes, toNumber } from "./numbers.ts"

export const wrongLength = (have: number, ...need: number[]): string =>
  `${have} bytes long instead of ${need.join(" or ")}`

/** Length, range 2 to p-2, and for RFC 5114's groups the small subgroup. RFC 2631 §2.1.5, RFC 6989 §2.1, §2.2. */
export function modpFault(id: ModpId, publicValue: Uint8Array): string | undefined {
  const { bytes, p, q } = modpGroup(id)
  const missing = bytes - publicValue.length
  if (missing !== 0)
    return `${wrongLength(publicValue.length, bytes)}${missing > 0 && missing <= MOST_ZEROS ? ", as without its leading zeros" : ""}`
  if (!isWithin(publicValue, lastOf(id, p, bytes))) return "not between 2 and p-2"
  if (q !== undefined && modPow(toNumber(publicValue), q, p) !== 1n)
    return "not in the subgroup of order q (small subgroup)"
  return undefined
}

/** Leading zero octets that a value may well have. */
const MOST_ZEROS = 3

const lasts = new Map<ModpId, Uint8Array>()

/** p-1, the first value that is too large, as bytes. */
function lastOf(id: ModpId, p: bigint, bytes: number): Uint8Array {
  let last = lasts.get(id)
  if (!last) lasts.set(id, (last = toBytes(p - 1n, bytes)))
  return last
}

/** Whether 2 <= value < end, both big-endian and of one length; bytes decide it faster than big numbers. */
function isWithin(value: Uint8Array, end: Uint8Array): boolean {
  let at = 0
  while (at < value.length && value[at] === 0) at++
  if (at >= value.length - 1 && (value[value.length - 1] ?? 0) < 2) return false
  for (let i = 0; i < value.length; i++) if (value[i] !== end[i]) return value[i] < end[i]
  return false
}

/** Length, coordinates below p, and on the curve; the point at infinity has no coordinates to be sent. RFC 6989 §2.3, RFC 5903 §7. */
export function ecpFault(id: CurveId, publicValue: Uint8Array): string | undefined {
  const { bytes, p, a, b } = CURVES[id]
  if (publicValue.length !== 2 * bytes)
    return `${wrongLength(publicValue.length, 2 * bytes)}${pointForm(publicValue, bytes)}`
  const x = toNumber(publicValue.subarray(0, bytes))
  const y = toNumber(publicValue.subarray(bytes))
  if (x >= p || y >= p) return "a coordinate is not below p"
  return (y * y - (x * x * x + a * x + b)) % p === 0n ? undefined : "not on the curve"
}

/** What a point of another length is, where its octets say it: x alone, or a form of SEC 1 §2.3.3 with its first octet. */
function pointForm(value: Uint8Array, bytes: number): string {
  if (value.length === bytes) return ", as x alone"
  if (value.length === 2 * bytes + 1 && value[0] === 4) return ", as x and y with the octet 04 in front"
  if (value.length === bytes + 1 && (value[0] | 1) === 3) return ", as a compressed point"
  return value.length < 2 * bytes && value.length >= 2 * bytes - MOST_ZEROS ? ", as without its leading zeros" : ""
}

/** Bytes of a value of Curve25519 and Curve448. RFC 8031 §3.1. */
export const MONTGOMERY_BYTES = { x25519: 32, x448: 56 } as const

const P25519 = 2n ** 255n - 19n
const P448 = 2n ** 448n - 2n ** 224n - 1n

/**
 * The u-coordinates of the points of small order on each curve and its twist, with those that are not below p: no secret gives
 * anything but zero with them. Known by name because trying a secret costs a key exchange for every message.
 */
const SMALL_ORDER = {
  x25519: [
    0n,
    1n,
    325606250916557431795983626356110631294008115727848805560023387167927233504n,
    39382357235489614581723060781553021112529911719440698176882885853963445705823n,
    P25519 - 1n,
    P25519,
    P25519 + 1n,
  ].map(u => toBytes(u, 32).reverse()),
  x448: [0n, 1n, P448 - 1n, P448, P448 + 1n].map(u => toBytes(u, 56).reverse()),
} as const

/** Length, and points of small order, with which every secret gives zero. RFC 7748 §5 (the masked bit), §6, RFC 8031 §3.2. */
export function montgomeryFault(id: "x25519" | "x448", publicValue: Uint8Array): string | undefined {
  const bytes = MONTGOMERY_BYTES[id]
  if (publicValue.length !== bytes) return wrongLength(publicValue.length, bytes)
  const mask = id === "x25519" ? 0x7f : 0xff
  const same = (u: Uint8Array): boolean => {
    for (let i = 0; i < bytes - 1; i++) if (publicValue[i] !== u[i]) return false
    return (publicValue[bytes - 1] & mask) === u[bytes - 1]
  }
  return SMALL_ORDER[id].some(same) ? "of small order: the shared secret is zero" : undefined
}

/** Rank k, and bytes of encapsulation key, ciphertext and decapsulation key. FIPS 203 §8. */
export const ML_KEM = {
  "ml-kem-512": { k: 2, encapsulationKey: 800, ciphertext: 768, decapsulationKey: 1632 },
  "ml-kem-768": { k: 3, encapsulationKey: 1184, ciphertext: 1088, decapsulationKey: 2400 },
  "ml-kem-1024": { k: 4, encapsulationKey: 1568, ciphertext: 1568, decapsulationKey: 3168 },
} as const
export type MlKemId = keyof typeof ML_KEM

/**
 * Length of an encapsulation key or a ciphertext. For a key whose length tells it apart also the modulus check of FIPS 203 §7.2; in
 * ML-KEM-1024 both have one length, and a ciphertext may hold any bytes, so nothing more can be said there.
 */
export function mlKemFault(id: MlKemId, publicValue: Uint8Array): string | undefined {
  const { k, encapsulationKey, ciphertext } = ML_KEM[id]
  const { length } = publicValue
  if (length !== encapsulationKey && length !== ciphertext) return wrongLength(length, encapsulationKey, ciphertext)
  if (length === ciphertext) return undefined
  return modulusHolds(publicValue.subarray(0, 384 * k)) ? undefined : "a coefficient is not below q (FIPS 203 §7.2)"
}

/** All 12-bit coefficients below 3329. */
function modulusHolds(packed: Uint8Array): boolean {
  for (let i = 0; i < packed.length; i += 3) {
    if ((packed[i] | ((packed[i + 1] & 15) << 8)) >= 3329) return false
    if (((packed[i + 1] >>> 4) | (packed[i + 2] << 4)) >= 3329) return false
  }
  return true
}
