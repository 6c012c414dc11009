/** What an IKEv2 SA must remember between messages so that later ones can be understood. */
import type { BoundedMap } from "../bytes/bounded-map.ts"
import type { TlsConversation } from "../crypto/tls-inside.ts"
import type { DecodedPayload } from "../ike/shared/payload.ts"
import type { TlsSecret } from "../secrets/secrets.ts"
import type { Exchange } from "./exchange.ts"
import type { Negotiation } from "./negotiation.ts"
import type { PerSide, Side } from "./peer.ts"
import type { SimTranscript } from "./sim-transcript.ts"
import type { WholeMessage } from "./whole.ts"

/** An exchange: a request and its response, as far as they came. RFC 7296 §1. */
export interface RequestResponse {
  request?: WholeMessage
  response?: WholeMessage
}

/** A CREATE_CHILD_SA whose key exchanges go on in IKE_FOLLOWUP_KE. RFC 9370 §2.2.4. */
export interface Followup {
  readonly negotiation: Negotiation
  readonly exchange: Exchange
  readonly request: WholeMessage
  readonly response: WholeMessage
  /** The new SPIs where the rekey has no SA payload. */
  readonly optimized?: { readonly spiI: Uint8Array; readonly spiR: Uint8Array }
}

/** What came so far of an exchange. */
export interface OpenExchange extends RequestResponse {
  readonly startedBy: Side
  readonly messageId: number
}

const NOTHING: readonly Uint8Array[] = []

/** SHA-1 of a certificate, and where it is. RFC 7296 §3.6. */
interface HashAndUrl {
  readonly hash: Uint8Array
  readonly url: string
}
const NO_URLS: readonly HashAndUrl[] = []

/** What one side has said of itself and asked for. */
export interface SaidV2 {
  /** The last ID payload: what an AUTH that follows signs. RFC 4739 §3. */
  readonly id: DecodedPayload | null
  /** The IDr with which the initiator says whom it wants to talk to. RFC 7296 §1.2. */
  readonly wanted: DecodedPayload | null
  /** The ID payload that came with the certificates: with multiple authentications later ones have other credentials. */
  readonly certifiedId: DecodedPayload | null
  /** Raw public keys (SubjectPublicKeyInfo). RFC 7670. */
  readonly rawKeys: readonly Uint8Array[]
  /** End-entity certificate first, as DER. */
  readonly certificates: readonly Uint8Array[]
  /** Hashes of the authorities that it asks a certificate of. RFC 7296 §3.7. */
  readonly authorities: readonly Uint8Array[]
  /** URLs of the certificates that it sent as hash and URL. */
  readonly urls: readonly HashAndUrl[]
  /** OCSP responses that it sent. RFC 4806. */
  readonly ocsp: readonly Uint8Array[]
  /** It has sent an AUTH payload. */
  readonly proved: boolean
}

/** One for all: most SAs of a scan say nothing. */
const NOTHING_SAID: SaidV2 = {
  id: null,
  wanted: null,
  certifiedId: null,
  rawKeys: NOTHING,
  certificates: NOTHING,
  authorities: NOTHING,
  urls: NO_URLS,
  ocsp: NOTHING,
  proved: false,
}

export class V2State {
  /** IKE_SA_INIT as it succeeded, for the signed octets. RFC 7296 §2.15. */
  init: RequestResponse = {}
  /** Every request and answer that the SA may have been made from, oldest first: the first exchange is in the clear, and anybody can add to it. */
  readonly initRequests: WholeMessage[] = []
  readonly initResponses: WholeMessage[] = []
  negotiation: Negotiation | null = null
  /** Exchanges under way, oldest first; forgotten when applied. A handful at most, which a list holds cheaper than a map. */
  open: OpenExchange[] = []
  /** IKE_INTERMEDIATE exchanges in order, for IntAuth. RFC 9242 §3.3. */
  readonly intermediates: Required<RequestResponse>[] = []
  /** SAs whose additional key exchanges go on in IKE_FOLLOWUP_KE, by the link data; made when there is one. RFC 9370 §2.2.4. */
  followups: BoundedMap<string, Followup> | undefined = undefined
  /** Changed by `say` alone. */
  readonly said: PerSide<SaidV2> = { initiator: NOTHING_SAID, responder: NOTHING_SAID }
  /** The identity that the initiator asks the responder for. RFC 7296 §3.5. */
  askedId: string | null = null
  /** The frame in which the initiator said that it has no other SA with this peer. RFC 7296 §2.4. */
  initialContact: number | null = null
  /** EAP method type once seen; 0 when EAP began and no method is known yet. */
  eap: number | null = null
  eapSucceeded = false
  /** The client answered an EAP request. */
  eapAnswered = false
  /** The methods that the client wants instead of the one that it refuses (Nak). RFC 3748 §5.3.1. */
  eapNak: { readonly frame: number; readonly refused: number; readonly wanted: readonly number[] } | null = null
  /** What EAP-SIM, EAP-AKA or EAP-AKA' have shown of the values that their MSK is made from. */
  sim: SimTranscript | null = null
  /** TLS inside EAP, followed with the keys of a log. */
  tls: TlsConversation<TlsSecret> | null = null
  /** The COOKIE that the responder asked for. */
  cookie: Uint8Array | null = null
  /** Whether the last answer asked for it: after another answer it need not be repeated (RFC 7296 §2.6.1). */
  cookieDue = false
  /** The puzzle that came with the COOKIE. RFC 8019. */
  puzzle: { readonly prf: number; readonly difficulty: number } | null = null
  /** PPK_IDENTITY that the initiator sent, and whether the responder took it. RFC 8784. */
  ppkId: Uint8Array | null = null
  ppkAccepted: boolean | null = null
  /** The IKE_AUTH request with SAi2; with EAP not the one that the Child SA's response answers. */
  childRequest: WholeMessage | null = null
  /** Security protocol of a Child SA that was agreed and is not followed here (EESP). */
  otherProtocol: number | null = null
  /** It began with IKE_SESSION_RESUME. RFC 5723. */
  resumed = false
  /** Both sides have proved who they are. */
  authenticated = false
}

/** Lets the collector have the messages of an SA that only rules and checks needed: no more come. */
export function forgetMessages({ v2 }: { readonly v2?: V2State }): void {
  if (!v2) return
  v2.open.length = 0
  v2.initRequests.length = 0
  v2.initResponses.length = 0
  v2.intermediates.length = 0
  v2.followups = undefined
}

/** The IKEv2 state of an SA, made at the first call. */
export function v2StateOf(sa: { v2?: V2State }): V2State {
  sa.v2 ??= new V2State()
  return sa.v2
}

/** Remembers what a side says. */
export function say({ said }: V2State, side: Side, what: Partial<SaidV2>): void {
  said[side] = { ...said[side], ...what }
}

/** The exchange under way that a side started with a Message ID. */
export function openExchange(state: V2State, startedBy: Side, messageId: number): OpenExchange | undefined {
  for (const x of state.open) if (x.messageId === messageId && x.startedBy === startedBy) return x
  return undefined
}
