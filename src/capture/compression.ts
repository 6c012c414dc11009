/** How a file is compressed, by its first bytes. */
import { u32At } from "../bytes/bytes.ts"

/** Bytes that say it. */
export const COMPRESSION_MAGIC_BYTES = 4

/** gzip (RFC 1952 §2.3.1), a zstd frame or a skippable one before it (RFC 8878 §3.1); undefined when it is neither. */
export function compressionOf(b: Uint8Array): "gzip" | "zstd" | undefined {
  if (b[0] === 0x1f && b[1] === 0x8b) return "gzip"
  if (b.length < COMPRESSION_MAGIC_BYTES) return undefined
  const magic = u32At(b, 0)
  return magic === 0x28b52ffd || (magic & 0xf0ffffff) >>> 0 === 0x502a4d18 ? "zstd" : undefined
}
