/** Exchanges: requests paired with responses, retransmissions recognized by content, fragments collected. RFC 7296 §2.1-2.2, RFC 7383. */
import { BoundedMap } from "../bytes/bounded-map.ts"
import { viewOf } from "../bytes/byte-source.ts"
import { digestOfView } from "../bytes/digest.ts"
import type { Message } from "../ike/message.ts"
import { type Datagram, isCut } from "./datagram.ts"
import { type Moment, secondsBetween } from "./moment.ts"
import { otherSide, type PerSide, type Side } from "./peer.ts"

/** What stays known of a message once its bytes are gone. */
export interface MessageRecord {
  readonly frame: number
  /** Index of its capture on the command line. */
  readonly capture: number
  readonly time: Moment
  readonly from: Side
  /** Sent by the exchange's starter. */
  request: boolean
  /** Notations of the payloads in wire order; replaced when keys open the message. */
  payloads: readonly string[]
  notifies: readonly string[]
  readonly fragment: { readonly number: number; readonly total: number } | null
  readonly retransmissionOf: number | null
  /** Has ciphertext. */
  readonly encrypted: boolean
  /** Keys opened it. */
  opened: boolean
  /** Bytes of the IKE message. */
  readonly bytes: number
  readonly digest: number
}

export interface Exchange {
  readonly type: number
  readonly messageId: number
  startedBy: Side
  messages: MessageRecord[]
  /** IKEv2: the response is whole. IKEv1: the exchange's last message was seen. */
  complete: boolean
  /** IKEv2: which halves were opened and applied: 1 for the request, 2 for the response. */
  understood?: number
  /** IKEv1: its messages without repeats; of phase 1 which of its steps they are, as bits. */
  steps?: number
  /** Retransmissions beyond the cap on messages, which are counted only. */
  omitted?: number
  /** Frames of its messages by side and content, once they are many. */
  seen?: PerSide<Map<number, number>>
}

/** Messages kept of one exchange: fragments, and what is sent again and again. */
const MAX_MESSAGES = 4096
/** Exchanges looked back at for the one that a message belongs to. */
const RECENT = 256

/** The newest exchange that fits, among the latest: in a long session a repeat comes soon or never. */
export function recentExchange(exchanges: readonly Exchange[], fits: (x: Exchange) => boolean): Exchange | undefined {
  for (let i = exchanges.length - 1; i >= 0 && i >= exchanges.length - RECENT; i--)
    if (fits(exchanges[i])) return exchanges[i]
  return undefined
}

/** `digest` of a whole message. */
export const contentOf = ({ src, start, end }: Message): number => digestOfView(viewOf(src), start, end)

/** Lists of names remembered. */
const MAX_LISTS = 4096

/** Gives the same list object for the same names: most messages of a capture repeat a few. */
export class NameLists {
  readonly #lists = new BoundedMap<string, readonly string[]>(MAX_LISTS)

  of(names: readonly string[]): readonly string[] {
    return this.#lists.getOrMake(names.join(" "), () => [...names])
  }
}

/** Messages of one exchange from which on they are found by their content. */
const MANY_MESSAGES = 64

/** The frame of an earlier message of this side with the same bytes. */
export function retransmissionOf(exchange: Exchange, from: Side, content: number): number | null {
  const { messages } = exchange
  if (messages.length >= MANY_MESSAGES) {
    exchange.seen ??= framesByContent(messages)
    return exchange.seen[from].get(content) ?? null
  }
  for (const m of messages) if (m.from === from && m.digest === content) return m.frame
  return null
}

function framesByContent(messages: readonly MessageRecord[]): PerSide<Map<number, number>> {
  const seen = { initiator: new Map<number, number>(), responder: new Map<number, number>() }
  for (const m of messages.toReversed()) seen[m.from].set(m.digest, m.frame)
  return seen
}

/** Seconds between two captures of one message on its way. */
const ON_ITS_WAY = 0.25

/** Whether a message that comes again after these seconds was captured at another place: nobody sends it again so soon. */
export const isOnItsWay = (seconds: number): boolean => Math.abs(seconds) < ON_ITS_WAY

/** Whether a message was seen on its way already, sooner than anybody sends it again: captures of two places were merged. */
export function isCopy(exchange: Exchange, record: MessageRecord): boolean {
  if (record.retransmissionOf === null) return false
  const at = exchange.messages.lastIndexOf(record)
  const before = exchange.messages.findLast((m, i) => (at < 0 || i < at) && m !== record && m.digest === record.digest)
  return before !== undefined && isOnItsWay(secondsBetween(before.time, record.time))
}

/** A message and all its repetitions; copies that another capture point took are none. */
export const sendingsOf = (exchange: Exchange, first: MessageRecord): MessageRecord[] =>
  exchange.messages.filter(m => m === first || (m.retransmissionOf === first.frame && !isCopy(exchange, m)))

/** Adds the record of a message to its exchange. */
export function addMessage(
  exchange: Exchange,
  datagram: Datagram,
  message: Message,
  about: Pick<MessageRecord, "from" | "payloads" | "notifies" | "fragment" | "encrypted">,
  content = contentOf(message),
): MessageRecord {
  const { from } = about
  const record: MessageRecord = {
    frame: datagram.frame,
    capture: datagram.capture,
    time: datagram.time,
    from,
    request: from === exchange.startedBy,
    payloads: about.payloads,
    notifies: about.notifies,
    fragment: about.fragment,
    encrypted: about.encrypted,
    retransmissionOf: retransmissionOf(exchange, from, content),
    opened: false,
    bytes: isCut(datagram) ? datagram.wireBytes : message.end - message.start,
    digest: content,
  }
  if (exchange.messages.length < MAX_MESSAGES) {
    // A list of its own length: one that is pushed to takes room for sixteen more.
    if (exchange.messages.length === 0) exchange.messages = [record]
    else exchange.messages.push(record)
    if (record.retransmissionOf === null) exchange.seen?.[from].set(content, record.frame)
  } else if (record.retransmissionOf !== null) exchange.omitted = (exchange.omitted ?? 0) + 1
  return record
}

/** The other side turns out to have started it: its first message was captured behind the second. */
export function turn(exchange: Exchange): void {
  exchange.startedBy = otherSide(exchange.startedBy)
  for (const m of exchange.messages) m.request = m.from === exchange.startedBy
}

/** Numbers of the fragments that came of one side's message, by the largest total seen; undefined when it was not fragmented. */
export function fragmentsSeen(exchange: Exchange, request: boolean): { total: number; seen: number[] } | undefined {
  const parts = exchange.messages.filter(m => m.request === request && m.fragment)
  if (parts.length === 0) return undefined
  const cuts = new Map<number, Set<number>>()
  for (const { fragment } of parts) {
    if (!fragment) continue
    const seen = cuts.get(fragment.total) ?? new Set()
    cuts.set(fragment.total, seen.add(fragment.number))
  }
  // A cut that is whole counts: others are older ones, or forged.
  const whole = [...cuts].find(([total, seen]) => seen.size >= total)
  const total = whole?.[0] ?? Math.max(...cuts.keys())
  return { total, seen: [...(cuts.get(total) ?? [])].sort((a, b) => a - b) }
}
