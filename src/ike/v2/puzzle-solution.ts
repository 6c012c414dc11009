/** Puzzle Solution payload: what an initiator worked out to be let in. RFC 8019 §8.2. */

import { field } from "../../bytes/field.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev2/payload-types.ts"
import type { PayloadDecoder } from "../shared/payload.ts"

export interface PuzzleSolution {
  /** Four keys of one length, one after the other; a view of the packet. */
  readonly data: Uint8Array
  /** The keys, when the data divides by four. */
  readonly keys: readonly Uint8Array[]
}

const KEYS = 4

const solution = field("isakmp.ps.data", "Puzzle Solution Data", { kind: "bytes" })
const key = field("isakmp.ps.key", "Solution Key", { kind: "bytes" })

export const ps: PayloadDecoder<PuzzleSolution> = {
  type: PAYLOAD_TYPE.PS,
  name: "Puzzle Solution",
  notation: "PS",
  rfc: "RFC 8019 §8.2",
  decode(c) {
    const data = c.src.bytes.subarray(c.pos, c.end)
    const size = data.length / KEYS
    const keys = c.window(
      solution,
      c.left,
      c.limit,
      s => (Number.isInteger(size) && size > 0 ? Array.from({ length: KEYS }, () => s.bytes(key, size)) : []),
      data,
    )
    return { data, keys }
  },
}
