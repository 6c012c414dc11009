/** ML-KEM: the side that generated the key pair decapsulates. FIPS 203, RFC 9370, draft-ietf-ipsecme-ikev2-mlkem. */
import { ml_kem512, ml_kem768, ml_kem1024 } from "@noble/post-quantum/ml-kem.js"
import { ML_KEM, type MlKemId, mlKemFault } from "./ke-faults.ts"
import type { KeyExchangeMethod } from "./provider.ts"

const SCHEMES = { "ml-kem-512": ml_kem512, "ml-kem-768": ml_kem768, "ml-kem-1024": ml_kem1024 }
const SEED_BYTES = 64

function mlKem(id: MlKemId): KeyExchangeMethod {
  const { k, encapsulationKey, ciphertext, decapsulationKey } = ML_KEM[id]
  /** The decapsulation key itself, or of the seed d | z. */
  const expanded = (secret: Uint8Array): Uint8Array => {
    if (secret.length === SEED_BYTES) return SCHEMES[id].keygen(secret).secretKey
    if (secret.length === decapsulationKey) return secret
    throw new RangeError(`no private value of ${id}`)
  }
  return {
    // FIPS 203 §7.1: the encapsulation key stands in the decapsulation key behind its first part.
    publicValue: secret => new Uint8Array(expanded(secret).subarray(384 * k, 384 * k + encapsulationKey)),
    shared(secret, peer) {
      const key = expanded(secret)
      if (peer.length !== ciphertext) return undefined
      try {
        return SCHEMES[id].decapsulate(peer, key)
      } catch {
        return undefined // the decapsulation key's own hash check failed (FIPS 203 §7.3)
      }
    },
    fault: publicValue => mlKemFault(id, publicValue),
  }
}

export const mlKemMethods = {
  "ml-kem-512": mlKem("ml-kem-512"),
  "ml-kem-768": mlKem("ml-kem-768"),
  "ml-kem-1024": mlKem("ml-kem-1024"),
}
