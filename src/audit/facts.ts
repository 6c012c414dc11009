/**
 * What an audit must see of IKE messages while their bytes are there: nonces, key exchange values and IVs that come again, identities and
 * hashes in clear, lifetimes, authentication. An `AuditFacts` is the observer of an analysis; its lists are bounded.
 */

import { type DecodedPayload, find, findAll, payloadValue } from "../ike/shared/payload.ts"
import { type Authentication, auth } from "../ike/v2/authentication.ts"
import { eap } from "../ike/v2/eap.ts"
import { sk } from "../ike/v2/encrypted.ts"
import { skf } from "../ike/v2/encrypted-fragment.ts"
import { ke } from "../ike/v2/key-exchange.ts"
import type { SignatureScheme } from "../pki/oids.ts"
import { EAP_TYPE } from "../registry/eap-types.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../registry/ikev1/exchange-types.ts"
import { PAYLOAD_TYPE as PAYLOAD_V1 } from "../registry/ikev1/payload-types.ts"
import { AUTH_METHOD } from "../registry/ikev2/auth-methods.ts"
import { EXCHANGE_TYPE } from "../registry/ikev2/exchange-types.ts"
import { NOTIFY } from "../registry/ikev2/notify.ts"
import { PAYLOAD_TYPE } from "../registry/ikev2/payload-types.ts"
import type { Exchange } from "../track/exchange.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { MessageObserver } from "../track/observer.ts"
import type { Side } from "../track/peer.ts"
import { bodyOf, isPhase1 } from "../track/v1-messages.ts"
import { v1StateOf } from "../track/v1-state.ts"
import { notifiesOf } from "../track/v2-messages.ts"
import { v2StateOf } from "../track/v2-state.ts"
import type { WholeMessage } from "../track/whole.ts"
import { type ChildOfferV1, childOffersV1 } from "./facts-v1.ts"
import { isForeseen, type LastCbc } from "./iv.ts"
import { type Reuse, ReuseIndex } from "./reuse.ts"

interface NonceFact {
  readonly from: Side
  readonly bytes: number
  readonly frame: number
}

export interface AuthFact {
  readonly from: Side
  /** Number of the Authentication Method, of IKEv2's or of IKEv1's registry. */
  readonly method: number
  /** The report's name; `EAP` where the shared key is EAP's. */
  readonly methodName: string
  /** Of a digital signature (RFC 7427): its AlgorithmIdentifier. */
  readonly algorithm: string | null
  readonly scheme: SignatureScheme | null
  readonly hash: string | null
  /** A copy; null for what is no signature. */
  readonly signature: Uint8Array | null
  readonly frame: number
}

/** Nothing of a kind: most SAs share it. */
const NONE: never[] = []

/** What is kept of one IKE SA. */
export class SaFacts {
  nonces: NonceFact[] = NONE
  /** ID payloads that came without encryption. */
  clearIds: { readonly from: Side; readonly frame: number }[] = NONE
  /** HASH_R of Aggressive Mode in clear: what a dictionary attack needs. */
  clearHash: number | null = null
  auth: AuthFact[] = NONE
  eap: { readonly method: number; readonly frame: number }[] = NONE
  /** Quick Mode proposals, offered and chosen. */
  quick: ChildOfferV1[] = NONE
  /** Messages whose IV of CBC was to be foreseen by the one before of the same side. */
  foreseen: { readonly from: Side; readonly frame: number }[] = NONE
  /** Of the last message of each side: its IV, and its last block. */
  readonly lastCbc: Partial<Record<Side, LastCbc>> = {}
  /** Key exchange methods tried in IKE_SA_INIT, in order. */
  tried: { readonly group: number; readonly frame: number }[] = NONE
  /** Notifications that rules ask for, each once: type and side, then the frame. */
  #notifies: readonly number[] = NONE

  notified(from: Side, type: number, frame: number): void {
    if (ASKED_FOR.has(type) && this.frameOf(from, type) === undefined)
      this.#notifies = this.#notifies.concat(notifyKey(from, type), frame)
  }

