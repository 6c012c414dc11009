/** Signature verification by node:crypto, as tests of chains need it. */
import { constants, createPublicKey, verify } from "node:crypto"
import type { VerifySignature } from "../../src/pki/chain.ts"

const DIGEST: Record<string, string> = {
  SHA1: "sha1",
  "SHA2-256": "sha256",
  "SHA2-384": "sha384",
  "SHA2-512": "sha512",
}

export const verifySignature: VerifySignature = (algorithm, key, signed, signature) => {
  if (algorithm.scheme === undefined) return undefined
  const publicKey = createPublicKey({ key: Buffer.from(key.spki), format: "der", type: "spki" })
  const digest = DIGEST[algorithm.hash ?? ""] ?? null
  const padding = algorithm.pss
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.pss.saltBytes }
    : undefined
  try {
    return verify(digest, signed, { key: publicKey, ...padding }, signature)
  } catch {
    return false
  }
}
