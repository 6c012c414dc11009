/**
 * SAs by their initiator SPI and both addresses: one SPI sent to several responders, as scanners do, is several SAs, and so is one that
 * several initiators chose, also two behind one NAT. What one message says at two places of a NAT is one SA. RFC 7296 §2.1.
 */
import { BoundedMap } from "../bytes/bounded-map.ts"
import type { Message } from "../ike/message.ts"
import { PAYLOAD_TYPE as PAYLOAD_V1 } from "../registry/ikev1/payload-types.ts"
import { isBeginning, NO_SPI } from "./beginning.ts"
import type { Datagram } from "./datagram.ts"
import { contentOf, isOnItsWay } from "./exchange.ts"
import { type IkeSa, pointPaths } from "./ike-sa.ts"
import { secondsBetween } from "./moment.ts"
import { PairTable } from "./pair-table.ts"
import { type Peer, samePeer } from "./peer.ts"

export interface Ends {
  readonly initiator: Peer
  readonly responder: Peer
}

/** Where and when a message came, and how far it may go on. */
type Sending = Pick<Datagram, "capture" | "hops" | "time">

/** SPIs whose first messages may come again under another address of the responder. */
const MAX_MOVED = 1024
/** With it, a first message says to which address it was sent: to two addresses it is not the same. RFC 7296 §2.23. */
const NAMES_RESPONDER = "NAT_DETECTION_DESTINATION_IP"

/** Exchanges looked through for a message captured at another place. */
const RECENT = 16

export class BeginningTable {
  /** The first SA of an SPI and a responder is under the responder's address, others under both addresses and the initiator's port. */
  readonly table = new PairTable<IkeSa>()
  readonly #keys = new WeakMap<IkeSa, string>()
  /** There was an SA under more than the responder's address. */
  #hasOthers = false
  readonly #recent = new BoundedMap<string, IkeSa>(MAX_MOVED)

  /** The SA of an SPI between two addresses, or one that has the very message between others. */
  find(spiI: string, ends: Ends, message: Message, datagram: Sending): IkeSa | undefined {
    const first = this.table.get(spiI, ends.responder.address)
    const sa = this.#between(spiI, ends, first)
    if (sa) return isAnothers(sa, ends, message, datagram) ? undefined : sa
    if (!first) return this.#behindNat(spiI, ends, message, datagram)
    return isCopy(first, ends, message, datagram) ? first : undefined
  }

  /** The SA whose initiator speaks from this port; else one that speaks from this address. */
  #between(spiI: string, ends: Ends, first: IkeSa | undefined): IkeSa | undefined {
    if (first && samePeer(first.initiator, ends.initiator)) return first
    const other = this.#hasOthers ? this.table.get(spiI, textOf(ends)) : undefined
    return other ?? (first && isBetween(first, ends) ? first : undefined)
  }

  /** The responder has another address at another place of the capture: the very first message came under both. */
  #behindNat(spiI: string, ends: Ends, message: Message, datagram: Sending): IkeSa | undefined {
    const sa = this.#recent.get(spiI)
    const first = sa?.exchanges[0]?.messages[0]
    if (!sa || !first) return undefined
    const isPoint = pointPaths(sa).some(
      p => p.initiator.address === ends.initiator.address && p.responder.address === ends.responder.address,
    )
    if (isPoint) return sa
    if (!first.notifies.includes(NAMES_RESPONDER) && !isForwarded(sa, datagram)) return undefined
    const isCopy = sa.initiator.address === ends.initiator.address && first.digest === contentOf(message)
    return isCopy ? sa : undefined
  }

  /** The newest SA of an SPI that an initiator began, to whatever address. */
  begunBy(spiI: string, { address }: Pick<Peer, "address">): IkeSa | undefined {
    const sa = this.#recent.get(spiI)
    return sa?.initiator.address === address ? sa : undefined
  }

  /** Inserts at the young end, or moves there. */
  touch(sa: IkeSa): void {
    if (sa.exchanges.length === 0) this.#recent.set(sa.spiI, sa)
    const known = this.#keys.get(sa)
    if (known !== undefined) {
      this.table.touch(sa.spiI, known, sa)
      return
    }
    const { address } = sa.responder
    const first = this.table.get(sa.spiI, address)
    const isFree = !first || first === sa || samePeer(first.initiator, sa.initiator)
    const key = isFree ? address : textOf(sa)
    if (!isFree) {
      this.#keys.set(sa, key)
      this.#hasOthers = true
    }
    this.table.touch(sa.spiI, key, sa)
  }

  /** Takes out an SA; false when something else, or nothing, stands in its place. */
  take(sa: IkeSa): boolean {
    return this.table.take(sa.spiI, this.#keys.get(sa) ?? sa.responder.address, sa)
  }
}

