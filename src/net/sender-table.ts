/**
 * What belongs to the sender of an ESP or AH packet: by protocol, SPI, destination and source. The senders of one SPI and destination hang
 * together, so that forged sources cost a bounded search and bounded memory.
 */
import { spiHash } from "./address-book.ts"
import { Kind, type PacketView } from "./packet-view.ts"

/** Senders of one SPI and destination that are distinguished; packets of further ones count for the newest of these. */
const MOST_SENDERS = 32

export interface Sender<T> {
  readonly protocol: "ESP" | "AH"
  readonly spi: number
  /** 4 or 16 bytes, or none. */
  readonly sourceBytes: Uint8Array
  readonly destinationBytes: Uint8Array
  /** Where the table has it. */
  readonly hash: number
  /** An older one at the same place of the table. */
  nextAtHash: T | undefined
}

export class SenderTable<T extends Sender<T>> {
  /** Newest at each place; others hang on `nextAtHash`. */
  readonly #byHash = new Map<number, T>()
  #last: T | undefined

  /** What belongs to the sender of an ESP, WESP or AH packet. */
  find(view: PacketView): T | undefined {
    const last = this.#last
    if (last && isTo(last, view) && isFrom(last, view)) return last
    let newest: T | undefined
    let senders = 0
    for (let at = this.#byHash.get(hashOf(view)); at; at = at.nextAtHash) {
      if (!isTo(at, view)) continue
      newest ??= at
      senders++
      if (isFrom(at, view)) {
        this.#last = at
        return at
      }
    }
    return senders < MOST_SENDERS ? undefined : newest
  }

  /** Adds what `find` does not find. Whether it is alone with its SPI and destination. */
  add(item: T): boolean {
    const before = this.#byHash.get(item.hash)
    item.nextAtHash = before
    this.#byHash.set(item.hash, item)
    this.#last = item
    return !before || !chain(before).some(other => isSameEnd(item, other))
  }

  /**
   * Takes out places until `count` senders are out: of all but the newest first those of which only `isFleeting` ones are known, then those
   * that were silent for longest. Many at once, since what stands in a `Map` behind many deleted ones is found slowly.
   */
  take(count: number, isFleeting: (item: T) => boolean, lastFrame: (item: T) => number): T[] {
    const taken: T[] = []
    const places = [...this.#byHash].slice(0, Math.max(1, this.#byHash.size - count))
    const take = ([hash, newest]: [number, T]): void => {
      this.#byHash.delete(hash)
      taken.push(...chain(newest).reverse())
    }
    const others: [number, T][] = []
    for (const place of places)
      if (taken.length < count && chain(place[1]).every(isFleeting)) take(place)
      else others.push(place)
    if (taken.length < count) {
      const silentSince = new Map(others.map(place => [place, Math.max(...chain(place[1]).map(lastFrame))]))
      others.sort((a, b) => (silentSince.get(a) ?? 0) - (silentSince.get(b) ?? 0))
      for (const place of others) if (taken.length < count) take(place)
    }
    this.#last = undefined
    return taken
  }

  /** Every sender, those of one place one after another. */
  *all(): Generator<T> {
    for (const newest of this.#byHash.values()) for (let at: T | undefined = newest; at; at = at.nextAtHash) yield at
  }

  /** Those that share SPI and destination, each list in the order in which they came; senders that are alone are left out. */
  *shared(): Generator<T[]> {
    for (const newest of this.#byHash.values()) {
      if (!newest.nextAtHash) continue
      const rest = new Set(chain(newest).reverse())
      for (const first of rest) {
        const senders = [...rest].filter(other => isSameEnd(first, other))
        for (const sender of senders) rest.delete(sender)
        if (senders.length > 1) yield senders
      }
    }
  }
}

/** Where the table has the packet's sender. */
export const hashOf = (view: PacketView): number => spiHash(view) ^ (view.kind === Kind.AH ? 0x5bd1_e995 : 0)

export const protocolOf = ({ kind }: PacketView): "ESP" | "AH" => (kind === Kind.AH ? "AH" : "ESP")

/** Bytes of an address of the packet's IP header. */
export const addressBytes = ({ ipVersion }: Pick<PacketView, "ipVersion">): number =>
  ipVersion === 4 ? 4 : ipVersion === 6 ? 16 : 0

function chain<T extends Sender<T>>(newest: T): T[] {
  const list: T[] = []
  for (let at: T | undefined = newest; at; at = at.nextAtHash) list.push(at)
  return list
}

const isTo = ({ spi, protocol, destinationBytes }: Sender<unknown>, view: PacketView): boolean =>
  spi === view.spi &&
  (protocol === "AH") === (view.kind === Kind.AH) &&
  isAddress(destinationBytes, view, view.destinationAt)

const isFrom = ({ sourceBytes }: Sender<unknown>, view: PacketView): boolean =>
  isAddress(sourceBytes, view, view.sourceAt)

function isAddress(address: Uint8Array, view: PacketView, at: number): boolean {
  const { length } = address
  if (length !== addressBytes(view)) return false
  for (let i = 0; i < length; i++) if (address[i] !== view.ipBytes[at + i]) return false
  return true
}

const isSameEnd = (a: Sender<unknown>, b: Sender<unknown>): boolean =>
  a.spi === b.spi &&
  a.protocol === b.protocol &&
  a.destinationBytes.length === b.destinationBytes.length &&
  a.destinationBytes.every((byte, i) => byte === b.destinationBytes[i])
