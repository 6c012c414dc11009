/** The first exchange of an SA, in which the responder's SPI is not settled yet. RFC 7296 §2.6, RFC 2408 §4.1. */

import type { Message } from "../ike/message.ts"
import { FLAG_ENCRYPTION, FLAG_RESPONSE } from "../ike/shared/header.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1, PHASE_1 } from "../registry/ikev1/exchange-types.ts"
import { PAYLOAD_TYPE as PAYLOAD_V1 } from "../registry/ikev1/payload-types.ts"
import { EXCHANGE_TYPE } from "../registry/ikev2/exchange-types.ts"
import { contentOf } from "./exchange.ts"
import type { IkeSa } from "./ike-sa.ts"

export const NO_SPI = "0000000000000000"

/** IKE_SA_INIT and IKE_SESSION_RESUME; Base, Main and Aggressive Mode. */
const BEGINNINGS: Readonly<Record<1 | 2, readonly number[]>> = {
  1: PHASE_1,
  2: [EXCHANGE_TYPE.IKE_SA_INIT, EXCHANGE_TYPE.IKE_SESSION_RESUME],
}
/** Exchanges looked through for a repeat. */
const RECENT = 16

const INFORMATIONAL = { 1: EXCHANGE_V1.INFORMATIONAL, 2: EXCHANGE_TYPE.INFORMATIONAL } as const

/**
 * Whether a capture that starts with this message has the SA from its beginning. INVALID_SPI comes without SPIs of an IKE SA, and begins
 * none (RFC 7296 §1.5).
 */
export function isBeginning(message: Message): boolean {
  if (message.spiR !== NO_SPI || message.exchangeType === INFORMATIONAL[message.version]) return false
  return message.version === 1 || (message.flags & FLAG_RESPONSE) === 0
}

/** Whether an exchange is one that begins an SA. */
export const isFirstExchangeType = (version: 1 | 2, type: number): boolean => BEGINNINGS[version].includes(type)

/** Whether a message is one of an exchange that begins an SA. */
export const isFirstExchange = ({ version, exchangeType }: Message): boolean =>
  isFirstExchangeType(version, exchangeType)

/** Whether a message comes from a peer that has settled for a responder's SPI: any behind the first exchange, and what Main Mode encrypts. */
export const goesOn = (message: Message): boolean =>
  !isFirstExchange(message) || (message.version === 1 && (message.flags & FLAG_ENCRYPTION) !== 0)

/**
 * Whether a message is an answer, under an SPI of its own, to the first request of an SA that has been answered. In IKEv1 only a message
 * with an SA payload shows by itself to be one.
 */
export function isAnotherAnswer(sa: IkeSa, message: Message): boolean {
  if (message.spiR === NO_SPI || !sa.begun || !isFirstExchange(message)) return false
  return message.version === 1 ? answersV1(message) : (message.flags & FLAG_RESPONSE) !== 0
}

/**
 * Whether a message under another responder SPI, or none, still belongs to an SA that was answered: one of its first messages again, a refusal of the
 * answer, or another try. Another try follows an answer that chose nothing: INVALID_KE_PAYLOAD or COOKIE under an SPI (RFC 7296 §2.6). All else is a
 * new SA.
 */
export function staysInBeginning(sa: IkeSa, message: Message): boolean {
  const begins = (type: number) => BEGINNINGS[message.version].includes(type)
  if (refusesAnswer(message)) return true
  if (!isFirstExchange(message)) return false
  const first = sa.exchanges.slice(0, RECENT).filter(x => begins(x.type))
  if (message.spiR === NO_SPI) {
    const content = contentOf(message)
    if (first.some(x => x.messages.some(m => m.digest === content))) return true
  }
  return (
    sa.choice === null &&
    sa.begun &&
    first.length === sa.exchanges.length &&
    !first.some(x => x.type === EXCHANGE_TYPE.IKE_SESSION_RESUME)
  )
}

/** An initiator that cannot use an answer says so in the clear, and names no cookie of the responder: it took none. RFC 2408 §5.2. */
const refusesAnswer = ({ version, spiR, exchangeType, flags }: Message): boolean =>
  version === 1 && spiR === NO_SPI && exchangeType === EXCHANGE_V1.INFORMATIONAL && (flags & FLAG_ENCRYPTION) === 0

/** A responder's message of phase 1 that shows by itself to be one: it answers the initiator's SA payload under a cookie of its own. */
export const answersV1 = (message: Message): boolean =>
  BEGINNINGS[1].includes(message.exchangeType) && message.payloads.some(p => p.type === PAYLOAD_V1.SA)

export const isIkePort = (port: number): boolean => port === 500 || port === 4500
