/** A source that unpacks another one piece by piece, so that what came before a fault is kept. */
import type { UnpackedCount } from "../capture/compression.ts"
import type { Chunk, ChunkSource } from "./chunk.ts"

export abstract class UnpackingSource implements ChunkSource {
  abstract readonly compression: string
  /** Unpacked and not yet given out. */
  protected readonly out: Uint8Array[] = []
  /** What is wrong with the data; nothing comes behind it. */
  protected error: unknown
  protected ended = false
  #input: Uint8Array = new Uint8Array(0)

  constructor(
    private readonly inner: ChunkSource,
    private readonly count?: UnpackedCount,
  ) {}

  get bytesRead(): number {
    return this.inner.bytesRead
  }
  get totalBytes(): number | undefined {
    return this.inner.totalBytes
  }
  get live(): boolean {
    return this.inner.live
  }

  async next(): Promise<Chunk> {
    while (this.out.length === 0 && !this.error && !this.ended) {
      if (this.#input.length === 0) this.#input = (await this.inner.next()) ?? new Uint8Array(0)
      // A copy: an unpacker may keep what it cannot use yet, and the source reads into the same buffer again.
      const piece = this.#input.slice(0, this.pieceBytes)
      this.#input = this.#input.subarray(piece.length)
      await this.unpack(piece)
    }
    const chunk = this.out.shift()
    if (chunk === undefined && this.error) throw this.error
    if (chunk) this.count?.add(chunk.length, this.inner.totalBytes ?? this.inner.bytesRead)
    return chunk
  }

  close(): void {
    this.inner.close()
  }

  /** Bytes that are unpacked at once. */
  protected abstract readonly pieceBytes: number
  /** Unpacks a piece into `out`; an empty one is the end. */
  protected abstract unpack(piece: Uint8Array): void | Promise<void>
}
