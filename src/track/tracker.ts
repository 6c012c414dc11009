/** Which SA a message belongs to: the tables of live IKE SAs, how they are found, and which are evicted when there are too many. */
import type { Message } from "../ike/message.ts"
import { FLAG_INITIATOR } from "../ike/shared/header.ts"
import {
  answersV1,
  goesOn,
  isAnotherAnswer,
  isBeginning,
  isFirstExchange,
  isIkePort,
  NO_SPI,
  staysInBeginning,
} from "./beginning.ts"
import { BeginningTable, type Ends } from "./beginning-table.ts"
import type { Census } from "./census.ts"
import type { Datagram } from "./datagram.ts"
import { type Exchange, isCopy, type MessageRecord } from "./exchange.ts"
import { type AstrayAnswer, IkeSa, type PathChange, pointPaths } from "./ike-sa.ts"
import type { TrackLimits } from "./limits.ts"
import { noteMisframed } from "./misframing.ts"
import { PairTable } from "./pair-table.ts"
import { otherSide, type Side, samePeer } from "./peer.ts"

/** A capture with fewer finished SAs keeps them to its end, for what later SAs show of their peers. */
const MANY_FINISHED = 256
/** With more, as many are evicted at once: what is collected young costs nothing. */
const CLOSED_AT_ONCE = 32

/** Responder SPIs beside its own that are remembered of one SA. */
const MAX_OTHER_SPIS = 8

/** Payloads of a message in the clear that are nothing unusual; an SA holds its first messages as long as it is live. */
const USUAL_PAYLOADS = 12
/** Payloads beyond those in the messages of all live SAs: with more, the SA that was silent for longest is closed. */
const MAX_UNUSUAL = 100_000
/** SAs looked at for those between the same peers, in a whole capture. */
const MAX_LOOKS = 20_000_000

export class Tracker {
  /** The versions are apart: an SPI says nothing about the other one. */
  readonly #tables = { 1: new Tables(), 2: new Tables() }
  /** SAs of which no message comes any more, in the order of their last ones. */
  readonly #finished: IkeSa[] = []
  #patience = MANY_FINISHED
  #next = 0
  #nextChild = 0
  #unusual = 0
  #looks = 0
  /** SAs whose later messages came before their first one. */
  readonly #late = new WeakSet<IkeSa>()
  evicted = 0

  constructor(
    readonly limits: TrackLimits,
    /** Gets each SA that leaves the tables before the end. */
    readonly onEvict: (sa: IkeSa) => void,
    /** Who speaks when for the last time, if that is known. */
    readonly census?: Census,
  ) {}

  /** The next id for a Child SA; both versions share the numbering. */
  childId(): string {
    return `child/${this.#nextChild++}`
  }

