/** `ikedump fields CAPTURE... -e NAME...`: values of fields, a line for each frame, as `tshark -T fields` prints them. */
import type { Command } from "commander"
import type { Field } from "../bytes/field.ts"
import type { FieldSink } from "../bytes/field-sink.ts"
import { nearest } from "../bytes/nearest.ts"
import { safeJson } from "../bytes/safe-json.ts"
import { fieldNames } from "../dissect/field-names.ts"
import type { FrameDissector } from "../dissect/frame-dissector.ts"
import { needsOf } from "../dissect/needs.ts"
import { PickSink } from "../dissect/pick-sink.ts"
import type { FrameFilter } from "../filter/frame-filter.ts"
import type { PacketView } from "../net/packet-view.ts"
import { CliError } from "./exit.ts"
import { type FieldOutput, fieldOutput, occurring, writeColumn } from "./field-output.ts"
import { filterOf } from "./filter-option.ts"
import { type FrameVisitor, visitFrames } from "./frames.ts"
import { type CommonOptions, withFilter, withFormat, withIkePorts, withKeys, withSas } from "./options.ts"
import { Output } from "./output.ts"

interface FieldsOptions extends CommonOptions {
  readonly field?: string[]
  readonly output?: string[]
  readonly list?: boolean
}

const FORMATS = ["text", "json", "ndjson"] as const

const collect = (value: string, all: string[] | undefined): string[] => [...(all ?? []), value]

export function configure(command: Command): void {
  withSas(withIkePorts(withFilter(withFormat(withKeys(command), ...FORMATS))))
    .option("-e, --field <name>", "a field to print; repeatable", collect)
    .option("-E, --output <option=value>", "separator, header, occurrence, aggregator, quote, bom; repeatable", collect)
    .addHelpText("after", EXAMPLES)
    .action(async (paths: string[], options: FieldsOptions) => {
      const names = options.field ?? []
      if (names.length === 0) throw new CliError("no field was named", undefined, ["name fields with -e isakmp.ispi"])
      checkNames(names)
      const rows = new Rows(names, options)
      await visitFrames(paths, options, rows)
      rows.end()
    })
}

const EXAMPLES = `
Examples:
  ikedump fields capture.pcap -e frame.number -e isakmp.exchangetype -e isakmp.messageid
  ikedump fields capture.pcap -e isakmp.notify.msgtype -E occurrence=f -E header=y -E separator=,
  ikedump fields capture.pcap -Y 'isakmp.exchangetype == IKE_AUTH' -e frame.number -e ip.src
  ikedump fields capture.pcap --keys keys.json -e isakmp.tf.id.encr -e esp.protocol --format ndjson
`

function checkNames(names: readonly string[]): void {
  const known = new Set(fieldNames())
  const unknown = names.filter(name => !known.has(name))
  if (unknown.length === 0) return
  const hints = unknown.flatMap(name => {
    const near = nearest(name, known)
    return near === undefined ? [] : [`did you mean ${near}?`]
  })
  throw new CliError(
    `unknown field${unknown.length > 1 ? "s" : ""} ${unknown.map(n => JSON.stringify(n)).join(", ")}`,
    undefined,
    hints,
  )
}

/** Prints a row for each frame. */
class Rows implements FrameVisitor {
  readonly stop = { stopped: false }
  readonly needs
  readonly #output = new Output()
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
    names: readonly string[],
    private readonly options: FieldsOptions,
  ) {
    const distinct = [...new Set(names)]
    this.#sink = new PickSink(distinct, { showKeys: options.showKeys })
    this.#names = names
    this.#columns = names.map(name => distinct.indexOf(name))
    this.#format = fieldOutput(options.output ?? [])
    this.#filter = filterOf(options)
    this.#into = this.#filter?.into(this.#sink) ?? this.#sink
    this.needs = needsOf([...distinct, ...(this.#filter?.names ?? [])])
    this.#writeRow = this.#rowWriter()
    if (options.format !== "text") return
    if (this.#format.bom) this.#output.write("\ufeff")
    if (this.#format.header) this.#output.write(`${names.join(this.#format.separator)}\n`)
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
    if (this.#output.closed) this.stop.stopped = true
  }

  beforeWait(): void {
    this.#output.flush()
    if (this.#output.closed) this.stop.stopped = true
  }

  end(): void {
    if (this.options.format === "json") this.#output.write(this.#any ? "\n]\n" : "[]\n")
    this.#output.flush()
  }

  #rowWriter(): (frame: number) => void {
    switch (this.options.format) {
      case "text":
        return () => this.#writeText()
      case "ndjson":
        return frame => this.#output.write(`${this.#json(frame)}\n`)
      case "json":
        return frame => this.#output.write(`${this.#any ? ",\n" : "[\n"}${this.#json(frame)}`)
      default:
        throw new CliError(`unknown format ${JSON.stringify(this.options.format)}`, undefined, [
          `known: ${FORMATS.join(", ")}`,
        ])
    }
  }

  #writeText(): void {
    const { values, counts } = this.#sink
    for (let i = 0; i < this.#columns.length; i++) {
      const column = this.#columns[i]
      if (i > 0) this.#output.write(this.#format.separator)
      writeColumn(this.#output, values[column], counts[column], this.#format)
    }
    this.#output.write("\n")
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
