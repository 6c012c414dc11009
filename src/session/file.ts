/** A file that a session reads: bytes of any range, whenever they are asked for. */

/** Bytes at random. A browser's `File`, a file of Node and bytes in memory all come as this. */
export interface SessionFile {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** The bytes `[from, to)`, or fewer at the end of the file. They are the caller's to keep. */
  bytes(from: number, to: number): Promise<Uint8Array>
  /** All bytes in order, where that is faster than range by range. A chunk is overwritten when the next one is asked for. */
  stream?(): AsyncGenerator<Uint8Array> | undefined
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
  stream() {
    try {
      return readInto(blob.stream().getReader({ mode: "byob" }), new Uint8Array(STREAM_BYTES))
    } catch {
      // This browser's streams bring memory of their own each time.
      return undefined
    }
  },
})

/** Bytes asked for at once of a stream: about what a browser has ready. */
const STREAM_BYTES = 1 << 19

/** A stream through one piece of memory: new memory for each chunk takes as long as reading it. */
async function* readInto(
  reader: ReadableStreamBYOBReader,
  memory: Uint8Array<ArrayBuffer>,
): AsyncGenerator<Uint8Array> {
  try {
    for (let room = memory; ; ) {
      const { value, done } = await reader.read(room)
      if (done) return
      yield value
      room = new Uint8Array(value.buffer)
    }
  } finally {
    // Where the capture was not read to its end, nobody waits for the rest.
    reader.cancel().catch(() => {})
  }
}
