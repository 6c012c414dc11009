/** What the signed octets of AUTH may be instead of what they should be, where the secret fits. RFC 7296 §2.15, RFC 9242 §3.3.2. */
import { concat } from "../../bytes/bytes.ts"
import { fullTranscriptOctets, macedId, signedOctets } from "../../keys/auth-v2.ts"
import type { PrfContext } from "../../keys/context.ts"
import type { Mistake } from "../../keys/mistake.ts"

/** The pieces that signed octets are made of, for one side. */
export interface AuthParts {
  readonly context: PrfContext
  /** IKE_SA_INIT of the signer and of its peer. */
  readonly message: Uint8Array
  readonly peerMessage: Uint8Array | undefined
  /** The peer's nonce, which is signed, and the signer's own. */
  readonly nonce: Uint8Array
  readonly ownNonce: Uint8Array
  readonly skP: Uint8Array
  readonly peerSkP: Uint8Array | undefined
  /** Other keys of the SA by name. */
  readonly keys: Readonly<Record<string, Uint8Array | undefined>>
  /** The ID payload with its generic header. */
  readonly idPayload: Uint8Array
  /** Bodies of other ID payloads of the SA. */
  readonly otherIds: readonly Uint8Array[]
  readonly intAuth: Uint8Array | undefined
  /** What implementations take for IntAuth instead. */
  readonly otherIntAuths: () => Iterable<{ readonly value: Uint8Array | undefined; readonly mistake: Mistake }>
}

const GENERIC_HEADER = 4
const ID_HEADER = 4
const NON_ESP_MARKER = new Uint8Array(4)

interface Row extends Mistake {
  readonly octets: (parts: AuthParts) => Iterable<Uint8Array | undefined>
}

const bodyOf = (p: AuthParts): Uint8Array => p.idPayload.subarray(GENERIC_HEADER)
const idMac = (p: AuthParts, skP = p.skP, body = bodyOf(p)): Uint8Array => macedId(p.context, skP, body)
const octets = (p: AuthParts, change: { message?: Uint8Array; nonce?: Uint8Array; macedId?: Uint8Array }): Uint8Array =>
  signedOctets({ message: p.message, nonce: p.nonce, macedId: idMac(p), intAuth: p.intAuth, ...change })

const SIGNED = "RFC 7296 §2.15"
const START =
  "start with the first octet of the first SPI in the header … and end with the last octet of the last payload"
const NONCE = "It is critical to the security of the exchange that each side sign the other side's nonce"
const IDX = "IDi' and IDr' are the entire ID payloads excluding the fixed header"

