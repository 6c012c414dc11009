/** IVs of CBC that could be foretold from the message before. RFC 7296 §3.14, RFC 3602 §3. */
import { equal } from "../bytes/bytes.ts"

/** What the next IV is compared with: the IV of the message before, and its last block. */
export interface LastCbc {
  readonly iv: Uint8Array
  readonly block: Uint8Array
}

/**
 * The block before it, or the IV before it with a quarter of its octets changed at most, as a counter does: neither comes by chance. The same IV
 * again is another matter.
 */
export function isForeseen(iv: Uint8Array, last: LastCbc): boolean {
  if (equal(iv, last.block)) return true
  const changed = iv.reduce((n, octet, i) => n + Number(octet !== last.iv[i]), 0)
  return changed > 0 && 4 * changed <= iv.length
}
