/** Curve25519 and Curve448. RFC 7748, RFC 8031. */

import { x448 } from "@noble/curves/ed448.js"
import { x25519 } from "@noble/curves/ed25519.js"
import { MONTGOMERY_BYTES, montgomeryFault } from "./ke-faults.ts"
import type { KeyExchangeMethod } from "./provider.ts"

function montgomery(id: "x25519" | "x448"): KeyExchangeMethod {
  const curve = id === "x25519" ? x25519 : x448
  const multiply = (secret: Uint8Array, point: Uint8Array): Uint8Array | undefined => {
    try {
      return curve.getSharedSecret(secret, point)
    } catch {
      return undefined // noble refuses a result of zero
    }
  }
  return {
    publicValue: secret => curve.getPublicKey(sized(id, secret)),
    shared: (secret, peer) => (peer.length === MONTGOMERY_BYTES[id] ? multiply(sized(id, secret), peer) : undefined),
    fault: publicValue => montgomeryFault(id, publicValue),
  }
}

/** The private value if it has the curve's length. Throws RangeError otherwise. */
function sized(id: "x25519" | "x448", secret: Uint8Array): Uint8Array {
  if (secret.length !== MONTGOMERY_BYTES[id]) throw new RangeError(`no private value of ${id}`)
  return secret
}

export const montgomeryMethods = { x25519: montgomery("x25519"), x448: montgomery("x448") }
