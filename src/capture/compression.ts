/** How a file is compressed, by its first bytes; what it may unpack to; what is said when it cannot be read on. */
import { u32At } from "../bytes/bytes.ts"
import { messageOf } from "../bytes/errors.ts"
import { plural } from "../bytes/words.ts"

/** Bytes that say it. */
export const COMPRESSION_MAGIC_BYTES = 4

/** gzip (RFC 1952 §2.3.1), a zstd frame or a skippable one before it (RFC 8878 §3.1); undefined when it is neither. */
export function compressionOf(b: Uint8Array): "gzip" | "zstd" | undefined {
  if (b[0] === 0x1f && b[1] === 0x8b) return "gzip"
  if (b.length < COMPRESSION_MAGIC_BYTES) return undefined
  const magic = u32At(b, 0)
  return magic === 0x28b52ffd || (magic & 0xf0ffffff) >>> 0 === 0x502a4d18 ? "zstd" : undefined
}

/** Bytes that a compressed capture may unpack to, and how many more for each byte of it beyond the first. */
const UNPACKED_BYTES = 192 << 20
const STORED_BYTES = 10 << 20
const UNPACKED_RATIO = 100

/** What a compressed capture unpacked to so far: a small file can be made to unpack to any number of bytes. */
export class UnpackedCount {
  #bytes = 0

  /** Throws UnpackedLimitError once it is more than a capture of `stored` bytes may be. */
  add(bytes: number, stored: number): void {
    this.#bytes += bytes
    const most = UNPACKED_BYTES + UNPACKED_RATIO * Math.max(0, stored - STORED_BYTES)
    if (this.#bytes > most)
      throw new UnpackedLimitError(`it unpacks to more than ${most} bytes and is not read further; unpack it first`)
  }
}

class UnpackedLimitError extends Error {}

/** Why a capture could not be read on, after so many bytes of the file. */
export function readFailure(compression: string, error: unknown, bytesRead: number): string {
  const after = `${messageOf(error)}, after ${plural(bytesRead, "byte")} of the file`
  if (!compression || error instanceof UnpackedLimitError) return `${compression || "reading failed"}: ${after}`
  return `${compression} data are damaged or cut off: ${after}`
}
