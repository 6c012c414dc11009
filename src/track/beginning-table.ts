/**
 * SAs by their initiator SPI and both addresses: one SPI sent to several responders, as scanners do, is several SAs, and so is one that
 * several initiators chose. What one message says at two places of a NAT is one SA. RFC 7296 §2.1.
 */
import type { Message } from "../ike/message.ts"
import { contentOf } from "./exchange.ts"
import type { IkeSa } from "./ike-sa.ts"
import { PairTable } from "./pair-table.ts"
import type { Peer } from "./peer.ts"

export interface Ends {
  readonly initiator: Pick<Peer, "address">
  readonly responder: Pick<Peer, "address">
}

/** Exchanges looked through for a message captured at another place. */
const RECENT = 16

export class BeginningTable {
  /** The first SA of an SPI and a responder is under the responder's address, others under both addresses. */
  readonly table = new PairTable<IkeSa>()
  readonly #keys = new WeakMap<IkeSa, string>()

  /** The SA of an SPI between two addresses, or one that has the very message between others. */
  find(spiI: string, ends: Ends, message: Message): IkeSa | undefined {
    const first = this.table.get(spiI, ends.responder.address)
    if (!first || isBetween(first, ends)) return first
    return this.table.get(spiI, bothOf(ends)) ?? (hasContent(first, message) ? first : undefined)
  }

  /** Inserts at the young end, or moves there. */
  touch(sa: IkeSa): void {
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

const bothOf = ({ initiator, responder }: Ends): string => `${responder.address} ${initiator.address}`

/** Whether an SA's initiator speaks from an address, as it is or as another place of the capture has it. */
const isBetween = (sa: IkeSa, { initiator }: Ends): boolean =>
  sa.initiator.address === initiator.address || sa.capturePoints.some(p => p.initiator.address === initiator.address)

/** Whether an SA has a message of the same bytes. */
function hasContent(sa: IkeSa, message: Message): boolean {
  const content = contentOf(message)
  return sa.exchanges.slice(0, RECENT).some(x => x.messages.some(m => m.digest === content))
}
