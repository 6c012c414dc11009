/** Which SA a message belongs to: the tables of live IKE SAs, how they are found, and who is let go when there are too many. */
import type { Message } from "../ike/message.ts"
import { FLAG_INITIATOR, FLAG_RESPONSE } from "../ike/shared/header.ts"
import type { Datagram } from "./datagram.ts"
import { IkeSa } from "./ike-sa.ts"
import type { TrackLimits } from "./limits.ts"
import { type Peer, type Side, samePeer } from "./peer.ts"

const NO_SPI = "0000000000000000"

/** A table that forgets who was longest idle. */
class IdleTable {
  readonly #sas = new Map<string, IkeSa>()
  get size(): number {
    return this.#sas.size
  }
  get(key: string): IkeSa | undefined {
    return this.#sas.get(key)
  }
  /** Inserts, or moves to the young end. */
  touch(key: string, sa: IkeSa): void {
    this.#sas.delete(key)
    this.#sas.set(key, sa)
  }
  delete(key: string): void {
    this.#sas.delete(key)
  }
  /** Takes out the longest idle until `keep` are left. */
  *shrink(keep: number): Generator<IkeSa> {
    for (const [key, sa] of this.#sas) {
      if (this.#sas.size <= keep) return
      this.#sas.delete(key)
      yield sa
    }
  }
  all(): IterableIterator<IkeSa> {
    return this.#sas.values()
  }
}

export class Tracker {
  /** By initiator SPI while only the initiator has spoken, by both afterwards. */
  readonly #unanswered = new IdleTable()
  readonly #answered = new IdleTable()
  /** SAs whose beginning has not been seen, by initiator SPI: in merged captures it may come late. */
  readonly #headless = new Map<string, IkeSa>()
  #next = 0
  evicted = 0

  constructor(
    readonly limits: TrackLimits,
    /** Gets each SA that leaves the tables before the end. */
    readonly onEvict: (sa: IkeSa) => void,
  ) {}

  /** The SA of a message, made if it is the first; never undefined. */
  locate(message: Message, datagram: Datagram): IkeSa {
    const pair = message.spiI + message.spiR
    const known = this.#answered.get(pair)
    if (known) return this.#seen(known, pair, datagram)
    const half = this.#unanswered.get(message.spiI)
    if (half && (message.spiR === NO_SPI || this.#answers(half, message, datagram))) {
      if (message.spiR !== NO_SPI) this.#answer(half, message.spiR)
      return this.#seen(half, message.spiR === NO_SPI ? undefined : pair, datagram)
    }
    const late = isBeginning(message) ? this.#beginsLate(message, datagram) : undefined
    if (late) return this.#seen(late, late.spiI + late.spiR, datagram)
    return this.create(
      message.version,
      message.spiI,
      message.spiR,
      datagram,
      initiatorOf(message, datagram),
      isBeginning(message),
    )
  }

  /** The SA with these SPIs, if it is live. */
  find(spiI: string, spiR: string): IkeSa | undefined {
    return this.#answered.get(spiI + spiR)
  }

  /** The first message of an SA whose later ones came before it: captures merged out of order. */
  #beginsLate(message: Message, datagram: Datagram): IkeSa | undefined {
    const sa = this.#headless.get(message.spiI)
    const same = sa?.version === message.version && sa.initiator.address === datagram.source.address
    if (!sa || !same || this.#answered.get(sa.spiI + sa.spiR) !== sa) return undefined
    this.#headless.delete(message.spiI)
    sa.begun = true
    if (sa.state === "unknown") sa.state = "half-open"
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
      `ike/${this.#next++}`,
      version,
      spiI,
      spiR,
      datagram.time,
      fromInitiator ? datagram.source : datagram.destination,
      fromInitiator ? datagram.destination : datagram.source,
      begun,
    )
    if (spiR === NO_SPI) this.#unanswered.touch(spiI, sa)
    else this.#answered.touch(spiI + spiR, sa)
    if (!begun) this.#headless.set(spiI, sa)
    this.#evict(this.#unanswered, this.limits.unanswered)
    this.#evict(this.#answered, this.limits.sas)
    return sa
  }

  /** Every SA still live, in the order of their first messages. */
  all(): IkeSa[] {
    return [...this.#unanswered.all(), ...this.#answered.all()].sort((a, b) => idNumber(a) - idNumber(b))
  }

  /** Other live SAs of the same version between the same addresses. */
  siblings(sa: IkeSa): IkeSa[] {
    const between = (x: IkeSa) => [x.initiator.address, x.responder.address].sort().join(" ")
    const peers = between(sa)
    return this.all().filter(x => x !== sa && x.version === sa.version && between(x) === peers)
  }

  /** A responder's first message with its SPI: it answers the half-open SA with the same initiator SPI. */
  #answers(half: IkeSa, message: Message, datagram: Datagram): boolean {
    const backwards = half.initiator.address === datagram.destination.address
    return half.version === message.version && (backwards || half.initiator.address === datagram.source.address)
  }

  #answer(sa: IkeSa, spiR: string): void {
    this.#unanswered.delete(sa.spiI)
    sa.spiR = spiR
    this.#answered.touch(sa.spiI + spiR, sa)
    this.#evict(this.#answered, this.limits.sas)
  }

  #seen(sa: IkeSa, pair: string | undefined, datagram: Datagram): IkeSa {
    sa.last = datagram.time
    if (pair) this.#answered.touch(pair, sa)
    else this.#unanswered.touch(sa.spiI, sa)
    return sa
  }

  #evict(table: IdleTable, cap: number): void {
    // Many at once: a Map that loses its first entry again and again is walked over its gaps each time.
    if (table.size <= cap) return
    for (const sa of table.shrink(cap - (cap >> 4))) {
      if (this.#headless.get(sa.spiI) === sa) this.#headless.delete(sa.spiI)
      this.evicted++
      this.onEvict(sa)
    }
  }
}

const idNumber = (sa: IkeSa): number => Number(sa.id.slice(4))

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

/** Follows the addresses of both ends; a change is remembered with its frame. RFC 3947 §4, RFC 7296 §2.23, RFC 4555. */
export function followPath(sa: IkeSa, sender: Side, datagram: Datagram): void {
  const [initiator, responder]: [Peer, Peer] =
    sender === "initiator" ? [datagram.source, datagram.destination] : [datagram.destination, datagram.source]
  if (samePeer(initiator, sa.initiator) && samePeer(responder, sa.responder)) return
  const now = sa.paths.at(-1)
  if (now && samePeer(now.initiator, initiator) && samePeer(now.responder, responder)) return
  if (sa.paths.length < 64) sa.paths.push({ frame: datagram.frame, initiator, responder })
}

/** The sender's role in an SA that begins with this message. */
function initiatorOf(message: Message, _datagram: Datagram): Side | "source" {
  if (message.version === 2) return (message.flags & FLAG_INITIATOR) !== 0 ? "initiator" : "responder"
  return "source"
}

/** Whether a capture that starts with this message has the SA from its beginning. */
function isBeginning(message: Message): boolean {
  if (message.spiR !== NO_SPI) return false
  return message.version === 1 || (message.flags & FLAG_RESPONSE) === 0
}