  /** The frame in which a side sent a notification of IKE_SA_INIT or IKE_AUTH first, one of `ASKED_FOR`; undefined when it did not. */
  frameOf(from: Side, type: number): number | undefined {
    const key = notifyKey(from, type)
    for (let i = 0; i < this.#notifies.length; i += 2) if (this.#notifies[i] === key) return this.#notifies[i + 1]
    return undefined
  }
}

/** Lists up to this many are copied as they grow. */
const FEW = 8

/** Notifications that rules ask for. */
const ASKED_FOR: ReadonlySet<number> = new Set([
  NOTIFY.IKE_SA_INIT_FULL_TRANSCRIPT_AUTH,
  NOTIFY.NO_PPK_AUTH,
  NOTIFY.SIGNATURE_HASH_ALGORITHMS,
  NOTIFY.USE_PPK,
])

const notifyKey = (from: Side, type: number): number => 2 * type + (from === "initiator" ? 0 : 1)

/** Entries of one list of one SA. */
const MAX_FACTS = 1000

/** The list with one more. A list that grows by itself, and one that is spread, has room for 17 at once; `concat` makes no more than it needs. */
function grown<T>(list: T[], fact: T): T[] {
  if (list.length < FEW) return list.concat([fact])
  if (list.length < MAX_FACTS) list.push(fact)
  return list
}

export class AuditFacts implements MessageObserver {
  readonly #facts = new WeakMap<IkeSa, SaFacts>()
  readonly #index = new ReuseIndex()

  /** Values that came again where they should have been new. */
  get reuses(): readonly Reuse[] {
    return this.#index.found
  }

  of(sa: IkeSa): SaFacts {
    let facts = this.#facts.get(sa)
    if (!facts) this.#facts.set(sa, (facts = new SaFacts()))
    return facts
  }

  whole(sa: IkeSa, exchange: Exchange, from: Side, whole: WholeMessage): void {
    const facts = this.of(sa)
    if (sa.version === 1) this.#v1(sa, facts, exchange, from, whole)
    else this.#v2(sa, facts, exchange, from, whole)
  }

