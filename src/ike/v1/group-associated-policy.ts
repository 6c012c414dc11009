/** Group Associated Policy payload of GDOI: policy that belongs to the group as a whole. RFC 6407 §5.5. */

import { field } from "../../bytes/field.ts"
import { GAP_ATTRIBUTE } from "../../registry/ikev1/gap-attributes.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import { type Attribute, decodeAttribute } from "../shared/attribute.ts"
import { decodeItems } from "../shared/items.ts"
import type { PayloadDecoder } from "../shared/payload.ts"
import { attributeFields, numberDetail } from "./attributes.ts"

export interface GroupAssociatedPolicy {
  readonly attributes: readonly Attribute[]
}

const attribute = attributeFields("isakmp.gap.attr", "Group Associated Policy Attribute", GAP_ATTRIBUTE)
const details = new Map([
  [1, numberDetail(field("isakmp.gap.attr.activation_time_delay", "Activation Time Delay (s)"))],
  [2, numberDetail(field("isakmp.gap.attr.deactivation_time_delay", "Deactivation Time Delay (s)"))],
  [3, numberDetail(field("isakmp.gap.attr.sender_id_request", "Sender ID Request"))],
])

/** RFC 6407 §5.5: attributes behind the generic header. */
export const gap: PayloadDecoder<GroupAssociatedPolicy> = {
  type: PAYLOAD_TYPE.GAP,
  name: "Group Associated Policy",
  notation: "GAP",
  rfc: "RFC 6407 §5.5",
  decode(c) {
    const attributes: Attribute[] = []
    decodeItems(
      c,
      attributes,
      () => c.left > 0,
      a => decodeAttribute(a, attribute, (v, type) => details.get(type)?.(v)),
    )
    return { attributes }
  },
}
