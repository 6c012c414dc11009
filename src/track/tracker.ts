/** Which SA a message belongs to: the tables of live IKE SAs, how they are found, and who is let go when there are too many. */
import type { Message } from "../ike/message.ts"
import { FLAG_INITIATOR } from "../ike/shared/header.ts"
import { answersV1, isBeginning, isIkePort, NO_SPI, staysInBeginning } from "./beginning.ts"
import type { Census } from "./census.ts"
import type { Datagram } from "./datagram.ts"
import { IkeSa, type PathChange } from "./ike-sa.ts"
import type { TrackLimits } from "./limits.ts"
import { PairTable } from "./pair-table.ts"
import { type Peer, type Side, samePeer } from "./peer.ts"

/** A capture with fewer finished SAs keeps them to its end, for what later SAs show of their peers. */
const MANY_FINISHED = 256
/** With more, as many are let go at once: what is collected young costs nothing. */
const CLOSED_AT_ONCE = 32

export class Tracker {
  /** By initiator SPI and responder's address while only the initiator has spoken, by both SPIs afterwards. */
  readonly #unanswered = new PairTable<IkeSa>()
  readonly #answered = new PairTable<IkeSa>()
  /** Answered SAs as they stood in `#unanswered`: their first messages may be sent again, or anew. */
  readonly #beginnings = new PairTable<IkeSa>()
  /** SAs whose beginning has not been seen, by initiator SPI: in merged captures it may come late. */
  readonly #headless = new Map<string, IkeSa>()
  /** SAs of which no message comes any more, in the order of their last ones. */
  readonly #finished: IkeSa[] = []
  #patience = MANY_FINISHED
  #next = 0
  #nextChild = 0
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
    if (this.census?.isLast(message.src.bytes, message.start, datagram.frame) && this.#finished.at(-1) !== sa)
      this.#finished.push(sa)
    return sa
  }

  /** Lets go of SAs that are finished. Call between frames. */
  closeFinished(): void {
    if (this.#finished.length < this.#patience) return
    this.#patience = CLOSED_AT_ONCE
    for (const sa of this.#finished.splice(0)) if (this.#forget(sa)) this.onEvict(sa)
  }

  #locate(message: Message, datagram: Datagram): IkeSa {
    const answered = message.spiR === NO_SPI ? undefined : this.#answered.use(message.spiI, message.spiR)
    if (answered) {
      answered.last = datagram.time
      return answered
    }
    const sa =
      this.#beginning(message, datagram) ?? (isBeginning(message) ? this.#beginsLate(message, datagram) : undefined)
    if (sa) return this.#seen(sa, datagram)
    const initiator = this.#initiatorOf(message, datagram)
    return this.create(message.version, message.spiI, message.spiR, datagram, initiator, isBeginning(message))
  }

  /** The SA with these SPIs, if it is live. */
  find(spiI: string, spiR: string): IkeSa | undefined {
    return this.#answered.get(spiI, spiR)
  }

  /** An SA in its first exchange, whose responder SPI is not known yet, was none in this message, or changes with another answer. */
  #beginning(message: Message, { source, destination }: Datagram): IkeSa | undefined {
    const { spiI, spiR, version } = message
    const responders = respondersOf(message, source, destination)
    for (const { address } of responders) {
      const half = this.#unanswered.get(spiI, address)
      if (half?.version !== version) continue
      if (spiR !== NO_SPI) this.#answer(half, address, spiR)
      else if (isBeginning(message) && !half.begun) {
        this.#headless.delete(spiI)
        begin(half)
      }
      return half
    }
    for (const { address } of responders) {
      const sa = this.#beginnings.get(spiI, address)
      if (sa?.version !== version || !staysInBeginning(sa, message)) continue
      if (spiR !== NO_SPI) this.#answer(sa, address, spiR)
      return sa
    }
    return undefined
  }

  /** The first message of an SA whose later ones came before it: captures merged out of order. */
  #beginsLate(message: Message, datagram: Datagram): IkeSa | undefined {
    const sa = this.#headless.size > 0 ? this.#headless.get(message.spiI) : undefined
    const same = sa?.version === message.version && sa.initiator.address === datagram.source.address
    if (!sa || !same || this.#answered.get(sa.spiI, sa.spiR) !== sa) return undefined
    this.#headless.delete(message.spiI)
    begin(sa)
    return sa
  }

  /** Adds an SA: on its first message, or when a rekey negotiated it. */
  create(
    version: 1 | 2,
    spiI: string,
    spiR: string,
    datagram: Datagram,
    initiator: Side | "source",
    begun: boolean,
  ): IkeSa {
    const fromInitiator = initiator !== "responder"
    const sa = new IkeSa(
      this.#next++,
      version,
      spiI,
      spiR,
      datagram.time,
      fromInitiator ? datagram.source : datagram.destination,
      fromInitiator ? datagram.destination : datagram.source,
      begun,
    )
    sa.overTcp = datagram.encapsulation === "tcp"
    this.#touch(sa)
    if (!begun) this.#headless.set(spiI, sa)
    this.#evict(this.#unanswered, this.limits.unanswered)
    this.#evict(this.#answered, this.limits.sas)
    return sa
  }

