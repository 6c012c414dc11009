/** Signatures and RSA decryption through node:crypto, as far as it takes what IKE has. */

import { constants, createPrivateKey, createPublicKey, privateDecrypt, verify } from "node:crypto"
import { keyFault } from "../crypto/key-faults.ts"
import type { SignatureVerify } from "../crypto/provider.ts"
import { readPublicKey } from "../crypto/public-key.ts"
import { unpadType2 } from "../crypto/rsa-decrypt.ts"
import { dsaVerify } from "../crypto/verify-dsa.ts"
import { pqcVerify } from "../crypto/verify-pqc.ts"
import { rsaVerify } from "../crypto/verify-rsa.ts"
import { sm2Holds } from "../crypto/verify-sm2.ts"
import { nodeSymmetric } from "./symmetric.ts"

/**
 * RSA stays with BigInt (node:crypto has no bare type 1 block, and no MGF1 hash of its own), and so do DSA and ECDSA, for node:crypto
 * takes no digest that is already made.
 */
export const nodeVerify: SignatureVerify = {
  ...rsaVerify,
  ...dsaVerify,
  pqc: pqcVerify,
  sm2: (spki, message, signature) =>
    nodeSymmetric.hash.sm3 && sm2Holds(nodeSymmetric.hash.sm3, spki, message, signature),
  eddsa(spki, message, signature) {
    const key = readPublicKey(spki)
    if (key?.type !== "ed25519" && key?.type !== "ed448") return undefined
    if (keyFault(key)) return false
    try {
      const publicKey = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" })
      return verify(null, message, publicKey, signature)
    } catch {
      return false
    }
  },
}

/**
 * PKCS#1 v1.5 decryption of any PEM private key that OpenSSL reads. Padding is taken off here: OpenSSL answers bad padding with noise
 * (implicit rejection), which looks like a message.
 */
export function nodeRsaDecrypt(privateKeyPem: string, ciphertext: Uint8Array): Uint8Array | undefined {
  try {
    const key = createPrivateKey(privateKeyPem)
    return unpadType2(new Uint8Array(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, ciphertext)))
  } catch {
    return undefined
  }
}
