/** The data plane's one seam: packets of one SA in a batch, opened by whatever kernel stands behind it. */
import { present } from "../bytes/typed.ts"
import type { SymmetricProvider } from "../crypto/provider.ts"
import type { EspKeys } from "../keys/data-sa-keys.ts"
import {
  ESP_HEADER_BYTES,
  ESP_TRAILER_BYTES,
  type EspLayout,
  espLayout,
  espUnsupported,
  fillAad,
  fillNonce,
  nonceTemplate,
  putU32,
  sameBytes,
  splitKey,
} from "./esp-suite.ts"

/** Packets of one SA: where each starts in `bytes`, its length, the high half of its sequence number, its frame. */
export interface EspBatch {
  bytes: Uint8Array
  at: Uint32Array
  length: Uint32Array
  seqHi: Uint32Array
  frame: Float64Array
  n: number
}

/**
 * Opens a batch: `ok[i]` is 1 where the ICV held; cleartext goes to `out` at the same offsets if given. With `edges` the middle of it may be
 * left out (`clear-edges.ts`). Returns how many held.
 */
export interface EspOpener {
  open(batch: EspBatch, ok: Uint8Array, out?: Uint8Array, edges?: boolean): number
}

/** Opens one packet `bytes[start, end)`; writes cleartext over where the ciphertext stood, in `out`. */
export type OpenPacket = (bytes: Uint8Array, start: number, end: number, seqHi: number, out?: Uint8Array) => boolean

/**
 * An opener that hands packet after packet to the provider: any suite of RFC 8221 and before, on any provider. Undefined when
 * the keys have the wrong length or the provider lacks the algorithm (`espUnsupported` says which). Where the suite
 * has no ICV that can be checked, `ok` says only that the packet has the shape of the suite.
 */
export function createEspOpener(keys: EspKeys, provider: SymmetricProvider): EspOpener | undefined {
  if (espUnsupported(keys, provider)) return undefined
  const layout = espLayout(keys)
  const mode = keys.encr.variant === "gmac" ? gmacMode : keys.encr.aead ? combinedMode : separateMode
  return perPacket(layout, mode(keys, provider, layout))
}

/** An opener out of a function that opens one packet of the right shape. */
export function perPacket(layout: EspLayout, openPacket: OpenPacket): EspOpener {
  return {
    open(batch, ok, out) {
      let held = 0
      for (let i = 0; i < batch.n; i++) {
        const start = batch.at[i]
        const fits = hasShape(layout, batch.length[i])
        ok[i] = fits && openPacket(batch.bytes, start, start + batch.length[i], batch.seqHi[i], out) ? 1 : 0
        held += ok[i]
      }
      return held
    },
  }
}

/** Whether a packet of `length` bytes can be one of this layout: header, IV, whole blocks with a trailer, ICV. */
export function hasShape(layout: EspLayout, length: number): boolean {
  const cipherBytes = length - ESP_HEADER_BYTES - layout.ivBytes - layout.icvBytes
  return cipherBytes >= ESP_TRAILER_BYTES && cipherBytes % layout.blockBytes === 0
}

/** GCM, CCM, ChaCha20-Poly1305 and their implicit-IV variants, and AES-GMAC, which authenticates only. */
function combinedMode(keys: EspKeys, provider: SymmetricProvider, layout: EspLayout): OpenPacket {
  const { encr, esn } = keys
  const aead = present(encr.aead && provider.aead[encr.aead])
  const { key, salt } = splitKey(encr, keys.key)
  const nonce = nonceTemplate(encr, salt)
  const aad = new Uint8Array(12)
  return (bytes, start, end, seqHi, out) => {
    fillNonce(encr, nonce, bytes, start, esn ? seqHi : 0)
    const aadBytes = fillAad(aad, bytes, start, seqHi, esn)
    const from = start + ESP_HEADER_BYTES + layout.ivBytes
    const to = end - layout.icvBytes
    const clear = aead.open(key, nonce, aad.subarray(0, aadBytes), bytes.subarray(from, to), bytes.subarray(to, end))
    if (clear) out?.set(clear, from)
    return clear !== undefined
  }
}

const NOTHING = new Uint8Array(0)

/** ENCR_NULL_AUTH_AES_GMAC: the AAD is SPI, sequence number, IV and payload; nothing is encrypted. RFC 4543 §3.3. */
function gmacMode(keys: EspKeys, provider: SymmetricProvider, layout: EspLayout): OpenPacket {
  const { encr, esn } = keys
  const aead = present(encr.aead && provider.aead[encr.aead])
  const { key, salt } = splitKey(encr, keys.key)
  const nonce = nonceTemplate(encr, salt)
  let aad = new Uint8Array(2048)
  return (bytes, start, end, seqHi, out) => {
    fillNonce(encr, nonce, bytes, start, esn ? seqHi : 0)
    const body = bytes.subarray(start + ESP_HEADER_BYTES, end - layout.icvBytes)
    if (aad.length < body.length + 12) aad = new Uint8Array(body.length + 12)
    const head = fillAad(aad, bytes, start, seqHi, esn)
    aad.set(body, head)
    const tag = bytes.subarray(end - layout.icvBytes, end)
    const held = aead.open(key, nonce, aad.subarray(0, head + body.length), NOTHING, tag) !== undefined
    if (held) out?.set(body, start + ESP_HEADER_BYTES)
    return held
  }
}

/** A cipher (or NULL) with an integrity algorithm of its own, or with none. RFC 4303 §3.3.2.1. */
function separateMode(keys: EspKeys, provider: SymmetricProvider, layout: EspLayout): OpenPacket {
  const { encr, integ } = keys
  const cipher = encr.cipher && provider.cipher[encr.cipher]
  const { key, salt } = splitKey(encr, keys.key)
  const nonce = nonceTemplate(encr, salt)
  const counter = encr.cipher === "aes-ctr" || encr.cipher === "camellia-ctr"
  const verify = integ?.mac ? separateIcv(keys, provider, layout) : undefined
  return (bytes, start, end, seqHi, out) => {
    if (verify && !verify(bytes, start, end, seqHi)) return false
    if (!out) return true
    const from = start + ESP_HEADER_BYTES + layout.ivBytes
    const body = bytes.subarray(from, end - layout.icvBytes)
    if (!cipher) out.set(body, from)
    else {
      if (counter) fillNonce(encr, nonce, bytes, start, keys.esn ? seqHi : 0)
      const iv = counter ? nonce : bytes.subarray(start + ESP_HEADER_BYTES, from)
      out.set(cipher.decrypt(key, iv, body), from)
    }
    return true
  }
}

/** Whether the ICV of the packet `bytes[start, end)` holds. */
export type VerifyIcv = (bytes: Uint8Array, start: number, end: number, seqHi: number) => boolean

/** Verifies the ICV of a separate integrity algorithm: over the packet without it and, with ESN, the high half of the sequence number behind. */
export function separateIcv(keys: EspKeys, provider: SymmetricProvider, layout: EspLayout): VerifyIcv {
  const mac = present(keys.integ?.mac && provider.mac[keys.integ.mac])(keys.integKey)
  let message = new Uint8Array(2048)
  return (bytes, start, end, seqHi) => {
    const to = end - layout.icvBytes
    let covered = bytes.subarray(start, to)
    if (keys.esn) {
      if (message.length < covered.length + 4) message = new Uint8Array(covered.length + 4)
      message.set(covered)
      putU32(message, covered.length, seqHi)
      covered = message.subarray(0, covered.length + 4)
    }
    return sameBytes(mac(covered), 0, bytes, to, layout.icvBytes)
  }
}
