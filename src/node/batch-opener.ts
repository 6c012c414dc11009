/**
 * Opens packets of suites whose cipher and ICV are apart, many at once: each is copied once into a scratch that stays in the cache, where its
 * ICV is verified, and then one call decrypts all that held. AES-CBC is one persistent decipher over everything, AES-CTR one over counter blocks.
 */

import { createCipheriv, createDecipheriv } from "node:crypto"
import type { EspKeys } from "../keys/data-sa-keys.ts"
import { HEAD_BYTES, tailStart } from "../open/clear-edges.ts"
import { type EspBatch, type EspOpener, hasShape, type VerifyIcv } from "../open/esp-opener.ts"
import { ESP_HEADER_BYTES, type EspLayout, fillNonce, nonceTemplate, putU32, splitKey } from "../open/esp-suite.ts"
import type { HmacIcv } from "./hmac-icv.ts"

/** Enough for one packet of any size and for about 85 of 1400 bytes; fits into the second-level cache. */
const SCRATCH_BYTES = 128 * 1024
/** Packets of one flush. */
const MAX_PACKETS = 1024
/** Edges of two pieces more than this may have no room. */
const MOST_EDGES = SCRATCH_BYTES - 4096
/** Bodies in the scratch begin at multiples of this. */
const BLOCK_BYTES = 16

/** What all openers of this thread share, one at a time: packets taken in, and where their bodies stand here and in the batch. */
class Scratch {
  n = 0
  /** Whole blocks that are taken. */
  used = 0
  readonly bytes = new Uint8Array(SCRATCH_BYTES)
  readonly words = new Uint32Array(this.bytes.buffer)
  /** Counter blocks, or the edges of bodies, each behind the block before it. */
  readonly counters = new Uint8Array(SCRATCH_BYTES)
  edgesUsed = 0
  readonly at = new Uint32Array(MAX_PACKETS)
  readonly outAt = new Uint32Array(MAX_PACKETS)
  readonly length = new Uint32Array(MAX_PACKETS)

  /** Writes the cleartext of all bodies to the batch, and empties the scratch. `clear` is what became of the scratch from byte 0. */
  copyOut(clear: Uint8Array, out: Uint8Array): void {
    const { at, outAt, length } = this
    for (let i = 0; i < this.n; i++) out.set(clear.subarray(at[i], at[i] + length[i]), outAt[i])
    this.n = this.used = this.edgesUsed = 0
  }

  /** Copies `size` bytes of a body at `at`, and the block before, to the edges; its cleartext goes to `outAt`. */
  keepEdge(at: number, outAt: number, size: number): void {
    const to = this.edgesUsed
    this.counters.set(this.bytes.subarray(at - BLOCK_BYTES, at + size), to)
    this.at[this.n] = to + BLOCK_BYTES
    this.outAt[this.n] = outAt
    this.length[this.n++] = size
    this.edgesUsed = to + BLOCK_BYTES + size
  }
}

let shared: Scratch | undefined
const sharedScratch = (): Scratch => (shared ??= new Scratch())

/** Decrypts the bodies in the scratch. */
interface BatchCipher {
  /** Gets the packet that begins at `start` of `bytes` and whose body, of `length` bytes, was taken into the scratch at `at`. */
  add?(bytes: Uint8Array, start: number, at: number, length: number): void
  /** The scratch up to `used`, decrypted where bodies stand. */
  decrypt(used: number): Uint8Array
  /** The edges up to `used`, decrypted; absent where the cipher cannot begin in the middle of a body. */
  decryptEdges?(used: number): Uint8Array
}

/** First the ICV, then the bodies of the packets whose ICV held. `icv` is an HMAC, or any other way to verify, or nothing. */
export class BatchOpener implements EspOpener {
  readonly #scratch = sharedScratch()
  readonly #hmac: HmacIcv | undefined
  readonly #verify: VerifyIcv | undefined
  readonly #padBytes: number
  /** Of the cleartext only the edges are asked for. */
  #edges = false
  /** What is skipped before each packet so that its body begins at a block. */
  readonly #gap: number

  constructor(
    readonly keys: EspKeys,
    readonly layout: EspLayout,
    readonly cipher: BatchCipher,
    icv: HmacIcv | VerifyIcv | undefined,
  ) {
    if (typeof icv === "function") this.#verify = icv
    else this.#hmac = icv
    this.#padBytes = this.#hmac?.pad.length ?? 0
    this.#gap = -(this.#padBytes + ESP_HEADER_BYTES + layout.ivBytes) & (BLOCK_BYTES - 1)
  }

