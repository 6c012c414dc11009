/** The messages of an SA as their senders meant them: fragments of one message together, and what was sent again beside what it repeats. */
import type { Exchange, MessageRecord } from "../../track/exchange.ts"
import { isCopy } from "../../track/exchange.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { type Moment, secondsBetween } from "../../track/moment.ts"
import type { Side } from "../../track/peer.ts"

export interface Sent {
  readonly exchange: Exchange
  readonly from: Side
  /** Sent by the exchange's starter. */
  readonly request: boolean
  /** Records of the first sending: one, or one a fragment. */
  readonly parts: MessageRecord[]
  /** Later sendings, by their first fragment; copies that a second capture point took are none. */
  readonly repeats: MessageRecord[]
}

export const frameOf = (s: Sent): number => s.parts[0].frame
export const timeOf = (s: Sent): Moment => s.parts[0].time
/** When its last part came. */
export const arrivedAt = (s: Sent): Moment => s.parts[s.parts.length - 1].time
/** When it was sent for the last time. */
export const lastSent = (s: Sent): Moment => (s.repeats.at(-1) ?? s.parts[0]).time
export const framesOf = (s: Sent): number[] => [s.parts[0].frame, ...s.repeats.map(r => r.frame)]
/** Bytes of the IKE message, fragments together. */
export const bytesOf = (s: Sent): number => s.parts.reduce((n, p) => n + p.bytes, 0)
export const isOpened = (s: Sent): boolean => s.parts.some(p => p.opened)
export const isEncrypted = (s: Sent): boolean => s.parts.some(p => p.encrypted)
export const notifiesOf = (s: Sent): readonly string[] => joined(s.parts, p => p.notifies)
export const payloadsOf = (s: Sent): readonly string[] => joined(s.parts, p => p.payloads)

/** Most messages are of one part. */
const joined = (parts: readonly MessageRecord[], of: (part: MessageRecord) => readonly string[]): readonly string[] =>
  parts.length === 1 ? of(parts[0]) : parts.flatMap(of)

/** Seconds that a message may be captured before the one it answers. */
const EARLY = 0.05

/**
 * Whether something came within so many seconds behind something else: never where the clock went back between them, or tells no parts of a
 * second.
 */
export function isWithin(sent: readonly Sent[], from: Moment, to: Moment, seconds: number): boolean {
  const apart = secondsBetween(from, to)
  return apart <= seconds && apart >= -EARLY && sent.some(s => timeOf(s).nanos !== timeOf(sent[0]).nanos)
}

export const after = (s: Sent, frame: number): boolean => frameOf(s) > frame

/** Whether every fragment is there. RFC 7383 §2.6. */
export function isWhole({ parts }: Sent): boolean {
  const total = parts[0].fragment?.total ?? 1
  return total === 0 || new Set(parts.map(p => p.fragment?.number ?? 1)).size >= total
}

/** Messages looked at in one SA; a long-lived one has its story at both ends. */
const MOST = 4096

/** All messages in the order of their first parts. */
export function sentOf(sa: IkeSa): Sent[] {
  const all: Sent[] = []
  for (const exchange of sa.exchanges) for (const sent of ofExchange(exchange)) all.push(sent)
  all.sort((a, b) => frameOf(a) - frameOf(b))
  return all.length > MOST ? [...all.slice(0, MOST / 2), ...all.slice(-MOST / 2)] : all
}

function ofExchange(exchange: Exchange): Sent[] {
  const out: Sent[] = []
  const byFrame = new Map<number, Sent>()
  for (const m of exchange.messages) {
    const original = m.retransmissionOf === null ? undefined : byFrame.get(m.retransmissionOf)
    if (original) {
      // Only one part of a message that went out in fragments counts as its sending.
      if (!isCopy(exchange, m) && original.parts[0].digest === m.digest) original.repeats.push(m)
      continue
    }
    const open = m.fragment ? out.find(s => takes(s, m)) : undefined
    const sent = open ?? { exchange, from: m.from, request: m.request, parts: [], repeats: [] }
    if (!open) out.push(sent)
    sent.parts.push(m)
    byFrame.set(m.frame, sent)
  }
  return out
}

/** Seconds in which the fragments of one message follow one another. */
const FRAGMENTS_FOLLOW = 60

/** Whether a fragment belongs to the message: same sender and number of fragments, and not there yet. */
function takes({ from, parts }: Sent, { from: sender, fragment, time }: MessageRecord): boolean {
  const [first] = parts
  return (
    from === sender &&
    first.fragment !== null &&
    first.fragment.total === fragment?.total &&
    secondsBetween(first.time, time) < FRAGMENTS_FOLLOW &&
    !parts.some(p => p.fragment?.number === fragment?.number)
  )
}