  /** The SA of a message, made if it is the first; never undefined. */
  locate(message: Message, datagram: Datagram): IkeSa {
    const sa = this.#locate(message, datagram)
    noteMisframed(sa, datagram)
    if (message.payloads.length > USUAL_PAYLOADS) this.#weigh(sa, message.payloads.length - USUAL_PAYLOADS)
    if (this.census?.isLast(message.src.bytes, message.start, datagram.frame) && this.#finished.at(-1) !== sa)
      this.#finished.push(sa)
    return sa
  }

  /** A message of many payloads: what all of them take is bounded. */
  #weigh(sa: IkeSa, unusual: number): void {
    sa.unusualPayloads += unusual
    this.#unusual += unusual
    for (const tables of [this.#tables[1], this.#tables[2]])
      for (const table of [tables.unanswered.table, tables.answered])
        while (this.#unusual > MAX_UNUSUAL && table.size > 1) this.#evict(tables, table, table.size - 1)
  }

  /** Evicts SAs that are finished. Call between frames. */
  closeFinished(): void {
    if (this.#finished.length < this.#patience) return
    this.#patience = CLOSED_AT_ONCE
    for (const sa of this.#finished.splice(0)) if (this.#forget(sa)) this.onEvict(sa)
  }

  #locate(message: Message, datagram: Datagram): IkeSa {
    const tables = this.#tables[message.version]
    const answered = message.spiR === NO_SPI ? undefined : tables.answered.use(message.spiI, message.spiR)
    if (answered) {
      answered.last = datagram.time
      return answered
    }
    const sa =
      this.#swapped(tables, message, datagram) ??
      this.#underOtherSpi(tables, message) ??
      this.#beginning(tables, message, datagram) ??
      (isBeginning(message) ? this.#beginsLate(tables, message, datagram) : undefined)
    if (sa) return this.#seen(sa, datagram)
    const initiator = this.#initiatorOf(tables, message, datagram)
    return this.create(message, datagram, initiator, isBeginning(message))
  }

  /** The SA with these SPIs, if it is live. */
  find(version: 1 | 2, spiI: string, spiR: string): IkeSa | undefined {
    return this.#tables[version].answered.get(spiI, spiR)
  }

  /** Keys have shown which of its responder SPIs an SA has. */
  settle(sa: IkeSa, spiR: string): void {
    if (sa.spiR === spiR) return
    const tables = this.#tables[sa.version]
    if (tables.answered.get(sa.spiI, spiR)) return
    this.#rename(tables, sa, spiR)
  }

  /** The SA of a peer that writes the SPIs in the order of the exchange's ends, not of the SA's. RFC 7296 §3.1. */
  #swapped(tables: Tables, { spiI, spiR }: Message, { source, destination }: Datagram): IkeSa | undefined {
    const sa = spiR === NO_SPI ? undefined : tables.answered.get(spiR, spiI)
    if (!sa) return undefined
    const { initiator, responder } = sa.paths.at(-1) ?? sa
    const ends = [initiator.address, responder.address]
    return ends.includes(source.address) && ends.includes(destination.address) ? sa : undefined
  }

  /** An SA that had several answers: the SPI under which it goes on is its own. RFC 7296 §2.6. */
  #underOtherSpi(tables: Tables, message: Message): IkeSa | undefined {
    if (message.spiR === NO_SPI || tables.others.size === 0) return undefined
    const sa = tables.others.get(message.spiI, message.spiR)
    if (sa && !sa.secured && goesOn(message)) this.#rename(tables, sa, message.spiR)
    return sa
  }

  #rename(tables: Tables, sa: IkeSa, spiR: string): void {
    tables.answered.take(sa.spiI, sa.spiR, sa)
    tables.others.take(sa.spiI, spiR, sa)
    tables.others.touch(sa.spiI, sa.spiR, sa)
    sa.otherSpis = [...sa.otherSpis.filter(s => s !== spiR), sa.spiR]
    sa.spiR = spiR
    tables.answered.touch(sa.spiI, spiR, sa)
  }

  /** An SA in its first exchange, whose responder SPI is not known yet, was none in this message, or changes with another answer. */
  #beginning(tables: Tables, message: Message, datagram: Datagram): IkeSa | undefined {
    const { spiI, spiR } = message
    for (const ends of endsOf(message, datagram)) {
      const half = tables.unanswered.find(spiI, ends, message, datagram)
      if (!half) continue
      if (spiR !== NO_SPI) this.#answer(tables, half, spiR)
      else if (isBeginning(message) && !half.begun) {
        tables.headless.delete(spiI)
        half.begun = true
      }
      return half
    }
    for (const ends of endsOf(message, datagram)) {
      const sa = tables.beginnings.find(spiI, ends, message, datagram)
      if (!sa) continue
      if (staysInBeginning(sa, message) || (this.#late.has(sa) && sa.choice === null && isFirstExchange(message))) {
        if (spiR !== NO_SPI) this.#answer(tables, sa, spiR)
        return sa
      }
      if (!isAnotherAnswer(sa, message)) continue
      this.#addSpi(tables, sa, spiR)
      return sa
    }
    return this.#answeredElsewhere(tables, message, datagram)
  }

  /** The first answer comes from another address than was asked, as of a responder with several: it says the initiator's SPI. */
  #answeredElsewhere(tables: Tables, message: Message, datagram: Datagram): IkeSa | undefined {
    const sa = tables.unanswered.begunBy(message.spiI, datagram.destination)
    if (sa?.spiR !== NO_SPI || !isAnotherAnswer(sa, message)) return undefined
    this.#answer(tables, sa, message.spiR)
    return sa
  }

  /** A second answer, under another SPI: two responders, a replayed answer, or a forged one. */
  #addSpi(tables: Tables, sa: IkeSa, spiR: string): void {
    if (sa.otherSpis.length >= MAX_OTHER_SPIS) return
    sa.otherSpis = [...sa.otherSpis, spiR]
    tables.others.touch(sa.spiI, spiR, sa)
  }

