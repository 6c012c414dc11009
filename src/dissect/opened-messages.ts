/** Cleartexts of IKE messages kept between the reading that opens them and the one that draws them, once, within a bound. */
import type { Opened } from "../ike/shared/payload.ts"
import { bytesOf, KeptMessages } from "./kept-messages.ts"

/** Bytes of cleartext kept. */
const MAX_BYTES = 128 << 20

export class OpenedMessages extends KeptMessages {
  /** `wanted` says which frames will be drawn; others are not kept. */
  constructor(
    private readonly wanted: (frame: number) => boolean = () => true,
    maxBytes = MAX_BYTES,
  ) {
    super(maxBytes)
  }

  override add(frame: number, place: number, opened: Opened): void {
    if (this.wanted(frame)) super.add(frame, place, opened)
  }

  /** The frames that have some, in order. */
  frames(): Float64Array {
    return Float64Array.from(this.byFrame.keys()).sort()
  }

  /** The cleartext of a message, which is forgotten. */
  override take(frame: number, place: number): Opened | undefined {
    const opened = super.take(frame, place)
    const messages = this.byFrame.get(frame)
    if (!messages || !opened) return undefined
    messages[place] = undefined
    this.bytes -= bytesOf(opened)
    if (messages.every(m => m === undefined)) this.byFrame.delete(frame)
    return opened
  }
}
