/** The TCP header: walked to streams that may carry IKE, and drawn wherever it stands. RFC 9293 §3.1. */
import type { Cursor } from "../../bytes/cursor.ts"
import { bits, type Field, field } from "../../bytes/field.ts"
import { type Descent, layer } from "../layers.ts"
import { Port, portOf } from "../ports.ts"
import { drawPorts } from "./addresses.ts"
import { sip } from "./sip.ts"
import { vendorTcp } from "./vendor-tcp.ts"

const segment = {
  heading: field("tcp", "Transmission Control Protocol", { kind: "none" }),
  src: field("tcp.srcport", "Source Port"),
  dst: field("tcp.dstport", "Destination Port"),
  port: field("tcp.port", "Source or Destination Port", { hidden: true }),
  sequence: field("tcp.seq_raw", "Sequence Number (raw)"),
  acknowledgment: field("tcp.ack_raw", "Acknowledgment number (raw)"),
  headerLength: field("tcp.hdr_len", "Header Length", bits(0xf0)),
  flags: field("tcp.flags", "Flags", { kind: "hex" }),
  reserved: field("tcp.flags.res", "Reserved", { kind: "bool", ...bits(0xe00, 12) }),
  accurateEcn: field("tcp.flags.ae", "Accurate ECN", { kind: "bool", ...bits(0x100, 12) }),
  cwr: field("tcp.flags.cwr", "Congestion Window Reduced", { kind: "bool", ...bits(0x080, 12) }),
  ece: field("tcp.flags.ece", "ECN-Echo", { kind: "bool", ...bits(0x040, 12) }),
  urg: field("tcp.flags.urg", "Urgent", { kind: "bool", ...bits(0x020, 12) }),
  ack: field("tcp.flags.ack", "Acknowledgment", { kind: "bool", ...bits(0x010, 12) }),
  push: field("tcp.flags.push", "Push", { kind: "bool", ...bits(0x008, 12) }),
  reset: field("tcp.flags.reset", "Reset", { kind: "bool", ...bits(0x004, 12) }),
  syn: field("tcp.flags.syn", "Syn", { kind: "bool", ...bits(0x002, 12) }),
  fin: field("tcp.flags.fin", "Fin", { kind: "bool", ...bits(0x001, 12) }),
  window: field("tcp.window_size_value", "Window"),
  checksum: field("tcp.checksum", "Checksum", { kind: "hex" }),
  urgent: field("tcp.urgent_pointer", "Urgent Pointer"),
  options: field("tcp.options", "TCP Options", { kind: "bytes" }),
}

export interface TcpHeader {
  readonly source: number
  readonly destination: number
  readonly sequence: number
  readonly acknowledgment: number
  /** The twelve bits behind the header length. */
  readonly flags: number
  readonly window: number
}

/** Reads the header and its options at the position. */
export const decodeTcp = (c: Cursor): TcpHeader =>
  c.group(segment.heading, Math.max(20, ((c.peek(12) ?? 0) >> 4) * 4), readTcp)

const FLAGS: readonly (readonly [Field, number])[] = [
  [segment.reserved, 0xe00],
  [segment.accurateEcn, 0x100],
  [segment.cwr, 0x80],
  [segment.ece, 0x40],
  [segment.urg, 0x20],
  [segment.ack, 0x10],
  [segment.push, 0x08],
  [segment.reset, 0x04],
  [segment.syn, 0x02],
  [segment.fin, 0x01],
]

function readTcp(c: Cursor): TcpHeader {
  const ports = drawPorts(c, segment)
  const sequence = c.u32(segment.sequence)
  const acknowledgment = c.u32(segment.acknowledgment)
  const word = c.ahead(segment.flags, 2)
  const headerBytes = (word >> 12) * 4
  const flags = word & 0xfff
  c.note(segment.headerLength, c.pos, c.pos + 1, headerBytes)
  c.note(segment.flags, c.pos, c.pos + 2, flags)
  for (const [flag, mask] of FLAGS) {
    const at = mask > 0xff ? c.pos : c.pos + 1
    c.note(flag, at, at + 1, (flags & mask) !== 0)
  }
  if (headerBytes < 20) throw c.invalid(segment.headerLength, c.pos, `Header Length ${headerBytes} is less than 20`)
  c.pos += 2
  const window = c.u16(segment.window)
  c.u16(segment.checksum)
  c.u16(segment.urgent)
  if (headerBytes > 20) c.bytes(segment.options, headerBytes - 20)
  return { ...ports, sequence, acknowledgment, flags, window }
}

const TCP = layer(segment, decodeTcp)

/** A TCP header at `at`. Only segments of streams that may carry IKE (RFC 9329) go further. */
export function tcp(l: Descent, b: Uint8Array, at: number, end: number, wireEnd: number): void {
  if (end - at < 14) return
  const source = (b[at] << 8) | b[at + 1]
  const destination = (b[at + 2] << 8) | b[at + 3]
  const { view } = l
  view.sourcePort = source
  view.destinationPort = destination
  view.transportStart = at
  const headerBytes = (b[at + 12] >> 4) << 2
  if (headerBytes < 20 || at + headerBytes > end) return
  l.tap?.layer(TCP, b, at, at + headerBytes, 0)
  if (l.all) {
    view.payloadStart = at + headerBytes
    view.payloadEnd = end
    view.payloadWireBytes = wireEnd - at - headerBytes
  }
  const kind = portOf(l.ports, source, destination)
  if (kind === Port.NAT_T || kind === Port.EITHER || l.heuristicIke)
    if (!l.quoting) l.segment(b, at, at + headerBytes, end, wireEnd)
  if (l.quoting) return
  if (kind === Port.SIP) sip(l, b, at + headerBytes, end)
  if (kind === Port.VENDOR_TCP) vendorTcp(l, b, at + headerBytes, end, wireEnd)
}
