/** A display filter over frames: decided frame by frame while they are drawn. */
import type { Field } from "../bytes/field.ts"
import type { FieldSink } from "../bytes/field-sink.ts"
import type { FrameDissector } from "../dissect/frame-dissector.ts"
import { type Needs, needsOf } from "../dissect/needs.ts"
import type { FrameSources } from "../net/dissect.ts"
import type { PacketView } from "../net/packet-view.ts"
import type { Filter } from "./filter.ts"
import { FilterSink } from "./filter-sink.ts"
import { TeeSink } from "./tee-sink.ts"

/** Decides frame by frame: draw every packet of a frame, then ask `decide`. */
export class FrameFilter {
  /** What must be decoded for it. */
  readonly needs: Needs
  /** The names that it reads. */
  readonly names: readonly string[]
  /** It reads what is known only at the end of a frame. */
  readonly readsFrameEnd: boolean
  readonly #sink: FilterSink
  readonly #wantsHeading: boolean

  constructor(filter: Filter) {
    this.names = filter.wanted.map(w => w.name)
    this.needs = needsOf(this.names)
    this.readsFrameEnd = this.names.some(name => name.startsWith("_ws.") || name === "frame.protocols")
    this.#sink = new FilterSink(filter)
    this.#wantsHeading = this.names.some(name => name === "frame" || name === "frame.comment")
  }

  wants(field: Field): boolean {
    // The frame's heading and comments are drawn where any of the frame's fields is.
    return this.#sink.wants(field) || (this.#wantsHeading && field.name === "frame.number")
  }

  /** The sink to draw into: the filter's, and that of the view that shows the frame. */
  into(sink?: FieldSink): FieldSink {
    return sink ? new TeeSink(this.#sink, sink) : this.#sink
  }

  /** Draws a packet of the frame for the filter alone. */
  draw(view: PacketView, dissector: FrameDissector, sources?: FrameSources): void {
    dissector.draw(view, this.#sink, sources)
  }

  /** Whether what was drawn so far passes. */
  matches(): boolean {
    return this.#sink.matches()
  }

  /** Whether the frame passes; what was drawn of it is forgotten. */
  decide(): boolean {
    const passes = this.#sink.matches()
    this.#sink.reset()
    return passes
  }

  /** Forgets what was drawn. */
  reset(): void {
    this.#sink.reset()
  }
}

/** Frame numbers, a bit each. */
export class FrameSet {
  #bits = new Uint32Array(1024)

  add(frame: number): void {
    const word = frame >>> 5
    if (word >= this.#bits.length) {
      const wider = new Uint32Array(Math.max(2 * this.#bits.length, word + 1))
      wider.set(this.#bits)
      this.#bits = wider
    }
    this.#bits[word] |= 1 << (frame & 31)
  }

  has(frame: number): boolean {
    return ((this.#bits[frame >>> 5] ?? 0) & (1 << (frame & 31))) !== 0
  }
}
