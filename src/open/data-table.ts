/** The keys of all data SAs, found by protocol and SPI. RFC 4301 §4.4.2. */
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import { addressMatches, spiMatches } from "../secrets/child-match.ts"

export class DataSaTable {
  /** By SPI; those of AH have 2^32 added. */
  readonly #bySpi = new Map<number, DataSaKeys[]>()
  readonly #anySpi: DataSaKeys[] = []
  readonly #all: DataSaKeys[] = []

  constructor(entries: Iterable<DataSaKeys> = []) {
    for (const entry of entries) this.add(entry)
  }

  /** How many entries there are; grows with each `add`, so it also tells that the table has changed. */
  get size(): number {
    return this.#all.length
  }

  /** The entries after the first `size`. */
  since(size: number): readonly DataSaKeys[] {
    return this.#all.slice(size)
  }

  add(entry: DataSaKeys): void {
    this.#all.push(entry)
    if (entry.spi === undefined) {
      this.#anySpi.push(entry)
      return
    }
    const key = numberOf(entry.protocol, entry.spi)
    const list = this.#bySpi.get(key)
    if (list) list.push(entry)
    else this.#bySpi.set(key, [entry])
  }

  /**
   * Every SA that a packet with this SPI to this destination may belong to, likeliest first: the same SPI and destination, then the
   * same SPI (NAT and MOBIKE move addresses), then rows for several SPIs, those whose addresses fit first.
   */
  find(protocol: "ESP" | "AH", spi: number, source: string, destination: string): readonly DataSaKeys[] {
    const same = this.#bySpi.get(numberOf(protocol, spi)) ?? NONE
    if (same.length === 0 && this.#anySpi.length === 0) return NONE
    const fits = (e: DataSaKeys) => addressMatches(e.destination, destination) && addressMatches(e.source, source)
    const any = this.#anySpi.filter(e => e.protocol === protocol && spiMatches(e, spi))
    return [same, any].flatMap(list => [...list.filter(fits), ...list.filter(e => !fits(e))])
  }
}

const NONE: readonly DataSaKeys[] = []

const numberOf = (protocol: "ESP" | "AH", spi: number): number => (protocol === "AH" ? spi + 2 ** 32 : spi)
