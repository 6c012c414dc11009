/**
 * Opens packets of suites whose cipher and ICV are apart, many at once. Each is copied once into a scratch that stays in the cache, where its ICV is
 * verified. Then one call decrypts all that held. What verifies and decrypts is given: node:crypto's, or the kernel's.
 */
import type { EspKeys } from "../keys/data-sa-keys.ts"
import { HEAD_BYTES, tailStart } from "./clear-edges.ts"
import { type EspBatch, type EspOpener, hasShape, type VerifyIcv } from "./esp-opener.ts"
import { ESP_HEADER_BYTES, type EspLayout, fillNonce, nonceTemplate, putU32, splitKey } from "./esp-suite.ts"

/** Enough for one packet of any size and for about 85 of 1400 bytes; fits into the second-level cache. */
export const SCRATCH_BYTES = 128 * 1024
/** Packets of one flush. */
const MAX_PACKETS = 1024
/** Edges of two pieces more than this may have no room. */
const MOST_EDGES = SCRATCH_BYTES - 4096
/** Bodies in the scratch begin at multiples of this. */
export const BLOCK_BYTES = 16

/** What all openers of one kind share, one at a time: packets taken in, and where their bodies stand here and in the batch. */
export class Scratch {
  n = 0
  /** Whole blocks that are taken. */
  used = 0
  edgesUsed = 0
  readonly at = new Uint32Array(MAX_PACKETS)
  readonly outAt = new Uint32Array(MAX_PACKETS)
  readonly length = new Uint32Array(MAX_PACKETS)

  /** Both of `SCRATCH_BYTES`. `counters` is for counter blocks, or the edges of bodies, each behind the block before it. */
  constructor(
    readonly bytes: Uint8Array = new Uint8Array(SCRATCH_BYTES),
    readonly counters: Uint8Array = new Uint8Array(SCRATCH_BYTES),
  ) {}

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

/** HMAC under one key, of messages that stand in the scratch behind `pad`. */
export interface ScratchHmac {
  readonly pad: Uint8Array
  /** Whether the MAC of `padded`, `pad` and the message behind it, begins with the `length` bytes of `icv` at `at`. */
  holds(padded: Uint8Array, icv: Uint8Array, at: number, length: number): boolean
}

/** HMACs of four messages at once; they stand in the scratch, which lies in a memory of the HMAC's own at `base`. */
export interface ScratchFour {
  readonly base: number
  /** Bytes behind a message that are overwritten. */
  readonly padding: number
  take(at: ArrayLike<number>, length: ArrayLike<number>): void
  /** Whether the MAC of one of the four begins with the `length` bytes of `icv` at `at`. */
  holds(lane: number, icv: Uint8Array, at: number, length: number): boolean
}
const LANES = 4

/** Decrypts the bodies in the scratch. */
export interface BatchCipher {
  /** Gets the packet that begins at `start` of `bytes` and whose body, of `length` bytes, was taken into the scratch at `at`. */
  add?(bytes: Uint8Array, start: number, at: number, length: number): void
  /** The scratch up to `used`, decrypted where bodies stand. */
  decrypt(used: number): Uint8Array
  /** The edges up to `used`, decrypted; absent where the cipher cannot begin in the middle of a body. */
  decryptEdges?(used: number): Uint8Array
}

/** What a batch is opened with. */
export interface BatchParts {
  readonly scratch: Scratch
  readonly cipher: BatchCipher
  /** An HMAC, or any other way to verify, or nothing. */
  readonly icv: ScratchHmac | VerifyIcv | undefined
  /** Verifies four packets at once, and `icv` what is left over. */
  readonly four?: ScratchFour
}

/** First the ICV, then the bodies of the packets whose ICV held. */
export class BatchOpener implements EspOpener {
  readonly cipher: BatchCipher
  readonly four: ScratchFour | undefined
  readonly #scratch: Scratch
  readonly #hmac: ScratchHmac | undefined
  readonly #verify: VerifyIcv | undefined
  readonly #padBytes: number
  /** Of the cleartext only the edges are asked for. */
  #edges = false
  /** What is skipped before each packet so that its body begins at a block. */
  readonly #gap: number

