/** Traffic Selector payloads: address, protocol and port ranges, Fibre Channel ranges, security labels. */

import type { Cursor } from "../../bytes/cursor.ts"
import type { DecodeError } from "../../bytes/errors.ts"
import { type Field, field } from "../../bytes/field.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev2/payload-types.ts"
import { TS_TYPE } from "../../registry/ikev2/ts-types.ts"
import { IP_PROTOCOL } from "../../registry/ip-protocols.ts"
import * as f from "../shared/fields.ts"
import { attempt, decodeItems, type Item, item } from "../shared/items.ts"
import type { PayloadDecoder } from "../shared/payload.ts"

export interface TrafficSelector extends Item {
  readonly type: number
  /** IP protocol, 0 for any. Absent in Fibre Channel ranges and labels. */
  readonly protocol?: number
  /** Inclusive; for ICMP type in the high and code in the low octet; 65535 to 0 is OPAQUE. RFC 7296 §3.13.1. */
  readonly startPort?: number
  readonly endPort?: number
  /** Inclusive; 4 or 16 bytes, for Fibre Channel 3. Views of the packet. */
  readonly startAddress?: Uint8Array
  readonly endAddress?: Uint8Array
  /** Fibre Channel's R_CTL and Type, inclusive. RFC 4595 §4.4. */
  readonly fibreChannel?: {
    readonly startRCtl: number
    readonly endRCtl: number
    readonly startType: number
    readonly endType: number
  }
  /** Of TS_SECLABEL: opaque octets that mean something to both ends' mandatory access control. RFC 9478 §2. */
  readonly label?: Uint8Array
  /** What follows the Selector Length of a type that is not known here. */
  readonly data?: Uint8Array
}

interface TrafficSelectors {
  readonly selectors: readonly TrafficSelector[]
  /** Why there are fewer than announced. A bad selector carries a fault of its own. */
  readonly fault?: DecodeError
}

const SELECTOR_HEADER_BYTES = 4

const count = field("isakmp.ts.number", "Number of TSs")
const selector = field("isakmp.ts", "Traffic Selector", { kind: "none" })
const type = field("isakmp.ts.type", "TS Type", { names: TS_TYPE })
/** Zero is any protocol here, not HOPOPT. */
const protocolNames = { name: (n: number) => (n === 0 ? "any" : IP_PROTOCOL.name(n)) }
const protocol = field("isakmp.ts.protoid", "IP Protocol ID", { names: protocolNames })
const length = field("isakmp.ts.selector_length", "Selector Length")
const startPort = field("isakmp.ts.start_port", "Start Port")
const endPort = field("isakmp.ts.end_port", "End Port")
const startIpv4 = field("isakmp.ts.start_ipv4", "Starting Address", { kind: "ipv4" })
const endIpv4 = field("isakmp.ts.end_ipv4", "Ending Address", { kind: "ipv4" })
const startIpv6 = field("isakmp.ts.start_ipv6", "Starting Address", { kind: "ipv6" })
const endIpv6 = field("isakmp.ts.end_ipv6", "Ending Address", { kind: "ipv6" })
const startFc = field("isakmp.ts.start_fc", "Starting Address")
const endFc = field("isakmp.ts.end_fc", "Ending Address")
const startRCtl = field("isakmp.ts.start_r_ctl", "Starting R_CTL")
const endRCtl = field("isakmp.ts.end_r_ctl", "Ending R_CTL")
const startType = field("isakmp.ts.start_type", "Starting Type")
const endType = field("isakmp.ts.end_type", "Ending Type")
const label = field("isakmp.ts.seclabel", "Security Label", { kind: "bytes" })
const opaque = field("isakmp.ts.data", "Selector Data", { kind: "bytes" })

function trafficSelectors(payloadType: number, name: string, notation: string) {
  const rfc = "RFC 7296 §3.13"
  return { type: payloadType, name, notation, rfc, decode } satisfies PayloadDecoder<TrafficSelectors>
}

/** RFC 7296 §3.13. */
export const tsi = trafficSelectors(PAYLOAD_TYPE.TSi, "Traffic Selector - Initiator", "TSi")
/** RFC 7296 §3.13. */
export const tsr = trafficSelectors(PAYLOAD_TYPE.TSr, "Traffic Selector - Responder", "TSr")

