/** `ikedump fields CAPTURE... -e NAME...`: values of fields, a line for each frame, as `tshark -T fields` prints them. */
import type { Command } from "commander"
import type { Field } from "../bytes/field.ts"
import type { FieldSink } from "../bytes/field-sink.ts"
import { nearestField } from "../bytes/nearest-field.ts"
import { safeJson } from "../bytes/safe-json.ts"
import { fieldMeanings, fieldNames } from "../dissect/field-names.ts"
import type { FrameDissector } from "../dissect/frame-dissector.ts"
import { needsOf } from "../dissect/needs.ts"
import { PickSink } from "../dissect/pick-sink.ts"
import type { FrameFilter } from "../filter/frame-filter.ts"
import type { PacketView } from "../net/packet-view.ts"
import { orStdin } from "./arguments.ts"
import { CliError } from "./exit.ts"
import { type FieldOutput, fieldOutput, occurring, writeColumn } from "./field-output.ts"
import { filterOf } from "./filter-option.ts"
import { type FrameVisitor, visitFrames } from "./frames.ts"
import { type CommonOptions, collect, withFilter, withFormat, withIkePorts, withKeys, withSas } from "./options.ts"
import { Output } from "./output.ts"
import { print } from "./print.ts"

interface FieldsOptions extends CommonOptions {
  readonly field?: string[]
  readonly style?: string[]
  readonly list?: string | true
}

const FORMATS = ["text", "json", "ndjson"] as const

export function configure(command: Command): void {
  withSas(withIkePorts(withFilter(withFormat(withKeys(command), ...FORMATS))))
    .option("-e, --field <name>", "a field to print, or several with commas between; repeatable", collect)
    .option("--list [pattern]", "print the names of fields, those with the pattern in name or meaning, with no capture")
    .option("-E, --style <option=value>", "separator, header, occurrence, aggregator, quote, bom; repeatable", collect)
    .addHelpText("after", EXAMPLES)
    .action(async (paths: string[], options: FieldsOptions) => {
      if (options.list !== undefined) return listFields(options.list)
      const names = (options.field ?? []).flatMap(name => name.split(",")).filter(name => name !== "")
      if (names.length === 0)
        throw new CliError("no field was named", undefined, [
          "name fields with -e isakmp.ispi",
          "fields --list has their names",
        ])
      checkNames(names)
      const rows = new Rows(names, options)
      await visitFrames(orStdin(paths, "fields"), options, rows)
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
    const near = nearestField(name, known)
    return near === undefined ? [] : [`did you mean ${near}?`]
  })
  throw new CliError(
    `unknown field${unknown.length > 1 ? "s" : ""} ${unknown.map(n => JSON.stringify(n)).join(", ")}`,
    undefined,
    hints.length > 0 ? hints : ["fields --list has their names"],
  )
}

/** Names and meanings, a line each; a pattern is text, `*` stands for any. */
function listFields(pattern: string | true): void {
  const wanted = new RegExp(pattern === true ? "" : pattern.split("*").map(escaped).join(".*"), "i")
  const meanings = fieldMeanings().filter(([name, label]) => wanted.test(name) || wanted.test(label))
  if (meanings.length === 0) throw new CliError(`no field has ${JSON.stringify(pattern)} in its name or meaning`)
  // A few long names do not push all meanings off the screen.
  const column = Math.max("field".length, ...meanings.map(([name]) => name.length).filter(n => n <= MOST_COLUMN))
  print([["field", "meaning"], ...meanings].map(([name, meaning]) => `${name.padEnd(column)}  ${meaning}\n`))
}

const MOST_COLUMN = 44

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

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
    this.#format = fieldOutput(options.style ?? [])
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
      default:
        return frame => this.#output.write(`${this.#any ? ",\n" : "[\n"}${this.#json(frame)}`)
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
