/** What IKEv2 messages say, one by itself or a request and its answer: what the rules (`v2.ts`) decide by. */
import { equal } from "../bytes/bytes.ts"
import { toHex } from "../bytes/hex.ts"
import { type DecodedPayload, find, findAll, payloadValue } from "../ike/shared/payload.ts"
import { auth as authPayload } from "../ike/v2/authentication.ts"
import { eap } from "../ike/v2/eap.ts"
import { ke } from "../ike/v2/key-exchange.ts"
import { nonce } from "../ike/v2/nonce.ts"
import { type Notify, notify } from "../ike/v2/notify.ts"
import { sa as saPayload } from "../ike/v2/security-association.ts"
import { tsi, tsr } from "../ike/v2/traffic-selector.ts"
import { EXCHANGE_TYPE } from "../registry/ikev2/exchange-types.ts"
import { isErrorType, NOTIFY } from "../registry/ikev2/notify.ts"
import type { ChildSa } from "./child-sa.ts"
import type { InitCandidate } from "./event.ts"
import type { Exchange } from "./exchange.ts"
import type { KePair } from "./negotiation.ts"
import { type Selectors, selectorOf } from "./selector.ts"
import { choiceOf, offerOf } from "./suite.ts"
import type { RequestResponse, V2State } from "./v2-state.ts"
import type { Offer } from "./vocabulary.ts"
import type { WholeMessage } from "./whole.ts"

export const IKE_SPI_BYTES = 8

/** Traffic selectors of a message. */
export const selectorsOf = ({ payloads }: WholeMessage): Selectors => ({
  i: find(payloads, tsi)?.selectors.map(selectorOf) ?? [],
  r: find(payloads, tsr)?.selectors.map(selectorOf) ?? [],
})

/** Selectors of the last messages: Child SAs of one policy have the same, which are one object. Nobody changes it. */
export class LatestSelectors {
  readonly #latest: { readonly i: Uint8Array; readonly r: Uint8Array; readonly selectors: Selectors }[] = []
  #next = 0

  of(whole: WholeMessage): Selectors {
    const [i, r] = [tsi, tsr].map(({ type }) => bodyOf(whole.payloads.find(p => p.type === type && p.value)))
    const known = this.#latest.find(k => equal(k.i, i) && equal(k.r, r))
    if (known) return known.selectors
    const selectors = selectorsOf(whole)
    this.#latest[this.#next] = { i: i.slice(), r: r.slice(), selectors }
    this.#next = (this.#next + 1) % LATEST
    return selectors
  }
}

const LATEST = 8
const GENERIC_HEADER_BYTES = 4
const NO_BYTES = new Uint8Array(0)
const bodyOf = (payload: DecodedPayload | undefined): Uint8Array =>
  payload ? payload.src.bytes.subarray(payload.start + GENERIC_HEADER_BYTES, payload.end) : NO_BYTES

/** Notifications of a message. */
export const notifiesOf = (payloads: readonly DecodedPayload[]): readonly Notify[] => findAll(payloads, notify)
/** The first notification of a type. */
export function notifyOf(payloads: readonly DecodedPayload[], type: number): Notify | undefined {
  for (const payload of payloads) {
    const n = payloadValue(payload, notify)
    if (n?.type === type) return n
  }
  return undefined
}

export const has = (w: WholeMessage, type: number): boolean => notifyOf(w.payloads, type) !== undefined

export function errorOf({ payloads }: WholeMessage): Notify | undefined {
  for (const payload of payloads) {
    const n = payloadValue(payload, notify)
    if (n && isErrorType(n.type)) return n
  }
  return undefined
}

/** Offers of a request, those that could be read. */
export const offersOf = (request: WholeMessage): Offer[] | undefined =>
  find(request.payloads, saPayload)
    ?.proposals.filter(p => !p.fault || p.transforms.length > 0)
    .map(offerOf)

/** Every pair of a request and an answer from which keys can be made, `first` before the others, then those with the same answer. */
export function candidatesOf(
  state: V2State,
  first: RequestResponse = state.init,
): [InitCandidate, ...InitCandidate[]] | undefined {
  if (state.initResponses.length === 1 && state.initRequests.length === 1) {
    const only = candidateOf(state.initRequests[0], state.initResponses[0])
    return only && [only]
  }
  const all = state.initResponses.flatMap(response =>
    state.initRequests.flatMap(request => candidateOf(request, response) ?? []),
  )
  const rank = (c: InitCandidate) => (c.response === first.response ? 0 : 2) + (c.request === first.request ? 0 : 1)
  const [likeliest, ...others] = all.sort((a, b) => rank(a) - rank(b))
  return likeliest && [likeliest, ...others]
}

