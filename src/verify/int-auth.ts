/** IntAuth: what IKE_INTERMEDIATE exchanges add to the signed octets, and what implementations take for it. RFC 9242 §3.3.2. */
import { HEADER_BYTES } from "../ike/shared/header.ts"
import { intAuth, intermediateAuth, intermediateOctets } from "../keys/auth-v2.ts"
import type { PrfContext } from "../keys/context.ts"
import type { Mistake } from "../keys/mistake.ts"
import { encryptedPayload } from "../open/ike-v2.ts"
import { EXCHANGE_TYPE } from "../registry/ikev2/exchange-types.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { V2State } from "../track/v2-state.ts"
import type { WholeMessage } from "../track/whole.ts"
import type { V2Unlock } from "../unlock/v2.ts"

/** How IntAuth is made; each member that is given is a mistake. */
interface Making {
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
