/** What traffic a Child SA is for, of both versions: in words, and as the range that inner packets are held against. RFC 7296 §3.13.1, RFC 2407 §4.6.2. */
import type { IdentificationV1 } from "../ike/v1/identification.ts"
import { type SelectorWords, selectorText, selectorWords } from "../ike/v2/selector-text.ts"
import type { TrafficSelector } from "../ike/v2/traffic-selector.ts"
import { addressKey, type SelectorRange } from "../keys/inner-selectors.ts"
import { ID_TYPE } from "../registry/ikev1/id-types.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"

export interface Selector extends SelectorWords {
  /** Undefined for what has no IP addresses (a name, Fibre Channel, a label) and what is damaged. */
  readonly range: SelectorRange | undefined
}

/** Traffic selectors of the exchange's starter and of the other side. */
export interface Selectors {
  readonly i: readonly Selector[]
  readonly r: readonly Selector[]
}

export const selectorTexts = (selectors: readonly Selector[]): string[] => selectors.map(selectorText)

export function selectorOf(ts: TrafficSelector): Selector {
  const { addresses, protocol, ports } = selectorWords(ts)
  return { addresses, protocol, ports, range: rangeOfSelector(ts) }
}

/** Of an ID payload of Quick Mode. */
export function selectorOfId(id: IdentificationV1): Selector {
  const bits = id.type === ID_TYPE.ID_IPV4_ADDR ? "/32" : id.type === ID_TYPE.ID_IPV6_ADDR ? "/128" : ""
  const protocol = id.protocol === 0 ? "any" : (IP_PROTOCOL.name(id.protocol)?.toLowerCase() ?? String(id.protocol))
  return {
    addresses: `${id.text}${bits}`,
    protocol: id.protocol === 0 && id.port === 0 ? null : protocol,
    ports: id.port === 0 ? null : String(id.port),
    range: rangeOfId(id),
  }
}

/** A peer without an ID payload: the SA is for its own traffic. RFC 2409 §5.5. */
export const selectorOfPeer = (address: string): Selector => ({
  addresses: address,
  protocol: null,
  ports: null,
  range: undefined,
})

/** All ranges, or none where one of the selectors has none: then nothing can be held against them. */
export function rangesOf(selectors: readonly Selector[]): SelectorRange[] {
  const ranges = selectors.map(s => s.range)
  return ranges.every(r => r !== undefined) ? ranges : []
}

/** Undefined for what has no IP addresses (Fibre Channel, labels) and what is damaged. */
function rangeOfSelector(ts: TrafficSelector): SelectorRange | undefined {
  const { startAddress, endAddress, protocol = 0, startPort = 0, endPort = 0xffff } = ts
  if (!startAddress || !endAddress || ts.fibreChannel || !isAddress(startAddress)) return undefined
  if (startAddress.length !== endAddress.length) return undefined
  const [first, last] = [addressKey(startAddress), addressKey(endAddress)]
  return { first, last, protocol, firstPort: startPort, lastPort: endPort }
}

/** An ID payload of Quick Mode. */
function rangeOfId({ type, data, protocol, port, fault }: IdentificationV1): SelectorRange | undefined {
  if (fault) return undefined
  const half = data.length / 2
  const upper = { protocol, firstPort: port, lastPort: port === 0 ? 0xffff : port }
  switch (type) {
    case ID_TYPE.ID_IPV4_ADDR:
    case ID_TYPE.ID_IPV6_ADDR:
      return { first: addressKey(data), last: addressKey(data), ...upper }
    case ID_TYPE.ID_IPV4_ADDR_RANGE:
    case ID_TYPE.ID_IPV6_ADDR_RANGE:
      return { first: addressKey(data.subarray(0, half)), last: addressKey(data.subarray(half)), ...upper }
    case ID_TYPE.ID_IPV4_ADDR_SUBNET:
    case ID_TYPE.ID_IPV6_ADDR_SUBNET: {
      const mask = data.subarray(half)
      const first = data.slice(0, half).map((b, i) => b & mask[i])
      const last = first.map((b, i) => b | (~mask[i] & 0xff))
      return { first: addressKey(first), last: addressKey(last), ...upper }
    }
    default:
      return undefined
  }
}

const isAddress = (bytes: Uint8Array): boolean => bytes.length === 4 || bytes.length === 16
