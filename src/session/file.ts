/** A file that a session reads: bytes of any range, whenever they are asked for. */

/** Bytes at random. A browser's `File`, a file of Node and bytes in memory all come as this. */
export interface SessionFile {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** The bytes `[from, to)`, or fewer at the end of the file. They are the caller's to keep. */
  bytes(from: number, to: number): Promise<Uint8Array>
  close?(): void
}

/** Bytes in memory as a file. */
export const memoryFile = (name: string, bytes: Uint8Array): SessionFile => ({
  name,
  size: bytes.length,
  bytes: async (from, to) => bytes.slice(from, to),
})

/** A `Blob`, or a `File`, which knows its own name. */
export const blobFile = (blob: Blob, name = blob instanceof File ? blob.name : "capture"): SessionFile => ({
  name,
  size: blob.size,
  bytes: async (from, to) => new Uint8Array(await blob.slice(from, to).arrayBuffer()),
})
