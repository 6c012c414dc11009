/** Master keys of EAP-SIM, EAP-AKA and EAP-AKA' and the MSK that follows. RFC 4186 §7, RFC 4187 §7, RFC 9048 §3.3. */
import { concat, utf8 } from "../bytes/bytes.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import { compressBlock } from "../crypto/sha1-block.ts"

const MSK_BYTES = 64
/** K_encr and K_aut stand in front of the MSK. */
const TEK_BYTES = 32
const XKEY_BYTES = 20
const BLOCK = 64

/** The MSK of EAP-AKA: MK = SHA1(Identity | IK | CK). Undefined without SHA-1. */
export function mskOfAka(
  { hash }: CryptoProvider,
  identity: Uint8Array,
  { ck, ik }: { ck: Uint8Array; ik: Uint8Array },
): Uint8Array | undefined {
  return hash.sha1 && mskOfMk(hash.sha1(concat(identity, ik, ck)))
}

export interface SimInputs {
  readonly kcs: readonly Uint8Array[]
  readonly nonceMt: Uint8Array
  /** Version List as sent, two octets a version, and the Selected Version. */
  readonly versions: Uint8Array
  readonly selected: Uint8Array
}

/** The MSK of EAP-SIM: MK = SHA1(Identity | n*Kc | NONCE_MT | Version List | Selected Version). */
export function mskOfSim(
  { hash }: CryptoProvider,
  identity: Uint8Array,
  { kcs, nonceMt, versions, selected }: SimInputs,
): Uint8Array | undefined {
  return hash.sha1 && mskOfMk(hash.sha1(concat(identity, ...kcs, nonceMt, versions, selected)))
}

/**
 * The MSK of EAP-AKA': MK = PRF'(IK' | CK', "EAP-AKA'" | Identity), with CK' and IK' bound to the network's name by SQN xor AK of AUTN
 * (RFC 9048 §3.3, 3GPP TS 33.402 Annex A.2).
 */
export function mskOfAkaPrime(
  { mac }: CryptoProvider,
  identity: Uint8Array,
  { ck, ik, autn, network }: { ck: Uint8Array; ik: Uint8Array; autn: Uint8Array; network: Uint8Array },
): Uint8Array | undefined {
  const hmac = mac["hmac-sha2-256"]
  if (!hmac) return undefined
  const length = (n: number) => Uint8Array.of(n >>> 8, n)
  const sqnAk = autn.subarray(0, 6)
  const s = concat(Uint8Array.of(0x20), network, length(network.length), sqnAk, length(sqnAk.length))
  const primes = hmac(concat(ck, ik))(s)
  const keyed = hmac(concat(primes.subarray(16), primes.subarray(0, 16)))
  const seed = concat(utf8("EAP-AKA'"), identity)
  let material: Uint8Array = new Uint8Array(0)
  let last: Uint8Array = new Uint8Array(0)
  // K_encr (16), K_aut (32), K_re (32), MSK.
  const start = 80
  for (let n = 1; material.length < start + MSK_BYTES; n++) {
    last = keyed(concat(last, seed, Uint8Array.of(n)))
    material = concat(material, last)
  }
  return material.slice(start, start + MSK_BYTES)
}

const mskOfMk = (mk: Uint8Array): Uint8Array => random186(mk, TEK_BYTES + MSK_BYTES).slice(TEK_BYTES)

/** FIPS 186-2 Algorithm 1 with change notice 1, without "mod q" and with XSEED of zero. RFC 4187 Annex A. */
export function random186(seed: Uint8Array, length: number): Uint8Array {
  const key = Uint8Array.from(seed)
  const out: Uint8Array[] = []
  for (let have = 0; have < length; have += XKEY_BYTES) {
    const block = new Uint8Array(BLOCK)
    block.set(key)
    const w = compressBlock(block)
    out.push(w)
    // XKEY = (1 + XKEY + w) mod 2^160
    let carry = 1
    for (let i = XKEY_BYTES - 1; i >= 0; i--) {
      carry += key[i] + w[i]
      key[i] = carry
      carry >>>= 8
    }
  }
  return concat(...out).subarray(0, length)
}
