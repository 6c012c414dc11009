/** The little DER that public keys and signatures need. X.690; nothing here trusts a length. */
import { concat, equal } from "../bytes/bytes.ts"
import { hexBytes } from "../bytes/hex.ts"
import { toNumber } from "./numbers.ts"

export const SEQUENCE = 0x30
const INTEGER = 0x02
export const BIT_STRING = 0x03
export const OBJECT_ID = 0x06

export interface DerValue {
  readonly tag: number
  readonly content: Uint8Array
}

/** The values that follow one another in `bytes`. Undefined when a length does not fit or is not definite. */
export function readAll(bytes: Uint8Array): DerValue[] | undefined {
  const out: DerValue[] = []
  let at = 0
  while (at < bytes.length) {
    let length = bytes[at + 1]
    let start = at + 2
    if (length === undefined || length === 0x80 || length > 0x84) return undefined
    if (length > 0x80) {
      const octets = length & 0x7f
      if (start + octets > bytes.length) return undefined
      length = Number(toNumber(bytes.subarray(start, start + octets)))
      start += octets
    }
    if (start + length > bytes.length) return undefined
    out.push({ tag: bytes[at], content: bytes.subarray(start, start + length) })
    at = start + length
  }
  return out
}

/** The members of a SEQUENCE that is all there is in `bytes`. */
export function readSequence(bytes: Uint8Array): DerValue[] | undefined {
  const values = readAll(bytes)
  return values?.length === 1 && values[0].tag === SEQUENCE ? readAll(values[0].content) : undefined
}

/** The numbers of a SEQUENCE of `count` INTEGERs, none negative. */
export function readIntegers(bytes: Uint8Array, count: number): bigint[] | undefined {
  const values = readSequence(bytes)
  if (values?.length !== count || values.some(v => v.tag !== INTEGER || v.content.length === 0 || v.content[0] > 127))
    return undefined
  return values.map(v => toNumber(v.content))
}

/** The same, undefined also where the bytes are not DER: lengths and numbers in their shortest form, and nothing behind. RFC 3279 §2.2.3. */
export function readStrictIntegers(bytes: Uint8Array, count: number): bigint[] | undefined {
  const numbers = readIntegers(bytes, count)
  return numbers && equal(bytes, wrap(SEQUENCE, concat(...numbers.map(encodeInteger)))) ? numbers : undefined
}

function encodeInteger(value: bigint): Uint8Array {
  const hex = value.toString(16)
  const digits = hexBytes(hex.length % 2 ? `0${hex}` : hex)
  return wrap(INTEGER, digits[0] > 127 ? concat(Uint8Array.of(0), digits) : digits)
}

function wrap(tag: number, content: Uint8Array): Uint8Array {
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return concat(Uint8Array.of(tag, ...size), content)
}

/** Dotted form of an object identifier's content. */
export function oidText(content: Uint8Array): string {
  const arcs: number[] = []
  let arc = 0
  for (const byte of content) {
    arc = arc * 128 + (byte & 127)
    if (byte < 128) {
      if (arcs.length === 0) arcs.push(Math.min(Math.floor(arc / 40), 2), arc - 40 * Math.min(Math.floor(arc / 40), 2))
      else arcs.push(arc)
      arc = 0
    }
  }
  return arcs.join(".")
}