const ROWS: readonly Row[] = [
  {
    id: "auth-full-transcript",
    rfc: "draft-ietf-ipsecme-ikev2-downgrade-prevention",
    rule: "both peers must have sent IKE_SA_INIT_FULL_TRANSCRIPT_AUTH",
    instead: "over both IKE_SA_INIT messages, which was not agreed",
    octets: p => [
      p.peerMessage &&
        fullTranscriptOctets(p.peerMessage, {
          message: p.message,
          nonce: p.nonce,
          macedId: idMac(p),
          intAuth: p.intAuth,
        }),
    ],
  },
  {
    id: "auth-peer-message",
    rfc: SIGNED,
    rule: "the initiator signs the first message, the responder the second",
    instead: "over the peer's IKE_SA_INIT message instead of the signer's own",
    octets: p => [p.peerMessage && octets(p, { message: p.peerMessage })],
  },
  {
    id: "auth-both-messages",
    rfc: SIGNED,
    rule: "the initiator signs the first message, the responder the second",
    instead: "over both IKE_SA_INIT messages one behind the other",
    octets: p =>
      p.peerMessage
        ? [concat(p.message, p.peerMessage), concat(p.peerMessage, p.message)].map(message => octets(p, { message }))
        : [],
  },
  {
    id: "auth-marker",
    rfc: SIGNED,
    rule: START,
    instead: "with the Non-ESP Marker in front of the message",
    octets: p => [octets(p, { message: concat(NON_ESP_MARKER, p.message) })],
  },
  {
    id: "auth-own-nonce",
    rfc: SIGNED,
    rule: NONCE,
    instead: "over the signer's own nonce",
    octets: p => [octets(p, { nonce: p.ownNonce })],
  },
  {
    id: "auth-both-nonces",
    rfc: SIGNED,
    rule: NONCE,
    instead: "over both nonces",
    octets: p => [concat(p.nonce, p.ownNonce), concat(p.ownNonce, p.nonce)].map(nonce => octets(p, { nonce })),
  },
  {
    id: "auth-cut-nonce",
    rfc: SIGNED,
    rule: "just the value, not the payload containing it",
    instead: "over a part of the peer's nonce",
    octets: p => [8, 16, 20, 32].filter(n => n < p.nonce.length).map(n => octets(p, { nonce: p.nonce.subarray(0, n) })),
  },
  {
    id: "auth-nonce-payload",
    rfc: SIGNED,
    rule: "just the value, not the payload containing it",
    instead: "over the nonce payload with its header",
    octets: p => {
      const length = p.nonce.length + GENERIC_HEADER
      // The Next Payload octet is whatever followed; the common ones.
      return [0, 41, 43, 38].map(next =>
        octets(p, { nonce: concat(Uint8Array.of(next, 0, length >> 8, length), p.nonce) }),
      )
    },
  },
  {
    id: "auth-id-header",
    rfc: SIGNED,
    rule: IDX,
    instead: "with the generic header of the ID payload in the MACed identity",
    octets: p => [octets(p, { macedId: idMac(p, p.skP, p.idPayload) })],
  },
  {
    id: "auth-id-data",
    rfc: SIGNED,
    rule: "RestOfInitIDPayload = IDType | RESERVED | InitIDData",
    instead: "with the bare identity, without its type, in the MACed identity",
    octets: p => [octets(p, { macedId: idMac(p, p.skP, bodyOf(p).subarray(ID_HEADER)) })],
  },
  {
    id: "auth-id-reserved",
    rfc: SIGNED,
    rule: "RestOfInitIDPayload = IDType | RESERVED | InitIDData",
    instead: "without the reserved octets in the MACed identity",
    octets: p => [
      octets(p, { macedId: idMac(p, p.skP, concat(bodyOf(p).subarray(0, 1), bodyOf(p).subarray(ID_HEADER))) }),
    ],
  },
  {
    id: "auth-other-id",
    rfc: SIGNED,
    rule: "the value prf(SK_pr, IDr')",
    instead: "over another ID payload of the negotiation than the one that came with it",
    octets: p => p.otherIds.map(body => octets(p, { macedId: idMac(p, p.skP, body) })),
  },
  {
    id: "auth-other-sk",
    rfc: SIGNED,
    rule: "MACedIDForI = prf(SK_pi, RestOfInitIDPayload), MACedIDForR = prf(SK_pr, RestOfRespIDPayload)",
    instead: "with another key than the signer's SK_p in the MACed identity",
    octets: p =>
      [p.peerSkP, p.keys.sk_d, p.keys.sk_ai, p.keys.sk_ar]
        .filter(key => key !== undefined && key.length > 0)
        .map(key => octets(p, { macedId: idMac(p, key) })),
  },
  {
    id: "auth-no-id",
    rfc: SIGNED,
    rule: "Appended to this … the value prf(SK_pi, IDi')",
    instead: "without the MACed identity, or with the identity itself",
    octets: p => [octets(p, { macedId: new Uint8Array(0) }), octets(p, { macedId: bodyOf(p) })],
  },
]

export interface OtherOctets {
  readonly octets: Uint8Array
  readonly mistake: Mistake
}

/** Octets that a mistaken implementation may have signed. */
export function* mistakenOctets(parts: AuthParts): Generator<OtherOctets> {
  for (const row of ROWS) for (const made of row.octets(parts)) if (made) yield { octets: made, mistake: row }
  for (const { value, mistake } of parts.otherIntAuths())
    yield { octets: octets({ ...parts, intAuth: value }, {}), mistake }
}