  /** The first message of an SA whose later ones came before it: captures merged out of order. */
  #beginsLate(tables: Tables, message: Message, datagram: Datagram): IkeSa | undefined {
    const sa = tables.headless.size > 0 ? tables.headless.get(message.spiI) : undefined
    const same = sa?.initiator.address === datagram.source.address
    if (!sa || !same || tables.answered.get(sa.spiI, sa.spiR) !== sa) return undefined
    tables.headless.delete(message.spiI)
    sa.begun = true
    this.#late.add(sa)
    tables.beginnings.touch(sa)
    return sa
  }

  /** Adds an SA: on its first message, or when a rekey negotiated it. */
  create(
    { version, spiI, spiR }: Pick<Message, "version" | "spiI" | "spiR">,
    datagram: Datagram,
    initiator: Side | "source",
    begun: boolean,
  ): IkeSa {
    const fromInitiator = initiator !== "responder"
    const sa = new IkeSa({
      number: this.#next++,
      version,
      spiI,
      spiR,
      first: datagram.time,
      initiator: fromInitiator ? datagram.source : datagram.destination,
      responder: fromInitiator ? datagram.destination : datagram.source,
      begun,
    })
    sa.hops = datagram.hops
    sa.overTcp = datagram.encapsulation === "tcp"
    const tables = this.#tables[version]
    this.#touch(sa)
    if (!begun) tables.headless.set(spiI, sa)
    this.#evict(tables, tables.unanswered.table, this.limits.unanswered)
    this.#evict(tables, tables.answered, this.limits.sas)
    return sa
  }

  /** Every SA still live, in the order of their first messages. */
  all(): IkeSa[] {
    const { 1: v1, 2: v2 } = this.#tables
    return [v1, v2]
      .flatMap(t => [...t.unanswered.table.values(), ...t.answered.values()])
      .sort((a, b) => a.number - b.number)
  }

  /** Other answered SAs of the same version between the same addresses, in the order in which they last spoke. */
  siblings(sa: IkeSa): IkeSa[] {
    const { answered } = this.#tables[sa.version]
    this.#looks += answered.size
    if (this.#looks > MAX_LOOKS) return []
    const [a, b] = [sa.initiator.address, sa.responder.address]
    const same = ({ initiator: { address: i }, responder: { address: r } }: IkeSa) =>
      (i === a && r === b) || (i === b && r === a)
    return [...answered.values()].filter(x => x !== sa && same(x))
  }

  /** Who began an SA of which this is the first message seen: the header, another try under the same SPI, or the payloads say it. */
  #initiatorOf(tables: Tables, message: Message, datagram: Datagram): Side | "source" {
    const { source, destination } = datagram
    if (message.version === 2) return (message.flags & FLAG_INITIATOR) !== 0 ? "initiator" : "responder"
    if (isBeginning(message)) return "source"
    if (tables.beginnings.find(message.spiI, { initiator: destination, responder: source }, message, datagram))
      return "responder"
    return answersV1(message) || (isIkePort(source.port) && !isIkePort(destination.port)) ? "responder" : "source"
  }

  /** The responder has an SPI from here on. */
  #answer(tables: Tables, sa: IkeSa, spiR: string): void {
    if (!tables.unanswered.take(sa)) tables.answered.take(sa.spiI, sa.spiR, sa)
    sa.spiR = spiR
    tables.beginnings.touch(sa)
    this.#touch(sa)
    this.#evict(tables, tables.answered, this.limits.sas)
  }

  #seen(sa: IkeSa, datagram: Datagram): IkeSa {
    sa.last = datagram.time
    this.#touch(sa)
    return sa
  }

  #touch(sa: IkeSa): void {
    const tables = this.#tables[sa.version]
    if (sa.spiR === NO_SPI) tables.unanswered.touch(sa)
    else tables.answered.touch(sa.spiI, sa.spiR, sa)
  }

  #evict(tables: Tables, table: PairTable<IkeSa>, cap: number): void {
    if (table.size <= cap) return
    // Many at once: what is collected together costs less.
    for (const sa of table.shrink(cap - (cap >> 4))) {
      this.#unusual -= sa.unusualPayloads
      tables.forgetBeginning(sa)
      this.evicted++
      this.onEvict(sa)
    }
  }

  /** Takes an SA out of all tables; false when it was not there any more. */
  #forget(sa: IkeSa): boolean {
    const tables = this.#tables[sa.version]
    const known = sa.spiR === NO_SPI ? tables.unanswered.take(sa) : tables.answered.take(sa.spiI, sa.spiR, sa)
    if (known) {
      this.#unusual -= sa.unusualPayloads
      tables.forgetBeginning(sa)
    }
    return known
  }
}

