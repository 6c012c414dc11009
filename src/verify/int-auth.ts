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

/** How IntAuth is made; each member that is given is a mistake (`mistakes/int-auth.ts`). */
export interface Making {
  /** Lengths as on the wire, of the encrypted message. */
  readonly wireLengths?: boolean
  /** The message's Next Payload within the Encrypted payload of its last fragment, which is zero. */
  readonly laterFragment?: boolean
  /** SK_p of the last epoch for every exchange. */
  readonly lastKeys?: boolean
  /** The last exchange alone. */
  readonly lastOnly?: boolean
  readonly swapped?: boolean
  /** Instead of the Message ID of the first IKE_AUTH request; null for none. */
  readonly messageId?: number | null
}

/** IntAuth_iN | IntAuth_rN | IKE_AUTH_MID; undefined when a message or a key is missing. */
export function intAuthOf(
  sa: IkeSa,
  state: V2State,
  unlock: V2Unlock,
  context: PrfContext,
  making: Making = {},
): Uint8Array | undefined {
  const mid = sa.exchanges.find(x => x.type === EXCHANGE_TYPE.IKE_AUTH || x.type === EXCHANGE_TYPE.GSA_AUTH)?.messageId
  if (mid === undefined) return undefined
  let initiator: Uint8Array = new Uint8Array(0)
  let responder: Uint8Array = new Uint8Array(0)
  const last = state.intermediates.at(-1)?.request.message.messageId
  for (const { request, response } of making.lastOnly ? state.intermediates.slice(-1) : state.intermediates) {
    const epoch = unlock.epochOf(sa, "initiator", making.lastKeys ? (last ?? 0) + 1 : request.message.messageId)
    const sent = octetsOf(request, making)
    const received = octetsOf(response, making)
    if (!epoch?.values.sk_pi || !epoch.values.sk_pr || !sent || !received) return undefined
    initiator = intermediateAuth(context, epoch.values.sk_pi, initiator, sent)
    responder = intermediateAuth(context, epoch.values.sk_pr, responder, received)
  }
  const [first, second] = making.swapped ? [responder, initiator] : [initiator, responder]
  const whole = intAuth(first, second, making.messageId ?? mid)
  return making.messageId === null ? whole.subarray(0, whole.length - 4) : whole
}

function octetsOf({ message, opened }: WholeMessage, making: Making): Uint8Array | undefined {
  const sk = encryptedPayload(message)
  if (!sk || !opened) return undefined
  const bytes = message.src.bytes
  const whole = opened.reassembled
  const octets = intermediateOctets({
    header: bytes.subarray(message.start, message.start + HEADER_BYTES),
    unencrypted: bytes.subarray(message.start + HEADER_BYTES, sk.start),
    firstPayload: making.laterFragment ? 0 : (whole?.first ?? opened.first),
    plaintext: whole?.clear.bytes ?? opened.clear.bytes.subarray(0, opened.end),
  })
  if (making.wireLengths) {
    octets.set(bytes.subarray(message.start + 24, message.start + 28), 24)
    octets.set(bytes.subarray(sk.start + 2, sk.start + 4), sk.start - message.start + 2)
  }
  return octets
}
