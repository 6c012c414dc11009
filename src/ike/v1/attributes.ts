/** What the attributes of IKEv1 transforms have in common: their fields under a table's prefix, and lifetimes. RFC 2407 §4.5, RFC 2409 App. A. */
import type { Cursor } from "../../bytes/cursor.ts"
import { type Field, field, type Names } from "../../bytes/field.ts"
import { LIFE_TYPE } from "../../registry/ikev1/life-type.ts"
import { type Attribute, attributeNumber } from "../shared/attribute.ts"
import { keyLengthFault } from "../shared/key-length.ts"

export { attributeFields } from "../shared/attribute.ts"

/** Draws what the value of one attribute type means. The cursor's window is the value. */
export type AttributeDetail = (value: Cursor) => void

/** A number in as many bytes as the value has (two in the short form); a longer one is shown as bytes only. */
export const numberDetail =
  (shown: Field): AttributeDetail =>
  v => {
    if (v.left <= 6) v.uint(shown, v.left)
  }

/** A Key Length, at which no cipher's key can be longer. RFC 2409 App. A, RFC 2407 §4.5. */
export const keyLengthDetail =
  (shown: Field): AttributeDetail =>
  v => {
    const at = v.pos
    const bits = v.left <= 4 ? v.uint(shown, v.left) : Number.POSITIVE_INFINITY
    const fault = keyLengthFault(bits)
    if (fault) throw v.invalid(shown, at, fault)
  }

const bytesDetail =
  (shown: Field): AttributeDetail =>
  v => {
    v.bytes(shown)
  }

/** Details whose fields stand under a table's prefix. */
export const detailsUnder = (prefix: string) => ({
  number: (name: string, label: string, names?: Names) => numberDetail(field(`${prefix}.${name}`, label, { names })),
  bytes: (name: string, label: string) => bytesDetail(field(`${prefix}.${name}`, label, { kind: "bytes" })),
})

/** Life Type and Life Duration under a table's prefix: the duration's field goes by its length, as Wireshark's does. */
export function lifeDetails(prefix: string): { lifeType: AttributeDetail; lifeDuration: AttributeDetail } {
  const type = field(`${prefix}.life_type`, "Life Type", { names: LIFE_TYPE })
  const short = field(`${prefix}.life_duration`, "Life Duration")
  const long = field(`${prefix}.life_duration64`, "Life Duration")
  const other = field(`${prefix}.life_duration_bytes`, "Life Duration", { kind: "bytes" })
  return {
    lifeType: numberDetail(type),
    lifeDuration(v) {
      if (v.left <= 4) v.uint(short, v.left)
      else if (v.left <= 6) v.uint(long, v.left)
      else if (v.left === 8) v.u64(long)
      else v.bytes(other)
    },
  }
}

/** A lifetime that a transform asks for. */
export interface Lifetime {
  /** 1 seconds, 2 kilobytes; undefined when a duration stands without a type. */
  readonly type: number | undefined
  readonly value: number
}

/** Each duration with the type that stands before it. RFC 2407 §4.5, RFC 2409 App. A. */
export function lifetimes(attributes: readonly Attribute[], typeNumber: number, durationNumber: number): Lifetime[] {
  const out: Lifetime[] = []
  let type: number | undefined
  for (const a of attributes) {
    if (a.type === typeNumber) type = attributeNumber(a.value)
    if (a.type !== durationNumber) continue
    const value = durationValue(a.value)
    if (value !== undefined) out.push({ type, value })
  }
  return out
}

/** Durations of more than 6 bytes are honest only with leading zeros; the excess is lost to a float, never wrong by a digit that matters. */
const durationValue = (bytes: Uint8Array): number | undefined =>
  bytes.length === 0 || bytes.length > 16 ? undefined : bytes.reduce((n, b) => n * 256 + b, 0)

/** The first lifetime in seconds and in kilobytes. */
export const lifetimeParts = (list: readonly Lifetime[]) => ({
  lifetimeSeconds: list.find(l => l.type === LIFE_TYPE.SECONDS)?.value,
  lifetimeKilobytes: list.find(l => l.type === LIFE_TYPE.KILOBYTES)?.value,
})

/** The value of the first attribute of a type, as a number. */
export const numberOf = (attributes: readonly Attribute[], type: number): number | undefined => {
  const found = attributes.find(a => a.type === type)
  return found && attributeNumber(found.value)
}

/** The value of the first attribute of a type, as bytes. */
export const bytesOf = (attributes: readonly Attribute[], type: number): Uint8Array | undefined =>
  attributes.find(a => a.type === type)?.value