  /** Every SA still live, in the order of their first messages. */
  all(): IkeSa[] {
    return [...this.#unanswered.values(), ...this.#answered.values()].sort((a, b) => a.number - b.number)
  }

  /** Other answered SAs of the same version between the same addresses, in the order in which they last spoke. */
  siblings(sa: IkeSa): IkeSa[] {
    const [a, b] = [sa.initiator.address, sa.responder.address]
    const same = ({ initiator: { address: i }, responder: { address: r } }: IkeSa) =>
      (i === a && r === b) || (i === b && r === a)
    return [...this.#answered.values()].filter(x => x !== sa && x.version === sa.version && same(x))
  }

  /** Who began an SA of which this is the first message seen: the header, another try under the same SPI, or the payloads say it. */
  #initiatorOf(message: Message, { source, destination }: Datagram): Side | "source" {
    if (message.version === 2) return (message.flags & FLAG_INITIATOR) !== 0 ? "initiator" : "responder"
    if (isBeginning(message)) return "source"
    if (this.#beginnings.get(message.spiI, source.address)?.initiator.address === destination.address)
      return "responder"
    return answersV1(message) || (isIkePort(source.port) && !isIkePort(destination.port)) ? "responder" : "source"
  }

  /** The responder has an SPI from here on; `address` is the one under which the SA was known until now. */
  #answer(sa: IkeSa, address: string, spiR: string): void {
    if (!this.#unanswered.take(sa.spiI, address, sa)) this.#answered.take(sa.spiI, sa.spiR, sa)
    sa.spiR = spiR
    this.#beginnings.touch(sa.spiI, address, sa)
    this.#touch(sa)
    this.#evict(this.#answered, this.limits.sas)
  }

  #seen(sa: IkeSa, datagram: Datagram): IkeSa {
    sa.last = datagram.time
    this.#touch(sa)
    return sa
  }

  // One initiator SPI sent to several responders, as scanners do, is several SAs.
  #touch(sa: IkeSa): void {
    if (sa.spiR === NO_SPI) this.#unanswered.touch(sa.spiI, sa.responder.address, sa)
    else this.#answered.touch(sa.spiI, sa.spiR, sa)
  }

  #evict(table: PairTable<IkeSa>, cap: number): void {
    if (table.size <= cap) return
    // Many at once: what is collected together costs less.
    for (const sa of table.shrink(cap - (cap >> 4))) {
      this.#forgetBeginning(sa)
      this.evicted++
      this.onEvict(sa)
    }
  }

  /** Takes an SA out of all tables; false when it was not there any more. */
  #forget(sa: IkeSa): boolean {
    const known =
      sa.spiR === NO_SPI
        ? this.#unanswered.take(sa.spiI, sa.responder.address, sa)
        : this.#answered.take(sa.spiI, sa.spiR, sa)
    if (known) this.#forgetBeginning(sa)
    return known
  }

  #forgetBeginning(sa: IkeSa): void {
    if (this.#headless.size > 0 && this.#headless.get(sa.spiI) === sa) this.#headless.delete(sa.spiI)
    this.#beginnings.take(sa.spiI, sa.responder.address, sa)
  }
}

/** Who may be the responder of a message's SA, first whom an IKEv2 message says (RFC 7296 §3.1, the I flag); not every peer sets it right. */
function respondersOf(message: Message, source: Peer, destination: Peer): readonly Peer[] {
  const fromInitiator = message.version === 1 || (message.flags & FLAG_INITIATOR) !== 0
  return fromInitiator ? [destination, source] : [source, destination]
}

function begin(sa: IkeSa): void {
  sa.begun = true
}

/** Which side of the SA sent the message. IKEv2 says it (RFC 7296 §3.1, the I flag); IKEv1 is told by addresses. */
export function senderOf(sa: IkeSa, message: Message, datagram: Datagram): Side {
  if (message.version === 2) return (message.flags & FLAG_INITIATOR) !== 0 ? "initiator" : "responder"
  if (samePeer(datagram.source, sa.initiator)) return "initiator"
  if (samePeer(datagram.source, sa.responder)) return "responder"
  if (sa.initiator.address !== sa.responder.address) {
    if (datagram.source.address === sa.initiator.address) return "initiator"
    if (datagram.source.address === sa.responder.address) return "responder"
    if (datagram.destination.address === sa.initiator.address) return "responder"
  }
  return samePeer(datagram.destination, sa.initiator) ? "responder" : "initiator"
}

/**
 * Follows the addresses of both ends; a change is remembered with its frame. RFC 3947 §4, RFC 7296 §2.23, RFC 4555. Messages that are sent
 * again say nothing: they may be late.
 */
export function followPath(sa: IkeSa, sender: Side, datagram: Datagram): void {
  const path = pathOf(sender, datagram)
  if (samePath(sa.paths.at(-1) ?? sa, path) || sa.capturePoints.some(p => samePath(p, path))) return
  if (sa.paths.length < MAX_PATHS) sa.paths.push(path)
}

/** A message was seen a moment ago on another path: the capture has both sides of a NAT, and nobody moved. */
export function noteCapturePoint(sa: IkeSa, sender: Side, datagram: Datagram): void {
  const path = pathOf(sender, datagram)
  const now = sa.paths.at(-1) ?? sa
  if (
    samePath(now, path) ||
    sa.capturePoints.some(p => samePath(p, path)) ||
    sa.capturePoints.length >= MAX_CAPTURE_POINTS
  )
    return
  sa.capturePoints.push({ ...path, initiator: now.initiator, responder: now.responder }, path)
}

/** Paths remembered of one SA. */
const MAX_PATHS = 64
const MAX_CAPTURE_POINTS = 16

const pathOf = (sender: Side, { frame, source, destination }: Datagram): PathChange =>
  sender === "initiator"
    ? { frame, initiator: source, responder: destination }
    : { frame, initiator: destination, responder: source }

const samePath = (a: Pick<PathChange, "initiator" | "responder">, b: PathChange): boolean =>
  samePeer(a.initiator, b.initiator) && samePeer(a.responder, b.responder)
