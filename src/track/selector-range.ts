/** Traffic selectors of both versions as the ranges that inner packets are held against. RFC 7296 §3.13.1, RFC 2407 §4.6.2. */
import type { IdentificationV1 } from "../ike/v1/identification.ts"
import type { TrafficSelector } from "../ike/v2/traffic-selector.ts"
import type { SelectorRange } from "../keys/inner-selectors.ts"
import { ID_TYPE } from "../registry/ikev1/id-types.ts"

/** Undefined for what has no IP addresses (Fibre Channel, labels) and what is damaged. */
export function rangeOfSelector(ts: TrafficSelector): SelectorRange | undefined {
  const { startAddress, endAddress, protocol = 0, startPort = 0, endPort = 0xffff } = ts
  if (!startAddress || !endAddress || ts.fibreChannel || !isAddress(startAddress)) return undefined
  if (startAddress.length !== endAddress.length) return undefined
  const [first, last] = [startAddress.slice(), endAddress.slice()]
  return { first, last, protocol, firstPort: startPort, lastPort: endPort }
}

/** An ID payload of Quick Mode. */
export function rangeOfId({ type, data, protocol, port, fault }: IdentificationV1): SelectorRange | undefined {
  if (fault) return undefined
  const half = data.length / 2
  const upper = { protocol, firstPort: port, lastPort: port === 0 ? 0xffff : port }
  switch (type) {
    case ID_TYPE.ID_IPV4_ADDR:
    case ID_TYPE.ID_IPV6_ADDR:
      return { first: data.slice(), last: data.slice(), ...upper }
    case ID_TYPE.ID_IPV4_ADDR_RANGE:
    case ID_TYPE.ID_IPV6_ADDR_RANGE:
      return { first: data.slice(0, half), last: data.slice(half), ...upper }
    case ID_TYPE.ID_IPV4_ADDR_SUBNET:
    case ID_TYPE.ID_IPV6_ADDR_SUBNET: {
      const mask = data.subarray(half)
      const first = data.slice(0, half).map((b, i) => b & mask[i])
      return { first, last: first.map((b, i) => b | (~mask[i] & 0xff)), ...upper }
    }
    default:
      return undefined
  }
}

/** All ranges, or none where one of the selectors has none: then nothing can be held against them. */
export function rangesOf<T>(
  selectors: readonly T[],
  range: (selector: T) => SelectorRange | undefined,
): SelectorRange[] {
  const ranges = selectors.map(range)
  return ranges.every(r => r !== undefined) ? ranges : []
}

const isAddress = (bytes: Uint8Array): boolean => bytes.length === 4 || bytes.length === 16
