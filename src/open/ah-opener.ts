/** Verifies AH packets: HMAC, XCBC and CMAC, and AES-GMAC with its IV in front of the tag. RFC 4302, RFC 4543. */

import { present } from "../bytes/typed.ts"
import type { Aead, SymmetricProvider } from "../crypto/provider.ts"
import { AhCovered } from "../ipsec/ah-covered.ts"
import type { EspKeys } from "../keys/data-sa-keys.ts"
import { sameBytes } from "./esp-suite.ts"

/** Fixed part of the AH header, bytes; the Integrity Check Value follows. RFC 4302 §2. */
export const AH_FIXED_BYTES = 12

export interface AhOpener {
  /**
   * Whether the ICV holds of the packet whose IP header stands at `ip`, whose AH header at `ah`, and which ends at `end`
   * (absolute in `bytes`). An ICV whose algorithm is not known (`ANY-96`) counts as holding.
   */
  verify(bytes: Uint8Array, ip: number, ah: number, end: number, seqHi: number): boolean
}

/** Why AH packets under these keys cannot be verified, or undefined when they can. Quotes no key. */
export function ahUnsupported(keys: EspKeys, provider: SymmetricProvider): string | undefined {
  const { integ } = keys
  if (!integ || integ.icvBytes === 0) return "AH needs an integrity algorithm"
  if (!integ.mac && !integ.gmac) return undefined
  if ((integ.gmac || !integ.mac?.startsWith("hmac-")) && keys.integKey.length !== integ.keyBytes)
    return `${integ.name} needs a key of ${integ.keyBytes} bytes, not ${keys.integKey.length}`
  const offered = integ.gmac ? provider.aead["aes-gcm"] : integ.mac && provider.mac[integ.mac]
  return offered ? undefined : `${integ.name} is not offered by ${provider.name}`
}

/** Undefined when the keys have the wrong length or the provider lacks the algorithm (`ahUnsupported` says which). */
export function createAhOpener(keys: EspKeys, provider: SymmetricProvider): AhOpener | undefined {
  const { integ } = keys
  if (!integ || ahUnsupported(keys, provider)) return undefined
  if (integ.gmac) return gmacAh(keys, integ.icvBytes, present(provider.aead["aes-gcm"]))
  if (!integ.mac) return { verify: (_bytes, _ip, ah, end) => end - ah >= AH_FIXED_BYTES + integ.icvBytes }
  const mac = present(provider.mac[integ.mac])(keys.integKey)
  const covered = new AhCovered(integ.icvBytes)
  return {
    verify(bytes, ip, ah, end, seqHi) {
      const length = covered.build(bytes, ip, ah, end, keys.esn ? seqHi : undefined)
      return (
        length > 0 && sameBytes(mac(covered.bytes.subarray(0, length)), 0, bytes, ah + AH_FIXED_BYTES, integ.icvBytes)
      )
    },
  }
}

const GMAC_IV_BYTES = 8
const NOTHING = new Uint8Array(0)

/** The Integrity Check Value field is IV and tag, both zero in what is covered. RFC 4543 §4. */
function gmacAh(keys: EspKeys, icvBytes: number, aead: Aead): AhOpener {
  const key = keys.integKey.subarray(0, keys.integKey.length - 4)
  const nonce = new Uint8Array(4 + GMAC_IV_BYTES)
  nonce.set(keys.integKey.subarray(keys.integKey.length - 4))
  const field = GMAC_IV_BYTES + icvBytes
  const covered = new AhCovered(field)
  return {
    verify(bytes, ip, ah, end, seqHi) {
      const length = covered.build(bytes, ip, ah, end, keys.esn ? seqHi : undefined)
      if (length === 0) return false
      const ivAt = ah + AH_FIXED_BYTES
      nonce.set(bytes.subarray(ivAt, ivAt + GMAC_IV_BYTES), 4)
      const tag = bytes.subarray(ivAt + GMAC_IV_BYTES, ivAt + field)
      return aead.open(key, nonce, covered.bytes.subarray(0, length), NOTHING, tag) !== undefined
    },
  }
}
