/** Public keys under which anybody can make signatures: they prove nothing, whatever verifies. */

import { ed448 } from "@noble/curves/ed448.js"
import { ed25519 } from "@noble/curves/ed25519.js"
import { modPow } from "./numbers.ts"
import type { PublicKey } from "./public-key.ts"

/** Why a signature under the key proves nothing; undefined for an honest key. Both providers ask this before they verify. */
export function keyFault(key: PublicKey): string | undefined {
  switch (key.type) {
    case "rsa":
      return rsaFault(key)
    case "dsa":
      return dsaFault(key)
    case "ed25519":
    case "ed448":
      return edwardsFault(key)
    default:
      // An EC point is held against its curve where it is used; the point at infinity has no uncompressed form.
      return undefined
  }
}

/** With an exponent of 1 a signature is the message; an even one has no inverse. RFC 8017 §3.1. */
function rsaFault({ n, e }: Extract<PublicKey, { type: "rsa" }>): string | undefined {
  if (e < 3n || e % 2n === 0n) return `RSA with the public exponent ${e}`
  return n % 2n === 0n ? "RSA with an even modulus" : undefined
}

/** With g or y of 0, 1 or -1, or outside the subgroup, r is known beforehand. FIPS 186-4 §4.3, SP 800-89 §5.3.1. */
function dsaFault({ p, q, g, y }: Extract<PublicKey, { type: "dsa" }>): string | undefined {
  for (const [name, value] of [
    ["generator", g],
    ["public value", y],
  ] as const) {
    if (value < 2n || value > p - 2n) return `DSA with a trivial ${name}`
    if (modPow(value, q, p) !== 1n) return `DSA with a ${name} outside the subgroup`
  }
  return undefined
}

/** Under a point of small order a signature over one message is a signature over many; under the identity over all. RFC 8032 §5.1.7. */
function edwardsFault({ type, key }: Extract<PublicKey, { type: "ed25519" | "ed448" }>): string | undefined {
  try {
    const point = (type === "ed25519" ? ed25519 : ed448).Point.fromBytes(key)
    return point.isSmallOrder() ? `${type} with a public key of small order` : undefined
  } catch {
    return `${type} with a public key that is no point`
  }
}
