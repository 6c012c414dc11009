/** What implementations take for IntAuth. RFC 9242 §3.3.2. */
import type { PrfContext } from "../../keys/context.ts"
import type { Mistake } from "../../keys/mistake.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { V2State } from "../../track/v2-state.ts"
import type { V2Unlock } from "../../unlock/v2.ts"
import { intAuthOf, type Making } from "../int-auth.ts"

const CHAIN = "RFC 9242 §3.3.2"
const MISTAKES: readonly (Mistake & { readonly making: Making })[] = [
  {
    id: "intauth-wire-lengths",
    rfc: CHAIN,
    rule: "the Length fields are adjusted so that they don't count the lengths of Initialization Vector, Integrity Checksum Data, Padding, and Pad Length",
    instead: "with the lengths of the encrypted IKE_INTERMEDIATE messages in IntAuth",
    making: { wireLengths: true },
  },
  {
    id: "intauth-later-fragment",
    rfc: CHAIN,
    rule: "IntAuth is calculated on the message before it is fragmented",
    instead: "with the Next Payload of a later fragment in IntAuth",
    making: { laterFragment: true },
  },
  {
    id: "intauth-last-keys",
    rfc: CHAIN,
    rule: "SK_pi and SK_pr are those of the keys that are in force when the message is sent",
    instead: "with the SK_p of a later key epoch in IntAuth",
    making: { lastKeys: true },
  },
  {
    id: "intauth-last-only",
    rfc: CHAIN,
    rule: "IntAuth_iN = prf(SK_pi, IntAuth_i(N-1) | IntAuth_iNA | IntAuth_iNP)",
    instead: "with the last IKE_INTERMEDIATE exchange alone in IntAuth",
    making: { lastOnly: true },
  },
  {
    id: "intauth-swapped",
    rfc: CHAIN,
    rule: "IntAuth = IntAuth_iN | IntAuth_rN | IKE_AUTH_MID",
    instead: "with the two halves of IntAuth exchanged",
    making: { swapped: true },
  },
  {
    id: "intauth-no-message-id",
    rfc: CHAIN,
    rule: "IntAuth = IntAuth_iN | IntAuth_rN | IKE_AUTH_MID",
    instead: "without the Message ID of IKE_AUTH in IntAuth",
    making: { messageId: null },
  },
  {
    id: "intauth-message-id",
    rfc: CHAIN,
    rule: "IKE_AUTH_MID is the value of the Message ID field of the first round of the IKE_AUTH exchange",
    instead: "with Message ID 1 in IntAuth, which is not that of IKE_AUTH",
    making: { messageId: 1 },
  },
]

/** What implementations take for IntAuth; leaving it out comes first. */
export function* mistakenIntAuths(
  sa: IkeSa,
  state: V2State,
  unlock: V2Unlock,
  context: PrfContext,
): Generator<{ value: Uint8Array | undefined; mistake: Mistake }> {
  if (state.intermediates.length === 0) return
  yield {
    value: undefined,
    mistake: {
      id: "intauth-left-out",
      inIntAuth: true,
      rfc: CHAIN,
      rule: "InitiatorSignedOctets = RealMsg1 | NonceRData | MACedIDForI | IntAuth",
      instead: "without IntAuth, although IKE_INTERMEDIATE took place",
    },
  }
  for (const { making, ...mistake } of MISTAKES) {
    const value = intAuthOf(sa, state, unlock, context, making)
    if (value) yield { value, mistake: { ...mistake, inIntAuth: true } }
  }
}
