/**
 * AES-GCM over many packets at once, in the kernel's memory: GHASH by tables of the key, two packets side by side, and counter blocks of which
 * AES makes the key stream: the kernel's, or a faster one. NIST SP 800-38D, RFC 4106.
 */
import type { Kernel } from "../crypto/wasm/kernel.ts"
import type { EspKeys } from "../keys/data-sa-keys.ts"
import { HEAD_BYTES, tailStart } from "./clear-edges.ts"
import type { EspBatch, EspOpener } from "./esp-opener.ts"
import { hasShape } from "./esp-opener.ts"
import {
  ESP_HEADER_BYTES,
  type EspLayout,
  fillAad,
  fillNonce,
  nonceTemplate,
  putU32,
  sameBytes,
  splitKey,
} from "./esp-suite.ts"

/** What GCM needs of the cipher: blocks of the kernel's memory encrypted in place. */
export interface BlockEncrypt {
  encrypt(at: number, blocks: number): void
}

/** Bytes of packets taken in, at least one of any size; and of counter blocks that become their key stream. */
const INPUT_BYTES = 5 * 65_536
const STREAM_BYTES = INPUT_BYTES + 65_536

/** Packets of one flush. */
const MAX_PACKETS = 1024

/** What all openers of one kernel share, one at a time: where things stand, and which packets were taken in. */
class Taken {
  /** Sums of two packets, and room to put one aside. */
  readonly acc: number
  readonly nonceAt: number
  readonly input: number
  readonly stream: number
  /** Room for the nonce of the current packet, read with what stands behind. */
  readonly nonce: Uint8Array
  /** Of the packets taken in: their place in the batch, and where they stand behind `input`. */
  readonly index = new Uint32Array(MAX_PACKETS)
  readonly at = new Uint32Array(MAX_PACKETS)
  /** Where the counter blocks of each stand behind `stream`. */
  readonly streamAt = new Uint32Array(MAX_PACKETS)

  constructor(readonly kernel: Kernel) {
    this.acc = kernel.place("GCM sums", 48)
    this.nonceAt = kernel.place("GCM nonce", 16)
    this.input = kernel.place("GCM packets", INPUT_BYTES)
    this.stream = kernel.place("GCM key stream", STREAM_BYTES)
    this.nonce = kernel.bytes.subarray(this.nonceAt, this.nonceAt + 16)
  }
}

let shared: Taken | undefined

/** Opens batches of AES-GCM; those of fewer than `least` packets one by one, where making the tables would cost more than it gains. */
export class GcmOpener implements EspOpener {
  readonly #hashKey: Uint8Array
  readonly #nonce: Uint8Array
  readonly #taken: Taken
  #single: EspOpener | undefined
  #n = 0
  #used = 0
  #streamUsed = 0
  /** Of the cleartext only the edges are asked for. */
  #edges = false

  constructor(
    readonly keys: EspKeys,
    readonly layout: EspLayout,
    readonly kernel: Kernel,
    readonly cipher: BlockEncrypt,
    readonly small?: { readonly least: number; create(): EspOpener },
  ) {
    this.#taken = shared ??= new Taken(kernel)
    const { stream } = this.#taken
    kernel.bytes.fill(0, stream, stream + 16)
    cipher.encrypt(stream, 1)
    this.#hashKey = kernel.bytes.slice(stream, stream + 16)
    this.#nonce = nonceTemplate(keys.encr, splitKey(keys.encr, keys.key).salt)
  }

