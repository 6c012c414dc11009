/** What AUTH payloads sign and MAC, from pieces of the wire. RFC 7296 §2.15, §2.16, RFC 9242 §3.3. */

import { concat, u32be, utf8 } from "../bytes/bytes.ts"
import { PAYLOAD_TYPE } from "../registry/ikev2/payload-types.ts"
import { type PrfContext, prfFunction } from "./context.ts"

/** Payload type of an Encrypted payload, and its generic header's length in bytes. */
const GENERIC_HEADER = 4
const IKE_HEADER = 28

export interface SignedOctets {
  /** The signer's first message, from the first byte of its SPIs to its last byte; no non-ESP marker, no IP fragments. */
  readonly message: Uint8Array
  /** The *other* side's nonce. */
  readonly nonce: Uint8Array
  /** prf(SK_px, IDx') of the signer. */
  readonly macedId: Uint8Array
  /** Of `intAuth`, when IKE_INTERMEDIATE exchanges took place. */
  readonly intAuth?: Uint8Array
}

/** RealMessage | NonceData of the other side | prf(SK_px, IDx') [| IntAuth]. RFC 7296 §2.15, RFC 9242 §3.3.2. */
export const signedOctets = ({ message, nonce, macedId, intAuth }: SignedOctets): Uint8Array =>
  concat(message, nonce, macedId, intAuth ?? new Uint8Array(0))

const ZERO_PREFIX = new Uint8Array(8)

/**
 * With IKE_SA_INIT_FULL_TRANSCRIPT_AUTH sent by both sides: eight zero octets, the IKE_SA_INIT message that the signer received, then what
 * it signs otherwise, its own message first. draft-ietf-ipsecme-ikev2-downgrade-prevention.
 */
export const fullTranscriptOctets = (received: Uint8Array, octets: SignedOctets): Uint8Array =>
  concat(ZERO_PREFIX, received, signedOctets(octets))

/** prf(SK_px, IDx'); `idBody` is the ID payload without its generic header: ID Type, reserved bytes, data. RFC 7296 §2.15. */
export const macedId = (context: PrfContext, skP: Uint8Array, idBody: Uint8Array): Uint8Array =>
  prfFunction(context)(skP)(idBody)

const KEY_PAD = utf8("Key Pad for IKEv2")

/**
 * AUTH by a shared secret: prf(prf(secret, "Key Pad for IKEv2"), octets). The secret is the PSK (RFC 7296 §2.15), the MSK of an EAP method,
 * SK_pi or SK_pr after a method without a key (§2.16), and SK_pi or SK_pr for NULL authentication (RFC 7619 §2.1).
 */
export function sharedSecretAuth(context: PrfContext, secret: Uint8Array, octets: Uint8Array): Uint8Array {
  const prf = prfFunction(context)
  return prf(prf(secret)(KEY_PAD))(octets)
}

export interface IntermediateMessage {
  /** The 28 bytes of the IKE header; of any fragment when the message was fragmented. */
  readonly header: Uint8Array
  /** Payloads between header and Encrypted payload, mostly none. */
  readonly unencrypted: Uint8Array
  /** Next Payload of the Encrypted payload, in a fragmented message of its first fragment. */
  readonly firstPayload: number
  /** The payloads within, reassembled, without padding. */
  readonly plaintext: Uint8Array
}

/** IntAuth_[i/r]*A | IntAuth_[i/r]*P: the message as if neither encrypted nor fragmented, with the lengths that it would have then. RFC 9242 §3.3.2. */
export function intermediateOctets(message: IntermediateMessage): Uint8Array {
  const { header, unencrypted, firstPayload, plaintext } = message
  const skLength = GENERIC_HEADER + plaintext.length
  const head = concat(header.subarray(0, IKE_HEADER), unencrypted)
  head[nextPayloadBeforeSk(head)] = PAYLOAD_TYPE.SK
  head.set(u32be(head.length + skLength), 24)
  return concat(head, Uint8Array.of(firstPayload, 0, skLength >>> 8, skLength), plaintext)
}

/** Offset of the Next Payload field that announces the Encrypted payload. */
function nextPayloadBeforeSk(head: Uint8Array): number {
  let field = 16
  let at = IKE_HEADER
  while (at + GENERIC_HEADER <= head.length) {
    field = at
    at += Math.max(GENERIC_HEADER, (head[at + 2] << 8) | head[at + 3])
  }
  return field
}

/**
 * IntAuth_iN = prf(SK_pi, IntAuth_i(N-1) | IntAuth_iNA | IntAuth_iNP), and alike for the responder, with the SK_p that was in force when
 * the message was sent; `previous` is empty for the first. RFC 9242 §3.3.2.
 */
export const intermediateAuth = (
  context: PrfContext,
  skP: Uint8Array,
  previous: Uint8Array,
  octets: Uint8Array,
): Uint8Array => prfFunction(context)(skP)(concat(previous, octets))

/** IntAuth = IntAuth_iN | IntAuth_rN | IKE_AUTH_MID, the Message ID of the first IKE_AUTH request. RFC 9242 §3.3.2. */
export const intAuth = (initiator: Uint8Array, responder: Uint8Array, authMessageId: number): Uint8Array =>
  concat(initiator, responder, u32be(authMessageId))
