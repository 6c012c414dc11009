/** Lengths that a key exchange method fixes. */
import type { KeId } from "./provider.ts"

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
