/** Makes ESP packets under any suite, for tests: the sender's half of RFC 4303 §3.3. */

import { concat, u32be } from "../../src/bytes/bytes.ts"
import type { CryptoProvider } from "../../src/crypto/provider.ts"
import type { EspKeys } from "../../src/keys/data-sa-keys.ts"
import type { EspBatch } from "../../src/open/esp-opener.ts"
import { espLayout, fillAad, fillNonce, nonceTemplate, splitKey } from "../../src/open/esp-suite.ts"

export interface SealOptions {
  spi?: number
  sequence: number
  seqHi?: number
  nextHeader?: number
  iv?: Uint8Array
  /** What the Pad Length octet says, when it is to lie. */
  padLength?: number
  /** Padding, Pad Length and Next Header, when they are to be others; `pad` octets of padding are due. */
  trailer?: (pad: number, nextHeader: number) => readonly number[]
}

/** Payload with padding 1, 2, 3 …, Pad Length and Next Header. */
function withTrailer(payload: Uint8Array, block: number, nextHeader: number, options: SealOptions): Uint8Array {
  const unit = Math.max(block, 4)
  const pad = (unit - ((payload.length + 2) % unit)) % unit
  if (options.trailer) return concat(payload, Uint8Array.from(options.trailer(pad, nextHeader)))
  const padding = Uint8Array.from({ length: pad }, (_, i) => i + 1)
  return concat(payload, padding, Uint8Array.of(options.padLength ?? pad, nextHeader))
}

export function sealEsp(
  keys: EspKeys,
  provider: CryptoProvider,
  payload: Uint8Array,
  options: SealOptions,
): Uint8Array {
  const { encr, integ, esn } = keys
  const { spi = 0x1234_5678, sequence, seqHi = 0, nextHeader = 4 } = options
  const layout = espLayout(keys)
  const iv = options.iv ?? Uint8Array.from({ length: encr.ivBytes }, (_, i) => (sequence * (i + 7)) & 0xff)
  const head = concat(u32be(spi), u32be(sequence), iv)
  const clear = withTrailer(payload, layout.blockBytes, nextHeader, options)
  const { key, salt } = splitKey(encr, keys.key)
  const nonce = nonceTemplate(encr, salt)
  fillNonce(encr, nonce, head, 0, esn ? seqHi : 0)
  if (encr.aead) {
    const aad = new Uint8Array(12)
    const aadBytes = fillAad(aad, head, 0, seqHi, esn)
    const aead = provider.aead[encr.aead]!
    if (encr.variant === "gmac") {
      const covered = concat(aad.subarray(0, aadBytes), iv, clear)
      return concat(head, clear, aead.seal(key, nonce, covered, new Uint8Array(0), layout.icvBytes))
    }
    return concat(head, aead.seal(key, nonce, aad.subarray(0, aadBytes), clear, layout.icvBytes))
  }
  const counter = encr.cipher?.endsWith("-ctr")
  const body = encr.cipher ? provider.cipher[encr.cipher]!.encrypt(key, counter ? nonce : iv, clear) : clear
  const packet = concat(head, body)
  if (!integ?.mac) return packet
  const tag = provider.mac[integ.mac]!(keys.integKey)(esn ? concat(packet, u32be(seqHi)) : packet)
  return concat(packet, tag.subarray(0, integ.icvBytes))
}

/** A batch of these packets. */
export function batchOf(packets: readonly Uint8Array[], seqHi: (i: number) => number = () => 0): EspBatch {
  let at = 0
  const batch: EspBatch = {
    bytes: concat(...packets),
    at: new Uint32Array(packets.length),
    length: Uint32Array.from(packets, p => p.length),
    seqHi: Uint32Array.from(packets, (_, i) => seqHi(i)),
    frame: Float64Array.from(packets, (_, i) => i + 1),
    n: packets.length,
  }
  for (const [i, p] of packets.entries()) {
    batch.at[i] = at
    at += p.length
  }
  return batch
}
