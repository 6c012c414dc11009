/** Nonces of IKEv1's public-key encryption, decrypted with the private keys that were given. RFC 2409 §5.2, §5.3. */
import type { CryptoProvider } from "../crypto/provider.ts"
import type { PerSide, Side } from "../track/peer.ts"
import type { Body, V1State } from "../track/v1-state.ts"
import type { Pool } from "./pool.ts"

/** Both nonces in clear, as far as a private key opens them: Ni is encrypted to the responder's key, Nr to the initiator's. */
export function decryptedNonces(state: V1State, pool: Pool, provider: CryptoProvider): PerSide<Body | null> {
  const open = (side: Side): Body | null => {
    const body = state.nonce[side]
    if (!body || !provider.rsaDecrypt) return null
    for (const key of pool.secrets.privateKeys) {
      const bytes = provider.rsaDecrypt(key.pem, body.bytes)
      if (bytes && bytes.length >= 8 && bytes.length <= 256) return { bytes, frame: body.frame }
    }
    return null
  }
  return { initiator: open("initiator"), responder: open("responder") }
}
