/** NAT-D and NAT-OA payloads under the numbers of RFC 3947 and of the drafts before it. RFC 3947 §3.2, §5.2. */

import { field } from "../../bytes/field.ts"
import { ID_TYPE } from "../../registry/ikev1/id-types.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import * as f from "../shared/fields.ts"
import type { PayloadDecoder } from "../shared/payload.ts"

/** HASH(CKY-I | CKY-R | IP | Port). RFC 3947 §3.2. */
export interface NatDetection {
  /** A view of the packet. */
  readonly hash: Uint8Array
}

/** An address before NAT. RFC 3947 §5.2. */
export interface NatOriginalAddress {
  /** ID type: 1 IPv4, 5 IPv6. */
  readonly type: number
  /** A view of the packet, 4 or 16 bytes; other lengths are kept as they are. */
  readonly address: Uint8Array
}

const natHash = field("isakmp.ike.nat_hash", "HASH of the address and port", { kind: "bytes" })
const idType = field("isakmp.id.type", "ID Type", { names: ID_TYPE })
const ipv4 = field("isakmp.ike.nat_original_address_ipv4", "NAT Original IPv4 Address", { kind: "ipv4" })
const ipv6 = field("isakmp.ike.nat_original_address_ipv6", "NAT Original IPv6 Address", { kind: "ipv6" })
const other = field("isakmp.ike.nat_original_address", "NAT Original Address", { kind: "bytes" })

const natDetection = (type: number, rfc: string): PayloadDecoder<NatDetection> => ({
  type,
  name: "NAT-D",
  notation: "NAT-D",
  rfc,
  fixed: (_, start) => start,
  decode: c => ({ hash: c.bytes(natHash) }),
})

/**
 *     |   ID Type     |   RESERVED    |            RESERVED           |
 *     |           IPv4 (4 octets) or IPv6 address (16 octets)         |
 */
const natOriginalAddress = (type: number, rfc: string): PayloadDecoder<NatOriginalAddress> => ({
  type,
  name: "NAT-OA",
  notation: "NAT-OA",
  rfc,
  decode(c) {
    const kind = c.u8(idType)
    c.pass(f.reserved, 3)
    if (kind === ID_TYPE.ID_IPV4_ADDR) return { type: kind, address: c.bytes(ipv4, 4) }
    if (kind === ID_TYPE.ID_IPV6_ADDR) return { type: kind, address: c.bytes(ipv6, 16) }
    return { type: kind, address: c.bytes(other) }
  },
})

/** Whether a body reads as a NAT-OA payload and as nothing else: an ID type of an address, zeros, and just the address. */
export function isNatOriginalAddress(b: Uint8Array, start: number, end: number): boolean {
  const type = b[start]
  const bytes = type === ID_TYPE.ID_IPV4_ADDR ? 4 : type === ID_TYPE.ID_IPV6_ADDR ? 16 : 0
  return bytes > 0 && end - start === 4 + bytes && (b[start + 1] | b[start + 2] | b[start + 3]) === 0
}

export const natD = natDetection(PAYLOAD_TYPE.NAT_D, "RFC 3947 §3.2")
export const natOa = natOriginalAddress(PAYLOAD_TYPE.NAT_OA, "RFC 3947 §5.2")
export const natDDraft = natDetection(PAYLOAD_TYPE.NAT_D_DRAFT, "draft-ietf-ipsec-nat-t-ike-03 §3.2")
export const natOaDraft = natOriginalAddress(PAYLOAD_TYPE.NAT_OA_DRAFT, "draft-ietf-ipsec-nat-t-ike-03 §5.2")