/** The SAs of one version. */
class Tables {
  /** While only the initiator has spoken. */
  readonly unanswered = new BeginningTable()
  /** By both SPIs afterwards. */
  readonly answered = new PairTable<IkeSa>()
  /** Answered SAs as they stood in `unanswered`: their first messages may be sent again, or anew. */
  readonly beginnings = new BeginningTable()
  /** Responder SPIs of second answers. */
  readonly others = new PairTable<IkeSa>()
  /** SAs whose beginning has not been seen, by initiator SPI: in merged captures it may come late. */
  readonly headless = new Map<string, IkeSa>()

  forgetBeginning(sa: IkeSa): void {
    if (this.headless.size > 0 && this.headless.get(sa.spiI) === sa) this.headless.delete(sa.spiI)
    this.beginnings.take(sa)
    for (const spi of sa.otherSpis) this.others.take(sa.spiI, spi, sa)
  }
}

/** Which ends a message's SA may have, first those that an IKEv2 message says (RFC 7296 §3.1, the I flag); not every peer sets it right. */
function endsOf(message: Message, { source, destination }: Datagram): readonly Ends[] {
  const fromInitiator = message.version === 1 || (message.flags & FLAG_INITIATOR) !== 0
  const forth = { initiator: source, responder: destination }
  const back = { initiator: destination, responder: source }
  return fromInitiator ? [forth, back] : [back, forth]
}

/**
 * Which side of the SA sent the message. IKEv2 says it (RFC 7296 §3.1, the I flag), unless the SPIs are in the wrong order: then the flag
 * speaks of the exchange. Else the addresses decide.
 */
export function senderOf(sa: IkeSa, message: Message, datagram: Datagram): Side {
  if (message.version === 2 && message.spiI === sa.spiI)
    return (message.flags & FLAG_INITIATOR) !== 0 ? "initiator" : "responder"
  if (samePeer(datagram.source, sa.initiator)) return "initiator"
  if (samePeer(datagram.source, sa.responder)) return "responder"
  if (sa.initiator.address !== sa.responder.address) {
    if (datagram.source.address === sa.initiator.address) return "initiator"
    if (datagram.source.address === sa.responder.address) return "responder"
    if (datagram.destination.address === sa.initiator.address) return "responder"
  }
  return samePeer(datagram.destination, sa.initiator) ? "responder" : "initiator"
}

