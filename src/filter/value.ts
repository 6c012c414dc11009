/** Values that a display filter compares: what a field held in a frame, what a function made of it, or a constant. */
import type { Field } from "../bytes/field.ts"

/** `nothing` is there but has no value. Times are nanoseconds since 1970. */
export type ValueKind = "number" | "bytes" | "text" | "ipv4" | "ipv6" | "time" | "nothing"

export interface Value {
  readonly kind: ValueKind
  /** A number or bigint; bytes of `bytes` and addresses; text. */
  readonly v: number | bigint | string | Uint8Array
  /** The field that it was drawn with. */
  readonly field?: Field
  /** Of a constant that is a name: the field whose table has it. It equals values of that field alone. */
  readonly table?: Field
  /** Bytes on the wire. */
  readonly size?: number
  /** Those bytes, where a filter asks for them. */
  readonly raw?: Uint8Array
  /** Which occurrence of its protocol in the frame it stands in, from 1. */
  readonly layer?: number
  /** Of an address that stands for a network. */
  readonly prefixBits?: number
}

/** How a person calls a kind. */
export const KIND_WORDS: Readonly<Record<ValueKind, string>> = {
  number: "a number",
  bytes: "bytes",
  text: "text",
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  time: "a time",
  nothing: "no value",
}

/** Fields of tshark's type "time offset", which our decoders write as text with decimals. */
const DECIMAL = /^frame\.(?:time_(?:epoch|delta|delta_displayed|relative)|offset_shift)$/

/** The kind that values of a field have. */
export function kindOf(field: Field): ValueKind {
  switch (field.kind) {
    case "bytes":
    case "ether":
    case "none":
      return "bytes"
    case "ipv4":
    case "ipv6":
      return field.kind
    case "text":
      return DECIMAL.test(field.name) ? "number" : field.name === "frame.time" ? "time" : "text"
    default:
      return "number"
  }
}

/** -1, 0 or 1; undefined when the two cannot be compared. */
export function compareValues(a: Value, b: Value): number | undefined {
  if (a.kind !== b.kind || a.kind === "nothing") return undefined
  if (a.v instanceof Uint8Array && b.v instanceof Uint8Array) {
    const bits = Math.min(a.prefixBits ?? Infinity, b.prefixBits ?? Infinity)
    return bits < 8 * a.v.length ? compareBits(a.v, b.v, bits) : compareBytes(a.v, b.v)
  }
  return a.v === b.v ? 0 : a.v < b.v ? -1 : a.v > b.v ? 1 : 0
}

/** Whether two values are the same; a name is one of its own table only. */
export const sameValue = (a: Value, b: Value): boolean =>
  (a.table === undefined || a.table === b.field) &&
  (b.table === undefined || b.table === a.field) &&
  compareValues(a, b) === 0

/** The longer is the greater, as in Wireshark; of one length the first byte that differs decides. */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return a.length < b.length ? -1 : 1
  const at = a.findIndex((byte, i) => byte !== b[i])
  return at < 0 ? 0 : a[at] < b[at] ? -1 : 1
}

function compareBits(a: Uint8Array, b: Uint8Array, bits: number): number {
  for (let i = 0; 8 * i < bits; i++) {
    const mask = bits >= 8 * i + 8 ? 0xff : (0xff << (8 * i + 8 - bits)) & 0xff
    const [x, y] = [a[i] & mask, b[i] & mask]
    if (x !== y) return x < y ? -1 : 1
  }
  return 0
}

const utf8 = new TextEncoder()

/** Bytes to search in: of text its UTF-8. Undefined for what has none. */
export const searchable = ({ v }: Value): Uint8Array | undefined =>
  typeof v === "string" ? utf8.encode(v) : v instanceof Uint8Array ? v : undefined

/** Whether `part` occurs in `whole`. */
export function includesBytes(whole: Uint8Array, part: Uint8Array): boolean {
  if (part.length === 0) return true
  for (
    let at = whole.indexOf(part[0]);
    at >= 0 && at + part.length <= whole.length;
    at = whole.indexOf(part[0], at + 1)
  ) {
    let n = 1
    while (n < part.length && whole[at + n] === part[n]) n++
    if (n === part.length) return true
  }
  return false
}
