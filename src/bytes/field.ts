/** A field: the name that display filters and `ikedump fields` use, the RFC's words for people, and how to show its value. */
import { toHex } from "./hex.ts"

/**
 * How a value is written, after Wireshark's field types:
 * `uint` decimal, `hex` 0x and zero-padded to the field's width, `bytes` hex, `text`, `ipv4`, `ipv6`, `ether`,
 * `bool` 1 or 0, `none` a heading without a value, `oid` dotted text.
 */
type FieldKind = "uint" | "hex" | "bytes" | "text" | "ipv4" | "ipv6" | "ether" | "bool" | "none"

/** What a sink gets: a number or bigint for `uint`, `hex` and `bool`, bytes for `bytes` and addresses, text for `text`. */
export type FieldValue = number | bigint | string | Uint8Array | boolean | undefined

/** Anything that names numbers: a registry. */
export interface Names {
  name(value: number): string | undefined
}

export interface Field {
  /** Dense number, for sinks that look fields up by index. */
  readonly id: number
  /** Wireshark's name where it has one. */
  readonly name: string
  readonly label: string
  readonly kind: FieldKind
  readonly names?: Names
  /** Shown only with `--show-keys` (a password on the wire). */
  readonly secret: boolean
  /** Left out of trees: other fields say the same, as `ip.addr` beside `ip.src`. */
  readonly hidden?: boolean
  /** Which bits of its octets it is, where it is not all of them. */
  readonly bits?: Bits
  /** A `bool` in words: unset, set. */
  readonly words?: readonly [unset: string, set: string]
}

/** Bits of a number of so many bits: 0x0fff of 16. Of 12 are the last of two octets, of which the field is one. */
export interface Bits {
  readonly mask: number
  readonly of: 8 | 12 | 16 | 24 | 32
}

export interface FieldOptions {
  kind?: FieldKind
  names?: Names
  secret?: boolean
  hidden?: boolean
  bits?: Bits
  words?: readonly [unset: string, set: string]
}

const all: Field[] = []

/** Bits of an octet, or of more. */
export const bits = (mask: number, of: Bits["of"] = 8): { readonly bits: Bits } => ({ bits: { mask, of } })

/** Declares a field. `kind` is `uint` unless said otherwise. Several fields may share a name (IKEv1 and IKEv2 spell alike). */
export function field(name: string, label: string, options: FieldOptions = {}): Field {
  const made: Field = { id: all.length, name, label, kind: "uint", secret: false, ...options }
  all.push(made)
  return made
}

/** Every field declared by the modules loaded so far, for completion, filters and `fields -e` validation. */
export const allFields = (): readonly Field[] => all

/** Dotted quad of four bytes at `at`. */
export const ipv4Text = (b: Uint8Array, at = 0): string => `${b[at]}.${b[at + 1]}.${b[at + 2]}.${b[at + 3]}`

/** RFC 5952 text of 16 bytes at `at`. */
export function ipv6Text(b: Uint8Array, at = 0): string {
  const groups: number[] = []
  for (let i = 0; i < 8; i++) groups.push((b[at + 2 * i] << 8) | b[at + 2 * i + 1])
  let best = -1
  let bestLength = 1
  for (let i = 0; i < 8; i++) {
    let n = 0
    while (i + n < 8 && groups[i + n] === 0) n++
    if (n > bestLength) [best, bestLength] = [i, n]
  }
  const hex = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map(g => g.toString(16))
      .join(":")
  return best < 0 ? hex(0, 8) : `${hex(0, best)}::${hex(best + bestLength, 8)}`
}

/** The value as `tshark -T fields` prints it. `bytes` is the field's length on the wire, for the width of `hex`. */
export function fieldText(f: Field, value: FieldValue, bytes: number): string {
  if (value === undefined) return ""
  if (typeof value === "string") return value
  if (typeof value === "boolean") return value ? "1" : "0"
  if (value instanceof Uint8Array) return bytesText(f, value, 0, value.length)
  if (f.kind === "hex") return `0x${value.toString(16).padStart(2 * bytes, "0")}`
  if (f.kind === "bool") return value ? "1" : "0"
  return value.toString()
}

/** The same for a value that is `b[start, end)`. */
export function bytesText({ kind }: Field, b: Uint8Array, start: number, end: number): string {
  if (kind === "ipv4" && end - start === 4) return ipv4Text(b, start)
  if (kind === "ipv6" && end - start === 16) return ipv6Text(b, start)
  const hex = toHex(b, start, end)
  return kind === "ether" ? hex.replace(/..(?=.)/g, "$&:") : hex
}
