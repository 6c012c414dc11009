/** `ikedump fields CAPTURE... -e NAME...`: values of fields, a line for each frame, as `tshark -T fields` prints them. */
import type { Command } from "commander"
import { nearestField } from "../bytes/nearest-field.ts"
import { fieldMeanings, fieldNames } from "../dissect/field-names.ts"
import { orStdin } from "./arguments.ts"
import { CliError } from "./exit.ts"
import { FieldRows } from "./field-rows.ts"
import { visitFrames } from "./frames.ts"
import {
  type CommonOptions,
  collect,
  withFilter,
  withFormat,
  withIkePorts,
  withKeys,
  withSas,
  withThreads,
} from "./options.ts"
import { Output } from "./output.ts"
import { print } from "./print.ts"
import { rowsOfSegments } from "./segmented-rows.ts"

interface FieldsOptions extends CommonOptions {
  readonly field?: string[]
  readonly style?: string[]
  readonly list?: string | true
}

const FORMATS = ["text", "json", "ndjson"] as const

export function configure(command: Command): void {
  withThreads(withSas(withIkePorts(withFilter(withFormat(withKeys(command), ...FORMATS)))))
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
      const captures = orStdin(paths, "fields")
      const output = new Output()
      const rows = new FieldRows({ ...options, names }, output)
      rows.begin()
      await visitFrames(captures, options, rows, (source, keys) =>
        rowsOfSegments(captures, options, { rows, output, source, keys }),
      )
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
