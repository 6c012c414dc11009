/** Where the bytes of a capture come from: a file, standard input, and gzip or zstd around either, told by magic. */

import { closeSync, fstatSync, openSync, readSync } from "node:fs"
import type { Chunk, ChunkSource } from "./chunk.ts"

/** Opens a path, or standard input for `-`. Throws when it cannot be opened or is a directory. */
export async function openSource(path: string, bufferBytes: number): Promise<ChunkSource> {
  const raw = path === "-" ? new StdinSource() : new FileSource(path, bufferBytes)
  return decompressed(raw)
}

class FileSource implements ChunkSource {
  bytesRead = 0
  readonly totalBytes: number | undefined
  readonly compression = ""
  readonly live: boolean
  readonly #fd: number
  readonly #buffer: Uint8Array
  constructor(path: string, bufferBytes: number) {
    this.#fd = openSync(path, "r")
    const stat = fstatSync(this.#fd)
    if (stat.isDirectory()) {
      closeSync(this.#fd)
      throw Object.assign(new Error(`${path} is a directory`), { code: "EISDIR" })
    }
    this.totalBytes = stat.isFile() ? stat.size : undefined
    this.live = !stat.isFile()
    this.#buffer = new Uint8Array(bufferBytes)
  }

  next(): Chunk {
    const n = readSync(this.#fd, this.#buffer, 0, this.#buffer.length, null)
    this.bytesRead += n
    return n === 0 ? undefined : this.#buffer.subarray(0, n)
  }

  close(): void {
    closeSync(this.#fd)
  }
}

let stdinEnded = false
let stopWaiting = (): void => {}

/** Ends standard input here, whoever goes on writing: what came until now is the input. */
export function endStdin(): void {
  stdinEnded = true
  stopWaiting()
}

class StdinSource implements ChunkSource {
  bytesRead = 0
  readonly totalBytes = undefined
  readonly compression = ""
  readonly live = true
  readonly #chunks: AsyncIterator<Uint8Array> = process.stdin[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>

  async next(): Promise<Chunk> {
    if (stdinEnded) return undefined
    const { value, done } = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
      stopWaiting = () => resolve({ done: true, value: undefined })
      this.#chunks.next().then(resolve, reject)
    })
    stopWaiting = () => {}
    if (done) return undefined
    this.bytesRead += value.length
    return value
  }

  close(): void {
    process.stdin.destroy()
  }
}

/** Puts bytes that were looked at already before a source's rest. */
class Prefixed implements ChunkSource {
  #first: Chunk
  constructor(
    private readonly rest: ChunkSource,
    first: Uint8Array,
  ) {
    this.#first = first
  }

  get bytesRead(): number {
    return this.rest.bytesRead
  }
  get totalBytes(): number | undefined {
    return this.rest.totalBytes
  }
  get live(): boolean {
    return this.rest.live
  }
  readonly compression = ""

  next(): Chunk | Promise<Chunk> {
    const first = this.#first
    this.#first = undefined
    return first?.length ? first : this.rest.next()
  }

  close(): void {
    this.rest.close()
  }
}

const MAGIC_BYTES = 4

async function decompressed(raw: ChunkSource): Promise<ChunkSource> {
  let first: Uint8Array = new Uint8Array(0)
  while (first.length < MAGIC_BYTES) {
    const chunk = await raw.next()
    if (!chunk) break
    first = first.length === 0 && chunk.length >= MAGIC_BYTES ? chunk : Uint8Array.of(...first, ...chunk)
  }
  const source = new Prefixed(raw, first)
  if (first[0] === 0x1f && first[1] === 0x8b) return new (await import("./gunzip-source.ts")).GunzipSource(source)
  if (isZstd(first)) return new (await import("./zstd-source.ts")).ZstdSource(source)
  return source
}

/** Whether a file that begins so is compressed, in a way that is inflated here. */
export const isCompressed = (b: Uint8Array): boolean => (b[0] === 0x1f && b[1] === 0x8b) || isZstd(b)

/** A zstd frame, or a skippable frame before one. RFC 8878 §3.1. */
function isZstd(b: Uint8Array): boolean {
  if (b.length < MAGIC_BYTES) return false
  const magic = (b[0] | (b[1] << 8) | (b[2] << 16) | (b[3] << 24)) >>> 0
  return magic === 0xfd2fb528 || (magic & 0xfffffff0) >>> 0 === 0x184d2a50
}