/** Whether a router was between the first message and this one, which comes at once: who sends to several responders sends to each with all its hops. */
const isForwarded = (sa: IkeSa, { hops, time }: Sending): boolean =>
  hops > 0 && sa.hops > 0 && hops !== sa.hops && isOnItsWay(secondsBetween(sa.first, time))

const textOf = ({ initiator, responder }: Ends): string => `${responder.address} ${initiator.address} ${initiator.port}`

/** Whether an SA's initiator speaks from an address, as it is or as another place of the capture has it. */
const isBetween = (sa: IkeSa, { initiator }: Ends): boolean =>
  sa.initiator.address === initiator.address || pointPaths(sa).some(p => p.initiator.address === initiator.address)

/**
 * Whether an SA has a message of the same bytes, captured at another place. Those of IKEv1's first message may be equal by themselves
 * where two initiators choose one cookie: nothing else in it is random.
 */
function isCopy(sa: IkeSa, { initiator }: Ends, message: Message, datagram: Sending): boolean {
  const content = contentOf(message)
  const same = sa.exchanges.slice(0, RECENT).flatMap(x => x.messages.filter(m => m.digest === content))
  if (same.length === 0) return false
  if (!isBareFirst(message) || same[0].capture !== datagram.capture || isForwarded(sa, datagram)) return true
  // A NAT may leave the hops as they are.
  return (
    isPrivate(sa.initiator) !== isPrivate(initiator) &&
    same.some(m => isOnItsWay(secondsBetween(m.time, datagram.time)))
  )
}

/**
 * Whether a message is the first one of another initiator at the same address, behind the same NAT, that chose the same cookie. Sent again
 * from another port while nobody answers, it is the same one, whose NAT forgot it; not when it comes sooner than anybody sends again, or
 * when the first port has gone on beside the other.
 */
function isAnothers(sa: IkeSa, { initiator, responder }: Ends, message: Message, { time }: Sending): boolean {
  if (!isBareFirst(message) || initiator.port === sa.initiator.port || responder.port !== sa.responder.port)
    return false
  const isHere = (p: Pick<Ends, "initiator">) => samePeer(p.initiator, initiator)
  if (isHere(sa.paths.at(-1) ?? sa) || pointPaths(sa).some(isHere)) return false
  const isKnown = sa.paths.some(isHere)
  if (sa.spiR !== NO_SPI || sa.exchanges[0]?.messages[0]?.digest !== contentOf(message)) return !isKnown
  // From another address it is a copy of what was just sent.
  return initiator.address === sa.initiator.address && (isKnown || isOnItsWay(secondsBetween(sa.last, time)))
}

/** RFC 1918. */
const isPrivate = ({ address }: Peer): boolean => /^(10|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(address)

/** IKEv1's first message without a nonce: Main Mode's. RFC 2409 §5. */
const isBareFirst = (message: Message): boolean =>
  message.version === 1 && isBeginning(message) && !message.payloads.some(p => p.type === PAYLOAD_V1.NONCE)
