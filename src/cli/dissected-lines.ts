/** The packet list where frames must be dissected: to filter them, and to say what is inside of those that keys open. */
import type { Field } from "../bytes/field.ts"
import type { FieldSink } from "../bytes/field-sink.ts"
import type { FrameDissector } from "../dissect/frame-dissector.ts"
import { type Needs, needsOf } from "../dissect/needs.ts"
import type { FrameFilter } from "../filter/frame-filter.ts"
import type { Message } from "../ike/message.ts"
import { Encapsulation, Kind, type PacketView } from "../net/packet-view.ts"
import type { PacketSummary } from "../report/packet-summary.ts"
import type { FrameVisitor } from "./frames.ts"

/** Makes a line of each frame. */
export interface LineMaker {
  packet(view: PacketView): void
  /** Replaces what the current line says of the packet. */
  relabel(summary: PacketSummary): void
  /** An IKE message of the current line. */
  message(message: Message): void
  /** The current line is complete. */
  flush(): void
  /** The current line is left out. */
  drop(): void
}

export interface DissectedLinesOptions {
  readonly filter: FrameFilter | undefined
  /** There are keys: lines say what they open. */
  readonly keyed: boolean
  readonly stop: { stopped: boolean }
  beforeWait(): void
}

export class DissectedLines implements FrameVisitor {
  readonly needs: Needs
  readonly stop: { stopped: boolean }
  #messages: Message[] = []
  constructor(
    private readonly lines: LineMaker,
    private readonly options: DissectedLinesOptions,
  ) {
    const { filter, keyed, stop } = options
    // Lines name all payloads of a message, whatever else the filter asks for.
    this.needs = {
      ...needsOf([...(filter?.names ?? []), ...(keyed ? ["_ws.col.info"] : [])]),
      ...{ ike: "payloads", payloads: undefined },
    }
    this.stop = stop
  }

  wants(field: Field): boolean {
    return this.options.filter?.wants(field) ?? false
  }

  packet(view: PacketView, dissector: FrameDissector): void {
    const { filter } = this.options
    dissector.draw(view, filter?.into() ?? NOWHERE)
    if (!filter || filter.matches() || this.#mayYetPass(view, filter)) this.lines.packet(view)
  }

  onMessage(message: Message): void {
    this.#messages.push(message)
  }

  /** A line is expensive to make: it is not made for a frame that cannot pass any more. */
  #mayYetPass(view: PacketView, filter: FrameFilter): boolean {
    return filter.readsFrameEnd || view.encapsulation === Encapsulation.TCP || view.kind === Kind.AH
  }

  frameEnd(dissector: FrameDissector): void {
    const { filter, keyed } = this.options
    if (keyed && dissector.line) this.lines.relabel(dissector.line)
    dissector.endFrame(filter?.into() ?? NOWHERE)
    if (filter?.decide() ?? true) {
      dissector.displayed()
      for (const message of this.#messages) this.lines.message(message)
      this.lines.flush()
    } else this.lines.drop()
    this.#messages = []
  }

  beforeWait(): void {
    this.options.beforeWait()
  }
}

const NOWHERE: FieldSink = { leaf() {}, open() {}, close() {}, fault() {} }
