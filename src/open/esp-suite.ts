/** What a suite means for the bytes of an ESP packet: lengths, nonces, AAD, and whether this provider can open it. */

import type { Encr } from "../crypto/algorithms.ts"
import type { SymmetricProvider } from "../crypto/provider.ts"
import type { EspKeys } from "../keys/data-sa-keys.ts"

/** SPI and Sequence Number, bytes. RFC 4303 §2. */
export const ESP_HEADER_BYTES = 8
/** Pad Length and Next Header, bytes. RFC 4303 §2.4-2.6. */
export const ESP_TRAILER_BYTES = 2

/**
 * `checked`: an ICV that can be verified. `unchecked`: an ICV is there whose algorithm is not known (`ANY-96`).
 * `none`: encryption alone.
 */
type IcvKind = "checked" | "unchecked" | "none"

/** Where the parts of an ESP packet stand, bytes. */
export interface EspLayout {
  /** IV on the wire, behind the header. */
  readonly ivBytes: number
  readonly icvBytes: number
  /** The ciphertext's length is a multiple of this. */
  readonly blockBytes: number
  readonly icv: IcvKind
}

/** Layout of the packets that these keys open. */
export function espLayout(keys: EspKeys): EspLayout {
  const { encr, integ } = keys
  const combined = encr.aead !== undefined
  const stream = combined || encr.cipher === "aes-ctr" || encr.cipher === "camellia-ctr" || encr.cipher === undefined
  return {
    ivBytes: encr.ivBytes,
    icvBytes: combined ? encr.icvBytes : (integ?.icvBytes ?? 0),
    blockBytes: stream ? 1 : encr.blockBytes,
    icv: combined || integ?.mac ? "checked" : integ && integ.icvBytes > 0 ? "unchecked" : "none",
  }
}

/** Why packets under these keys cannot be opened (a wrong key length, or an algorithm not offered), or undefined when they can. Quotes no key. */
export function espUnsupported(keys: EspKeys, provider: SymmetricProvider): string | undefined {
  const { encr, integ } = keys
  const want = encr.keyBytes + encr.saltBytes
  if (keys.key.length !== want) return `${encr.name} needs a key of ${want} bytes with its salt, not ${keys.key.length}`
  if (encr.aead && !provider.aead[encr.aead]) return `${encr.name} is not offered by ${provider.name}`
  if (encr.cipher && !provider.cipher[encr.cipher]) return `${encr.name} is not offered by ${provider.name}`
  if (!encr.aead && !encr.cipher && encr.name !== "NULL") return `${encr.name} is not known to ikedump`
  if (encr.aead || !integ?.mac) return undefined
  // HMAC takes keys of any length, and people test with such.
  if (!integ.mac.startsWith("hmac-") && keys.integKey.length !== integ.keyBytes)
    return `${integ.name} needs a key of ${integ.keyBytes} bytes, not ${keys.integKey.length}`
  return provider.mac[integ.mac] ? undefined : `${integ.name} is not offered by ${provider.name}`
}

/** Encryption key without its salt, and the salt. */
export function splitKey(encr: Encr, key: Uint8Array): { key: Uint8Array; salt: Uint8Array } {
  return { key: key.subarray(0, encr.keyBytes), salt: key.subarray(encr.keyBytes, encr.keyBytes + encr.saltBytes) }
}

/**
 * Fills `nonce` behind the salt with the packet's IV: that on the wire, or for an implicit IV the (extended) sequence number
 * (RFC 8750 §3). `start` is where the packet begins, `high` the high half of its sequence number, 0 without ESN. For CTR the block counter, 1, is already in place (RFC 3686 §4).
 */
export function fillNonce(encr: Encr, nonce: Uint8Array, bytes: Uint8Array, start: number, high: number): void {
  const at = encr.saltBytes
  if (encr.variant === "implicit-iv") {
    putU32(nonce, at, high)
    for (let i = 0; i < 4; i++) nonce[at + 4 + i] = bytes[start + 4 + i]
    return
  }
  for (let i = 0; i < encr.ivBytes; i++) nonce[at + i] = bytes[start + ESP_HEADER_BYTES + i]
}

/** A nonce (or CTR counter block) with salt and counter in place; `fillNonce` sets the rest for each packet. */
export function nonceTemplate(encr: Encr, salt: Uint8Array): Uint8Array {
  const ivBytes = encr.variant === "implicit-iv" ? 8 : encr.ivBytes
  const counter = encr.aead ? 0 : 16 - encr.saltBytes - ivBytes
  const nonce = new Uint8Array(encr.saltBytes + ivBytes + counter)
  nonce.set(salt)
  if (counter > 0) nonce[nonce.length - 1] = 1
  return nonce
}

/** AAD of a combined-mode algorithm: SPI, then the 32- or 64-bit sequence number (RFC 4106 §5). Returns its length: 8 or 12. */
export function fillAad(aad: Uint8Array, bytes: Uint8Array, start: number, seqHi: number, esn: boolean): number {
  const at = esn ? 8 : 4
  for (let i = 0; i < 4; i++) {
    aad[i] = bytes[start + i]
    aad[at + i] = bytes[start + 4 + i]
  }
  if (esn) putU32(aad, 4, seqHi)
  return at + 4
}

/** Writes a 32-bit big-endian number. */
export function putU32(to: Uint8Array, at: number, value: number): void {
  to[at] = value >>> 24
  to[at + 1] = value >>> 16
  to[at + 2] = value >>> 8
  to[at + 3] = value
}

/** Whether `a[at…]` begins with the first `length` bytes of `b[from…]`. */
export function sameBytes(a: Uint8Array, at: number, b: Uint8Array, from: number, length: number): boolean {
  let different = 0
  for (let i = 0; i < length; i++) different |= a[at + i] ^ b[from + i]
  return different === 0
}
