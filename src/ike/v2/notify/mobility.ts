/** Data of MOBIKE's (RFC 4555) and of redirection's (RFC 5685) notifications. */

import type { Cursor } from "../../../bytes/cursor.ts"
import { type Field, field, ipv4Text, ipv6Text } from "../../../bytes/field.ts"
import { toHex } from "../../../bytes/hex.ts"
import { GATEWAY_ID } from "../../../registry/ikev2/gateway-id.ts"
import { NOTIFY } from "../../../registry/ikev2/notify.ts"
import type { NotifyDecoder } from "./decoder.ts"

const ipv4 = field("isakmp.notify.data.additional_ipv4", "Additional IPv4 Address", { kind: "ipv4" })
const ipv6 = field("isakmp.notify.data.additional_ipv6", "Additional IPv6 Address", { kind: "ipv6" })

/** An address as bytes (4 or 16, a view of the packet) and as text. */
interface Address {
  readonly bytes: Uint8Array
  readonly text: string
}

const readIpv4 = (c: Cursor, shown: Field): Address => {
  const bytes = c.bytes(shown, 4)
  return { bytes, text: ipv4Text(bytes) }
}
const readIpv6 = (c: Cursor, shown: Field): Address => {
  const bytes = c.bytes(shown, 16)
  return { bytes, text: ipv6Text(bytes) }
}

const additionalIp4Address: NotifyDecoder<Address> = {
  type: NOTIFY.ADDITIONAL_IP4_ADDRESS,
  rfc: "RFC 4555 §4.2.2",
  decode: c => readIpv4(c, ipv4),
}

const additionalIp6Address: NotifyDecoder<Address> = {
  type: NOTIFY.ADDITIONAL_IP6_ADDRESS,
  rfc: "RFC 4555 §4.2.2",
  decode: c => readIpv6(c, ipv6),
}

/** What NO_NATS_ALLOWED protects: the addresses and ports of the packet that carries it. */
interface NoNatsAllowed {
  readonly source: Address
  readonly destination: Address
  readonly sourcePort: number
  readonly destinationPort: number
}

const noNat = "isakmp.notify.data.no_nats_allowed"
const noNatSource4 = field(`${noNat}.source_ipv4`, "Source IP address", { kind: "ipv4" })
const noNatSource6 = field(`${noNat}.source_ipv6`, "Source IP address", { kind: "ipv6" })
const noNatDestination4 = field(`${noNat}.destination_ipv4`, "Destination IP address", { kind: "ipv4" })
const noNatDestination6 = field(`${noNat}.destination_ipv6`, "Destination IP address", { kind: "ipv6" })
const noNatSourcePort = field(`${noNat}.source_port`, "Source port")
const noNatDestinationPort = field(`${noNat}.destination_port`, "Destination port")

const noNatsAllowed: NotifyDecoder<NoNatsAllowed> = {
  type: NOTIFY.NO_NATS_ALLOWED,
  rfc: "RFC 4555 §4.2.6",
  decode(c) {
    const v4 = c.left === 12
    return {
      source: v4 ? readIpv4(c, noNatSource4) : readIpv6(c, noNatSource6),
      destination: v4 ? readIpv4(c, noNatDestination4) : readIpv6(c, noNatDestination6),
      sourcePort: c.u16(noNatSourcePort),
      destinationPort: c.u16(noNatDestinationPort),
    }
  },
}

/** A gateway: an address, or a name, or what an unknown type says, in hex. */
interface GatewayIdentity {
  /** 1 IPv4, 2 IPv6, 3 FQDN. */
  readonly type: number
  readonly identity: Uint8Array
  readonly text: string
}

export interface Redirect extends GatewayIdentity {
  /** Of IKE_SA_INIT: the initiator's nonce, sent back. Empty in IKE_AUTH and INFORMATIONAL. */
  readonly nonce: Uint8Array
}

const redirectName = "isakmp.notify.data.redirect"
const identityType = field(`${redirectName}.gw_ident.type`, "Gateway Identity Type", { names: GATEWAY_ID })
const identityLength = field(`${redirectName}.gw_ident.len`, "Gateway Identity Length")
const nonceData = field(`${redirectName}.nonce_data`, "Redirect Nonce Data", { kind: "bytes" })
const identityFields = (which: string, label: string) => ({
  ipv4: field(`${redirectName}.${which}.ipv4`, `${label} (IPv4)`, { kind: "ipv4" }),
  ipv6: field(`${redirectName}.${which}.ipv6`, `${label} (IPv6)`, { kind: "ipv6" }),
  fqdn: field(`${redirectName}.${which}.fqdn`, `${label} (FQDN)`, { kind: "text" }),
  data: field(`${redirectName}.${which}.data`, label, { kind: "bytes" }),
})
const newGateway = identityFields("new_resp_gw_ident", "New Responder Gateway Identity")
const originalGateway = identityFields("org_resp_gw_ident", "Original Responder Gateway Identity")

export const redirect: NotifyDecoder<Redirect> = {
  type: NOTIFY.REDIRECT,
  rfc: "RFC 5685 §10.2",
  decode(c) {
    const gateway = readGateway(c, newGateway)
    return { ...gateway, nonce: c.left > 0 ? c.bytes(nonceData) : c.src.bytes.subarray(c.pos, c.pos) }
  },
}

export const redirectedFrom: NotifyDecoder<GatewayIdentity> = {
  type: NOTIFY.REDIRECTED_FROM,
  rfc: "RFC 5685 §10.3",
  decode: c => readGateway(c, originalGateway),
}

/**
 *     | GW Ident Type |  GW Ident Len |                               ~
 *     ~                   New Responder GW Identity                   ~
 */
function readGateway(c: Cursor, fields: ReturnType<typeof identityFields>): GatewayIdentity {
  const type = c.u8(identityType)
  const length = c.u8(identityLength)
  const start = c.pos
  const text = readIdentity(c, type, length, fields)
  return { type, identity: c.src.bytes.subarray(start, c.pos), text }
}

function readIdentity(c: Cursor, type: number, length: number, fields: ReturnType<typeof identityFields>): string {
  if (type === 1 && length === 4) return readIpv4(c, fields.ipv4).text
  if (type === 2 && length === 16) return readIpv6(c, fields.ipv6).text
  if (type === 3) return c.text(fields.fqdn, length)
  return toHex(c.bytes(fields.data, length))
}

export const MOBILITY: readonly NotifyDecoder[] = [
  additionalIp4Address,
  additionalIp6Address,
  noNatsAllowed,
  redirect,
  redirectedFrom,
]
