/** Identification payloads of IKEv2: IDi, IDr, and IDg of Group IKEv2, which have the same body. */

import type { Cursor } from "../../bytes/cursor.ts"
import type { DecodeError } from "../../bytes/errors.ts"
import { field, ipv4Text, ipv6Text } from "../../bytes/field.ts"
import { toHex } from "../../bytes/hex.ts"
import { ID_TYPE } from "../../registry/ikev2/id-types.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev2/payload-types.ts"
import { distinguishedName, generalName, NAME_CHOICE } from "../shared/distinguished-name.ts"
import * as f from "../shared/fields.ts"
import { attempt } from "../shared/items.ts"
import type { PayloadDecoder } from "../shared/payload.ts"
import { plainText } from "../shared/text.ts"

interface Identification {
  readonly type: number
  /** Identification Data, a view of the packet. */
  readonly data: Uint8Array
  /** The data as people write it: an address, a name, a distinguished name (RFC 4514), else hex. Empty for ID_NULL. */
  readonly text: string
  /** Data that is not what its type demands, such as an IPv4 address of 3 bytes; `text` is hex then. */
  readonly fault?: DecodeError
}

const type = field("isakmp.id.type", "ID Type", { names: ID_TYPE })
const opaque = field("isakmp.id.data", "Identification Data", { kind: "bytes" })
const ipv4 = field("isakmp.id.data.ipv4_addr", "ID_IPV4_ADDR", { kind: "ipv4" })
const fqdn = field("isakmp.id.data.fqdn", "ID_FQDN", { kind: "text" })
const rfc822 = field("isakmp.id.data.user_fqdn", "ID_RFC822_ADDR", { kind: "text" })
const ipv6 = field("isakmp.id.data.ipv6_addr", "ID_IPV6_ADDR", { kind: "ipv6" })
const dn = field("isakmp.id.data.der_asn1_dn", "ID_DER_ASN1_DN", { names: NAME_CHOICE })
const gn = field("isakmp.id.data.der_asn1_gn", "ID_DER_ASN1_GN", { kind: "text" })
const keyId = field("isakmp.id.data.key_id", "ID_KEY_ID", { kind: "bytes" })
const fcName = field("isakmp.id.data.fc_name", "ID_FC_NAME", { kind: "ether" })

/** Reads the data of one ID type and gives its text. */
type IdReader = (c: Cursor) => string

/** RFC 7296 §3.5, RFC 4595 §4.3 (ID_FC_NAME), RFC 7619 §2.4 (ID_NULL). */
const READERS: ReadonlyMap<number, IdReader> = new Map<number, IdReader>([
  [1, c => ipv4Text(c.bytes(ipv4, 4))],
  [2, c => c.text(fqdn)],
  [3, c => c.text(rfc822)],
  [5, c => ipv6Text(c.bytes(ipv6, 16))],
  [9, c => distinguishedName(c, dn)],
  [10, c => generalName(c, gn)],
  [11, c => keyIdText(c.bytes(keyId))],
  [12, c => toHex(c.bytes(fcName, 8)).replace(/..(?=.)/g, "$&:")],
  [13, c => (c.left === 0 ? "" : toHex(c.bytes(opaque)))],
])

function identification(payloadType: number, name: string, notation: string, rfc: string) {
  return { type: payloadType, name, notation, rfc, decode } satisfies PayloadDecoder<Identification>
}

/** RFC 7296 §3.5. */
export const idi = identification(PAYLOAD_TYPE.IDi, "Identification - Initiator", "IDi", "RFC 7296 §3.5")
/** RFC 7296 §3.5. */
export const idr = identification(PAYLOAD_TYPE.IDr, "Identification - Responder", "IDr", "RFC 7296 §3.5")
/** The group that a member asks for. RFC 9838 §4.3. */
export const idg = identification(PAYLOAD_TYPE.IDg, "Group Identification", "IDg", "RFC 9838 §4.3")

/**
 *     |   ID Type     |                 RESERVED                      |
 *     ~                   Identification Data                         ~
 */
function decode(c: Cursor): Identification {
  const kind = c.u8(type)
  c.pass(f.reserved, 3)
  const data = c.src.bytes.subarray(c.pos, c.end)
  const start = c.pos
  const { value: text, fault } = attempt(c, () => READERS.get(kind)?.(c) ?? keyIdText(c.bytes(opaque)))
  if (!fault) return { type: kind, data, text: text ?? "" }
  c.pos = start
  c.pass(opaque)
  return { type: kind, data, text: toHex(data), fault }
}

/** RFC 7296 calls it opaque; many put text there. */
const keyIdText = (data: Uint8Array): string => plainText(data) ?? toHex(data)
