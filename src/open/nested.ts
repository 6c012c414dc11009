/**
 * ESP and AH inside ESP (SA bundles, a tunnel in a tunnel): opened at once, each layer counted for its own SA. What is inside AH is clear: the
 * walk finds it. RFC 4301 §4.3.
 */

import { u32At } from "../bytes/bytes.ts"
import { readIpPacket } from "../ipsec/ip-packet.ts"
import { outerHeaderBytes } from "../ipsec/outer-header.ts"
import { isIpv6Extension } from "../net/headers/ipv6-extensions.ts"
import { Kind, PacketView } from "../net/packet-view.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import type { DataFlows } from "./data-flows.ts"
import { judgePacket } from "./judge-packet.ts"
import { type InnerPacket, OpenedPacket } from "./opened-packet.ts"
import { openWith } from "./packet-opener.ts"

const MAX_BYTES = 66_000

/** One level of nesting: its buffers are made when the first such packet comes. */
export class NestedOpener {
  readonly #view = new PacketView()
  #packet: OpenedPacket | undefined

  constructor(readonly flows: DataFlows) {}

  /** The packet inside `inner` when that is ESP or AH for which there is a key; undefined otherwise. Valid until the next call. */
  open(inner: InnerPacket): OpenedPacket | undefined {
    if (!this.#look(inner)) return undefined
    const view = this.#view
    const flow = this.flows.inside(inner.data, view)
    if (flow) flow.result.packets++
    if (!flow?.current || view.payloadEnd - view.payloadStart > MAX_BYTES) return undefined
    const state = flow.current
    const p = this.#copy(view)
    p.edges = false
    p.seqHi = state.sa.keys.esn ? state.sequence.infer(view.sequence) : 0
    judgePacket(flow, state, p, !state.ah && openWith(state, p, p.seqHi))
    state.sequence.settle()
    return p
  }

  /** Fills the view with the ESP or AH packet inside. */
  #look(inner: InnerPacket): boolean {
    const { bytes, start, end, nextHeader } = inner
    if (inner.data.protocol === "AH") return false
    const tunnel = nextHeader === 4 || nextHeader === 41
    const ip = tunnel ? readIpPacket(bytes, start, end) : readHeader(inner)
    if (!ip || (tunnel && ip.fragment)) return false
    const protocol = tunnel ? ip.protocol : nextHeader
    const at = tunnel ? ip.upperAt : start
    if (!isIpsec(protocol) || end - at < 12) return false
    const view = this.#view
    view.kind = protocol === IP_PROTOCOL.ESP ? Kind.ESP : Kind.AH
    view.capture = inner.data.captures.at(-1) ?? 0
    view.frame = inner.frame
    view.seconds = inner.seconds
    view.nanos = inner.nanos
    view.ipVersion = ip.version
    view.ipBytes = ip.bytes
    view.ipStart = tunnel ? start : inner.outerStart
    view.sourceAt = ip.sourceAt
    view.destinationAt = ip.destinationAt
    view.payloadBytes = bytes
    view.payloadStart = at
    view.payloadEnd = tunnel ? ip.end : end
    view.payloadWireBytes = view.payloadEnd - at
    view.spi = u32At(bytes, protocol === IP_PROTOCOL.ESP ? at : at + 4)
    view.sequence = u32At(bytes, protocol === IP_PROTOCOL.ESP ? at + 4 : at + 8)
    return true
  }

  #copy(view: PacketView): OpenedPacket {
    const p = (this.#packet ??= newPacket())
    const ipBytes = Math.min(outerHeaderBytes(view.ipVersion, view.ipBytes, view.ipStart), MAX_BYTES)
    p.bytes.set(view.ipBytes.subarray(view.ipStart, view.ipStart + ipBytes))
    p.bytes.set(view.payloadBytes.subarray(view.payloadStart, view.payloadEnd), ipBytes)
    p.frame = view.frame
    p.seconds = view.seconds
    p.nanos = view.nanos
    p.ipStart = 0
    p.start = ipBytes
    p.end = ipBytes + view.payloadEnd - view.payloadStart
    p.sequence = view.sequence
    return p
  }
}

/** Whether ESP or AH stands inside an opened ESP packet, of which the edges are enough to say. */
export function hasEspInside({ data, clear, dataStart, dataEnd, nextHeader }: OpenedPacket): boolean {
  if (data.protocol === "AH") return false
  if (nextHeader !== IP_PROTOCOL.IPV4 && nextHeader !== IP_PROTOCOL.IPV6) return isIpsec(nextHeader)
  if (dataEnd - dataStart < 20) return false
  const next = clear[dataStart + (nextHeader === IP_PROTOCOL.IPV4 ? 9 : 6)]
  if (nextHeader === IP_PROTOCOL.IPV4 || !isIpv6Extension(next)) return isIpsec(next)
  return isIpsec(readIpPacket(clear, dataStart, dataEnd)?.protocol ?? 0)
}

const isIpsec = (protocol: number): boolean => protocol === IP_PROTOCOL.ESP || protocol === IP_PROTOCOL.AH

/** The outer header that a transport-mode packet stands under. */
function readHeader({ outer, outerStart, outerEnd }: InnerPacket) {
  const version = outerEnd - outerStart >= 20 ? outer[outerStart] >> 4 : 0
  if (version !== 4 && version !== 6) return undefined
  const sourceAt = outerStart + (version === 4 ? 12 : 8)
  const destinationAt = outerStart + (version === 4 ? 16 : 24)
  return { version, bytes: outer, sourceAt, destinationAt, protocol: 0, upperAt: 0, end: 0, fragment: false } as const
}

function newPacket(): OpenedPacket {
  const p = new OpenedPacket()
  p.bytes = new Uint8Array(2 * MAX_BYTES)
  p.clear = new Uint8Array(2 * MAX_BYTES)
  return p
}
