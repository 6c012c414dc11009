/** What a verdict on one IKE SA is made from. Rules read these facts, and the IKE SA through them. */
import type { Diagnostic } from "../../bytes/diagnostic.ts"
import { countTogether, type DataSa } from "../../track/data-sa.ts"
import type { IcmpError } from "../../track/icmp-errors.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { LostDatagram } from "../../track/lost-datagram.ts"
import { type Moment, secondsBetween } from "../../track/moment.ts"
import type { Peer, Side } from "../../track/peer.ts"
import { secondsText } from "../explain/words.ts"
import { gapAfter } from "./gaps.ts"
import { isEncrypted, isOpened, lastSent, type Sent, sentOf } from "./sent.ts"
import type { Certainty } from "./types.ts"
import type { Carried, World } from "./world.ts"

export interface Facts {
  readonly sa: IkeSa
  readonly findings: readonly Diagnostic[]
  readonly world: World
  /** Its messages in time order. */
  readonly sent: readonly Sent[]
  /** ESP and AH that belongs to it. */
  readonly carried: readonly Carried[]
  /** Every encrypted message is opened, and there is one. */
  readonly readable: boolean
}

export function factsOf(sa: IkeSa, findings: readonly Diagnostic[], world: World): Facts {
  const sent = sentOf(sa)
  const encrypted = sent.filter(isEncrypted)
  const readable = encrypted.length > 0 && encrypted.every(isOpened)
  return { sa, findings, world, sent, carried: world.dataOf(sa), readable }
}

export const ofType = (f: Facts, ...types: number[]): Sent[] => f.sent.filter(s => types.includes(s.exchange.type))

/** The whole answers of an exchange. */
export const answerTo = (f: Facts, request: Sent): Sent | undefined =>
  f.sent.find(s => s.exchange === request.exchange && s.from !== request.from && !s.request)

/** Seconds that the capture goes on after a moment, without a gap; 0 when its end is not known. */
export function goesOnFor({ world }: Facts, from: Moment): number {
  const end = gapAfter(world.gaps, from)?.from ?? world.end
  return end ? secondsBetween(from, end) : 0
}

/** What the capture does after that. */
export function stopsText({ world }: Facts, from: Moment): string {
  const gap = gapAfter(world.gaps, from)
  return gap
    ? `the capture has a gap (no packet for ${secondsText(secondsBetween(gap.from, gap.to))})`
    : "the capture ends"
}

/** Seconds without an answer after which a request counts as unanswered: daemons repeat theirs sooner. */
export const PATIENCE = 5

/** Whether a request stayed without an answer for good: it was repeated, or the capture goes on long enough. */
export const isSilence = (f: Facts, s: Sent): boolean => s.repeats.length > 0 || goesOnFor(f, lastSent(s)) >= PATIENCE

/** Whether a side said anything after a frame; by its time too, where that is given: frames may be out of order. */
export const spoke = (f: Facts, side: Side, frame: number, time?: Moment): boolean =>
  f.sent.some(
    s =>
      s.from === side &&
      ((s.parts.at(-1)?.frame ?? 0) > frame || (time !== undefined && secondsBetween(time, s.parts[0].time) > 0)),
  )

/** Seconds in which a side sends its request again, as an answer asked: it needs no more than the way there and back. */
const AGAIN = 0.5

interface Answer {
  readonly frame: number
  readonly time: Moment
}

const askedAfter = (f: Facts, side: Side, type: number, answer: Answer): Sent | undefined =>
  ofType(f, type).find(s => s.exchange.startedBy === side && s.parts[0].frame > answer.frame)

/** Whether a side began another exchange of that type after an answer, or the capture ends before it could. */
export const triesAgain = (f: Facts, side: Side, type: number, answer: Answer): boolean =>
  askedAfter(f, side, type, answer) !== undefined || goesOnFor(f, answer.time) < AGAIN

/** Whether it did so at once: what comes later is not asked because of this answer. */
export function triesAgainAtOnce(f: Facts, side: Side, type: number, answer: Answer): boolean {
  const next = askedAfter(f, side, type, answer)
  return (next ? secondsBetween(answer.time, next.parts[0].time) : goesOnFor(f, answer.time)) < AGAIN
}

/**
 * The only side that speaks, where that shows a capture of one direction: it goes on as only an answer lets it, or it answers what is not
 * there.
 */
export function oneSide({ sa, sent }: Facts): Side | undefined {
  const [first] = sent
  if (!first || (first.request && !sa.begun) || sent.some(s => s.from !== first.from)) return undefined
  const goesOn =
    first.from === "responder" || sent.some(s => s.exchange !== first.exchange || (sa.version === 1 && s !== first))
  const anew = sa.version === 2 && sent.every(s => s.exchange.type === first.exchange.type && s.request)
  return goesOn && !anew ? first.from : undefined
}

/** A side's address and port when a frame was sent. */
export function peerAt({ sa }: Facts, side: Side, frame: number): Peer {
  const path = sa.paths.findLast(p => p.frame <= frame)
  return path ? path[side] : sa.peer(side)
}

/** Datagrams between its ends that never became whole, and may have been IKE. */
export const lostIke = ({ sa, world }: Facts): LostDatagram[] =>
  world.lostOf(sa).filter(({ carries }) => !carries || "spiI" in carries)

/** ICMP errors that came behind a frame, the first or again, about messages of the SA that were sent to an address. */
export const icmpTo = ({ sa, world }: Facts, to: string, frame: number): IcmpError[] =>
  world.icmpOf(sa).filter(e => e.destination.address === to && e.lastFrame > frame)

/** Data SAs of an IKE SA by who receives them. */
export function traffic(f: Facts): Record<Side, DataSa[]> {
  const out: Record<Side, DataSa[]> = { initiator: [], responder: [] }
  if (f.carried.length === 0) return out
  const addresses = (side: Side) => new Set(f.sa.ends.map(ends => ends[side].address))
  const [initiator, responder] = [addresses("initiator"), addresses("responder")]
  for (const { data } of f.carried)
    if (responder.has(data.destination) && !initiator.has(data.destination)) out.responder.push(data)
    else if (initiator.has(data.destination)) out.initiator.push(data)
  return out
}

/** Packets of data SAs; where the other side of a NAT is another's, and they count there, they are some all the same. */
export const packetsOf = (all: readonly DataSa[]): number =>
  Math.max(countTogether(all).packets, all.some(d => d.packets > 0) ? 1 : 0)

/** Whether packets to a side came after a moment. */
export const flowsAfter = (all: readonly DataSa[], moment: Moment): boolean =>
  all.some(d => secondsBetween(moment, d.last) > 0)

/** How sure a fact is that a message says: opened by keys, or in the clear. */
export const saidBy = (encrypted: boolean): Certainty => (encrypted ? "proven" : "seen")
