/** Whether traffic selectors lie within others: a responder may narrow what was asked for, never widen it. RFC 7296 §2.9. */
import { toHex } from "../bytes/hex.ts"
import type { TrafficSelector } from "../ike/v2/traffic-selector.ts"
import { type Selector, selectorOf } from "./selector.ts"

/** Addresses as numbers: of IPv4 plain ones, which cost least. */
interface Range {
  readonly first: number | bigint
  readonly last: number | bigint
}

/** The answered selectors that the asked ones together do not cover. Selectors without addresses are left out. */
export function outsideOf(answered: readonly TrafficSelector[], asked: readonly TrafficSelector[]): Selector[] {
  const wide = asked.flatMap(selector => {
    const range = addressRange(selector)
    return range ? [{ selector, range }] : []
  })
  const isOutside = (a: TrafficSelector) => {
    const range = addressRange(a)
    return range !== undefined && !covered(a, range, wide)
  }
  return answered.filter(isOutside).map(selectorOf)
}

function covered(
  answered: TrafficSelector,
  range: Range,
  asked: readonly { readonly selector: TrafficSelector; readonly range: Range }[],
): boolean {
  let open = [range]
  for (const { selector, range: taken } of asked) {
    if (selector.type !== answered.type || taken.last < range.first || taken.first > range.last) continue
    if (!takesTraffic(selector, answered)) continue
    open = open.flatMap(o => without(o, taken))
    if (open.length === 0) return true
  }
  return false
}

/** Whether protocol and ports of `narrow` are among those of `wide`. Start 65535 and end 0 is OPAQUE, its own value. */
function takesTraffic(wide: TrafficSelector, narrow: TrafficSelector): boolean {
  if (wide.protocol !== 0 && wide.protocol !== narrow.protocol) return false
  const [start, end] = [wide.startPort ?? 0, wide.endPort ?? 65535]
  const [from, to] = [narrow.startPort ?? 0, narrow.endPort ?? 65535]
  return (start === 0 && end === 65535) || (start === from && end === to) || (start <= from && to <= end && from <= to)
}

/** What is left of a range when another is taken out of it. */
function without(range: Range, taken: Range): Range[] {
  if (taken.last < range.first || taken.first > range.last) return [range]
  const left: Range[] = []
  if (taken.first > range.first) left.push({ first: range.first, last: next(taken.first, -1) })
  if (taken.last < range.last) left.push({ first: next(taken.last, 1), last: range.last })
  return left
}

const next = (n: number | bigint, by: 1 | -1): number | bigint => (typeof n === "bigint" ? n + BigInt(by) : n + by)

function addressRange({ startAddress, endAddress }: TrafficSelector): Range | undefined {
  if (!startAddress || !endAddress || startAddress.length < 4 || startAddress.length !== endAddress.length)
    return undefined
  return { first: numberOf(startAddress), last: numberOf(endAddress) }
}

const numberOf = (bytes: Uint8Array): number | bigint =>
  bytes.length === 4
    ? ((bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3]) >>> 0
    : BigInt(`0x${toHex(bytes)}`)
