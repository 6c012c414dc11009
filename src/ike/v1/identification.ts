/** Identification payload of IKEv1: who a peer is (phase 1), or what traffic an SA is for (phase 2). RFC 2407 §4.6.2. */

import { byteSource } from "../../bytes/byte-source.ts"
import { concat } from "../../bytes/bytes.ts"
import { Cursor } from "../../bytes/cursor.ts"
import type { DecodeError } from "../../bytes/errors.ts"
import { field, ipv4Text, ipv6Text } from "../../bytes/field.ts"
import { toHex } from "../../bytes/hex.ts"
import { ID_TYPE } from "../../registry/ikev1/id-types.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import { distinguishedName, generalName, NAME_CHOICE } from "../shared/distinguished-name.ts"
import * as f from "../shared/fields.ts"
import { nextPayloadField } from "../shared/header.ts"
import { attempt, item } from "../shared/items.ts"
import type { PayloadDecoder } from "../shared/payload.ts"
import { plainText } from "../shared/text.ts"

export interface IdentificationV1 {
  readonly type: number
  /** IP protocol that the SA is for; 0 any. */
  readonly protocol: number
  /** Port of that protocol; 0 any. */
  readonly port: number
  /** Identification Data, a view of the packet. */
  readonly data: Uint8Array
  /** The data as people write it: `10.1.0.0/16`, `10.0.0.1-10.0.0.9`, a name, a distinguished name (RFC 4514), else hex. */
  readonly text: string
  /** The identities of ID_LIST. RFC 3554 §2. */
  readonly list?: readonly IdentificationV1[]
  /** Data that is not what its type demands, such as an IPv4 address of 3 bytes; `text` is hex then. */
  readonly fault?: DecodeError
}

const type = field("isakmp.id.type", "ID Type", { names: ID_TYPE })
const protocol = field("isakmp.id.protoid", "Protocol ID")
const port = field("isakmp.id.port", "Port")
const opaque = field("isakmp.id.data", "Identification Data", { kind: "bytes" })
const ipv4 = (name: string, label: string) => field(`isakmp.id.data.${name}`, label, { kind: "ipv4" })
const ipv6 = (name: string, label: string) => field(`isakmp.id.data.${name}`, label, { kind: "ipv6" })
const ipv4Addr = ipv4("ipv4_addr", "ID_IPV4_ADDR")
const ipv4Subnet = ipv4("ipv4_subnet", "ID_IPV4_SUBNET")
const ipv4Start = ipv4("ipv4_range_start", "ID_IPV4_RANGE (Start)")
const ipv4End = ipv4("ipv4_range_end", "ID_IPV4_RANGE (End)")
const ipv6Addr = ipv6("ipv6_addr", "ID_IPV6_ADDR")
const ipv6Subnet = ipv6("ipv6_subnet", "ID_IPV6_SUBNET")
const ipv6Start = ipv6("ipv6_range_start", "ID_IPV6_RANGE (Start)")
const ipv6End = ipv6("ipv6_range_end", "ID_IPV6_RANGE (End)")
const fqdn = field("isakmp.id.data.fqdn", "ID_FQDN", { kind: "text" })
const userFqdn = field("isakmp.id.data.user_fqdn", "ID_USER_FQDN", { kind: "text" })
const dn = field("isakmp.id.data.der_asn1_dn", "ID_DER_ASN1_DN", { names: NAME_CHOICE })
const gn = field("isakmp.id.data.der_asn1_gn", "ID_DER_ASN1_GN", { kind: "text" })
const keyId = field("isakmp.id.data.key_id", "ID_KEY_ID", { kind: "bytes" })
const listed = field("isakmp.id.data.list", "Identification", { kind: "none" })

