/** Traffic selectors as people write them: `10.1.0.0/16`, `10.0.0.1-10.0.0.9`, `10.1.0.0/16[tcp/443]`. */
import { ipv4Text, ipv6Text } from "../../bytes/field.ts"
import { toHex } from "../../bytes/hex.ts"
import { IP_PROTOCOL } from "../../registry/ip-protocols.ts"
import { plainText } from "../shared/text.ts"
import type { TrafficSelector } from "./traffic-selector.ts"

/** A traffic selector in words; `protocol` is null where every protocol and port is meant, `ports` where every port is. */
export interface SelectorWords {
  readonly addresses: string
  readonly protocol: string | null
  readonly ports: string | null
}

/** A prefix where the range is one, else the range; what has no IP addresses by what it has. */
export function selectorWords(ts: TrafficSelector): SelectorWords {
  const named = (addresses: string) => ({ addresses, protocol: null, ports: null })
  if (ts.label)
    return named(`label:${plainText(ts.label.at(-1) === 0 ? ts.label.subarray(0, -1) : ts.label) ?? toHex(ts.label)}`)
  if (!ts.startAddress || !ts.endAddress) return named(`type ${ts.type}${ts.data ? `:${toHex(ts.data)}` : ""}`)
  if (ts.fibreChannel) return named(fibreChannelText(ts.startAddress, ts.endAddress, ts.fibreChannel))
  const { protocol, ports } = upperWords(ts)
  return { addresses: rangeText(ts.startAddress, ts.endAddress), protocol, ports }
}

/** `[protocol/ports]` behind the addresses, unless every protocol and port is meant. */
export const selectorText = ({ addresses, protocol, ports }: SelectorWords): string =>
  protocol === null ? addresses : `${addresses}[${protocol}${ports === null ? "" : `/${ports}`}]`

/** `10.1.0.0/16` or `10.0.0.1-10.0.0.9` of two addresses of 4 or 16 bytes. */
function rangeText(start: Uint8Array, end: Uint8Array): string {
  const text = start.length === 4 ? ipv4Text : ipv6Text
  const bits = prefixBits(start, end)
  return bits === undefined ? `${text(start)}-${text(end)}` : `${text(start)}/${bits}`
}

/** Length of the prefix that is exactly this range; undefined when none is. */
function prefixBits(start: Uint8Array, end: Uint8Array): number | undefined {
  let bits = 0
  const bit = (b: Uint8Array, i: number) => (b[i >> 3] >> (7 - (i & 7))) & 1
  const total = start.length * 8
  while (bits < total && bit(start, bits) === bit(end, bits)) bits++
  for (let i = bits; i < total; i++) if (bit(start, i) !== 0 || bit(end, i) !== 1) return undefined
  return bits
}

function upperWords(ts: TrafficSelector): Pick<SelectorWords, "protocol" | "ports"> {
  const { protocol = 0, startPort = 0, endPort = 0xffff } = ts
  const ports = startPort === 0 && endPort === 0xffff ? null : portsText(protocol, startPort, endPort)
  if (protocol === 0 && ports === null) return { protocol: null, ports }
  return { protocol: protocol === 0 ? "any" : (IP_PROTOCOL.get(protocol)?.alias ?? String(protocol)), ports }
}

function portsText(protocol: number, start: number, end: number): string {
  // RFC 7296 §3.13.1: the ports are there, but not to be known (fragments).
  if (start === 0xffff && end === 0) return "OPAQUE"
  if (protocol === IP_PROTOCOL.ICMP || protocol === IP_PROTOCOL.ICMPV6) return typesText(start, end)
  if (protocol === IP_PROTOCOL.MOBILITY_HEADER) return typesText(start, end)
  return start === end ? String(start) : `${start}-${end}`
}

/** ICMP type and code, `8`, `8(0)` or `3(1)-3(4)`; for the Mobility Header only the type. RFC 7296 §3.13.1. */
function typesText(start: number, end: number): string {
  const one = (n: number) => `${n >> 8}(${n & 0xff})`
  if (start === end) return one(start)
  const wholeTypes = (start & 0xff) === 0 && (end & 0xff) === 0xff
  if (!wholeTypes) return `${one(start)}-${one(end)}`
  return start >> 8 === end >> 8 ? String(start >> 8) : `${start >> 8}-${end >> 8}`
}

function fibreChannelText(
  start: Uint8Array,
  end: Uint8Array,
  { startRCtl, endRCtl, startType, endType }: NonNullable<TrafficSelector["fibreChannel"]>,
): string {
  const range = (from: string, to: string) => (from === to ? from : `${from}-${to}`)
  const octet = (n: number) => `0x${n.toString(16).padStart(2, "0")}`
  const address = range(`fc:${toHex(start)}`, toHex(end))
  return `${address}[r_ctl ${range(octet(startRCtl), octet(endRCtl))} type ${range(octet(startType), octet(endType))}]`
}