function candidateOf(request: WholeMessage, response: WholeMessage): InitCandidate | undefined {
  const resumes = request.message.exchangeType === EXCHANGE_TYPE.IKE_SESSION_RESUME
  const chosen = find(response.payloads, saPayload)?.proposals[0]
  const ni = find(request.payloads, nonce)
  const nr = find(response.payloads, nonce)
  if (!ni || !nr || request.message.exchangeType !== response.message.exchangeType || !(chosen || resumes))
    return undefined
  const pair = pairOf(request, response)
  // A value of another group answers another request.
  if (!pair && find(request.payloads, ke) && find(response.payloads, ke)) return undefined
  const nonces = { ni: ni.data, nr: nr.data, frameI: request.datagram.frame, frameR: response.datagram.frame }
  return {
    request,
    response,
    offers: offersOf(request) ?? [],
    choice: chosen ? choiceOf(chosen, response.datagram.frame) : null,
    negotiation: { startedBy: "initiator", nonces, pairs: pair ? [pair] : [] },
    spiR: response.message.spiR,
  }
}

/** The new SPIs of a rekey that has no SA payload. */
export interface OptimizedRekey {
  readonly spiI: Uint8Array
  readonly spiR: Uint8Array
}

/**
 * OPTIMIZED_REKEY in both messages. Its number is not assigned yet: it is a notification without a name, the same in both, with nothing in it but an
 * SPI of the SA that is replaced. Keys that fit prove it.
 */
export function optimizedOf(request: WholeMessage, response: WholeMessage): OptimizedRekey | undefined {
  if (find(request.payloads, saPayload)) return undefined
  const bytes = notifyOf(request.payloads, NOTIFY.REKEY_SA)?.spi.length ?? IKE_SPI_BYTES
  const fits = (n: Notify) => NOTIFY.name(n.type) === undefined && !isErrorType(n.type) && n.data.length === bytes
  for (const mine of findAll(request.payloads, notify)) {
    const theirs = fits(mine)
      ? findAll(response.payloads, notify).find(n => n.type === mine.type && fits(n))
      : undefined
    if (theirs) return { spiI: mine.data, spiR: theirs.data }
  }
  return undefined
}

/** IKE_AUTH, and what stands for it where a member registers. RFC 9838 §2.3.1. */
const AUTHENTICATES: readonly number[] = [EXCHANGE_TYPE.IKE_AUTH, EXCHANGE_TYPE.GSA_AUTH]

/**
 * Whether a message ends the SA with an error: an IKE_AUTH answer that has one and no AUTH payload, or AUTHENTICATION_FAILED in a request of its own.
 * With AUTH beside it only the Child SA failed (RFC 7296 §2.21.2).
 */
export function isRefusal(exchange: Exchange, request: boolean, whole: WholeMessage): boolean {
  return request
    ? exchange.type === EXCHANGE_TYPE.INFORMATIONAL && has(whole, NOTIFY.AUTHENTICATION_FAILED)
    : AUTHENTICATES.includes(exchange.type) && errorOf(whole) !== undefined && !hasAuth(whole)
}

/** Whether an IKE_AUTH exchange is the last: with EAP, and with several authentications, more follow. RFC 7296 §2.16, RFC 4739 §3. */
export function isLastAuth(request: WholeMessage, response: WholeMessage): boolean {
  const more = has(request, NOTIFY.ANOTHER_AUTH_FOLLOWS) || has(response, NOTIFY.ANOTHER_AUTH_FOLLOWS)
  return (
    !more && !response.payloads.some(p => p.type === eap.type) && (hasAuth(response) || errorOf(response) === undefined)
  )
}

/** COOKIE, INVALID_KE_PAYLOAD, REDIRECT: the initiator sends IKE_SA_INIT anew. */
export const asksAgain = (w: WholeMessage): boolean =>
  has(w, NOTIFY.COOKIE) || has(w, NOTIFY.REDIRECT) || has(w, NOTIFY.INVALID_KE_PAYLOAD)
export const hasAuth = (w: WholeMessage): boolean => w.payloads.some(p => p.type === authPayload.type)

/** What the responder agreed to; tunnel mode unless a notification says otherwise. RFC 7296 §1.3.1. */
export const modeOf = (response: WholeMessage): ChildSa["mode"] =>
  has(response, NOTIFY.USE_TRANSPORT_MODE) ? "transport" : has(response, NOTIFY.USE_BEET_MODE) ? "beet" : "tunnel"

/** The key exchange that a request and its response make. */
export function pairOf(request: WholeMessage, response: WholeMessage): KePair | undefined {
  const i = find(request.payloads, ke)
  const r = find(response.payloads, ke)
  if (!i || !r || i.group !== r.group) return undefined
  return { group: i.group, i: i.data, r: r.data, frameI: request.datagram.frame, frameR: response.datagram.frame }
}

/** Data of ADDITIONAL_KEY_EXCHANGE: links the exchanges of one SA in the making. RFC 9370 §2.2.4. */
export function linkOf(whole: WholeMessage): string | undefined {
  const n = notifyOf(whole.payloads, NOTIFY.ADDITIONAL_KEY_EXCHANGE)
  return n && toHex(n.data)
}