/**
 *     | Number of TSs |                 RESERVED                      |
 *     ~                       <Traffic Selectors>                     ~
 */
function decode(c: Cursor): TrafficSelectors {
  const announced = c.u8(count)
  c.pass(f.reserved, 3)
  const selectors: TrafficSelector[] = []
  const { fault } = attempt(c, () => decodeItems(c, selectors, () => selectors.length < announced, decodeSelector))
  return fault ? { selectors, fault } : { selectors }
}

type Ranges = Omit<TrafficSelector, "type" | keyof Item>

/** RFC 7296 §3.13.1. Throws DecodeError only when the Selector Length does not say where the next one begins. */
export function decodeSelector(c: Cursor): TrafficSelector {
  c.require(selector, 4)
  const kind = c.peek() ?? 0
  const bytes = ((c.peek(2) ?? 0) << 8) | (c.peek(3) ?? 0)
  if (bytes < SELECTOR_HEADER_BYTES)
    throw c.invalid(length, c.pos + 2, `Selector Length ${bytes} is less than its own header of 4`)
  let ranges: Ranges = {}
  const at = item(c, selector, bytes, "Selector Length", s => {
    s.u8(type)
    ranges = BODY.get(kind)?.(s) ?? decodeUnknown(s)
    if (s.left > 0) s.pass(f.extraData)
  })
  // Written out: a spread costs ten times as much as all the reads here.
  return {
    start: at.start,
    end: at.end,
    fault: at.fault,
    type: kind,
    protocol: ranges.protocol,
    startPort: ranges.startPort,
    endPort: ranges.endPort,
    startAddress: ranges.startAddress,
    endAddress: ranges.endAddress,
    fibreChannel: ranges.fibreChannel,
    label: ranges.label,
    data: ranges.data,
  }
}

const BODY: ReadonlyMap<number, (s: Cursor) => Ranges> = new Map([
  [TS_TYPE.TS_IPV4_ADDR_RANGE, (s: Cursor) => decodeAddressRange(s, startIpv4, endIpv4, 4)],
  [TS_TYPE.TS_IPV6_ADDR_RANGE, (s: Cursor) => decodeAddressRange(s, startIpv6, endIpv6, 16)],
  [TS_TYPE.TS_FC_ADDR_RANGE, decodeFibreChannel],
  [TS_TYPE.TS_SECLABEL, decodeLabel],
])

/**
 *     |   TS Type     |IP Protocol ID*|       Selector Length         |
 *     |           Start Port*         |           End Port*           |
 *     ~                         Starting Address*                     ~
 *     ~                         Ending Address*                       ~
 */
function decodeAddressRange(s: Cursor, from: Field, to: Field, size: number): Ranges {
  const ipProtocol = s.u8(protocol)
  s.u16(length)
  return {
    protocol: ipProtocol,
    startPort: s.u16(startPort),
    endPort: s.u16(endPort),
    startAddress: s.bytes(from, size),
    endAddress: s.bytes(to, size),
  }
}

/**
 * RFC 4595 §4.4.
 *
 *     |   TS Type     |   RESERVED    |       Selector Length         |
 *     |   RESERVED    |               Starting Address                |
 *     |   RESERVED    |               Ending Address                  |
 *     | Starting R_CTL|  Ending R_CTL | Starting Type |  Ending Type  |
 */
function decodeFibreChannel(s: Cursor): Ranges {
  s.pass(f.reserved, 1)
  s.u16(length)
  const address = (shown: typeof startFc) => {
    s.pass(f.reserved, 1)
    s.u24(shown)
    return s.src.bytes.subarray(s.pos - 3, s.pos)
  }
  const [startAddress, endAddress] = [address(startFc), address(endFc)]
  const fibreChannel = {
    startRCtl: s.u8(startRCtl),
    endRCtl: s.u8(endRCtl),
    startType: s.u8(startType),
    endType: s.u8(endType),
  }
  return { startAddress, endAddress, fibreChannel }
}

/** RFC 9478 §2.1: TS Type, RESERVED, Selector Length, Security Label. */
function decodeLabel(s: Cursor): Ranges {
  s.pass(f.reserved, 1)
  s.u16(length)
  return { label: s.bytes(label) }
}

function decodeUnknown(s: Cursor): Ranges {
  s.u8(protocol)
  s.u16(length)
  return { data: s.bytes(opaque) }
}
