/**
 * SAs by their initiator SPI and both addresses: one SPI sent to several responders, as scanners do, is several SAs, and so is one that
 * several initiators chose. What one message says at two places of a NAT is one SA. RFC 7296 §2.1.
 */
import { BoundedMap } from "../bytes/bounded-map.ts"
import type { Message } from "../ike/message.ts"
import type { Datagram } from "./datagram.ts"
import { contentOf, isOnItsWay } from "./exchange.ts"
import { type IkeSa, pointPaths } from "./ike-sa.ts"
import { secondsBetween } from "./moment.ts"
import { PairTable } from "./pair-table.ts"
import type { Peer } from "./peer.ts"

export interface Ends {
  readonly initiator: Pick<Peer, "address">
  readonly responder: Pick<Peer, "address">
}

/** When a message came, and how far it may go on. */
type Sending = Pick<Datagram, "hops" | "time">

/** SPIs whose first messages may come again under another address of the responder. */
const MAX_MOVED = 1024
/** With it, a first message says to which address it was sent: to two addresses it is not the same. RFC 7296 §2.23. */
const NAMES_RESPONDER = "NAT_DETECTION_DESTINATION_IP"

/** Exchanges looked through for a message captured at another place. */
const RECENT = 16

export class BeginningTable {
  /** The first SA of an SPI and a responder is under the responder's address, others under both addresses. */
  readonly table = new PairTable<IkeSa>()
  readonly #keys = new WeakMap<IkeSa, string>()
  readonly #recent = new BoundedMap<string, IkeSa>(MAX_MOVED)

  /** The SA of an SPI between two addresses, or one that has the very message between others. */
  find(spiI: string, ends: Ends, message: Message, datagram: Sending): IkeSa | undefined {
    const first = this.table.get(spiI, ends.responder.address)
    if (!first) return this.#behindNat(spiI, ends, message, datagram)
    if (isBetween(first, ends)) return first
    return this.table.get(spiI, bothOf(ends)) ?? (hasContent(first, message) ? first : undefined)
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
    if (!first || first === sa || isBetween(first, sa)) this.table.touch(sa.spiI, address, sa)
    else {
      const key = bothOf(sa)
      this.#keys.set(sa, key)
      this.table.touch(sa.spiI, key, sa)
    }
  }

  /** Takes out an SA; false when something else, or nothing, stands in its place. */
  take(sa: IkeSa): boolean {
    return this.table.take(sa.spiI, this.#keys.get(sa) ?? sa.responder.address, sa)
  }
}

/** Whether a router was between the first message and this one, which comes at once: who sends to several responders sends to each with all its hops. */
const isForwarded = (sa: IkeSa, { hops, time }: Sending): boolean =>
  hops > 0 && sa.hops > 0 && hops !== sa.hops && isOnItsWay(secondsBetween(sa.first, time))

const bothOf = ({ initiator, responder }: Ends): string => `${responder.address} ${initiator.address}`

/** Whether an SA's initiator speaks from an address, as it is or as another place of the capture has it. */
const isBetween = (sa: IkeSa, { initiator }: Ends): boolean =>
  sa.initiator.address === initiator.address || pointPaths(sa).some(p => p.initiator.address === initiator.address)

/** Whether an SA has a message of the same bytes. */
function hasContent(sa: IkeSa, message: Message): boolean {
  const content = contentOf(message)
  return sa.exchanges.slice(0, RECENT).some(x => x.messages.some(m => m.digest === content))
}
