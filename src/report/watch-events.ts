/** What changed between two reports of the same peers: the events that `watch` prints. */

import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../registry/ikev1/exchange-types.ts"
import { EXCHANGE_TYPE as EXCHANGE } from "../registry/ikev2/exchange-types.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import { momentText } from "../track/moment.ts"
import type { Conclusion } from "./conclusion.ts"
import { movesOf } from "./explain/paths.ts"
import type { DiagnosticReport, EspSaReport, IkeSaReport, Report } from "./types.ts"
import { isBad, type Outcome } from "./verdict/types.ts"
import { ikeName } from "./version.ts"

export type WatchKind =
  | "up"
  | "refused"
  | "no-answer"
  | "no-tunnel"
  | "lost"
  | "degraded"
  | "child-up"
  | "rekeyed"
  | "deleted"
  | "moved"
  | "esp-stopped"

/** One event, as `watch --format ndjson` prints it. */
export interface WatchEvent {
  time: string
  frame: number | null
  event: WatchKind
  peers: string[]
  spi_i: string
  spi_r: string
  outcome: Outcome
  cause: string | null
  /** One line. */
  text: string
  why: string | null
}

/** Waiting says something only after so many seconds: before, the answer may yet come. RFC 7296 §2.1 repeats over minutes. */
const PATIENCE_SECONDS = 10
/** A data SA that carried so many packets and then none for a while stopped. */
const STEADY_PACKETS = 10
const SILENCE_SECONDS = 15

/** A report, and what was concluded of its SAs. */
interface Looked {
  readonly report: Report
  readonly conclusions: readonly Conclusion[]
}

/** Reports name exchanges as the registries do. */
const PHASE_1 = [EXCHANGE_V1.MAIN_MODE, EXCHANGE_V1.AGGRESSIVE].map(type => EXCHANGE_V1.label(type))
const AUTHENTICATES: ReadonlySet<string | undefined> = new Set([EXCHANGE.label(EXCHANGE.IKE_AUTH), ...PHASE_1])
const BEGINS: ReadonlySet<string | undefined> = new Set([
  ...[EXCHANGE.IKE_SA_INIT, EXCHANGE.IKE_SESSION_RESUME].map(type => EXCHANGE.label(type)),
  ...[EXCHANGE_V1.label(EXCHANGE_V1.BASE), ...PHASE_1],
])

/** The events that the report has and `before` has not; `clock` is the time of the capture in seconds since 1970. */
export function watchEvents(before: Report | undefined, looked: Looked, clock: number): WatchEvent[] {
  const now = looked.report
  const known = new Map(before?.ike_sas.map(sa => [keyOf(sa), sa]))
  const moved = new Set(before?.diagnostics.filter(isMove).map(d => d.frame))
  const sas = new Map(looked.conclusions.map(({ sa }) => [sa.id, sa]))
  const events = now.ike_sas.flatMap(sa => [
    ...eventsOf(known.get(keyOf(sa)), sa, looked, clock),
    ...moves(sa, sas.get(sa.id), moved),
  ])
  return events.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
}

const keyOf = (sa: IkeSaReport): string => `${sa.spi_i} ${sa.first_time}`

function eventsOf(old: IkeSaReport | undefined, sa: IkeSaReport, looked: Looked, clock: number): WatchEvent[] {
  const events: WatchEvent[] = []
  const say = (event: WatchKind, text: string, at = lastMessage(sa)) => events.push(eventOf(sa, event, text, at))
  const was = old?.verdict.outcome
  const is = sa.verdict.outcome
  if (isUp(is) && !(was !== undefined && isUp(was)) && sa.rekeys === null)
    say(
      "up",
      isBegun(sa) ? `up: ${authText(sa)}` : `goes on, its beginning was not seen: ${authText(sa)}`,
      authenticated(sa),
    )
  if (isBad(is) && (was !== is || old?.verdict.cause !== sa.verdict.cause) && isRipe(sa, clock)) {
    const kind = is === "failed" ? "refused" : is
    say(kind, sa.verdict.headline, deciding(sa))
  }
  const children = new Set(old && isSettled(old) ? old.child_sas.map(c => c.id) : [])
  for (const child of isSettled(sa) ? sa.child_sas.filter(c => !children.has(c.id) && c.state !== "failed") : [])
    if (child.rekeys !== null)
      say(
        "rekeyed",
        `Child SA rekeyed: ${child.spi_i ?? "?"} and ${child.spi_r ?? "?"}`,
        messageAt(sa, child.first_time ?? sa.last_time),
      )
    else
      say(
        "child-up",
        `tunnel up: ${[child.ts_i.join(", "), child.ts_r.join(", ")].filter(Boolean).join(" ⇄ ") || child.protocol}`,
        messageAt(sa, child.first_time ?? sa.last_time),
      )
  if (sa.state === "rekeyed" && old?.state !== "rekeyed") say("rekeyed", "IKE SA rekeyed")
  if (sa.state === "deleted" && old?.state !== "deleted" && !isBad(is))
    if (looked.conclusions.some(c => c.superseded && c.sa.id === sa.id))
      say(
        "deleted",
        "superseded by a newer SA of these peers",
        frameAt(looked.report, sa.verdict.frames[0]) ?? lastMessage(sa),
      )
    else say("deleted", "deleted in order")
  return events
}

