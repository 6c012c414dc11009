/** Group Security Association payload: the policies of a group's SAs, and what holds for the whole group. RFC 9838 §4.4. */

import type { Cursor } from "../../bytes/cursor.ts"
import type { DecodeError } from "../../bytes/errors.ts"
import { type Field, field } from "../../bytes/field.ts"
import { GROUP_WIDE_POLICY_ATTRIBUTE } from "../../registry/ikev2/group-wide-policy-attributes.ts"
import { GSA_ATTRIBUTE } from "../../registry/ikev2/gsa-attributes.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev2/payload-types.ts"
import { SECURITY_PROTOCOL } from "../../registry/ikev2/security-protocols.ts"
import { type Attribute, attributeFields, decodeAttribute } from "../shared/attribute.ts"
import { attempt, decodeItems, type Item, item } from "../shared/items.ts"
import type { PayloadDecoder } from "../shared/payload.ts"
import { decodeSelector, type TrafficSelector } from "./traffic-selector.ts"
import { decodeTransform, type Transform } from "./transform.ts"

interface GroupPolicy extends Item {
  /** 2 AH, 3 ESP, 6 GIKE_UPDATE; 0 for the group-wide policy. */
  readonly protocol: number
  /** A view of the packet. */
  readonly spi: Uint8Array
  /** Source and destination; none in the group-wide policy. */
  readonly source?: TrafficSelector
  readonly destination?: TrafficSelector
  readonly transforms: readonly Transform[]
  readonly attributes: readonly Attribute[]
}

export interface GroupSecurityAssociation {
  readonly policies: readonly GroupPolicy[]
  readonly fault?: DecodeError
}

const GROUP_WIDE = 0

const policy = field("isakmp.gsa.policy", "Group Policy", { kind: "none" })
const protocol = field("isakmp.gsa.protoid", "Protocol", { names: SECURITY_PROTOCOL })
const spiSize = field("isakmp.spisize", "SPI Size")
const policyLength = field("isakmp.gsa.length", "Length")
const spi = field("isakmp.spi", "SPI", { kind: "bytes" })

const gsaFields = attributeFields("isakmp.gsa.attr", "GSA Attribute", GSA_ATTRIBUTE, "Attribute ")
const groupWideFields = attributeFields(
  "isakmp.gsa.gwp_attr",
  "Group-Wide Policy Attribute",
  GROUP_WIDE_POLICY_ATTRIBUTE,
  "Attribute ",
)

const meanings = new Map<number, Field>([
  [GSA_ATTRIBUTE.GSA_KEY_LIFETIME, field("isakmp.gsa.attr.key_lifetime", "GSA_KEY_LIFETIME (seconds)")],
  [
    GSA_ATTRIBUTE.GSA_INITIAL_MESSAGE_ID,
    field("isakmp.gsa.attr.initial_message_id", "GSA_INITIAL_MESSAGE_ID", { kind: "hex" }),
  ],
])
const groupWideMeanings = new Map<number, Field>([
  [GROUP_WIDE_POLICY_ATTRIBUTE.GWP_ATD, field("isakmp.gsa.gwp_attr.atd", "GWP_ATD (seconds)")],
  [GROUP_WIDE_POLICY_ATTRIBUTE.GWP_DTD, field("isakmp.gsa.gwp_attr.dtd", "GWP_DTD (seconds)")],
  [GROUP_WIDE_POLICY_ATTRIBUTE.GWP_SENDER_ID_BITS, field("isakmp.gsa.gwp_attr.sender_id_bits", "GWP_SENDER_ID_BITS")],
])
const nextSpi = field("isakmp.gsa.attr.next_spi", "GSA_NEXT_SPI", { kind: "bytes" })

/** Group Security Association payload: policies to its end. RFC 9838 §4.4. */
export const gsa: PayloadDecoder<GroupSecurityAssociation> = {
  type: PAYLOAD_TYPE.GSA,
  name: "Group Security Association",
  notation: "GSA",
  rfc: "RFC 9838 §4.4",
  decode(c) {
    const policies: GroupPolicy[] = []
    const { fault } = attempt(c, () => decodeItems(c, policies, () => c.left > 0, decodePolicy))
    return fault ? { policies, fault } : { policies }
  },
}

/**
 * Throws DecodeError only when the Length does not say where the next one begins.
 *
 *     |   Protocol    |   SPI Size    |            Length             |
 *     ~                              SPI                              ~
 *     ~                    Source Traffic Selector                    ~
 *     ~                 Destination Traffic Selector                  ~
 *     ~                       <GSA Transforms>                        ~
 *     ~                       <GSA Attributes>                        ~
 */
function decodePolicy(c: Cursor): GroupPolicy {
  c.require(policy, 4)
  const length = ((c.peek(2) ?? 0) << 8) | (c.peek(3) ?? 0)
  if (length < 4) throw c.invalid(policyLength, c.pos + 2, `policy Length ${length} is less than its own header of 4`)
  const read: { protocol: number; spi: Uint8Array; source?: TrafficSelector; destination?: TrafficSelector } = {
    protocol: 0,
    spi: c.src.bytes.subarray(c.pos, c.pos),
  }
  const transforms: Transform[] = []
  const attributes: Attribute[] = []
  const at = item(c, policy, length, "policy Length", p => {
    read.protocol = p.u8(protocol)
    const spiBytes = p.u8(spiSize)
    p.u16(policyLength)
    if (spiBytes > 0) read.spi = p.bytes(spi, spiBytes)
    if (read.protocol === GROUP_WIDE) {
      decodeItems(
        p,
        attributes,
        () => p.left > 0,
        a => decodeAttribute(a, groupWideFields, drawGroupWide),
      )
      return
    }
    read.source = decodeSelector(p)
    read.destination = decodeSelector(p)
    decodeItems(p, transforms, () => transforms.at(-1)?.last !== 0, decodeTransform)
    decodeItems(
      p,
      attributes,
      () => p.left > 0,
      a => decodeAttribute(a, gsaFields, drawGsa),
    )
  })
  return {
    start: at.start,
    end: at.end,
    fault: at.fault,
    protocol: read.protocol,
    spi: read.spi,
    source: read.source,
    destination: read.destination,
    transforms,
    attributes,
  }
}

function drawGsa(v: Cursor, type: number): void {
  if (type === GSA_ATTRIBUTE.GSA_NEXT_SPI) v.bytes(nextSpi)
  else drawNumber(v, meanings.get(type))
}

const drawGroupWide = (v: Cursor, type: number): void => drawNumber(v, groupWideMeanings.get(type))

function drawNumber(v: Cursor, meaning: typeof nextSpi | undefined): void {
  if (meaning && v.left <= 6) v.uint(meaning, v.left)
}
