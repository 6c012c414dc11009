/** prf+: as much keying material as wanted out of one key. RFC 7296 §2.13. */
import { concat } from "../bytes/bytes.ts"
import type { Mac } from "../crypto/provider.ts"
import { type PrfContext, prfFunction } from "./context.ts"

/** Blocks that prf+ has at most: their number is one octet. */
const MAX_BLOCKS = 255

/** prf+ that computes no more blocks than it is asked for: a trial needs only the first keys. */
export class PrfPlus {
  readonly #keyed: ReturnType<Mac>
  readonly #blockBytes: number
  readonly #blocks: Uint8Array[] = []

  constructor(
    context: PrfContext,
    key: Uint8Array,
    readonly seed: Uint8Array,
  ) {
    this.#keyed = prfFunction(context)(key)
    this.#blockBytes = context.prf.outBytes
  }

  /** Bytes `start` to `end` of T1 | T2 | …, with Tn = prf(key, Tn-1 | seed | n). Throws RangeError beyond 255 blocks. */
  bytes(start: number, end: number): Uint8Array {
    const size = this.#blockBytes
    const count = Math.ceil(end / size)
    if (count > MAX_BLOCKS) throw new RangeError("prf+ gives no more than 255 blocks")
    const blocks = this.#blocks
    while (blocks.length < count) {
      const last = blocks.at(-1) ?? EMPTY
      blocks.push(this.#keyed(concat(last, this.seed, Uint8Array.of(blocks.length + 1))))
    }
    const out = new Uint8Array(end - start)
    for (let at = start; at < end; ) {
      const piece = blocks[Math.floor(at / size)].subarray(at % size, (at % size) + end - at)
      out.set(piece, at - start)
      at += piece.length
    }
    return out
  }
}

/** The first `length` bytes of prf+. Throws RangeError beyond 255 blocks. */
export const prfPlus = (context: PrfContext, key: Uint8Array, seed: Uint8Array, length: number): Uint8Array =>
  new PrfPlus(context, key, seed).bytes(0, length)

/** Keying material in pieces of the given lengths, in order, which share its memory; what is left over stays. */
export function split(material: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  let at = 0
  return lengths.map(length => {
    at += length
    return material.subarray(at - length, at)
  })
}

const EMPTY = new Uint8Array(0)
