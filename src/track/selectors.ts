/** Whether traffic selectors lie within others: a responder may narrow what was asked for, never widen it. RFC 7296 §2.9. */
import type { TrafficSelector } from "../ike/v2/traffic-selector.ts"
import { type Selector, selectorOf } from "./selector.ts"

interface Range {
  readonly first: bigint
  readonly last: bigint
}

/** The answered selectors that the asked ones together do not cover. Selectors without addresses are left out. */
export function outsideOf(answered: readonly TrafficSelector[], asked: readonly TrafficSelector[]): Selector[] {
  return answered.filter(a => addressRange(a) !== undefined && !covered(a, asked)).map(selectorOf)
}

function covered(answered: TrafficSelector, asked: readonly TrafficSelector[]): boolean {
  const range = addressRange(answered)
  if (!range) return true
  const wide = asked
    .filter(a => a.type === answered.type && takesTraffic(a, answered))
    .flatMap(a => addressRange(a) ?? [])
  let open = [range]
  for (const w of wide) open = open.flatMap(o => without(o, w))
  return open.length === 0
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
  if (taken.first > range.first) left.push({ first: range.first, last: taken.first - 1n })
  if (taken.last < range.last) left.push({ first: taken.last + 1n, last: range.last })
  return left
}

function addressRange({ startAddress, endAddress }: TrafficSelector): Range | undefined {
  if (!startAddress || !endAddress || startAddress.length < 4 || startAddress.length !== endAddress.length)
    return undefined
  return { first: numberOf(startAddress), last: numberOf(endAddress) }
}

const numberOf = (bytes: Uint8Array): bigint => bytes.reduce((n, b) => (n << 8n) | BigInt(b), 0n)
