/** The keys of all data SAs, found by protocol and SPI. RFC 4301 §4.4.2. */
import { addTo } from "../bytes/grouped.ts"
import { spiKey } from "../ipsec/spi-key.ts"
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import { addressMatches, spiMatches } from "../secrets/child-match.ts"

/** The packets that keys are sought for. */
export interface Sought {
  readonly protocol: "ESP" | "AH"
  readonly spi: number
  readonly source: string
  readonly destination: string
}

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
    addTo(this.#bySpi, spiKey({ protocol: entry.protocol, spi: entry.spi }), entry)
  }

  /**
   * Every SA that packets with this SPI to this destination may belong to, likeliest first. The same SPI and destination come first, then the same
   * SPI (NAT and MOBIKE move addresses), then rows for several SPIs, those whose addresses fit before others. Where rows name the very sender, those
   * of other senders are not his.
   */
  find({ protocol, spi, source, destination }: Sought): readonly DataSaKeys[] {
    const same = this.#bySpi.get(spiKey({ protocol, spi })) ?? NONE
    if (same.length === 0 && this.#anySpi.length === 0) return NONE
    const fits = (e: DataSaKeys) => addressMatches(e.destination, destination) && addressMatches(e.source, source)
    const any = this.#anySpi.filter(e => e.protocol === protocol && spiMatches(e, spi))
    const named = same.some(e => e.source === source && fits(e))
    const mine = named ? same.filter(e => !isOtherSender(e, source)) : same
    return [mine, any].flatMap(list => [...list.filter(fits), ...list.filter(e => !fits(e))])
  }
}

/** Whether keys are given for one sender, and that is another. */
export const isOtherSender = ({ source: given }: DataSaKeys, source: string): boolean =>
  given !== undefined && !addressMatches(given, source)

const NONE: readonly DataSaKeys[] = []
