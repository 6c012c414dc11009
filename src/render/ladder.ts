/** The story of one IKE SA as rows of a ladder, for every renderer: what is folded, what is a band, in which order. */

import { addTo, grouped } from "../bytes/grouped.ts"
import { firstFrom } from "../bytes/search.ts"
import { isErrorType as isErrorV1, NOTIFY as NOTIFY_V1 } from "../registry/ikev1/notify.ts"
import { isErrorType, NOTIFY } from "../registry/ikev2/notify.ts"
import type { ChildSaReport, EspSaReport, ExchangeReport, IkeSaReport, MessageReport } from "../report/types.ts"
import { isBad } from "../report/verdict/types.ts"
import { ikeName, isV1 } from "../report/version.ts"
import { isOpening } from "../track/check-ids.ts"
import { isOnItsWay } from "../track/exchange.ts"
import type { BandRow, DataRow, Ladder, LadderRow, MessageRow, RetransmissionRow, Sent, Side } from "./ladder-rows.ts"
import { livenessRuns } from "./liveness.ts"
import { messageNotation } from "./notation.ts"
import { headlineText, whereText } from "./outcome.ts"
import { secondsBetween } from "./units.ts"

export type { Ladder } from "./ladder-rows.ts"

export interface LadderOptions {
  /** RFC 3339 time that counts as 0: the capture's first. Default: the SA's first message. */
  readonly zero?: string
  /** ESP and AH SAs that belong to it, or plausibly so (`dataSasOf`). */
  readonly data?: readonly EspSaReport[]
  /** Bytes of each IKE message by frame; shows which encrypted messages are empty before they are opened. */
  readonly sizes?: ReadonlyMap<number, number>
}

/** The ladder of one IKE SA. */
export function buildLadder(sa: IkeSaReport, options: LadderOptions = {}): Ladder {
  const zero = options.zero ?? sa.first_time
  const clock = (time: string) => secondsBetween(zero, time)
  const rows: LadderRow[] = [
    ...controlRows(sa, clock, options.sizes),
    ...bandRows(sa, clock),
    ...(options.data ?? []).map(esp => dataRow(sa, esp, clock)),
  ]
  const order = { replaces: 0, message: 1, retransmission: 1, liveness: 1, epoch: 2, child: 3, data: 4 }
  const rank = (row: LadderRow) => order[row.kind === "band" ? row.band : row.kind]
  rows.sort((a, b) => a.at - b.at || rank(a) - rank(b) || (a.frames[0] ?? 0) - (b.frames[0] ?? 0))
  return {
    id: sa.id,
    title: `${ikeName(sa)} SA ${sa.spi_i} ${sa.spi_r}`,
    verdict: headlineText(sa.verdict) + whereText(sa.verdict),
    bad: isBad(sa.verdict.outcome),
    version: sa.version,
    left: sa.initiator.address,
    right: sa.responder.address,
    rows: markOpenings(rows),
  }
}

/** Only the first drawn message of an exchange carries the exchange's name. */
function markOpenings(rows: readonly LadderRow[]): LadderRow[] {
  const seen = new Set<ExchangeReport>()
  return rows.map(row => {
    if (row.kind !== "message" || seen.has(row.exchange)) return row
    seen.add(row.exchange)
    return { ...row, opens: true }
  })
}

function controlRows(
  sa: IkeSaReport,
  clock: (time: string) => number,
  sizes: ReadonlyMap<number, number> | undefined,
): LadderRow[] {
  const opened = new Set(sa.checks.filter(c => isOpening(c) && c.status === "pass").map(c => c.frame))
  const failed = new Map<number, string[]>()
  for (const c of sa.checks) if (c.status === "fail" && c.frame !== null) addTo(failed, c.frame, c.id)
  const sent: Sent[] = sa.exchanges.flatMap(exchange => exchange.messages.map(message => ({ exchange, message })))
  sent.sort((a, b) => a.message.frame - b.message.frame)
  const sendings = withoutCopies(sent, clock)
  const isOpened = (m: MessageReport) => m.payloads.length > 1 || opened.has(m.frame)
  const runs = livenessRuns(sa, sendings, { isOpened, clock, sizes })
  const rows: LadderRow[] = runs.rows.slice()
  const rest = sendings.filter(s => !runs.taken.has(s.message))
  const times = new Map(sent.map(s => [s.message.frame, clock(s.message.time)]))
  for (let i = 0; i < rest.length; ) {
    const group = sameRow(rest, i)
    rows.push(
      group[0].message.retransmission_of === null
        ? messageRow(sa, group, clock, isOpened, failed)
        : retransmissionRow(group, clock, times),
    )
    i += group.length
  }
  return rows
}