  open(batch: EspBatch, ok: Uint8Array, out?: Uint8Array, edges = false): number {
    if (this.small && batch.n < this.small.least) {
      this.#single ??= this.small.create()
      return this.#single.open(batch, ok, out)
    }
    this.#edges = edges
    this.kernel.hashKey(this, this.#hashKey)
    this.#taken.nonce.set(this.#nonce)
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
    const memory = this.kernel.bytes
    const at = this.#taken.input + this.#used
    memory.fill(0, at, at + 16)
    const aad = this.keys.esn ? AAD_12 : AAD_8
    fillAad(aad, bytes, start, batch.seqHi[i], this.keys.esn)
    for (let k = 0; k < aad.length; k++) memory[at + k] = aad[k]
    const lengthsAt = at + 16 + 16 * cipherBlocks
    memory.fill(0, lengthsAt - 16, lengthsAt + 16)
    memory.set(bytes.subarray(from, from + size), at + 16)
    memory[lengthsAt + 7] = 8 * aad.length
    putU32(memory, lengthsAt + 12, 8 * size)
    fillNonce(this.keys.encr, this.#taken.nonce, bytes, start, this.keys.esn ? batch.seqHi[i] : 0)
    this.#taken.index[this.#n] = i
    this.#taken.streamAt[this.#n] = this.#streamUsed
    this.#taken.at[this.#n++] = this.#used
    this.#used += 16 * (cipherBlocks + 2)
    this.#count(size, cipherBlocks)
  }

  /** Counter blocks of a packet: the first masks the tag, the others the ciphertext, or its edges. */
  #count(size: number, cipherBlocks: number): void {
    const { exports, bytes: memory } = this.kernel
    const { nonceAt, stream } = this.#taken
    const tail = this.#edges ? tailStart(size) : size
    const at = stream + this.#streamUsed
    if (tail === size) {
      exports.count(at, nonceAt, cipherBlocks + 1)
      this.#streamUsed += 16 * (cipherBlocks + 1)
      return
    }
    exports.count(at, nonceAt, HEAD_BYTES / 16 + 1)
    let to = at + 16 + HEAD_BYTES
    for (let block = tail >> 4; block < cipherBlocks; block++, to += 16) {
      memory.copyWithin(to, nonceAt, nonceAt + 12)
      putU32(memory, to + 12, block + 2)
    }
    this.#streamUsed = to - stream
  }

  /** Hashes, decrypts, compares tags, hands out. Returns how many held. */
  #flush(batch: EspBatch, ok: Uint8Array, out: Uint8Array | undefined): number {
    if (this.#n === 0) return 0
    this.cipher.encrypt(this.#taken.stream, this.#streamUsed / 16)
    const { acc } = this.#taken
    let held = 0
    for (let k = 0; k < this.#n; k += 2) {
      const other = Math.min(k + 1, this.#n - 1)
      this.#hash(batch, k, other)
      held += this.#finish(batch, k, acc, ok, out)
      if (other > k) held += this.#finish(batch, other, acc + 16, ok, out)
    }
    this.#n = this.#used = this.#streamUsed = 0
    return held
  }

  /** GHASH of two packets into the accumulators: side by side as far as the shorter goes, then the rest of the longer. */
  #hash(batch: EspBatch, k: number, other: number): void {
    const { bytes: memory, exports } = this.kernel
    const { acc, input, at, index } = this.#taken
    const a = input + at[k]
    const b = input + at[other]
    const blocksA = this.#cipherBlocks(batch, index[k]) + 2
    const blocksB = this.#cipherBlocks(batch, index[other]) + 2
    const both = Math.min(blocksA, blocksB)
    memory.fill(0, acc, acc + 32)
    exports.ghash(acc, a, b, both)
    if (blocksA === blocksB) return
    // The longer goes on in both accumulators; the other's result is put back.
    const done = blocksA === both ? acc : acc + 16
    const rest = blocksA === both ? b : a
    memory.copyWithin(acc + 32, done, done + 16)
    exports.ghash(acc, rest + 16 * both, rest + 16 * both, Math.max(blocksA, blocksB) - both)
    memory.copyWithin(done, acc + 32, acc + 48)
  }

  #cipherBlocks(batch: EspBatch, i: number): number {
    return (batch.length[i] - ESP_HEADER_BYTES - this.layout.ivBytes - this.layout.icvBytes + 15) >> 4
  }

  /** Compares the tag of packet k, whose GHASH stands at `acc`, and decrypts it when it holds. Returns 1 then, else 0. */
  #finish(batch: EspBatch, k: number, acc: number, ok: Uint8Array, out: Uint8Array | undefined): number {
    const { bytes: memory, exports } = this.kernel
    const { input, at, streamAt, index } = this.#taken
    const { ivBytes, icvBytes } = this.layout
    const i = index[k]
    const stream = this.#taken.stream + streamAt[k]
    const icvAt = batch.at[i] + batch.length[i] - icvBytes
    exports.xor(acc, stream, 1)
    if (!sameBytes(memory, acc, batch.bytes, icvAt, icvBytes)) return 0
    ok[i] = 1
    if (!out) return 1
    const clear = input + at[k] + 16
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
