/**
 * AES-GCM over many packets at once: counter blocks through one AES-ECB object, GHASH in SIMD WebAssembly by tables of the key.
 * A node:crypto Decipheriv costs more to make and to collect than the packet costs to open. NIST SP 800-38D, RFC 4106.
 */

import { createCipheriv } from "node:crypto"
import type { EspKeys } from "../keys/data-sa-keys.ts"
import { HEAD_BYTES, tailStart } from "../open/clear-edges.ts"
import type { EspBatch, EspOpener } from "../open/esp-opener.ts"
import { hasShape } from "../open/esp-opener.ts"
import {
  ESP_HEADER_BYTES,
  type EspLayout,
  fillAad,
  fillNonce,
  nonceTemplate,
  putU32,
  sameBytes,
  splitKey,
} from "../open/esp-suite.ts"
import { GHASH_WASM } from "./ghash-wasm.ts"

interface GhashExports {
  readonly memory: WebAssembly.Memory
  ghash(acc: number, a: number, b: number, blocks: number): void
  /** Fills the tables for the hash key at `h`. */
  tables(h: number): void
  xor(to: number, from: number, blocks: number): void
  /** Writes counter blocks from 1 under a nonce of 12 bytes. */
  count(to: number, nonce: number, blocks: number): void
}

/** Where things stand in the memory of the module: tables, accumulators, nonce, packets, and counter blocks that become the key stream. */
const ACC_AT = 65_536
const NONCE_AT = ACC_AT + 64
const INPUT_AT = 2 * 65_536
const INPUT_BYTES = 5 * 65_536
const STREAM_AT = INPUT_AT + INPUT_BYTES

/** Packets of one flush. */
const MAX_PACKETS = 1024

/** The module with the tables of one key at a time, and the scratch that all openers of this thread share; an opener that is not the last one makes its tables anew. */
class Ghash {
  readonly exports: GhashExports
  readonly bytes: Uint8Array
  /** Room for the nonce of the packet in hand, read with what stands behind. */
  readonly nonce: Uint8Array
  /** Of the packets taken in: their place in the batch, and where they stand behind `INPUT_AT`. */
  readonly index = new Uint32Array(MAX_PACKETS)
  readonly at = new Uint32Array(MAX_PACKETS)
  /** Where the counter blocks of each stand behind `STREAM_AT`. */
  readonly streamAt = new Uint32Array(MAX_PACKETS)
  #owner: unknown

  constructor() {
    const module = new WebAssembly.Module(Buffer.from(GHASH_WASM, "base64"))
    this.exports = new WebAssembly.Instance(module).exports as unknown as GhashExports
    this.bytes = new Uint8Array(this.exports.memory.buffer)
    this.nonce = this.bytes.subarray(NONCE_AT, NONCE_AT + 16)
  }

  /** Makes sure that the tables are those of the hash key `h` of `owner`. */
  use(owner: unknown, h: Uint8Array): void {
    if (this.#owner === owner) return
    this.#owner = owner
    this.bytes.set(h, ACC_AT)
    this.exports.tables(ACC_AT)
  }
}

let shared: Ghash | undefined

/** Batches of at least so many packets go through the kernel; with fewer, making the tables costs more than it gains. */
const LEAST_PACKETS = 4

/** Opens batches of AES-GCM; small ones by `single`. */
export class GcmOpener implements EspOpener {
  readonly #ecb
  readonly #hashKey: Uint8Array
  readonly #nonce: Uint8Array
  readonly #ghash: Ghash
  #single: EspOpener | undefined
  #n = 0
  #used = 0
  #streamUsed = 0
  /** Of the cleartext only the edges are asked for. */
  #edges = false

  constructor(
    readonly keys: EspKeys,
    readonly layout: EspLayout,
    readonly createSingle: () => EspOpener,
  ) {
    const { key, salt } = splitKey(keys.encr, keys.key)
    this.#ecb = createCipheriv(`aes-${8 * keys.encr.keyBytes}-ecb`, key, null)
    this.#ecb.setAutoPadding(false)
    this.#hashKey = this.#ecb.update(new Uint8Array(16))
    this.#nonce = nonceTemplate(keys.encr, salt)
    shared ??= new Ghash()
    this.#ghash = shared
  }