/** What was sent: a message that was captured at a second place is drawn once. */
function withoutCopies(sent: readonly Sent[], clock: (time: string) => number): Sent[] {
  const seen = new Map<number, number>()
  return sent.filter(({ message }) => {
    const first = message.retransmission_of ?? message.frame
    const [before, at] = [seen.get(first), clock(message.time)]
    seen.set(first, at)
    return before === undefined || !isOnItsWay(at - before)
  })
}

/** The message at `i` with what follows directly and is drawn in the same row: its other fragments, or the next retransmissions. */
function sameRow(sent: readonly Sent[], i: number): readonly Sent[] {
  const first = sent[i]
  let n = 1
  for (; i + n < sent.length; n++) {
    const next = sent[i + n]
    if (next.exchange !== first.exchange || next.message.from !== first.message.from) break
    const { message } = next
    const again = (m: MessageReport) => m.retransmission_of !== null
    if (again(message) !== again(first.message)) break
    const fragments = first.message.fragment !== null && message.fragment !== null
    const seen = sent.slice(i, i + n).some(s => s.message.fragment?.number === message.fragment?.number)
    if (fragments ? seen : !(again(first.message) && message.retransmission_of === first.message.retransmission_of))
      break
  }
  return sent.slice(i, i + n)
}

function messageRow(
  sa: IkeSaReport,
  group: readonly Sent[],
  clock: (time: string) => number,
  isOpened: (m: MessageReport) => boolean,
  failed: ReadonlyMap<number, readonly string[]>,
): MessageRow {
  const { exchange } = group[0]
  const messages = group.map(s => s.message)
  const fullest = messages.reduce((a, b) => (b.payloads.length > a.payloads.length ? b : a))
  const total = Math.max(0, ...messages.map(m => m.fragment?.total ?? 0))
  const numbers = new Set(messages.map(m => m.fragment?.number))
  const missing = Array.from({ length: Math.min(total, 64) }, (_, n) => n + 1).filter(n => !numbers.has(n))
  const errors = messages.flatMap(m => m.notifies.filter(name => isError(name, isV1(sa))))
  // A whole that was put together lists its payloads on one fragment; an SKF that lists none was not.
  const whole = fullest.fragment ? fullest.payloads.length > 1 : isOpened(fullest)
  return {
    kind: "message",
    at: clock(messages[0].time),
    until: clock(messages[messages.length - 1].time),
    frames: ends(messages.map(m => m.frame)),
    from: messages[0].from,
    notation: messageNotation(sa, exchange, fullest, whole),
    exchange,
    opens: false,
    fragments: messages[0].fragment ? { total, arrived: numbers.size, missing } : null,
    failed: messages.flatMap(m => failed.get(m.frame) ?? []),
    errors,
    refused: errors.some(name => !RETRIES.has(name)) || messages.some(m => isBlamed(m, sa)),
  }
}

/** Notifications that ask for another message, and get it: no fault. RFC 7296 §1.2, §2.6. */
const RETRIES = new Set(["INVALID_KE_PAYLOAD"])

/** The verdict names it for what went wrong. */
const isBlamed = ({ frame }: MessageReport, { verdict }: IkeSaReport): boolean =>
  isBad(verdict.outcome) && verdict.frames.includes(frame)

function isError(name: string, v1: boolean): boolean {
  const type = (v1 ? NOTIFY_V1 : NOTIFY).value(name)
  return type !== undefined && (v1 ? isErrorV1(type) : isErrorType(type))
}

function retransmissionRow(
  group: readonly Sent[],
  clock: (time: string) => number,
  times: ReadonlyMap<number, number>,
): RetransmissionRow {
  const messages = group.map(s => s.message)
  const at = messages.map(m => clock(m.time))
  const of = messages[0].retransmission_of ?? messages[0].frame
  const first = times.get(of) ?? at[0]
  return {
    kind: "retransmission",
    at: at[0],
    until: at[at.length - 1],
    frames: ends(messages.map(m => m.frame)),
    from: messages[0].from,
    of,
    count: messages.length,
    after: messages[0].fragment ? [at[0] - first] : at.map(t => t - first),
  }
}

