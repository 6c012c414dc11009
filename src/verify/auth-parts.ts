/** The pieces of one side's signed octets, out of what the SA has shown. RFC 7296 §2.15. */

import type { DecodedPayload } from "../ike/shared/payload.ts"
import type { PrfContext } from "../keys/context.ts"
import { NOTIFY } from "../registry/ikev2/notify.ts"
import { PAYLOAD_TYPE } from "../registry/ikev2/payload-types.ts"
import type { InitCandidate } from "../track/event.ts"
import type { Epoch, IkeSa } from "../track/ike-sa.ts"
import type { Nonces } from "../track/negotiation.ts"
import { otherSide, type Side } from "../track/peer.ts"
import { candidatesOf, notifiesOf } from "../track/v2-messages.ts"
import type { V2State } from "../track/v2-state.ts"
import type { WholeMessage } from "../track/whole.ts"
import type { V2Unlock } from "../unlock/v2.ts"
import { intAuthOf } from "./int-auth.ts"
import type { AuthParts } from "./mistakes/auth-octets.ts"
import { mistakenIntAuths } from "./mistakes/int-auth.ts"

interface PartsInput {
  readonly sa: IkeSa
  readonly state: V2State
  readonly from: Side
  readonly whole: WholeMessage
  readonly id: DecodedPayload | null
  readonly unlock: V2Unlock
  readonly context: PrfContext
}

const bytesOf = ({ message }: WholeMessage): Uint8Array => message.src.bytes.subarray(message.start, message.end)

/** The first two messages as AUTH covers them. */
export interface FirstMessages {
  readonly request?: WholeMessage
  readonly response?: WholeMessage
  readonly nonces?: Nonces
  /** The pair that they are, when it is not the one taken for the SA's. */
  readonly other?: InitCandidate
}

/** The messages that the SA is taken to be made from, then the other pairs: an attacker's, or, when it came first, the genuine ones. */
export function* firstMessages(state: V2State): Generator<FirstMessages> {
  yield settled(state)
  for (const other of candidatesOf(state)?.slice(1) ?? [])
    yield { request: other.request, response: other.response, nonces: other.negotiation.nonces, other }
}

const settled = ({ init, negotiation }: V2State): FirstMessages => ({ ...init, nonces: negotiation?.nonces })

/** The pieces under these keys, or what is missing of them. */
export function partsOf(
  input: PartsInput,
  values: Epoch["values"],
  { request, response, nonces }: FirstMessages = settled(input.state),
): AuthParts | { missing: string } {
  const { sa, state, from, id, unlock, context } = input
  const mine = from === "initiator"
  const half = mine ? request : response
  const peer = mine ? response : request
  const [skP, peerSkP] = mine ? [values.sk_pi, values.sk_pr] : [values.sk_pr, values.sk_pi]
  if (!half || !nonces) return { missing: "IKE_SA_INIT is not in the capture" }
  if (!id) return { missing: "the ID payload is not in the capture" }
  if (!skP) return { missing: `SK_p${from[0]} is not known` }
  const intAuth = state.intermediates.length > 0 ? intAuthOf(sa, state, unlock, context) : undefined
  if (state.intermediates.length > 0 && !intAuth) return { missing: "an IKE_INTERMEDIATE message stayed closed" }
  return {
    context,
    message: bytesOf(half),
    peerMessage: peer && bytesOf(peer),
    nonce: mine ? nonces.nr : nonces.ni,
    ownNonce: mine ? nonces.ni : nonces.nr,
    skP,
    peerSkP,
    keys: values,
    idPayload: id.src.bytes.subarray(id.start, id.end),
    otherIds: otherIds(input),
    intAuth,
    otherIntAuths: () => mistakenIntAuths(sa, state, unlock, context),
  }
}

/** Bodies of the ID payloads that are not the signer's of this message: its peer's, and an IDr that the initiator asked for. */
function otherIds({ state: { said }, from, whole, id }: PartsInput): Uint8Array[] {
  const here = whole.payloads.filter(p => p.type === PAYLOAD_TYPE.IDi || p.type === PAYLOAD_TYPE.IDr)
  return [said[otherSide(from)].id, said[from].id, said.initiator.wanted, ...here].flatMap(p =>
    p && p !== id ? [p.src.bytes.subarray(p.start + 4, p.end)] : [],
  )
}

/** Whether both sides said that AUTH covers both messages. draft-ietf-ipsecme-ikev2-downgrade-prevention. */
export const agreedFullTranscript = ({ init }: V2State): boolean =>
  [init.request, init.response].every(
    m => m !== undefined && notifiesOf(m.payloads).some(n => n.type === NOTIFY.IKE_SA_INIT_FULL_TRANSCRIPT_AUTH),
  )
