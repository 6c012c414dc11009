/** Notifications that refuse, fail or send elsewhere: what is kept of them when their messages are forgotten. RFC 7296 §3.10.1, RFC 2408 §3.14.1. */
import type { EapFailure } from "../registry/eap-types.ts"
import { KE_METHOD } from "../registry/ikev2/ke-methods.ts"
import { NOTIFY } from "../registry/ikev2/notify.ts"
import type { Moment } from "./moment.ts"
import type { Side } from "./peer.ts"

/** Notices kept of one SA. */
const MAX_NOTICES = 256
/** Notices kept of one message. */
export const MAX_NOTICES_OF_MESSAGE = 16
/** Octets of notification data kept. */
const MAX_DATA = 64

/** A notification, an EAP conversation that fails, XAUTH's status FAIL, or a Mode Config reply without an address. */
type NoticeKind = "notification" | EapFailure["kind"] | "xauth-failed" | "no-address"

export interface Notice {
  readonly frame: number
  readonly time: Moment
  readonly from: Side
  readonly exchangeType: number
  readonly messageId: number
  /** Whether it came in a message of the exchange's starter. */
  readonly request: boolean
  readonly kind: NoticeKind
  /** Notify Message Type of the SA's IKE version; -1 for what is no notification. */
  readonly type: number
  readonly name: string
  readonly data: Uint8Array
  /** What its data says in words: a gateway, a group; of XAUTH the user. */
  readonly detail: string | null
  /** It came under encryption, so that who sent it had the keys. */
  readonly encrypted: boolean
}

/** The key exchange group that a responder wants by its name, where INVALID_KE_PAYLOAD says it. RFC 7296 §1.3. */
export const wantedGroup = ({ type, data }: Notice): string | undefined =>
  type === NOTIFY.INVALID_KE_PAYLOAD && data.length === 2 ? KE_METHOD.alias((data[0] << 8) | data[1]) : undefined

const SENT = " (the group that was sent)"
const EARLIER = " of an earlier request"

/** What INVALID_KE_PAYLOAD asks for, beside the group of the request; `earlier`: another one that a request before it had. */
export function groupDetail(wanted: string, sent: string | undefined, earlier: string | undefined): string {
  if (sent === undefined) return wanted
  if (wanted !== sent) return `${wanted} instead of ${sent}`
  return earlier === undefined ? `${wanted}${SENT}` : `${wanted} instead of ${earlier}${EARLIER}`
}

/** It asks for what the request has: its sender errs, or it is no answer of the responder. */
export const asksForSent = ({ detail }: Notice): boolean => detail?.endsWith(SENT) ?? false

/** It refuses a request whose successor has the group already: most likely that one was sent again, or its refusal is late. */
export const refusesEarlier = ({ detail }: Notice): boolean => detail?.endsWith(EARLIER) ?? false

/** EAP fails: one side says so, before or instead of EAP Failure. */
export const isEapFailure = ({ kind }: Notice): boolean => kind.startsWith("eap-")

const NO_DATA = new Uint8Array(0)

/** Keeps a notice, with a copy of the first octets of its data. */
export function addNotice(sa: { notices: readonly Notice[] }, notice: Notice): void {
  if (sa.notices.length >= MAX_NOTICES) return
  const data = notice.data.length === 0 ? NO_DATA : notice.data.slice(0, MAX_DATA)
  sa.notices = [...sa.notices, { ...notice, data }]
}

/** Data that is nothing but printable ASCII, as text. */
export function textOf(data: Uint8Array): string | null {
  const text = String.fromCharCode(...data.subarray(0, MAX_TEXT))
  return /^[\x20-\x7e]+\0?$/.test(text) ? text.replace("\0", "") : null
}

const MAX_TEXT = 120
