/** Lengths that a key exchange method fixes. */
import type { KeId } from "./provider.ts"

/**
 * Lengths of methods that are not computed here: bytes of a public value, and for a KEM of the ciphertext that answers it.
 * draft-ietf-ipsecme-hybrid-kem-ikev2-frodo, RFC 9385 §4.3, OpenIKED's sntrup761x25519 (both parts behind one another). FrodoKEM's ciphertext has a
 * salt (draft-longa-cfrg-frodokem) that the ephemeral eFrodoKEM leaves out.
 */
export const NAMED_BYTES: Readonly<Record<string, readonly number[]>> = {
  "FRODOKEM-640-AES": [9616, 9720, 9752],
  "FRODOKEM-976-AES": [15632, 15744, 15792],
  "FRODOKEM-1344-AES": [21520, 21632, 21696],
  "SNTRUP761-X25519": [1190, 1071],
  "GOST3410-2012-256": [64],
  "GOST3410-2012-512": [128],
}

/**
 * Length of the shared secret in bytes: for MODP that of the prime (RFC 7296 §2.14), for curves that of a coordinate
 * (RFC 5903 §7, RFC 6954), for ML-KEM 32 (FIPS 203). Undefined for a method that ikedump does not know.
 */
export function sharedBytes(method: KeId | undefined): number | undefined {
  if (method === undefined) return undefined
  if (method === "x25519" || method.startsWith("ml-kem")) return 32
  if (method === "x448") return 56
  const bits = Number(/^(?:modp|ecp)-(\d+)|^brainpool-p(\d+)/.exec(method)?.slice(1).find(Boolean))
  return Number.isNaN(bits) ? undefined : Math.ceil(bits / 8)
}