/** Reads the data of one ID type and gives its text. */
const READERS: ReadonlyMap<number, (c: Cursor) => string> = new Map<number, (c: Cursor) => string>([
  [ID_TYPE.ID_IPV4_ADDR, c => ipv4Text(c.bytes(ipv4Addr, 4))],
  [ID_TYPE.ID_FQDN, c => c.text(fqdn)],
  [ID_TYPE.ID_USER_FQDN, c => c.text(userFqdn)],
  [ID_TYPE.ID_IPV4_ADDR_SUBNET, c => subnetText(ipv4Text(c.bytes(ipv4Addr, 4)), c.bytes(ipv4Subnet, 4), ipv4Text)],
  [ID_TYPE.ID_IPV6_ADDR, c => ipv6Text(c.bytes(ipv6Addr, 16))],
  [ID_TYPE.ID_IPV6_ADDR_SUBNET, c => subnetText(ipv6Text(c.bytes(ipv6Addr, 16)), c.bytes(ipv6Subnet, 16), ipv6Text)],
  [ID_TYPE.ID_IPV4_ADDR_RANGE, c => `${ipv4Text(c.bytes(ipv4Start, 4))}-${ipv4Text(c.bytes(ipv4End, 4))}`],
  [ID_TYPE.ID_IPV6_ADDR_RANGE, c => `${ipv6Text(c.bytes(ipv6Start, 16))}-${ipv6Text(c.bytes(ipv6End, 16))}`],
  [ID_TYPE.ID_DER_ASN1_DN, c => distinguishedName(c, dn)],
  [ID_TYPE.ID_DER_ASN1_GN, c => generalName(c, gn)],
  [ID_TYPE.ID_KEY_ID, c => opaqueText(c.bytes(keyId))],
])

/**
 * Identification payload. RFC 2407 §4.6.2.
 *
 *     |   ID Type     |  Protocol ID  |             Port              |
 *     ~                     Identification Data                       ~
 */
export const id: PayloadDecoder<IdentificationV1> = {
  type: PAYLOAD_TYPE.ID,
  name: "Identification",
  notation: "ID",
  rfc: "RFC 2407 §4.6.2",
  fixed: (_bytes, _start, end) => end,
  decode: c => decodeIdentification(c, true),
}

/** The same out of its parts, as GDOI's policies have them. RFC 6407 §5.3, §5.4.1. */
export function identificationOf(
  idType: number,
  ipProtocol: number,
  idPort: number,
  data: Uint8Array,
): IdentificationV1 {
  const head = Uint8Array.of(idType, ipProtocol, idPort >> 8, idPort)
  return decodeIdentification(
    new Cursor(byteSource(concat(head, data), "identity"), 0, 4 + data.length, "identity"),
    true,
  )
}

function decodeIdentification(c: Cursor, listAllowed: boolean): IdentificationV1 {
  const head = { type: c.u8(type), protocol: c.u8(protocol), port: c.u16(port) }
  const data = c.src.bytes.subarray(c.pos, c.end)
  const start = c.pos
  if (head.type === ID_TYPE.ID_LIST && listAllowed) {
    const list: IdentificationV1[] = []
    const { fault } = attempt(c, () => decodeList(c, list))
    c.pos = c.end
    return { ...head, data, list, text: list.map(i => i.text).join(","), fault }
  }
  const { value: text, fault } = attempt(c, () => READERS.get(head.type)?.(c) ?? opaqueText(c.bytes(opaque)))
  if (!fault) return { type: head.type, protocol: head.protocol, port: head.port, data, text: text ?? "" }
  c.pos = start
  c.pass(opaque)
  return { ...head, data, text: toHex(data), fault }
}

/** RFC 3554 §2: Identification payloads with their generic headers, one behind the other. */
function decodeList(c: Cursor, list: IdentificationV1[]): void {
  while (c.left > 0) {
    c.require(f.payloadLength, 4)
    const length = ((c.peek(2) ?? 0) << 8) | (c.peek(3) ?? 0)
    if (length < 8)
      throw c.invalid(f.payloadLength, c.pos + 2, `Payload Length ${length} of a listed identity is less than 8`)
    const { fault } = item(c, listed, length, "Payload Length", i => {
      i.u8(nextPayloadField(1))
      i.pass(f.reserved, 1)
      i.u16(f.payloadLength)
      list.push(decodeIdentification(new Cursor(i.src, i.pos, i.end, i.limit, i.sink), false))
    })
    if (fault) throw fault
  }
}

/** `10.1.0.0/16`, or with the mask spelt out when its ones do not stand together. */
function subnetText(address: string, mask: Uint8Array, maskText: (b: Uint8Array) => string): string {
  const bits = Array.from(mask, b => b.toString(2).padStart(8, "0")).join("")
  return `${address}/${/^1*0*$/.test(bits) ? bits.lastIndexOf("1") + 1 : maskText(mask)}`
}

/** Opaque to the RFC; many put text there. */
const opaqueText = (data: Uint8Array): string => plainText(data) ?? toHex(data)
