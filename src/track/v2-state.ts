/** What an IKEv2 SA must remember between messages so that later ones can be understood. */
import type { DecodedPayload } from "../ike/shared/payload.ts"
import type { Creation } from "./creation.ts"
import type { IkeSa } from "./ike-sa.ts"
import type { PerSide, Side } from "./peer.ts"
import type { WholeMessage } from "./whole.ts"

/** The two halves of an exchange while it is under way. */
export interface Halves {
  request?: WholeMessage
  response?: WholeMessage
}

/** A Child SA or rekeyed IKE SA in the making: what is known, and what to do when the last key exchange is done. */
export interface Followup {
  readonly creation: Creation
  finish(creation: Creation, last: WholeMessage): void
}

/** What came so far of an exchange. */
export interface OpenExchange extends Halves {
  readonly startedBy: Side
  readonly messageId: number
}

const NOTHING: readonly Uint8Array[] = []

export class V2State {
  /** IKE_SA_INIT as it succeeded, for the signed octets. RFC 7296 §2.15. */
  init: Halves = {}
  creation: Creation | null = null
  /** Exchanges under way, oldest first; forgotten when applied. A handful at most, which a list holds cheaper than a map. */
  readonly open: OpenExchange[] = []
  /** IKE_INTERMEDIATE exchanges in order, for IntAuth. RFC 9242 §3.3. */
  readonly intermediates: Required<Pick<Halves, "request" | "response">>[] = []
  /** SAs whose additional key exchanges go on in IKE_FOLLOWUP_KE, by the link data; made when there is one. RFC 9370 §2.2.4. */
  followups: Map<string, Followup> | undefined = undefined
  /** The last ID payload of each side: what an AUTH that follows signs. RFC 4739 §3. */
  readonly id: PerSide<DecodedPayload | null> = { initiator: null, responder: null }
  /** The ID payload that came with the certificates: with multiple authentications later ones have other credentials. */
  readonly certifiedId: PerSide<DecodedPayload | null> = { initiator: null, responder: null }
  /** Raw public keys (SubjectPublicKeyInfo) of each side. RFC 7670. */
  readonly rawKeys: PerSide<readonly Uint8Array[]> = { initiator: NOTHING, responder: NOTHING }
  /** End-entity certificate first, as DER; of each side. */
  readonly certificates: PerSide<readonly Uint8Array[]> = { initiator: NOTHING, responder: NOTHING }
  /** EAP method type once seen; 0 when EAP began and no method is known yet. */
  eap: number | null = null
  eapSucceeded = false
  /** The COOKIE that the responder asked for. */
  cookie: Uint8Array | null = null
  /** Whether the last answer asked for it: after another answer it need not be repeated (RFC 7296 §2.6.1). */
  cookieDue = false
  /** PPK_IDENTITY that the initiator sent, and whether the responder took it. RFC 8784. */
  ppkId: Uint8Array | null = null
  ppkAccepted: boolean | null = null
  /** The IKE_AUTH request with SAi2; with EAP not the one that the Child SA's response answers. */
  childRequest: WholeMessage | null = null
  /** It began with IKE_SESSION_RESUME. RFC 5723. */
  resumed = false
  /** SA that this one replaced. */
  parent: IkeSa | null = null
  /** Its responder was the initiator of that one. */
  swapped = false
  /** SAs that replaced this one: two when both ends rekeyed it at once (RFC 7296 §2.8.2). */
  readonly successors: IkeSa[] = []
  /** Both sides have proved who they are. */
  authenticated = false
}

/** The IKEv2 state of an SA, made at the first call. */
export function v2StateOf(sa: IkeSa): V2State {
  sa.v2 ??= new V2State()
  return sa.v2
}

/** The exchange under way that a side started with a Message ID. */
export function openExchange(state: V2State, startedBy: Side, messageId: number): OpenExchange | undefined {
  for (const x of state.open) if (x.messageId === messageId && x.startedBy === startedBy) return x
  return undefined
}
