/** MODP Diffie-Hellman with BigInt. RFC 2409 §6, RFC 3526, RFC 5114. */
import { recordOf } from "../bytes/typed.ts"
import { modpFault } from "./ke-faults.ts"
import { MODP_IDS, type ModpId, modpGroup } from "./modp-groups.ts"
import { modPow, privateNumber, toBytes, toNumber } from "./numbers.ts"
import type { KeyExchangeMethod } from "./provider.ts"

/** The private value as a number. Throws RangeError unless it lies between 1 and p-1 and is no longer than p, leading zero bytes apart. */
export function modpSecret(id: ModpId, secret: Uint8Array): bigint {
  const { bytes, p } = modpGroup(id)
  const x = privateNumber(secret, bytes)
  if (x === undefined || x < 1n || x >= p) throw new RangeError(`no private value of ${id}`)
  return x
}

function modp(id: ModpId): KeyExchangeMethod {
  return {
    publicValue(secret) {
      const { g, p, bytes } = modpGroup(id)
      return toBytes(modPow(g, modpSecret(id, secret), p), bytes)
    },
    shared(secret, peer) {
      if (modpFault(id, peer) !== undefined) return undefined
      const { p, bytes } = modpGroup(id)
      return toBytes(modPow(toNumber(peer), modpSecret(id, secret), p), bytes)
    },
    fault: publicValue => modpFault(id, publicValue),
  }
}

/** All MODP groups. */
export const modpMethods: Readonly<Record<ModpId, KeyExchangeMethod>> = recordOf(MODP_IDS, id => modp(id))
