/**
 * ChaCha20-Poly1305 on the kernel, in browsers and in node. A Decipheriv of node:crypto takes longer to make than the kernel takes for a packet, and
 * cannot leave out the middle of the cleartext. RFC 7634.
 */
import { ChachaPoly } from "../crypto/wasm/chacha.ts"
import type { Kernel } from "../crypto/wasm/kernel.ts"
import type { EspKeys } from "../keys/data-sa-keys.ts"
import { HEAD_BYTES, tailStart } from "./clear-edges.ts"
import { type EspBatch, type EspOpener, hasShape } from "./esp-opener.ts"
import { ESP_HEADER_BYTES, type EspLayout, fillAad, fillNonce, nonceTemplate, splitKey } from "./esp-suite.ts"

const BLOCK_BYTES = 16
/** The longest packet that IP carries, AAD in front, lengths and a pair of blocks behind. */
const PACKET_BYTES = 65_536 + 256

/** Opens packet by packet in the kernel's memory. */
export class ChachaOpener implements EspOpener {
  readonly #chacha: ChachaPoly
  readonly #nonce: Uint8Array
  readonly #aad = new Uint8Array(12)
  readonly #at: number

  constructor(
    readonly keys: EspKeys,
    readonly layout: EspLayout,
    readonly wasm: Kernel,
  ) {
    const { key, salt } = splitKey(keys.encr, keys.key)
    this.#chacha = new ChachaPoly(wasm, key)
    this.#nonce = nonceTemplate(keys.encr, salt)
    this.#at = wasm.place("ChaCha20 packet", BLOCK_BYTES + PACKET_BYTES) + BLOCK_BYTES
  }

  open(batch: EspBatch, ok: Uint8Array, out?: Uint8Array, edges = false): number {
    let held = 0
    for (let i = 0; i < batch.n; i++) {
      ok[i] = hasShape(this.layout, batch.length[i]) && this.#open(batch, i, out, edges) ? 1 : 0
      held += ok[i]
    }
    return held
  }

  #open(batch: EspBatch, i: number, out: Uint8Array | undefined, edges: boolean): boolean {
    const { bytes } = batch
    const memory = this.wasm.bytes
    const { encr, esn } = this.keys
    const at = this.#at
    const start = batch.at[i]
    const from = start + ESP_HEADER_BYTES + this.layout.ivBytes
    const to = start + batch.length[i] - this.layout.icvBytes
    const size = to - from
    // Longer than any that IP carries.
    if (size > 65_535) return false
    fillNonce(encr, this.#nonce, bytes, start, esn ? batch.seqHi[i] : 0)
    const aadBytes = fillAad(this.#aad, bytes, start, batch.seqHi[i], esn)
    memory.fill(0, at - BLOCK_BYTES, at)
    memory.set(this.#aad.subarray(0, aadBytes), at - BLOCK_BYTES)
    memory.set(bytes.subarray(from, to), at)
    this.#chacha.begin(this.#nonce)
    if (!this.#chacha.holds(at, size, aadBytes, bytes, to)) return false
    if (!out) return true
    const tail = edges ? tailStart(size) : size
    if (tail === size) {
      this.#chacha.decrypt(at, size)
      out.set(memory.subarray(at, at + size), from)
      return true
    }
    // Key stream comes in pairs of blocks: the tail first, as what is made for the head runs on.
    const begin = tail & -HEAD_BYTES
    this.#chacha.decrypt(at + begin, size - begin, begin)
    out.set(memory.subarray(at + tail, at + size), from + tail)
    this.#chacha.decrypt(at, HEAD_BYTES)
    out.set(memory.subarray(at, at + HEAD_BYTES), from)
    return true
  }
}