/** Whether a message says where its sender is now. What is sent again may be late, but not while nobody has answered. */
export const saysWhere = (sa: IkeSa, exchange: Exchange, record: MessageRecord): boolean =>
  record.retransmissionOf === null || (sa.spiR === NO_SPI && !isCopy(exchange, record))

/** Follows the addresses of both ends; a change is remembered with its frame. RFC 3947 §4, RFC 7296 §2.23, RFC 4555. */
export function followPath(sa: IkeSa, exchange: Exchange, sender: Side, datagram: Datagram): void {
  const now = sa.paths.at(-1) ?? { frame: 0, initiator: sa.initiator, responder: sa.responder }
  const path = asAtFirstPlace(sa, now, pathOf(sender, datagram))
  if (samePath(now, path)) return
  const isAnswer = sender !== exchange.startedBy
  // It was asked from both ports.
  if (isAnswer && exchange.messages.some(m => m.frame === now.frame && m.retransmissionOf !== null)) return
  const astray = isAnswer ? astrayOf(exchange, now, sender, path) : undefined
  if (astray) {
    if (sa.astray.length < MAX_ASTRAY) sa.astray = [...sa.astray, astray]
  } else if (sa.paths.length < MAX_PATHS) sa.paths = [...sa.paths, path]
}

/** What another place of the capture shows as a path of its own, as the first place would show it. */
function asAtFirstPlace({ capturePoints }: IkeSa, now: PathChange, path: PathChange): PathChange {
  const points = capturePoints.find(({ first, other }) => samePath(first, path) || samePath(other, path))
  if (!points) return path
  const { first, other } = points
  return samePath(now, first) || samePath(now, other) ? now : { ...first, frame: path.frame }
}

/** An answer that goes to another port of its peer than the one that its request came from. RFC 7296 §2.11. */
function astrayOf(exchange: Exchange, now: PathChange, sender: Side, path: PathChange): AstrayAnswer | undefined {
  const peer = otherSide(sender)
  const [asked, to] = [now[peer], path[peer]]
  const request = exchange.messages.find(m => m.request && m.frame >= now.frame)
  if (!request || !samePeer(now[sender], path[sender]) || asked.address !== to.address) return undefined
  return { frame: path.frame, requestFrame: request.frame, from: sender, to, asked }
}

/** A message was seen a moment ago on another path: the capture has both sides of a NAT, and nobody moved. */
export function noteCapturePoint(sa: IkeSa, sender: Side, datagram: Datagram): void {
  const path = pathOf(sender, datagram)
  const now = sa.paths.at(-1) ?? sa
  if (
    samePath(now, path) ||
    pointPaths(sa).some(p => samePath(p, path)) ||
    sa.capturePoints.length >= MAX_CAPTURE_POINTS
  )
    return
  const first = { frame: path.frame, initiator: now.initiator, responder: now.responder }
  sa.capturePoints = [...sa.capturePoints, { first, other: path }]
}

/** Paths remembered of one SA. */
const MAX_PATHS = 64
/** Answers remembered of one SA that went to another port. */
const MAX_ASTRAY = 16
const MAX_CAPTURE_POINTS = 8

const pathOf = (sender: Side, { frame, source, destination }: Datagram): PathChange =>
  sender === "initiator"
    ? { frame, initiator: source, responder: destination }
    : { frame, initiator: destination, responder: source }

const samePath = (a: Pick<PathChange, "initiator" | "responder">, b: PathChange): boolean =>
  samePeer(a.initiator, b.initiator) && samePeer(a.responder, b.responder)
