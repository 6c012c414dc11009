/** The five steps of an IPsec tunnel (interesting traffic, phase 1, phase 2, data, termination) with the time each took. */

import { durationText, plural } from "../bytes/words.ts"
import type { EspSaReport, ExchangeReport, IkeSaReport, MessageReport } from "../report/types.ts"
import { isV1 } from "../report/version.ts"
import { clockText, secondsBetween } from "./units.ts"

export interface LifecycleStep {
  /** `start`, `phase 1`, `phase 2`, `data`; empty for the end, whose text speaks for itself. */
  readonly name: string
  readonly text: string
}

/** The steps that the capture shows of this SA, in order. `zero` is the time that counts as 0. */
export function lifecycle(sa: IkeSaReport, data: readonly EspSaReport[], zero: string): LifecycleStep[] {
  const clock = (time: string) => clockText(secondsBetween(zero, time))
  const steps: LifecycleStep[] = [{ name: "start", text: `${clock(sa.first_time)} s` }]
  const phase1 = exchangeSpan(sa, PHASE_1)
  const phase2 = phaseTwo(sa)
  const broken = phase2 === undefined && data.length === 0
  // A refusal may come in an exchange of its own.
  if (broken && sa.state === "failed") return [...steps, { name: "phase 1", text: `failed after ${whole(sa)}` }]
  if (broken && sa.state === "half-open") {
    const done = isV1(sa) && sa.exchanges.some(x => PHASE_1.test(x.type) && x.complete)
    if (!done || !phase1) return [...steps, { name: "phase 1", text: `not completed${within(sa)}` }]
    const none = { name: "phase 2", text: `not begun, last message at ${clock(sa.last_time)} s` }
    return [...steps, { name: "phase 1", text: phase1 }, none]
  }
  const redirect = broken ? redirectOf(sa) : undefined
  if (redirect) return [...steps, { name: "", text: `redirected at ${clock(redirect.time)} s` }]
  if (phase1 && bothSpoke(sa)) steps.push({ name: "phase 1", text: phase1 })
  if (phase2) steps.push({ name: "phase 2", text: phase2 })
  if (data.length > 0) steps.push({ name: "data", text: dataText(data, clock) })
  steps.push({ name: "", text: ending(sa, clock) })
  return steps
}

const PHASE_1 = /^(IKE_SA_INIT|IKE_SESSION_RESUME|IKE_INTERMEDIATE|IKE_AUTH)$|Main Mode|^Aggressive|^Base$/
const PHASE_2 = /^Quick Mode$|^GROUPKEY-PULL$|^CREATE_CHILD_SA$/

/** Messages of one side alone complete nothing. */
const bothSpoke = (sa: IkeSaReport): boolean =>
  new Set(sa.exchanges.filter(x => PHASE_1.test(x.type)).flatMap(x => x.messages.map(m => m.from))).size > 1

/** An answer in the first exchange that sends the client to another gateway. RFC 5685 §3. */
const redirectOf = ({ exchanges, state }: IkeSaReport): MessageReport | undefined =>
  state === "deleted" && exchanges.every(x => x.type === "IKE_SA_INIT")
    ? exchanges.flatMap(x => x.messages).findLast(m => m.notifies.includes("REDIRECT"))
    : undefined

function exchangeSpan(sa: IkeSaReport, which: RegExp): string | undefined {
  const exchanges = sa.exchanges.filter(x => which.test(x.type))
  const messages = exchanges.flatMap(x => x.messages)
  if (messages.length === 0) return undefined
  return took(messages)
}

const whole = (sa: IkeSaReport): string => durationText(secondsBetween(sa.first_time, sa.last_time))
/** Of one message alone there is no duration. */
const within = (sa: IkeSaReport): string => (sa.first_time === sa.last_time ? "" : ` in ${whole(sa)}`)

const took = (messages: readonly MessageReport[]): string => {
  const times = messages.map(m => m.time).sort()
  return durationText(secondsBetween(times[0], times[times.length - 1]))
}

/** IKEv2 sets up its first Child SA within IKE_AUTH. RFC 7296 §1.2. */
function phaseTwo(sa: IkeSaReport): string | undefined {
  if (isV1(sa)) {
    const first = sa.exchanges.find(x => PHASE_2.test(x.type))
    if (first && !first.complete && !sa.exchanges.some(x => PHASE_2.test(x.type) && x.complete)) return "not completed"
    return first && exchangeSpan({ ...sa, exchanges: [first] }, PHASE_2) + again(sa, first)
  }
  const inAuth = sa.exchanges.some(x => x.type === "IKE_AUTH" && answersSelectors(x))
  if (inAuth) return `in IKE_AUTH${again(sa)}`
  return undefined
}

/** A Child SA comes of it: rekeys of the IKE SA and refusals have no selectors. RFC 7296 §1.3. */
const answersSelectors = (x: ExchangeReport): boolean =>
  x.messages.some(m => m.from !== x.started_by && m.payloads.includes("TSr"))

function again(sa: IkeSaReport, first?: ExchangeReport): string {
  const made = (x: ExchangeReport) => (isV1(sa) ? x.complete : answersSelectors(x))
  const more = sa.exchanges.filter(x => PHASE_2.test(x.type) && x !== first && made(x)).length
  return more > 0 ? ` (and ${more} more)` : ""
}

function dataText(data: readonly EspSaReport[], clock: (time: string) => string): string {
  const first = data.map(e => e.first_time).sort()[0]
  const last =
    data
      .map(e => e.last_time)
      .sort()
      .at(-1) ?? first
  return `${clock(first)}–${clock(last)} s, ${plural(
    data.reduce((sum, e) => sum + e.packets, 0),
    "packet",
  )}`
}

function ending(sa: IkeSaReport, clock: (time: string) => string): string {
  const last = sa.exchanges.flatMap(x => x.messages.map(m => ({ x, m })))
  const deleting = last.filter(({ m }) => m.payloads.includes("D") && m.retransmission_of === null).at(-1)
  if (sa.state === "deleted")
    return deleting
      ? `deleted by ${deleting.m.from} at ${clock(deleting.m.time)} s`
      : `ended by ${clock(sa.last_time)} s`
  if (sa.state === "failed") return `failed at ${clock(sa.last_time)} s`
  if (sa.state === "rekeyed") return `replaced by ${clock(sa.last_time)} s`
  if (sa.state === "half-open") return `never completed, last message at ${clock(sa.last_time)} s`
  const end = last.reduce<(typeof last)[number] | undefined>((a, b) => (a && a.m.frame > b.m.frame ? a : b), undefined)
  // Who cannot read it cannot say that it is no Delete.
  const closed = sa.keys.status === "none" && end?.m.encrypted && /^informational$/i.test(end.x.type)
  return `${closed ? "whether it was deleted stays encrypted" : "its end is not in the capture"}, last message at ${clock(sa.last_time)} s`
}
