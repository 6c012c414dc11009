/**
 * Numbers in bytes and the edges of their ranges: found by the byte ranges of a field tree, set, and the capture given to a command,
 * whose output is read and which takes neither long nor much memory. `IKEDUMP_NUMBERS=all` tries all (`npm run fuzz`), else a sample.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { FieldNode } from "../../src/bytes/field-sink.ts"
import { FORMS, faultOf } from "../helpers/output-forms.ts"
import { threadSeconds } from "../helpers/thread-seconds.ts"
import { type Next, oneOf } from "./bend.ts"

export const ALL = process.env.IKEDUMP_NUMBERS === "all"
export const SEED = Number(process.env.IKEDUMP_SEED ?? 1)
/** Changed captures of each kind, where not all are tried. */
export const SAMPLE = 60
const MAX_SECONDS = 5
const MAX_BYTES = 300e6

/** A number in some bytes: where it stands, and which bits of it. */
export interface Place {
  readonly name: string
  readonly at: number
  readonly size: number
  /** Of big-endian numbers in the wire order; formats of files are written with the low octet first. */
  readonly littleEndian?: boolean
  readonly mask?: number
}

const NUMBER =
  /len|size|num|count|total|off|frag|window|life|ttl|hlen|next|version|payload|data|msgid|messageid|seq|id$|type|hops|snap|resol/i

/** The edges of a number of so many bits. */
export function edges(bits: number): number[] {
  const max = 2 ** bits - 1
  return [...new Set([0, 1, max, max - 1, 2 ** (bits - 1), 2 ** (bits - 1) - 1].filter(n => n >= 0))]
}

export function set(bytes: Uint8Array, { at, size, mask, littleEndian }: Place, edge: number): void {
  const places = Array.from({ length: size }, (_, i) => at + (littleEndian ? i : size - 1 - i))
  const whole = mask === undefined
  const shift = whole ? 0 : Math.log2(mask & -mask)
  const value = whole ? edge : edge * 2 ** shift
  places.forEach((place, i) => {
    const octet = Math.floor(value / 256 ** i) % 256
    const kept = whole ? 0 : ~(mask >>> (8 * i)) & 255
    bytes[place] = (bytes[place] & kept) | octet
  })
}

export const bitsOf = ({ size, mask }: Place): number =>
  mask === undefined ? 8 * size : mask.toString(2).replaceAll("0", "").length

/** Numbers of a tree that stand in `source`, by the names of their fields. */
export function* numbersOf(nodes: readonly FieldNode[], source: unknown, wanted = NUMBER): Generator<Place> {
  for (const { field, src, start, end, value, children } of nodes) {
    const size = end - start
    const isNumber = typeof value === "number" || typeof value === "bigint"
    if (src === source && isNumber && size >= 1 && size <= 8 && wanted.test(`${field.name} ${field.label}`))
      yield {
        name: field.name,
        at: start,
        size,
        mask: field.bits && field.bits.of === 8 * size ? field.bits.mask : undefined,
      }
    yield* numbersOf(children, source, wanted)
  }
}

/** A folder that is there until this process ends. */
export const folder = mkdtempSync(join(tmpdir(), "ikedump-numbers-"))
process.once("exit", () => rmSync(folder, { recursive: true, force: true }))

const capture = join(folder, "capture.pcapng")
const forms = FORMS.filter(f => f.name !== "report html")

/** What is wrong with what a command says of these bytes, if anything. */
export async function faultIn(bytes: Uint8Array, keys: readonly string[], next: Next): Promise<string | undefined> {
  writeFileSync(capture, bytes)
  const form = oneOf(next, forms)
  const before = threadSeconds()
  const peak = process.resourceUsage().maxRSS
  const fault = await faultOf(form, capture, keys)
  // A file that is no capture any more is refused.
  const wrong = fault && /exit code [23]:/.test(fault) && !fault.includes("internal error") ? undefined : fault
  const seconds = threadSeconds() - before
  const grown = (process.resourceUsage().maxRSS - peak) * 1024
  return (
    wrong ??
    (seconds > MAX_SECONDS
      ? `${form.name}: ${seconds} s`
      : grown > MAX_BYTES
        ? `${form.name}: ${grown} bytes`
        : undefined)
  )
}