  open(batch: EspBatch, ok: Uint8Array, out?: Uint8Array, edges = false): number {
    if (batch.n < LEAST_PACKETS) {
      this.#single ??= this.createSingle()
      return this.#single.open(batch, ok, out)
    }
    this.#edges = edges
    this.#ghash.use(this, this.#hashKey)
    this.#ghash.nonce.set(this.#nonce)
    let held = 0
    for (let i = 0; i < batch.n; i++) {
      ok[i] = 0
      if (!hasShape(this.layout, batch.length[i])) continue
      const blocks = 2 + ((batch.length[i] + 15) >> 4)
      if (this.#n === MAX_PACKETS || this.#used + 16 * blocks > INPUT_BYTES) held += this.#flush(batch, ok, out)
      this.#add(batch, i)
    }
    return held + this.#flush(batch, ok, out)
  }

  /** Lays out AAD, ciphertext and lengths for GHASH, and the counter blocks. */
  #add(batch: EspBatch, i: number): void {
    const { bytes } = batch
    const start = batch.at[i]
    const from = start + ESP_HEADER_BYTES + this.layout.ivBytes
    const size = start + batch.length[i] - this.layout.icvBytes - from
    const cipherBlocks = (size + 15) >> 4
    const memory = this.#ghash.bytes
    const at = INPUT_AT + this.#used
    memory.fill(0, at, at + 16)
    const aad = this.keys.esn ? AAD_12 : AAD_8
    fillAad(aad, bytes, start, batch.seqHi[i], this.keys.esn)
    for (let k = 0; k < aad.length; k++) memory[at + k] = aad[k]
    const lengthsAt = at + 16 + 16 * cipherBlocks
    memory.fill(0, lengthsAt - 16, lengthsAt + 16)
    memory.set(bytes.subarray(from, from + size), at + 16)
    memory[lengthsAt + 7] = 8 * aad.length
    putU32(memory, lengthsAt + 12, 8 * size)
    fillNonce(this.keys.encr, this.#ghash.nonce, bytes, start, batch.seqHi[i], this.keys.esn)
    this.#ghash.index[this.#n] = i
    this.#ghash.streamAt[this.#n] = this.#streamUsed
    this.#ghash.at[this.#n++] = this.#used
    this.#used += 16 * (cipherBlocks + 2)
    this.#count(size, cipherBlocks)
  }

  /** Counter blocks of a packet: the first masks the tag, the others the ciphertext, or its edges. */
  #count(size: number, cipherBlocks: number): void {
    const { exports, bytes: memory } = this.#ghash
    const tail = this.#edges ? tailStart(size) : size
    const at = STREAM_AT + this.#streamUsed
    if (tail === size) {
      exports.count(at, NONCE_AT, cipherBlocks + 1)
      this.#streamUsed += 16 * (cipherBlocks + 1)
      return
    }
    exports.count(at, NONCE_AT, HEAD_BYTES / 16 + 1)
    let to = at + 16 + HEAD_BYTES
    for (let block = tail >> 4; block < cipherBlocks; block++, to += 16) {
      memory.copyWithin(to, NONCE_AT, NONCE_AT + 12)
      putU32(memory, to + 12, block + 2)
    }
    this.#streamUsed = to - STREAM_AT
  }

  /** Hashes, decrypts, compares tags, hands out. Returns how many held. */
  #flush(batch: EspBatch, ok: Uint8Array, out: Uint8Array | undefined): number {
    const { bytes: memory } = this.#ghash
    memory.set(this.#ecb.update(memory.subarray(STREAM_AT, STREAM_AT + this.#streamUsed)), STREAM_AT)
    let held = 0
    for (let k = 0; k < this.#n; k += 2) {
      const other = Math.min(k + 1, this.#n - 1)
      this.#hash(batch, k, other)
      held += this.#finish(batch, k, ACC_AT, ok, out)
      if (other > k) held += this.#finish(batch, other, ACC_AT + 16, ok, out)
    }
    this.#n = this.#used = this.#streamUsed = 0
    return held
  }

  /** GHASH of two packets into the accumulators: side by side as far as the shorter goes, then the rest of the longer. */
  #hash(batch: EspBatch, k: number, other: number): void {
    const { bytes: memory, exports, at, index } = this.#ghash
    const a = INPUT_AT + at[k]
    const b = INPUT_AT + at[other]
    const blocksA = this.#cipherBlocks(batch, index[k]) + 2
    const blocksB = this.#cipherBlocks(batch, index[other]) + 2
    const both = Math.min(blocksA, blocksB)
    memory.fill(0, ACC_AT, ACC_AT + 32)
    exports.ghash(ACC_AT, a, b, both)
    if (blocksA === blocksB) return
    // The longer goes on in both accumulators; the other's result is put back.
    const done = blocksA === both ? ACC_AT : ACC_AT + 16
    const rest = blocksA === both ? b : a
    memory.copyWithin(ACC_AT + 32, done, done + 16)
    exports.ghash(ACC_AT, rest + 16 * both, rest + 16 * both, Math.max(blocksA, blocksB) - both)
    memory.copyWithin(done, ACC_AT + 32, ACC_AT + 48)
  }

  #cipherBlocks(batch: EspBatch, i: number): number {
    return (batch.length[i] - ESP_HEADER_BYTES - this.layout.ivBytes - this.layout.icvBytes + 15) >> 4
  }

  /** Compares the tag of packet k, whose GHASH stands at `acc`, and decrypts it when it holds. Returns 1 then, else 0. */
  #finish(batch: EspBatch, k: number, acc: number, ok: Uint8Array, out: Uint8Array | undefined): number {
    const { bytes: memory, exports, at, streamAt, index } = this.#ghash
    const { ivBytes, icvBytes } = this.layout
    const i = index[k]
    const stream = STREAM_AT + streamAt[k]
    const icvAt = batch.at[i] + batch.length[i] - icvBytes
    exports.xor(acc, stream, 1)
    if (!sameBytes(memory, acc, batch.bytes, icvAt, icvBytes)) return 0
    ok[i] = 1
    if (!out) return 1
    const clear = INPUT_AT + at[k] + 16
    const from = batch.at[i] + ESP_HEADER_BYTES + ivBytes
    const size = icvAt - from
    const tail = this.#edges ? tailStart(size) : size
    if (tail === size) {
      exports.xor(clear, stream + 16, this.#cipherBlocks(batch, i))
      out.set(memory.subarray(clear, clear + size), from)
      return 1
    }
    exports.xor(clear, stream + 16, HEAD_BYTES / 16)
    exports.xor(clear + tail, stream + 16 + HEAD_BYTES, (size - tail + 15) >> 4)
    for (let n = 0; n < HEAD_BYTES; n++) out[from + n] = memory[clear + n]
    for (let n = tail; n < size; n++) out[from + n] = memory[clear + n]
    return 1
  }
}

const AAD_8 = new Uint8Array(8)
const AAD_12 = new Uint8Array(12)
