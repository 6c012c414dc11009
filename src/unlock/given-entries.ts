/** Entries of the keys files for one SA, found by its SPIs (IKEv1's cookies). */
import { addTo } from "../bytes/grouped.ts"
import type { IkeSaSecret } from "../secrets/secrets.ts"
import type { IkeSa } from "../track/ike-sa.ts"

/** Entries without SPIs that are tried on every SA; a log of more SAs names them. */
const MAX_NAMELESS = 64

export class GivenEntries {
  readonly #bySpiI = new Map<string, IkeSaSecret[]>()
  /** Entries with keys of messages that do not say whose they are: proof decides. */
  nameless: readonly IkeSaSecret[] = []

  constructor(entries: readonly IkeSaSecret[]) {
    this.add(entries)
  }

  add(entries: readonly IkeSaSecret[]): void {
    const keyed = entries.filter(e => !e.spiI && (e.values.sk_ei || e.values.sk_er))
    this.nameless = [...this.nameless, ...keyed].slice(0, MAX_NAMELESS)
    for (const entry of entries) if (entry.spiI) addTo(this.#bySpiI, entry.spiI, entry)
  }

  /** Those that name the SA's initiator SPI, and its responder SPI if any. */
  of({ spiI, spiR }: Pick<IkeSa, "spiI" | "spiR">): readonly IkeSaSecret[] {
    return (this.#bySpiI.get(spiI) ?? []).filter(e => !e.spiR || e.spiR === spiR)
  }
}
