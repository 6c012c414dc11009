/** Signature checks of the default provider. */

import { ed448 } from "@noble/curves/ed448.js"
import { ed25519 } from "@noble/curves/ed25519.js"
import { keyFault } from "./key-faults.ts"
import type { SignatureVerify } from "./provider.ts"
import { readPublicKey } from "./public-key.ts"
import { dsaVerify } from "./verify-dsa.ts"
import { pqcVerify } from "./verify-pqc.ts"
import { rsaVerify } from "./verify-rsa.ts"

export const verify: SignatureVerify = {
  ...rsaVerify,
  ...dsaVerify,
  pqc: pqcVerify,
  eddsa(spki, message, signature) {
    const key = readPublicKey(spki)
    if (key?.type !== "ed25519" && key?.type !== "ed448") return undefined
    if (keyFault(key)) return false
    try {
      const curve = key.type === "ed25519" ? ed25519 : ed448
      return curve.verify(signature, message, key.key, { zip215: false })
    } catch {
      return false // a signature of the wrong length, or no point
    }
  },
}