/** Whether it is known what became of it, so that its tunnels are reported after it. */
const isSettled = (sa: IkeSaReport): boolean => sa.verdict.outcome !== "partial" || !isBegun(sa)

const isMove = ({ code }: Pick<DiagnosticReport, "code">): boolean =>
  code === "nat-rebinding" || code === "address-change"

/** Ends that moved since: a NAT changed its mapping, or MOBIKE. `known`: the frames of moves before. */
function moves(report: IkeSaReport, sa: IkeSa | undefined, known: ReadonlySet<number | null>): WatchEvent[] {
  return (sa ? movesOf(sa) : []).flatMap(move =>
    isMove(move) && move.time && !known.has(move.frame)
      ? // The event has its frame beside it.
        eventOf(report, "moved", move.text(""), { time: momentText(move.time), frame: move.frame })
      : [],
  )
}

/** Whether its first message is one that begins an SA: under SPIs that come from nowhere goes on what was rekeyed, or began before. */
const isBegun = (sa: IkeSaReport): boolean => BEGINS.has(sa.exchanges[0]?.type)

const isUp = (outcome: Outcome): boolean => outcome === "up" || outcome === "closed"

/** What waits for an answer is not reported before it had time to come; a refusal is reported at once. */
export function isRipe(sa: IkeSaReport, clock: number): boolean {
  const { outcome } = sa.verdict
  if (outcome === "failed" && sa.verdict.cause !== "no-answer") return true
  return clock - secondsOf(sa.last_time) >= PATIENCE_SECONDS
}

/**
 * Data SAs of a living IKE SA that carried packets steadily and now have none. `reported` are those that were reported before: one that goes on
 * may stop again.
 */
export function stoppedEvents(now: Report, clock: number, reported: Set<string>): WatchEvent[] {
  const events: WatchEvent[] = []
  const living = now.ike_sas.filter(sa => isUp(sa.verdict.outcome) && sa.state === "established")
  for (const e of now.esp_sas) {
    const sa = ownerOf(e, living, now)
    const silent = sa && e.packets >= STEADY_PACKETS && clock - secondsOf(e.last_time) >= SILENCE_SECONDS
    const key = `${e.spi} ${e.destination}`
    if (!silent) reported.delete(key)
    else if (!reported.has(key)) {
      reported.add(key)
      const text = `ESP ${e.spi} to ${e.destination} stopped`
      events.push(eventOf(sa, "esp-stopped", text, { time: e.last_time, frame: null }))
    }
  }
  return events
}

/** The living IKE SA whose installed Child SA it is. Without keys: the only one there is, of the newest SPI that way; an older one was rekeyed. */
function ownerOf(e: EspSaReport, living: readonly IkeSaReport[], { esp_sas }: Report): IkeSaReport | undefined {
  if (e.child_sa !== null)
    return living.find(sa => sa.child_sas.some(c => c.id === e.child_sa && c.state === "installed"))
  const newer = esp_sas.some(
    x => x !== e && x.source === e.source && x.destination === e.destination && x.first_time > e.first_time,
  )
  return living.length === 1 && !newer ? living[0] : undefined
}

interface At {
  readonly time: string
  readonly frame: number | null
}

const eventOf = (sa: IkeSaReport, event: WatchKind, text: string, { time, frame }: At): WatchEvent => ({
  time,
  frame,
  event,
  peers: [sa.initiator.address, sa.responder.address],
  spi_i: sa.spi_i,
  spi_r: sa.spi_r,
  outcome: sa.verdict.outcome,
  cause: sa.verdict.cause,
  text,
  why: sa.verdict.why === "" ? null : sa.verdict.why,
})

function lastMessage(sa: IkeSaReport): At {
  const message = sa.exchanges.flatMap(x => x.messages).reduce((a, b) => (a && a.frame > b.frame ? a : b))
  return { time: message?.time ?? sa.last_time, frame: message?.frame ?? null }
}

/** The last message of the exchanges that authenticate. */
function authenticated(sa: IkeSaReport): At {
  const found = sa.exchanges.filter(x => AUTHENTICATES.has(x.type)).flatMap(x => x.messages)
  const last = found.at(-1)
  return last ? { time: last.time, frame: last.frame } : lastMessage(sa)
}

/** The message of that time. */
const messageAt = (sa: IkeSaReport, time: string): At => ({
  time,
  frame: sa.exchanges.flatMap(x => x.messages).find(m => m.time === time)?.frame ?? null,
})

/** The message of that frame, of whatever SA. */
function frameAt({ ike_sas }: Report, frame: number | undefined): At | undefined {
  const found = ike_sas.flatMap(sa => sa.exchanges.flatMap(x => x.messages)).find(m => m.frame === frame)
  return found && { time: found.time, frame: found.frame }
}

/** The last message that the verdict names. */
function deciding(sa: IkeSaReport): At {
  const frames = new Set(sa.verdict.frames)
  const found = sa.exchanges.flatMap(x => x.messages).filter(m => frames.has(m.frame))
  const last = found.at(-1)
  return last ? { time: last.time, frame: last.frame } : lastMessage(sa)
}

const authText = ({ ids, version }: IkeSaReport): string => {
  const name = ikeName({ version })
  return ids.initiator || ids.responder
    ? `${name}, ${ids.initiator?.value ?? "?"} and ${ids.responder?.value ?? "?"}`
    : name
}

const secondsOf = (time: string): number => Date.parse(time) / 1000
