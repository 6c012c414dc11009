/** IntAuth: what IKE_INTERMEDIATE exchanges add to the signed octets. RFC 9242 §3.3.2. */
import { HEADER_BYTES } from "../ike/shared/header.ts"
import { intAuth, intermediateAuth, intermediateOctets } from "../keys/auth-v2.ts"
import type { PrfContext } from "../keys/context.ts"
import { encryptedPayload } from "../open/ike-v2.ts"
import { EXCHANGE_TYPE } from "../registry/ikev2/exchange-types.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { V2State } from "../track/v2-state.ts"
import type { WholeMessage } from "../track/whole.ts"
import type { V2Unlock } from "../unlock/v2.ts"

/** IntAuth_iN | IntAuth_rN | IKE_AUTH_MID; undefined when a message or a key is missing. */
export function intAuthOf(sa: IkeSa, state: V2State, unlock: V2Unlock, context: PrfContext): Uint8Array | undefined {
  const mid = sa.exchanges.find(x => x.type === EXCHANGE_TYPE.IKE_AUTH)?.messageId
  let initiator: Uint8Array = new Uint8Array(0)
  let responder: Uint8Array = new Uint8Array(0)
  for (const { request, response } of state.intermediates) {
    const epoch = unlock.epochOf(sa, "initiator", request.message.messageId)
    const sent = octetsOf(request)
    const received = octetsOf(response)
    if (!epoch?.values.sk_pi || !epoch.values.sk_pr || !sent || !received) return undefined
    initiator = intermediateAuth(context, epoch.values.sk_pi, initiator, sent)
    responder = intermediateAuth(context, epoch.values.sk_pr, responder, received)
  }
  return mid === undefined ? undefined : intAuth(initiator, responder, mid)
}

function octetsOf({ message, opened }: WholeMessage): Uint8Array | undefined {
  const sk = encryptedPayload(message)
  if (!sk || !opened) return undefined
  const bytes = message.src.bytes
  const whole = opened.reassembled
  return intermediateOctets({
    header: bytes.subarray(message.start, message.start + HEADER_BYTES),
    unencrypted: bytes.subarray(message.start + HEADER_BYTES, sk.start),
    firstPayload: whole?.first ?? opened.first,
    plaintext: whole?.clear.bytes ?? opened.clear.bytes.subarray(0, opened.end),
  })
}