const ends = (frames: readonly number[]): number[] => [...new Set([frames[0], frames[frames.length - 1]])]

function bandRows(sa: IkeSaReport, clock: (time: string) => number): BandRow[] {
  const rows: BandRow[] = []
  const band = (kind: BandRow["band"], at: number, words: readonly string[], index = 0) =>
    rows.push({ kind: "band", band: kind, at, until: at, frames: [], words, index })
  if (sa.rekeys !== null) band("replaces", clock(sa.first_time), [`${sa.id} replaces ${sa.rekeys}`])
  for (const [n, epoch] of sa.keys.epochs.entries()) {
    if (n === 0) continue
    const first = sa.exchanges.find(x => x.message_id >= epoch.from_message_id && x.messages.length > 0)
    const before = sa.exchanges.filter(x => x.message_id < epoch.from_message_id && x.messages.length > 0).at(-1)
    const time = before?.messages.at(-1)?.time ?? first?.messages[0].time
    if (time) band("epoch", clock(time), [`new keys: epoch ${n}`, `from message ID ${epoch.from_message_id}`])
  }
  const settled = endsOfExchanges(sa)
  for (const [index, child] of sa.child_sas.entries())
    if (child.first_time !== null) band("child", clock(settled(child.first_time)), childWords(child), index)
  return rows
}

/** Gives the end of the exchange that was going on at a time, so that a band does not part request and response. */
function endsOfExchanges({ exchanges }: IkeSaReport): (time: string) => string {
  const spans = exchanges
    .flatMap(({ messages }, place) => {
      const last = messages.filter(m => m.retransmission_of === null).at(-1)
      return last ? [{ place, begin: messages[0].time, end: last.time, latest: last.time }] : []
    })
    .sort((a, b) => compare(a.begin, b.begin))
  // The latest end of those that begin no later: where it is over, none before goes on.
  for (let i = 1; i < spans.length; i++)
    if (spans[i - 1].latest > spans[i].latest) spans[i].latest = spans[i - 1].latest
  return time => {
    let first: (typeof spans)[number] | undefined
    for (let i = firstFrom(spans, span => span.begin > time) - 1; i >= 0 && spans[i].latest >= time; i--)
      if (spans[i].end >= time && (!first || spans[i].place < first.place)) first = spans[i]
    return first?.end ?? time
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** `child/0 ESP tunnel`, selectors, algorithms. */
export function childWords(child: ChildSaReport): string[] {
  const name = child.rekeys === null ? child.id : `${child.id} replaces ${child.rekeys}`
  const suite = [child.suite.encr, child.suite.integ, ...child.suite.ke].filter(a => a !== null)
  return [
    [name, child.protocol, child.mode].filter(Boolean).join(" "),
    ...(child.ts_i.length + child.ts_r.length > 0 ? [`${list(child.ts_i)} ⇄ ${list(child.ts_r)}`] : []),
    ...suite,
    ...(child.suite.esn ? ["ESN"] : []),
    ...(child.state === "failed" ? ["failed"] : []),
  ]
}

const list = (selectors: readonly string[]): string =>
  selectors.length > 3 ? `${selectors.slice(0, 2).join(", ")} and ${selectors.length - 2} more` : selectors.join(", ")

function dataRow(sa: IkeSaReport, esp: EspSaReport, clock: (time: string) => number): DataRow {
  return {
    kind: "data",
    at: clock(esp.first_time),
    until: clock(esp.last_time),
    frames: [],
    from: dataSender(sa, esp),
    esp,
    plausible: esp.child_sa === null,
  }
}

function dataSender(sa: IkeSaReport, esp: EspSaReport): Side {
  if (esp.destination === sa.responder.address || esp.source === sa.initiator.address) return "initiator"
  if (esp.destination === sa.initiator.address || esp.source === sa.responder.address) return "responder"
  // Behind NAT or after a move the addresses do not show it; the SPI of the exchange's initiator stands in packets to it.
  return sa.child_sas.some(c => c.spi_i === esp.spi) ? "responder" : "initiator"
}

/** Data SAs by the id of the IKE SA that they belong to; those of none are under `null`. */
export const dataSasOf = (esp: readonly EspSaReport[]): Map<string | null, EspSaReport[]> =>
  grouped(esp, data => data.owner)