  constructor(
    readonly keys: EspKeys,
    readonly layout: EspLayout,
    { scratch, cipher, icv, four }: BatchParts,
  ) {
    this.#scratch = scratch
    this.cipher = cipher
    this.four = four
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
    const begin = this.four ? this.#openFours(this.four, batch, ok, out) : 0
    for (let i = 0; i < begin; i++) held += ok[i]
    for (let i = begin; i < batch.n; i++) {
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
      if (out) this.#keep(batch, i, s.used + this.#gap + this.#padBytes)
    }
    this.#flush(out)
    return held
  }

  readonly #fourAt = [0, 0, 0, 0]
  readonly #fourLength = [0, 0, 0, 0]

  /** Opens packets by four, as long as four in a row fit into the scratch. Returns how many are done; the rest goes one by one. */
  #openFours(four: ScratchFour, batch: EspBatch, ok: Uint8Array, out: Uint8Array | undefined): number {
    const s = this.#scratch
    const { icvBytes } = this.layout
    const gap = -(ESP_HEADER_BYTES + this.layout.ivBytes) & (BLOCK_BYTES - 1)
    for (let i = 0; ; i += LANES) {
      if (i + LANES > batch.n) return i
      let most = 0
      for (let lane = 0; lane < LANES; lane++) {
        if (!hasShape(this.layout, batch.length[i + lane])) return i
        most += batch.length[i + lane] + four.padding + 2 * BLOCK_BYTES
      }
      if (most > SCRATCH_BYTES) return i
      if (s.used + most > SCRATCH_BYTES || s.n > MAX_PACKETS - 2 * LANES || s.edgesUsed > MOST_EDGES) this.#flush(out)
      let free = s.used
      for (let lane = 0; lane < LANES; lane++) {
        const start = batch.at[i + lane]
        const size = batch.length[i + lane] - icvBytes
        const at = free + gap
        s.bytes.set(batch.bytes.subarray(start, start + size), at)
        if (this.keys.esn) putU32(s.bytes, at + size, batch.seqHi[i + lane])
        this.#fourAt[lane] = four.base + at
        this.#fourLength[lane] = size + (this.keys.esn ? 4 : 0)
        free = (at + size + four.padding + BLOCK_BYTES - 1) & -BLOCK_BYTES
      }
      four.take(this.#fourAt, this.#fourLength)
      for (let lane = 0; lane < LANES; lane++) {
        const icvAt = batch.at[i + lane] + batch.length[i + lane] - icvBytes
        ok[i + lane] = four.holds(lane, batch.bytes, icvAt, icvBytes) ? 1 : 0
        if (ok[i + lane] && out) this.#keep(batch, i + lane, this.#fourAt[lane] - four.base)
      }
    }
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

  /** Packet `i`, which was taken in at `packetAt`, is to be decrypted. */
  #keep(batch: EspBatch, i: number, packetAt: number): void {
    const s = this.#scratch
    const skip = ESP_HEADER_BYTES + this.layout.ivBytes
    const at = packetAt + skip
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
      s.copyOut((this.#edges && this.cipher.decryptEdges?.(s.edgesUsed)) || this.cipher.decrypt(s.used), out)
  }
}

/** Counter blocks for the bodies of the scratch, in `counters` where the bodies stand. RFC 3686 §4. */
export class CtrCounters {
  readonly #encr
  readonly #block: Uint8Array

  constructor(
    keys: EspKeys,
    readonly scratch: Scratch,
  ) {
    this.#encr = keys.encr
    this.#block = nonceTemplate(keys.encr, splitKey(keys.encr, keys.key).salt)
  }

  add(bytes: Uint8Array, start: number, at: number, length: number): void {
    const { counters } = this.scratch
    fillNonce(this.#encr, this.#block, bytes, start, 0)
    for (let i = 0; i < length; i += BLOCK_BYTES) {
      counters.set(this.#block, at + i)
      putU32(counters, at + i + 12, i / BLOCK_BYTES + 1)
    }
  }
}
