/** Key exchange through node:crypto, ten to fifty times faster than BigInt; ML-KEM, which Node 20 lacks, stays noble's. */

import {
  createDiffieHellman,
  createECDH,
  createPrivateKey,
  createPublicKey,
  type DiffieHellman,
  diffieHellman,
  type KeyObject,
} from "node:crypto"
import { keysOf, recordOf } from "../bytes/typed.ts"
import { CURVES, type CurveId } from "../crypto/curves.ts"
import { ecpSecret } from "../crypto/ke-ecp.ts"
import { ecpFault, MONTGOMERY_BYTES, modpFault, montgomeryFault } from "../crypto/ke-faults.ts"
import { mlKemMethods } from "../crypto/ke-ml-kem.ts"
import { modpSecret } from "../crypto/ke-modp.ts"
import { MODP_IDS, type ModpId, modpGroup } from "../crypto/modp-groups.ts"
import { toBytes } from "../crypto/numbers.ts"
import type { CryptoProvider, KeyExchangeMethod } from "../crypto/provider.ts"

const plain = (buffer: Uint8Array): Uint8Array => new Uint8Array(buffer)

const groups = new Map<ModpId, DiffieHellman>()

/** One object a group, made at first use: OpenSSL checks the prime when it is made. */
function openGroup(id: ModpId): DiffieHellman {
  let dh = groups.get(id)
  if (!dh) {
    const { p, g, bytes } = modpGroup(id)
    groups.set(id, (dh = createDiffieHellman(toBytes(p, bytes), toBytes(g, bytes))))
  }
  return dh
}

function modp(id: ModpId): KeyExchangeMethod {
  const withSecret = (secret: Uint8Array): DiffieHellman => {
    const dh = openGroup(id)
    dh.setPrivateKey(toBytes(modpSecret(id, secret), modpGroup(id).bytes))
    return dh
  }
  return {
    // g^x as the secret shared with somebody whose public value is g: OpenSSL gives no public value for a private one that was set.
    publicValue: secret => {
      const { g, bytes } = modpGroup(id)
      return plain(withSecret(secret).computeSecret(toBytes(g, bytes)))
    },
    shared: (secret, peer) =>
      modpFault(id, peer) === undefined ? plain(withSecret(secret).computeSecret(peer)) : undefined,
    fault: publicValue => modpFault(id, publicValue),
  }
}

function ecp(id: CurveId): KeyExchangeMethod {
  const { bytes, openssl } = CURVES[id]
  const withSecret = (secret: Uint8Array) => {
    const ecdh = createECDH(openssl)
    ecdh.setPrivateKey(toBytes(ecpSecret(id, secret), bytes))
    return ecdh
  }
  return {
    publicValue: secret => plain(withSecret(secret).getPublicKey().subarray(1)),
    shared: (secret, peer) =>
      ecpFault(id, peer) === undefined ? plain(withSecret(secret).computeSecret(Uint8Array.of(4, ...peer))) : undefined,
    fault: publicValue => ecpFault(id, publicValue),
  }
}

/** DER around a bare key. RFC 8410 §4, §7. */
const MONTGOMERY_DER = {
  x25519: { secret: "302e020100300506032b656e04220420", point: "302a300506032b656e032100" },
  x448: { secret: "3046020100300506032b656f043a0438", point: "3042300506032b656f033900" },
} as const

function montgomery(id: "x25519" | "x448"): KeyExchangeMethod {
  const der = MONTGOMERY_DER[id]
  const bytes = MONTGOMERY_BYTES[id]
  // Each private value of a keys file is asked for its public value, then for the shared secret.
  const known = new WeakMap<Uint8Array, KeyObject>()
  const privateKey = (secret: Uint8Array): KeyObject => {
    if (secret.length !== bytes) throw new RangeError(`no private value of ${id}`)
    let key = known.get(secret)
    if (!key) {
      key = createPrivateKey({ key: wrap(der.secret, secret), format: "der", type: "pkcs8" })
      known.set(secret, key)
    }
    return key
  }
  const publicKey = (point: Uint8Array): KeyObject =>
    createPublicKey({ key: wrap(der.point, point), format: "der", type: "spki" })
  const multiply = (secret: KeyObject, point: Uint8Array): Uint8Array | undefined => {
    try {
      return plain(diffieHellman({ privateKey: secret, publicKey: publicKey(point) }))
    } catch {
      return undefined // OpenSSL refuses a result of zero
    }
  }
  return {
    publicValue: secret =>
      plain(createPublicKey(privateKey(secret)).export({ format: "der", type: "spki" }).subarray(-bytes)),
    shared: (secret, peer) => (peer.length === bytes ? multiply(privateKey(secret), peer) : undefined),
    fault: publicValue => montgomeryFault(id, publicValue),
  }
}

const wrap = (prefix: string, key: Uint8Array): Buffer => Buffer.concat([Buffer.from(prefix, "hex"), key])

export const nodeKe: CryptoProvider["ke"] = {
  ...Object.fromEntries(MODP_IDS.map(id => [id, modp(id)])),
  ...recordOf(keysOf(CURVES), id => ecp(id)),
  x25519: montgomery("x25519"),
  x448: montgomery("x448"),
  ...mlKemMethods,
}
