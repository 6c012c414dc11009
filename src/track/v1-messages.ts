/** Reading single IKEv1 messages: which exchange they belong to, and the bodies of their payloads. */
import { Copies } from "../bytes/copies.ts"
import type { DecodedPayload } from "../ike/shared/payload.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../registry/ikev1/exchange-types.ts"
import { PAYLOAD_TYPE as PAYLOAD_V1 } from "../registry/ikev1/payload-types.ts"
import type { Body } from "./v1-state.ts"
import type { WholeMessage } from "./whole.ts"

export const isPhase1 = (type: number): boolean => type >= EXCHANGE_V1.BASE && type <= EXCHANGE_V1.AGGRESSIVE

/** Bodies are short, and kept of every SA of a flood. */
const copies = new Copies()

/** Body of the first payload of a type, without its generic header: a copy, which may be kept. */
export function bodyOf(whole: WholeMessage, type: number): Body | null {
  const p = payloadOf(whole, type)
  return p
    ? { bytes: copies.of(p.src.bytes, p.start + GENERIC_HEADER_BYTES, p.end), frame: whole.datagram.frame }
    : null
}

/** The same as a view of the message. */
export function bodyIn(whole: WholeMessage, type: number): Uint8Array | undefined {
  const p = payloadOf(whole, type)
  return p?.src.bytes.subarray(p.start + GENERIC_HEADER_BYTES, p.end)
}

function payloadOf({ payloads }: WholeMessage, type: number): DecodedPayload | undefined {
  for (const p of payloads) if (p.type === type && !p.fault) return p
  return undefined
}

const GENERIC_HEADER_BYTES = 4

/** The first message of a GROUPKEY-PULL: a nonce as Quick Mode has it, and no SA. RFC 6407 §3.2. */
export const isGroupRequest = ({ payloads }: WholeMessage): boolean =>
  payloads.some(p => p.type === PAYLOAD_V1.NONCE) && !payloads.some(p => p.type === PAYLOAD_V1.SA)
