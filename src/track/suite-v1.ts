/** What IKEv1 offers and chooses for phase 1, by the names of reports. RFC 2409 App. A. */
import { encrOfIkev1 } from "../crypto/encr.ts"
import { hashOfIkev1 } from "../crypto/prf.ts"
import { ikeAttributes } from "../ike/v1/ike-attributes.ts"
import type { TransformV1 } from "../ike/v1/transform.ts"
import { GROUP } from "../registry/ikev1/groups.ts"
import { IKE_HASH } from "../registry/ikev1/ike-hash.ts"
import { IKE_PRF } from "../registry/ikev1/prf.ts"
import { type IkeChoice, ikeEncrNameV1 } from "./suite.ts"
import type { Offer } from "./vocabulary.ts"

const named = (name: string | undefined): string[] => (name === undefined ? [] : [name])

/** What one transform of phase 1 offers, by names. */
export function offerOfV1(t: TransformV1): Offer {
  const a = ikeAttributes(t)
  return {
    number: t.number,
    encr: named(a.encr === undefined ? undefined : ikeEncrNameV1(a.encr, a.keyLength)),
    integ: named(a.hash === undefined ? undefined : IKE_HASH.alias(a.hash)),
    prf: [],
    ke: named(a.group === undefined ? undefined : GROUP.alias(a.group)),
  }
}

/** The negotiated PRF by number (none has a name), else HMAC of the hash. */
function prfNameOf(prf: number | undefined, hash: number | undefined): string | null {
  if (prf !== undefined) return IKE_PRF.alias(prf)
  const name = hash === undefined ? undefined : hashOfIkev1(hash)?.name
  return name === undefined ? null : `HMAC-${name}`
}

/** What a responder chose for phase 1, in the frame. */
export function choiceOfV1(t: TransformV1, frame: number): IkeChoice {
  const a = ikeAttributes(t)
  const encr = a.encr === undefined ? undefined : encrOfIkev1(a.encr, a.keyLength)
  return {
    names: {
      encr: a.encr === undefined ? null : ikeEncrNameV1(a.encr, a.keyLength),
      integ: null,
      prf: prfNameOf(a.prf, a.hash),
      ke: named(a.group === undefined ? undefined : GROUP.alias(a.group)),
      hash: a.hash === undefined ? null : IKE_HASH.alias(a.hash),
    },
    encr,
    ke: a.group ?? 0,
    additional: [],
    frame,
  }
}
