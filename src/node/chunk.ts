/** What a source of bytes is, whatever stands behind it. */

/** Chunks one by one; undefined at the end. A chunk is valid until the next call. Throws what the system or the decompressor throws. */
export interface ChunkSource {
  next(): Chunk | Promise<Chunk>
  close(): void
  /** Bytes read so far of the file as it is stored. */
  readonly bytesRead: number
  /** Length of the file as it is stored; undefined for a pipe. */
  readonly totalBytes: number | undefined
  /** `gzip`, `zstd`, or empty. */
  readonly compression: string
  /** Whether `next` may wait for somebody to write. */
  readonly live: boolean
}
export type Chunk = Uint8Array | undefined
