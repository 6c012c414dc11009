/** prf+: as much keying material as wanted out of one key. RFC 7296 §2.13. */
import { concat } from "../bytes/bytes.ts"
import { type PrfContext, prfFunction } from "./context.ts"

/** T1 | T2 | … cut to `length` bytes, with Tn = prf(key, Tn-1 | seed | n). Throws RangeError beyond 255 blocks. */
export function prfPlus(context: PrfContext, key: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  const keyed = prfFunction(context)(key)
  const blocks = Math.ceil(length / context.prf.outBytes)
  if (blocks > 255) throw new RangeError("prf+ gives no more than 255 blocks")
  const out = new Uint8Array(blocks * context.prf.outBytes)
  let last: Uint8Array = new Uint8Array(0)
  for (let n = 1; n <= blocks; n++) {
    last = keyed(concat(last, seed, Uint8Array.of(n)))
    out.set(last, (n - 1) * last.length)
  }
  return out.subarray(0, length)
}

/** Cuts keying material into pieces of the given lengths, in order; what is left over stays. */
export function split(material: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  let at = 0
  return lengths.map(length => {
    at += length
    return material.slice(at - length, at)
  })
}
