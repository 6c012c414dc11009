/** Cleartexts of IKE messages kept between the reading that opens them and the one that draws them, within a bound. */
import type { Opened } from "../ike/shared/payload.ts"

/** Bytes of cleartext kept, and what an entry costs beside them. */
const MAX_BYTES = 128 << 20
const ENTRY_BYTES = 400

export class OpenedMessages {
  /** Cleartexts that found no room; they are drawn closed. */
  dropped = 0
  readonly #byFrame = new Map<number, (Opened | undefined)[]>()
  #bytes = 0

  /** `wanted` says which frames will be drawn; others are not kept. */
  constructor(
    private readonly wanted: (frame: number) => boolean = () => true,
    private readonly maxBytes = MAX_BYTES,
  ) {}

  /** Keeps the cleartext of the message at `place` (from 0) of a frame. */
  add(frame: number, place: number, opened: Opened): void {
    if (!this.wanted(frame)) return
    const bytes = bytesOf(opened)
    if (this.#bytes + bytes > this.maxBytes) {
      this.dropped++
      return
    }
    this.#bytes += bytes
    const messages = this.#byFrame.get(frame)
    if (messages) messages[place] = opened
    else {
      const first: (Opened | undefined)[] = []
      first[place] = opened
      this.#byFrame.set(frame, first)
    }
  }

  /** The cleartext of a message, which is forgotten. */
  take(frame: number, place: number): Opened | undefined {
    const messages = this.#byFrame.get(frame)
    const opened = messages?.[place]
    if (!messages || !opened) return undefined
    messages[place] = undefined
    this.#bytes -= bytesOf(opened)
    if (messages.every(m => m === undefined)) this.#byFrame.delete(frame)
    return opened
  }
}

function bytesOf({ clear, reassembled }: Opened): number {
  const whole = reassembled ? reassembled.clear.bytes.length + (reassembled.opened?.clear.bytes.length ?? 0) : 0
  return ENTRY_BYTES + clear.bytes.length + whole
}
