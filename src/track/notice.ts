/** Notifications that refuse, fail or send elsewhere: what is kept of them when their messages are forgotten. RFC 7296 §3.10.1, RFC 2408 §3.14.1. */
import type { Moment } from "./moment.ts"
import type { Side } from "./peer.ts"

/** Notices kept of one SA. */
const MAX_NOTICES = 256
/** Notices kept of one message. */
export const MAX_NOTICES_OF_MESSAGE = 16
/** Octets of notification data kept. */
const MAX_DATA = 64

export interface Notice {
  readonly frame: number
  readonly time: Moment
  readonly from: Side
  readonly exchangeType: number
  readonly messageId: number
  /** Whether it came in a message of the exchange's starter. */
  readonly request: boolean
  /** Notify Message Type of the SA's IKE version; -1 for what is no notification (`name` says what). */
  readonly type: number
  readonly name: string
  readonly data: Uint8Array
  /** What its data says in words: a gateway, a group. */
  readonly detail: string | null
  /** It came under encryption, so that who sent it had the keys. */
  readonly encrypted: boolean
}

/** Name of a notice that is no notification: an IKEv1 gateway's Mode Config reply gives no address. draft-dukes-ike-mode-cfg §3.3. */
export const NO_ADDRESS = "Mode Config without an address"

const NO_DATA = new Uint8Array(0)

/** Keeps a notice, with a copy of the first octets of its data. */
export function addNotice(sa: { notices: readonly Notice[] }, notice: Notice): void {
  if (sa.notices.length >= MAX_NOTICES) return
  const data = notice.data.length === 0 ? NO_DATA : notice.data.slice(0, MAX_DATA)
  sa.notices = [...sa.notices, { ...notice, data }]
}
