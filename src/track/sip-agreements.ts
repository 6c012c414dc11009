/** ESP SAs that handset and P-CSCF agreed on in SIP: four of each agreement, two each way. 3GPP TS 33.203 §7.1, Annex H. */
import type { SecurityAgreement, SecurityOffer } from "../bytes/diagnostic.ts"
import { PairTable } from "./pair-table.ts"

/** Agreements and SAs remembered; the oldest are forgotten first. */
const MOST_OPEN = 16_384
const MOST_SAS = 65_536

/** One direction. */
export interface SipSa {
  readonly spi: number
  readonly source: string
  readonly destination: string
  readonly sourcePort: number
  readonly destinationPort: number
  readonly alg: string
  readonly ealg: string
  /** Frames of Security-Client, where it was seen, and Security-Server. */
  readonly frames: readonly number[]
}

/** What both said. */
export interface SipAgreed {
  readonly sas: readonly SipSa[]
  readonly rand: Uint8Array | undefined
}

interface Said {
  readonly offers: readonly SecurityOffer[]
  readonly frame: number
}

export class SipAgreements {
  /** What a handset said last to a P-CSCF, until it is answered. */
  readonly #asked = new PairTable<Said>()
  /** By destination and SPI. */
  readonly #sas = new PairTable<SipSa, number>()

  /** One header; what is agreed on with it, once. */
  add(frame: number, [source, destination]: readonly [string, string], said: SecurityAgreement): SipAgreed | undefined {
    if (said.header === "client") {
      this.#asked.touch(source, destination, { offers: said.offers, frame })
      this.#asked.shrink(MOST_OPEN).next()
      return undefined
    }
    // Security-Verify is the answer as the handset has read it.
    const [ue, proxy] = said.header === "server" ? [destination, source] : [source, destination]
    const asked = this.#asked.get(ue, proxy)
    const isAsked = (o: SecurityOffer) => (c: SecurityOffer) => c.alg === o.alg && c.ealg === o.ealg
    const theirs = said.offers.find(o => asked?.offers.some(isAsked(o))) ?? said.offers[0]
    if (this.find(proxy, theirs.spiS)) return undefined
    const mine = asked?.offers.find(isAsked(theirs)) ?? asked?.offers[0]
    const { alg, ealg } = theirs
    const frames = asked ? [asked.frame, frame] : [frame]
    const sa = (spi: number, ends: Omit<SipSa, "spi" | "alg" | "ealg" | "frames">): SipSa => ({
      ...ends,
      spi,
      alg,
      ealg,
      frames,
    })
    const up = { source: ue, destination: proxy }
    const down = { source: proxy, destination: ue }
    const sas = [
      sa(theirs.spiS, { ...up, sourcePort: mine?.portC ?? -1, destinationPort: theirs.portS }),
      sa(theirs.spiC, { ...up, sourcePort: mine?.portS ?? -1, destinationPort: theirs.portC }),
    ]
    if (mine)
      sas.push(
        sa(mine.spiS, { ...down, sourcePort: theirs.portC, destinationPort: mine.portS }),
        sa(mine.spiC, { ...down, sourcePort: theirs.portS, destinationPort: mine.portC }),
      )
    for (const one of sas) {
      this.#sas.touch(one.destination, one.spi, one)
      this.#sas.shrink(MOST_SAS).next()
    }
    return { sas, rand: said.rand }
  }

  find(destination: string, spi: number): SipSa | undefined {
    return this.#sas.get(destination, spi)
  }
}
