/** Where bytes come from: a file, a named pipe, standard input, and gzip or zstd around each, recognized by magic. */

import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs"
import { Socket } from "node:net"
import type { Readable } from "node:stream"
import { setImmediate as nextTurn } from "node:timers/promises"
import { COMPRESSION_MAGIC_BYTES, compressionOf, UnpackedCount } from "../capture/compression.ts"
import type { Chunk, ChunkSource } from "./chunk.ts"

/** Opens a path, or standard input for `-`. Throws when it cannot be opened or is a directory. */
export async function openSource(path: string, bufferBytes: number): Promise<ChunkSource> {
  return decompressed(openRaw(path, bufferBytes), new UnpackedCount())
}

/** The same, as it is stored. */
export function openRaw(path: string, bufferBytes: number): ChunkSource {
  if (path === "-") return new StreamSource(process.stdin)
  if (isPipe(path)) return new StreamSource(openPipe(path))
  return new FileSource(path, bufferBytes)
}

const isPipe = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFIFO() ?? false

/** A pipe is waited for, not blocked on: Ctrl-C can end it. Windows opens its named pipes as files. */
const openPipe = (path: string): Readable =>
  new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false })

/** Pipes that are read now. */
const pipes = new Set<{ stop(): void }>()

/** Ends each pipe that is read now, even if its writer goes on: what came until now is the input. */
export function endPipes(): void {
  for (const pipe of pipes) pipe.stop()
}

/** The pieces of standard input or of a named pipe as they come, and undefined behind each: nothing more is there for the moment. */
export async function* pipePieces(path: string): AsyncGenerator<Chunk> {
  const pipe = openRaw(path, PIPE_BYTES)
  try {
    for (let piece = await pipe.next(); piece; piece = await pipe.next()) {
      yield piece
      yield undefined
    }
  } finally {
    pipe.close()
  }
}

const PIPE_BYTES = 1 << 16

/** How long a file is read before signals are looked at, ms. */
const TURN_MS = 50

class FileSource implements ChunkSource {
  bytesRead = 0
  readonly totalBytes: number | undefined
  readonly compression = ""
  readonly live: boolean
  readonly #fd: number
  readonly #buffer: Uint8Array
  #turn = performance.now()

  constructor(path: string, bufferBytes: number) {
    this.#fd = openSync(path, "r")
    const stat: Stats = fstatSync(this.#fd)
    if (stat.isDirectory()) {
      closeSync(this.#fd)
      throw Object.assign(new Error(`${path} is a directory`), { code: "EISDIR" })
    }
    this.totalBytes = stat.isFile() ? stat.size : undefined
    this.live = !stat.isFile()
    this.#buffer = new Uint8Array(bufferBytes)
  }

  next(): Chunk | Promise<Chunk> {
    return performance.now() - this.#turn < TURN_MS ? this.#read() : this.#afterTurn()
  }

  close(): void {
    closeSync(this.#fd)
  }

  /** A turn of the event loop lets Ctrl-C through. */
  async #afterTurn(): Promise<Chunk> {
    await nextTurn()
    this.#turn = performance.now()
    return this.#read()
  }

  #read(): Chunk {
    const n = readSync(this.#fd, this.#buffer, 0, this.#buffer.length, null)
    this.bytesRead += n
    return n === 0 ? undefined : this.#buffer.subarray(0, n)
  }
}

/** Standard input or a named pipe. */
class StreamSource implements ChunkSource {
  bytesRead = 0
  readonly totalBytes = undefined
  readonly compression = ""
  readonly live = true
  readonly #chunks: AsyncIterator<Uint8Array>
  #stopped = false
  #stopWaiting = (): void => {}

  constructor(private readonly stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]()
    pipes.add(this)
  }

  async next(): Promise<Chunk> {
    if (this.#stopped) return undefined
    const { value, done } = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
      this.#stopWaiting = () => resolve({ done: true, value: undefined })
      this.#chunks.next().then(resolve, reject)
    })
    if (done) return undefined
    this.bytesRead += value.length
    return value
  }

  stop(): void {
    this.#stopped = true
    this.#stopWaiting()
  }

  close(): void {
    pipes.delete(this)
    this.stream.destroy()
  }
}

/** Puts bytes that were looked at already before a source's rest. */
class Prefixed implements ChunkSource {
  #first: Chunk
  constructor(
    private readonly rest: ChunkSource,
    first: Uint8Array,
    /** What the source threw behind them. */
    private readonly fault?: unknown,
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
  get compression(): string {
    return this.rest.compression
  }

  next(): Chunk | Promise<Chunk> {
    const first = this.#first
    this.#first = undefined
    if (first?.length) return first
    if (this.fault !== undefined) throw this.fault
    return this.rest.next()
  }

  close(): void {
    this.rest.close()
  }
}

/** The first bytes of a source, at least `bytes` where it has so many, and a source that yields them again. */
export async function peek(raw: ChunkSource, bytes: number): Promise<{ first: Uint8Array; source: ChunkSource }> {
  let first: Uint8Array = new Uint8Array(0)
  let fault: unknown
  try {
    while (first.length < bytes) {
      const chunk = await raw.next()
      if (!chunk) break
      first = first.length === 0 && chunk.length >= bytes ? chunk : Buffer.concat([first, chunk])
    }
  } catch (error) {
    fault = error
  }
  return { first, source: new Prefixed(raw, first, fault) }
}

/** A source without the gzip or zstd around it. What it unpacks to is added to `count`, which may put an end to it. */
export async function decompressed(raw: ChunkSource, count?: UnpackedCount): Promise<ChunkSource> {
  const { first, source } = await peek(raw, COMPRESSION_MAGIC_BYTES)
  const compression = compressionOf(first)
  if (compression === "gzip") return new (await import("./gunzip-source.ts")).GunzipSource(source, count)
  if (compression === "zstd") return new (await import("./zstd-source.ts")).ZstdSource(source, count)
  return source
}
