/** Cleartexts of IKE messages, opened once and drawn as often as they are asked for, within a bound. */
import type { Opened } from "../ike/shared/payload.ts"

const MAX_BYTES = 64 << 20
/** What an entry costs beside its bytes. */
const ENTRY_BYTES = 400

export class KeptMessages {
  /** Cleartexts that found no room: their messages are drawn closed. */
  dropped = 0
  protected readonly byFrame = new Map<number, (Opened | undefined)[]>()
  protected bytes = 0

  constructor(private readonly maxBytes = MAX_BYTES) {}

  /** Keeps the cleartext of the message at `place` (from 0) of a frame. */
  add(frame: number, place: number, opened: Opened): void {
    const bytes = bytesOf(opened)
    if (this.bytes + bytes > this.maxBytes) {
      this.dropped++
      return
    }
    this.bytes += bytes
    const messages = this.byFrame.get(frame) ?? []
    messages[place] = opened
    this.byFrame.set(frame, messages)
  }

  /** The cleartext of a message. */
  take(frame: number, place: number): Opened | undefined {
    return this.byFrame.get(frame)?.[place]
  }

  has(frame: number): boolean {
    return this.byFrame.has(frame)
  }
}

export function bytesOf({ clear, reassembled }: Opened): number {
  const whole = reassembled ? reassembled.clear.bytes.length + (reassembled.opened?.clear.bytes.length ?? 0) : 0
  return ENTRY_BYTES + clear.bytes.length + whole
}
