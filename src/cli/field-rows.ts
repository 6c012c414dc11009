/** Rows of `ikedump fields`: the values of a frame's fields, written as text or JSON. */
import type { Field } from "../bytes/field.ts"
import type { FieldSink } from "../bytes/field-sink.ts"
import { safeJson } from "../bytes/safe-json.ts"
import type { FrameDissector } from "../dissect/frame-dissector.ts"
import { areDrawnAlone, needsOf } from "../dissect/needs.ts"
import { PickSink } from "../dissect/pick-sink.ts"
import type { FrameFilter } from "../filter/frame-filter.ts"
import type { PacketView } from "../net/packet-view.ts"
import type { RowSettings } from "../node/segment-jobs.ts"
import { type FieldOutput, fieldOutput, occurring, type TextOutput, writeColumn } from "./field-output.ts"
import { filterOf } from "./filter-option.ts"
import type { FrameVisitor } from "./frames.ts"

/** Writes a row for each frame. */
export class FieldRows implements FrameVisitor {
  readonly stop = { stopped: false }
  readonly needs
  readonly #sink: PickSink
  readonly #names: readonly string[]
  /** Index in the sink's names of each column: a name may be asked for twice. */
  readonly #columns: readonly number[]
  readonly #format: FieldOutput
  readonly #filter: FrameFilter | undefined
  /** Where a frame is drawn: what is picked, and what the filter reads. */
  readonly #into: FieldSink
  readonly #writeRow: (frame: number) => void
  #frame = 0
  #any = false

  constructor(
    readonly settings: RowSettings,
    private readonly output: TextOutput,
  ) {
    const { names } = settings
    const distinct = [...new Set(names)]
    this.#sink = new PickSink(distinct, { showKeys: settings.showKeys })
    this.#names = names
    this.#columns = names.map(name => distinct.indexOf(name))
    this.#format = fieldOutput(settings.style ?? [])
    this.#filter = filterOf(settings)
    this.#into = this.#filter?.into(this.#sink) ?? this.#sink
    this.needs = needsOf([...distinct, ...(this.#filter?.names ?? [])])
    this.#writeRow = this.#rowWriter()
  }

  /** Before the first row. */
  begin(): void {
    if (this.settings.format !== "text") return
    if (this.#format.bom) this.output.write("\ufeff")
    if (this.#format.header) this.output.write(`${this.#names.join(this.#format.separator)}\n`)
  }

  wants(field: Field): boolean {
    return this.#sink.wants(field) || (this.#filter?.wants(field) ?? false)
  }

  packet(view: PacketView, dissector: FrameDissector): void {
    this.#frame = view.frame
    dissector.draw(view, this.#into)
  }

  frameEnd(dissector: FrameDissector): void {
    dissector.endFrame(this.#into)
    if (this.#filter?.decide() ?? true) {
      dissector.displayed()
      this.#writeRow(this.#frame)
      this.#any = true
    }
    this.#sink.reset()
    if (this.output.closed) this.stop.stopped = true
  }

  /** Whether frames by themselves are enough for the rows. */
  get drawsAlone(): boolean {
    return areDrawnAlone([...this.#names, ...(this.#filter?.names ?? [])])
  }

  /** Ends a frame without a row. */
  drop(dissector: FrameDissector): void {
    dissector.endFrame(this.#into)
    this.#filter?.reset()
    this.#sink.reset()
  }

  /** Whether there was a row before, made here or elsewhere: JSON puts a comma between two. */
  get any(): boolean {
    return this.#any
  }

  set any(any: boolean) {
    this.#any = any
  }

  beforeWait(): void {
    this.output.flush()
    if (this.output.closed) this.stop.stopped = true
  }

  end(): void {
    if (this.settings.format === "json") this.output.write(this.#any ? "\n]\n" : "[]\n")
    this.output.flush()
  }

  #rowWriter(): (frame: number) => void {
    switch (this.settings.format) {
      case "text":
        return () => this.#writeText()
      case "ndjson":
        return frame => this.output.write(`${this.#json(frame)}\n`)
      default:
        return frame => this.output.write(`${this.#any ? ",\n" : "[\n"}${this.#json(frame)}`)
    }
  }

  #writeText(): void {
    const { values, counts } = this.#sink
    for (let i = 0; i < this.#columns.length; i++) {
      const column = this.#columns[i]
      if (i > 0) this.output.write(this.#format.separator)
      writeColumn(this.output, values[column], counts[column], this.#format)
    }
    this.output.write("\n")
  }

  /** Only fields that the frame has. */
  #json(frame: number): string {
    const { values, counts } = this.#sink
    const fields: Record<string, readonly string[]> = {}
    this.#names.forEach((name, i) => {
      const column = this.#columns[i]
      if (counts[column] > 0) fields[name] = occurring(values[column], counts[column], this.#format)
    })
    return safeJson({ frame, fields })
  }
}
