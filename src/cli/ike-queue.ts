/** IKE messages between the inner packets, by frame: they become clear in the first reading, the packets in the second. */
import type { InnerWriter } from "../node/inner-writer.ts"
import type { ClearMessage } from "../open/clear-messages.ts"

/** Bytes held so that messages stand in their places; more are written at once, which pcapng allows. */
const MAX_BYTES = 32 << 20
/** Bytes of memory that a message takes beside those of its packet. */
const MESSAGE_COST = 400

export class IkeQueue {
  /** Messages written. */
  written = 0
  #queue: ClearMessage[] = []
  #next = 0
  #sorted = false
  #bytes = 0

  /** Without `hold` each message is written as it comes: a stream is read once. */
  constructor(
    readonly writer: Pick<InnerWriter, "ike">,
    readonly hold: boolean,
  ) {}

  add(message: ClearMessage): void {
    if (!this.hold || this.#bytes > MAX_BYTES) {
      this.#write(message)
      return
    }
    this.#queue.push(message)
    this.#bytes += message.packet.length + MESSAGE_COST
    this.#sorted = false
  }

  /** Writes what belongs before a frame. */
  before(frame: number): void {
    if (this.#next === this.#queue.length) return
    if (!this.#sorted) this.#queue = this.#queue.slice(this.#next).sort((a, b) => a.frame - b.frame)
    if (!this.#sorted) this.#next = 0
    this.#sorted = true
    while (this.#next < this.#queue.length && this.#queue[this.#next].frame <= frame)
      this.#write(this.#queue[this.#next++])
  }

  /** Writes the rest. */
  finish(): void {
    this.before(Number.POSITIVE_INFINITY)
  }

  #write(message: ClearMessage): void {
    this.writer.ike(message)
    this.written++
  }
}
