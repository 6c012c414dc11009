/** Raw DEFLATE for IPComp, by node:zlib. RFC 2394. */
import { inflateRawSync } from "node:zlib"

/** The data decompressed; undefined when they are not DEFLATE, or longer than `maxBytes`. */
export function inflate(data: Uint8Array, maxBytes: number): Uint8Array | undefined {
  try {
    return inflateRawSync(data, { maxOutputLength: maxBytes })
  } catch {
    return undefined
  }
}
