/** Group Security Association payload: the policies of a group's SAs, and what holds for the whole group. RFC 9838 §4.4. */

import type { Cursor } from "../../bytes/cursor.ts"
import type { DecodeError } from "../../bytes/errors.ts"
import { type Field, field } from "../../bytes/field.ts"
import { GROUP_WIDE_POLICY_ATTRIBUTE } from "../../registry/ikev2/group-wide-policy-attributes.ts"
import { GSA_ATTRIBUTE } from "../../registry/ikev2/gsa-attributes.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev2/payload-types.ts"
import { SECURITY_PROTOCOL } from "../../registry/ikev2/security-protocols.ts"
import { type Attribute, attributeFields, decodeAttribute } from "../shared/attribute.ts"
import { attempt, decodeItems } from "../shared/items.ts"
import type { PayloadDecoder } from "../shared/payload.ts"
import { type GroupItem, groupItem } from "./group-item.ts"
import { decodeSelector, type TrafficSelector } from "./traffic-selector.ts"
import { decodeTransform, type Transform } from "./transform.ts"

interface GroupPolicy extends GroupItem {
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

const policy = {
  heading: field("isakmp.gsa.policy", "Group Policy", { kind: "none" }),
  protocol: field("isakmp.gsa.protoid", "Protocol", { names: SECURITY_PROTOCOL }),
  spiSize: field("isakmp.spisize", "SPI Size"),
  length: field("isakmp.gsa.length", "Length"),
  spi: field("isakmp.spi", "SPI", { kind: "bytes" }),
}

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
 * The header (`groupItem`), then, but for the group-wide policy, which has attributes alone:
 *
 *     ~                    Source Traffic Selector                    ~
 *     ~                 Destination Traffic Selector                  ~
 *     ~                       <GSA Transforms>                        ~
 *     ~                       <GSA Attributes>                        ~
 */
function decodePolicy(c: Cursor): GroupPolicy {
  let source: TrafficSelector | undefined
  let destination: TrafficSelector | undefined
  const transforms: Transform[] = []
  const attributes: Attribute[] = []
  const head = groupItem(c, policy, "policy", (p, protocol) => {
    const isWide = protocol === GROUP_WIDE
    if (!isWide) {
      source = decodeSelector(p)
      destination = decodeSelector(p)
      decodeItems(p, transforms, () => transforms.at(-1)?.last !== 0, decodeTransform)
    }
    decodeItems(
      p,
      attributes,
      () => p.left > 0,
      a => (isWide ? decodeAttribute(a, groupWideFields, drawGroupWide) : decodeAttribute(a, gsaFields, drawGsa)),
    )
  })
  return { ...head, source, destination, transforms, attributes }
}

function drawGsa(v: Cursor, type: number): void {
  if (type === GSA_ATTRIBUTE.GSA_NEXT_SPI) v.bytes(nextSpi)
  else drawNumber(v, meanings.get(type))
}

const drawGroupWide = (v: Cursor, type: number): void => drawNumber(v, groupWideMeanings.get(type))

function drawNumber(v: Cursor, meaning: typeof nextSpi | undefined): void {
  if (meaning && v.left <= 6) v.uint(meaning, v.left)
}
