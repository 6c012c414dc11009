/** Numbers that keys and signatures hold: a SEQUENCE of INTEGERs. X.690, RFC 3279. */
import { concat, equal } from "../bytes/bytes.ts"
import { hexBytes } from "../bytes/hex.ts"
import { attempt, type Der, parseWhole } from "../pki/der.ts"
import { toNumber } from "./numbers.ts"

const SEQUENCE = 0x30
const INTEGER = 0x02

/** An INTEGER that is not negative. Throws when the node is none. */
export const natural = (node: Der): bigint => toNumber(node.natural)

/** The numbers of a SEQUENCE of `count` INTEGERs that is all there is in `der`, none negative. */
export const readIntegers = (der: Uint8Array, count: number): bigint[] | undefined =>
  attempt(() => {
    const { items } = parseWhole(der)
    return items.length === count ? items.map(natural) : undefined
  })

/** The same, undefined also where lengths and numbers are not in their shortest form. RFC 3279 §2.2.3. */
export function readStrictIntegers(der: Uint8Array, count: number): bigint[] | undefined {
  const numbers = readIntegers(der, count)
  return numbers && equal(der, wrap(SEQUENCE, concat(...numbers.map(encodeInteger)))) ? numbers : undefined
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
