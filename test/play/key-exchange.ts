/** Both sides of a key exchange, with private values that tests put into keys files. */
import { ml_kem512, ml_kem768, ml_kem1024 } from "@noble/post-quantum/ml-kem.js"
import { keOf } from "../../src/crypto/ke-table.ts"
import type { CryptoProvider } from "../../src/crypto/provider.ts"

export interface Played {
  readonly group: number
  /** Private values; of ML-KEM the responder has none that a keys file could hold. */
  readonly privateI: Uint8Array
  readonly privateR: Uint8Array | undefined
  readonly publicI: Uint8Array
  readonly publicR: Uint8Array
  readonly shared: Uint8Array
}

const ML_KEM = { "ml-kem-512": ml_kem512, "ml-kem-768": ml_kem768, "ml-kem-1024": ml_kem1024 }
/** Bytes of a private value, for groups whose private values have one length. */
const PRIVATE_BYTES: Readonly<Record<string, number>> = {
  "ecp-192": 24,
  "ecp-224": 28,
  "ecp-256": 32,
  "ecp-384": 48,
  "ecp-521": 66,
  "brainpool-p224r1": 28,
  "brainpool-p256r1": 32,
  "brainpool-p384r1": 48,
  "brainpool-p512r1": 64,
  x25519: 32,
  x448: 56,
}

/** Plays the method; `random` gives fresh bytes. */
export function playKe(group: number, provider: CryptoProvider, random: (length: number) => Uint8Array): Played {
  const id = keOf(group)?.ke
  const method = id && provider.ke[id]
  if (!id || !method) throw new Error(`no key exchange method ${group}`)
  if (id in ML_KEM) {
    const kem = ML_KEM[id as keyof typeof ML_KEM]
    const seed = random(64)
    const publicI = kem.keygen(seed).publicKey
    const { cipherText, sharedSecret } = kem.encapsulate(publicI, random(32))
    return { group, privateI: seed, privateR: undefined, publicI, publicR: cipherText, shared: sharedSecret }
  }
  const length = PRIVATE_BYTES[id] ?? 20
  const secret = (): Uint8Array => {
    const value = random(length)
    // Below every curve's order.
    if (/^(ecp|brainpool)/.test(id)) value[0] = 0
    return value
  }
  const privateI = secret()
  const privateR = secret()
  const publicI = method.publicValue(privateI)
  const publicR = method.publicValue(privateR)
  const shared = method.shared(privateI, publicR)
  if (!shared) throw new Error("a public value of our own is invalid")
  return { group, privateI, privateR, publicI, publicR, shared }
}
