/** Keys of TLS out of the secrets of a key log, and the MSK of EAP methods over TLS. RFC 5246 §5 and §6.3, RFC 4346 §5, RFC 8446 §7, RFC 5216 §2.3, RFC 5281 §8, RFC 9190 §2.3, RFC 9427. */
import { concat, u16be, utf8 } from "../bytes/bytes.ts"
import type { Hash, Mac, SymmetricProvider } from "../crypto/provider.ts"
import { EAP_TYPE } from "../registry/eap-types.ts"

/** What a connection hashes with. */
export type TlsHash = "sha2-256" | "sha2-384"
const MAC_OF = { "sha2-256": "hmac-sha2-256", "sha2-384": "hmac-sha2-384" } as const

/** A pseudorandom function of TLS 1.2 and before, keyed: label, seed, length. */
export type TlsPrf = (secret: Uint8Array, label: string, seed: Uint8Array, length: number) => Uint8Array

/** A(i) = HMAC(secret, A(i-1)); P = HMAC(secret, A(1) | seed) | … RFC 5246 §5. */
function pHash(mac: Mac, secret: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  const keyed = mac(secret)
  let out: Uint8Array = new Uint8Array(0)
  for (let a = keyed(seed); out.length < length; a = keyed(a)) out = concat(out, keyed(concat(a, seed)))
  return out.slice(0, length)
}

/** The PRF of TLS 1.2 with the suite's hash. Undefined where the provider has no such HMAC. */
export function tls12Prf({ mac }: SymmetricProvider, hash: TlsHash): TlsPrf | undefined {
  const hmac = mac[MAC_OF[hash]]
  return hmac && ((secret, label, seed, length) => pHash(hmac, secret, concat(utf8(label), seed), length))
}

/** The PRF of TLS 1.0 and 1.1: P_MD5 of the secret's first half xor P_SHA1 of its second. RFC 4346 §5. */
export function tls10Prf({ mac }: SymmetricProvider): TlsPrf | undefined {
  const md5 = mac["hmac-md5"]
  const sha1 = mac["hmac-sha1"]
  if (!md5 || !sha1) return undefined
  return (secret, label, seed, length) => {
    const half = Math.ceil(secret.length / 2)
    const all = concat(utf8(label), seed)
    const one = pHash(md5, secret.subarray(0, half), all, length)
    return pHash(sha1, secret.subarray(secret.length - half), all, length).map((b, i) => b ^ one[i])
  }
}

/** The key schedule of TLS 1.3 with one hash. */
export interface Tls13 {
  readonly hash: Hash
  /** HKDF-Expand-Label. RFC 8446 §7.1. */
  expand(secret: Uint8Array, label: string, context: Uint8Array, length: number): Uint8Array
}

export function tls13({ mac, hash }: SymmetricProvider, name: TlsHash): Tls13 | undefined {
  const hmac = mac[MAC_OF[name]]
  const digest = hash[name]
  if (!hmac || !digest) return undefined
  return {
    hash: digest,
    expand(secret, label, context, length) {
      const keyed = hmac(secret)
      const named = utf8(`tls13 ${label}`)
      const info = concat(u16be(length), Uint8Array.of(named.length), named, Uint8Array.of(context.length), context)
      let out: Uint8Array = new Uint8Array(0)
      let last: Uint8Array = out
      for (let n = 1; out.length < length; n++) {
        last = keyed(concat(last, info, Uint8Array.of(n)))
        out = concat(out, last)
      }
      return out.slice(0, length)
    },
  }
}

const MSK_BYTES = 64
/** MSK and EMSK. */
const MATERIAL_BYTES = 128

/** Labels of the key material by EAP type; some implementations of PEAP have one of their own. */
const LABELS: Readonly<Record<number, readonly string[]>> = {
  [EAP_TYPE.EAP_TLS]: ["client EAP encryption"],
  [EAP_TYPE.EAP_TTLS]: ["ttls keying material"],
  [EAP_TYPE.EAP_PEAP]: ["client EAP encryption", "client PEAP encryption"],
}

/** The MSKs that TLS 1.2 and before may make: PRF(master, label, client random | server random). RFC 5216 §2.3, RFC 5281 §8. */
export const msksOfTls12 = (prf: TlsPrf, master: Uint8Array, type: number, randoms: Uint8Array): Uint8Array[] =>
  (LABELS[type] ?? []).map(label => prf(master, label, randoms, MATERIAL_BYTES).slice(0, MSK_BYTES))

/** The MSK that TLS 1.3 makes: TLS-Exporter("EXPORTER_EAP_TLS_Key_Material", Type). RFC 9190 §2.3, RFC 9427 §2.1, RFC 8446 §7.5. */
export function mskOfTls13(schedule: Tls13, exporter: Uint8Array, type: number): Uint8Array {
  const none = schedule.hash(new Uint8Array(0))
  const secret = schedule.expand(exporter, "EXPORTER_EAP_TLS_Key_Material", none, none.length)
  return schedule.expand(secret, "exporter", schedule.hash(Uint8Array.of(type)), MATERIAL_BYTES).slice(0, MSK_BYTES)
}