  sealed(sa: IkeSa, exchange: Exchange, from: Side, payload: DecodedPayload, frame: number): void {
    const encr = sa.choice?.encr
    const at = (payloadValue(payload, sk) ?? payloadValue(payload, skf))?.start
    if (!encr || encr.ivBytes === 0 || at === undefined || at + encr.ivBytes > payload.end) return
    const iv = payload.src.bytes.subarray(at, at + encr.ivBytes)
    if (encr.cipher?.endsWith("-cbc")) {
      const end = payload.end - (sa.choice?.integ?.icvBytes ?? 0)
      const facts = this.of(sa)
      const last = facts.lastCbc[from]
      if (last && isForeseen(iv, last)) facts.foreseen = grown(facts.foreseen, { from, frame })
      facts.lastCbc[from] = { iv: iv.slice(), block: payload.src.bytes.slice(end - encr.ivBytes, end) }
    }
    // IKE_INTERMEDIATE changes the keys between exchanges (RFC 9370 §2.2.2).
    const epoch = exchange.type === EXCHANGE_TYPE.IKE_INTERMEDIATE ? exchange.messageId : 0
    this.#index.iv(iv, epoch, {
      sa,
      from,
      frame,
      content: payload.src.bytes.subarray(payload.start, payload.end),
    })
  }

  #v2(sa: IkeSa, facts: SaFacts, exchange: Exchange, from: Side, whole: WholeMessage): void {
    const { frame } = whole.datagram
    this.#secrets(sa, facts, exchange, from, whole)
    for (const p of whole.payloads) {
      if ((p.type === PAYLOAD_TYPE.IDi || p.type === PAYLOAD_TYPE.IDr) && whole.opened === undefined)
        facts.clearIds = grown(facts.clearIds, { from, frame })
      const value = payloadValue(p, auth)
      const fact = value && authFact(sa, facts, value, from, frame)
      if (fact) facts.auth = grown(facts.auth, fact)
    }
    for (const packet of findAll(whole.payloads, eap))
      if (packet.type !== undefined && packet.type > EAP_TYPE.NAK && !facts.eap.some(e => e.method === packet.type))
        facts.eap = grown(facts.eap, { method: packet.type, frame })
    if (exchange.type === EXCHANGE_TYPE.IKE_SA_INIT || exchange.type === EXCHANGE_TYPE.IKE_AUTH)
      for (const n of notifiesOf(whole.payloads)) facts.notified(from, n.type, frame)
    const tried = exchange.type === EXCHANGE_TYPE.IKE_SA_INIT && from === "initiator" && find(whole.payloads, ke)
    if (tried) facts.tried = grown(facts.tried, { group: tried.group, frame })
  }

  #v1(sa: IkeSa, facts: SaFacts, exchange: Exchange, from: Side, whole: WholeMessage): void {
    const { frame } = whole.datagram
    this.#secrets(sa, facts, exchange, from, whole)
    const clear = whole.opened === undefined
    if (clear && isPhase1(exchange.type)) {
      if (whole.payloads.some(p => p.type === PAYLOAD_V1.ID)) facts.clearIds = grown(facts.clearIds, { from, frame })
      const hash = whole.payloads.some(p => p.type === PAYLOAD_V1.HASH)
      if (hash && from === "responder" && exchange.type === EXCHANGE_V1.AGGRESSIVE) facts.clearHash ??= frame
    }
    const signature = isPhase1(exchange.type) ? bodyOf(whole, PAYLOAD_V1.SIG) : null
    if (signature) facts.auth = grown(facts.auth, signatureV1(sa, from, signature.bytes, frame))
    if (exchange.type === EXCHANGE_V1.QUICK_MODE)
      for (const offer of childOffersV1(whole, from !== exchange.startedBy)) facts.quick = grown(facts.quick, offer)
  }

  /** Values that must be new in every exchange: nonces and key exchange values. */
  #secrets(sa: IkeSa, facts: SaFacts, exchange: Exchange, from: Side, whole: WholeMessage): void {
    const { frame } = whole.datagram
    const { message } = whole
    const at = {
      sa,
      from,
      frame,
      // A COOKIE or INVALID_KE_PAYLOAD makes the initiator say the same again (RFC 7296 §2.6).
      type: exchange.type,
      messageId: exchange.messageId,
      content: message.src.bytes.subarray(message.start, message.end),
    }
    const v1 = sa.version === 1
    const nonce = bodyOf(whole, v1 ? PAYLOAD_V1.NONCE : 40)
    if (nonce) {
      facts.nonces = grown(facts.nonces, { from, bytes: nonce.bytes.length, frame })
      this.#index.nonce(nonce.bytes, at)
    }
    // IKEv2 puts the method and two reserved octets in front.
    const value = bodyOf(whole, v1 ? PAYLOAD_V1.KE : ke.type)?.bytes
    if (value) this.#index.keyExchange(v1 ? value : value.subarray(4), at)
  }
}

/** After EAP both sides prove that they have its key: that is no pre-shared key, and the gateway's own proof came before. RFC 7296 §2.16. */
function authFact(sa: IkeSa, facts: SaFacts, value: Authentication, from: Side, frame: number): AuthFact | undefined {
  const { method, data, signature } = value
  const afterEap = method === AUTH_METHOD.SHARED_KEY && v2StateOf(sa).eapSucceeded
  if (afterEap && facts.auth.some(a => a.from === from)) return undefined
  const signs = method !== AUTH_METHOD.SHARED_KEY && method !== AUTH_METHOD.NULL
  return {
    from,
    method,
    methodName: afterEap ? "EAP" : AUTH_METHOD.alias(method),
    algorithm: signature?.algorithm.name ?? null,
    scheme: signature?.algorithm.scheme ?? null,
    hash: signature?.algorithm.hash ?? null,
    signature: signs ? (signature?.value ?? data).slice() : null,
    frame,
  }
}

const signatureV1 = (sa: IkeSa, from: Side, bytes: Uint8Array, frame: number): AuthFact => ({
  from,
  method: v1StateOf(sa).answer?.authMethod ?? 0,
  methodName: "",
  algorithm: null,
  scheme: null,
  hash: null,
  signature: bytes.slice(),
  frame,
})