  open(batch: EspBatch, ok: Uint8Array, out?: Uint8Array, edges = false): number {
    const { layout } = this
    const s = this.#scratch
    s.n = s.used = s.edgesUsed = 0
    // Without an ICV it is the content that says whether the key is right.
    this.#edges = edges && this.cipher.decryptEdges !== undefined && layout.icv === "checked"
    let held = 0
    for (let i = 0; i < batch.n; i++) {
      ok[i] = 0
      if (!hasShape(layout, batch.length[i])) continue
      // A block before and one behind: the gap, ESN's high half, what rounds up to a block.
      const most = this.#padBytes + batch.length[i] + 2 * BLOCK_BYTES
      // Longer than any that IP carries.
      if (most > SCRATCH_BYTES) continue
      if (s.used + most > SCRATCH_BYTES || s.n > MAX_PACKETS - 2 || s.edgesUsed > MOST_EDGES) this.#flush(out)
      if (!this.#takeIn(batch, i)) continue
      ok[i] = 1
      held++
      if (out) this.#keep(batch, i)
    }
    this.#flush(out)
    return held
  }

  /** Copies packet `i` into the scratch, where the next one overwrites it unless it is kept. Returns whether its ICV holds. */
  #takeIn(batch: EspBatch, i: number): boolean {
    const { bytes } = batch
    const { icvBytes } = this.layout
    const s = this.#scratch
    const start = batch.at[i]
    const icvAt = start + batch.length[i] - icvBytes
    const hmac = this.#hmac
    const padAt = s.used + this.#gap
    const at = padAt + this.#padBytes
    s.bytes.set(bytes.subarray(start, icvAt), at)
    if (!hmac) return this.#verify?.(bytes, start, icvAt + icvBytes, batch.seqHi[i]) ?? true
    s.bytes.set(hmac.pad, padAt)
    let end = at + icvAt - start
    if (this.keys.esn) {
      putU32(s.bytes, end, batch.seqHi[i])
      end += 4
    }
    return hmac.holds(s.bytes.subarray(padAt, end), bytes, icvAt, icvBytes)
  }

  /** The packet taken in last is to be decrypted. */
  #keep(batch: EspBatch, i: number): void {
    const s = this.#scratch
    const skip = ESP_HEADER_BYTES + this.layout.ivBytes
    const at = s.used + this.#gap + this.#padBytes + skip
    const length = batch.length[i] - skip - this.layout.icvBytes
    if (this.#edges) {
      const tail = tailStart(length)
      s.keepEdge(at, batch.at[i] + skip, tail === length ? length : HEAD_BYTES)
      if (tail < length) s.keepEdge(at + tail, batch.at[i] + skip + tail, length - tail)
      return
    }
    s.at[s.n] = at
    s.outAt[s.n] = batch.at[i] + skip
    s.length[s.n++] = length
    this.cipher.add?.(batch.bytes, batch.at[i], at, length)
    s.used = (at + length + BLOCK_BYTES - 1) & -BLOCK_BYTES
  }

  #flush(out: Uint8Array | undefined): void {
    const s = this.#scratch
    if (out && s.n > 0)
      s.copyOut(this.#edges ? this.cipher.decryptEdges!(s.edgesUsed) : this.cipher.decrypt(s.used), out)
  }
}

/**
 * CBC over the whole scratch in one go. The block before a packet's ciphertext is its IV, as CBC wants it; what comes out for
 * everything else (pads, headers, IVs) is of no use and is left alone.
 */
export class CbcCipher implements BatchCipher {
  readonly #decipher
  readonly #scratch = sharedScratch()

  constructor(keys: EspKeys) {
    const bits = (8 * keys.encr.keyBytes) as 128
    this.#decipher = createDecipheriv(`aes-${bits}-cbc`, keys.key, new Uint8Array(BLOCK_BYTES)).setAutoPadding(false)
  }

  decrypt(used: number): Uint8Array {
    return this.#decipher.update(this.#scratch.bytes.subarray(0, used))
  }

  decryptEdges(used: number): Uint8Array {
    return this.#decipher.update(this.#scratch.counters.subarray(0, used))
  }
}

/** CTR: counter blocks where the bodies stand, through one ECB cipher, then XOR. RFC 3686 §4. */
export class CtrCipher implements BatchCipher {
  readonly #ecb
  readonly #encr
  readonly #block: Uint8Array
  readonly #scratch = sharedScratch()

  constructor(keys: EspKeys) {
    const { key, salt } = splitKey(keys.encr, keys.key)
    this.#encr = keys.encr
    this.#ecb = createCipheriv(`aes-${8 * keys.encr.keyBytes}-ecb`, key, null).setAutoPadding(false)
    this.#block = nonceTemplate(keys.encr, salt)
  }

  add(bytes: Uint8Array, start: number, at: number, length: number): void {
    const { counters } = this.#scratch
    fillNonce(this.#encr, this.#block, bytes, start, 0, false)
    for (let i = 0; i < length; i += BLOCK_BYTES) {
      counters.set(this.#block, at + i)
      putU32(counters, at + i + 12, i / BLOCK_BYTES + 1)
    }
  }

  decrypt(used: number): Uint8Array {
    const { counters, words: cipher } = this.#scratch
    const stream = aligned(this.#ecb.update(counters.subarray(0, used)))
    const words = new Uint32Array(stream.buffer, stream.byteOffset, used / 4)
    for (let i = 0; i < words.length; i++) words[i] ^= cipher[i]
    return stream
  }
}

/** The same bytes at a 4-byte boundary. */
const aligned = (b: Uint8Array): Uint8Array => (b.byteOffset % 4 === 0 ? b : new Uint8Array(b))
