/** Quick Mode proposals by the report's names, with the lifetimes that IKEv1 negotiates. RFC 2407 §4.4-4.5. */

import { integOfAhV1, integOfEspV1 } from "../crypto/integ.ts"
import { findAll } from "../ike/shared/payload.ts"
import { ipsecAttributes } from "../ike/v1/ipsec-attributes.ts"
import { sa as saPayload } from "../ike/v1/security-association.ts"
import type { TransformV1 } from "../ike/v1/transform.ts"
import { GROUP } from "../registry/ikev1/groups.ts"
import { IPSEC_AUTH_ALG } from "../registry/ikev1/ipsec-auth-alg.ts"
import { PROTOCOL_ID } from "../registry/ikev1/protocol-ids.ts"
import { TRANS_AH } from "../registry/ikev1/trans-ah.ts"
import { espEncrNameV1 } from "../track/suite.ts"
import type { WholeMessage } from "../track/whole.ts"

export interface ChildOfferV1 {
  readonly chosen: boolean
  readonly protocol: "ESP" | "AH"
  readonly encr: string | null
  readonly integ: string | null
  readonly ke: string | null
  readonly lifetimeSeconds: number | null
  readonly lifetimeKilobytes: number | null
  readonly frame: number
}

/** The ESP and AH transforms of a Quick Mode message. */
export function childOffersV1(whole: WholeMessage, chosen: boolean): ChildOfferV1[] {
  return findAll(whole.payloads, saPayload).flatMap(s =>
    s.proposals
      .filter(p => p.protocol === PROTOCOL_ID.PROTO_IPSEC_ESP || p.protocol === PROTOCOL_ID.PROTO_IPSEC_AH)
      .flatMap(p =>
        p.transforms.map(t => offerOf(t, p.protocol === PROTOCOL_ID.PROTO_IPSEC_AH, chosen, whole.datagram.frame)),
      ),
  )
}

function offerOf(t: TransformV1, ah: boolean, chosen: boolean, frame: number): ChildOfferV1 {
  const a = ipsecAttributes(t)
  const espInteg = a.authAlg === undefined ? null : (integOfEspV1(a.authAlg)?.name ?? IPSEC_AUTH_ALG.alias(a.authAlg))
  return {
    chosen,
    protocol: ah ? "AH" : "ESP",
    encr: ah ? null : espEncrNameV1(t.id, a.keyLength),
    integ: ah ? (integOfAhV1(t.id)?.name ?? TRANS_AH.alias(t.id)) : espInteg,
    ke: a.group === undefined ? null : GROUP.alias(a.group),
    lifetimeSeconds: a.lifetimeSeconds ?? null,
    lifetimeKilobytes: a.lifetimeKilobytes ?? null,
    frame,
  }
}
