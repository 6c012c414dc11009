/** What a verdict takes from beyond its own SA: ESP and AH, other SAs of the same peers, ICMP errors, datagrams that never became whole. */

import { addTo, grouped } from "../../bytes/grouped.ts"
import { firstFrom } from "../../bytes/search.ts"
import type { CryptoProvider } from "../../crypto/provider.ts"
import { isBeyondNat } from "../../track/beyond-nat.ts"
import type { ChildSa } from "../../track/child-sa.ts"
import type { DataSa } from "../../track/data-sa.ts"
import type { IcmpError } from "../../track/icmp-errors.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { LostDatagram } from "../../track/lost-datagram.ts"
import { type Moment, secondsBetween } from "../../track/moment.ts"
import { groupedByPair, PairTable, pairOf } from "../../track/pair-table.ts"
import type { Peer, PerSide } from "../../track/peer.ts"
import type { GivenCertificates } from "../../unlock/given-certificates.ts"
import { ChildIndex } from "../assemble.ts"
import { copyFinder } from "../explain/data-copies.ts"
import { isHint } from "../explain/icmp.ts"
import type { SecretUse } from "../types.ts"
import { childTimes, isTakenBack } from "./child-times.ts"
import { type Gap, gapsOf, isAcross } from "./gaps.ts"

/** A data SA with the Child SA that made it, where that is known. */
export interface Carried {
  readonly data: DataSa
  readonly child: ChildSa | null
}

export interface World {
  /** Time of the last packet; null where it is not known. */
  readonly end: Moment | null
  /** Stretches without a packet; none while the capture is read. */
  readonly gaps: readonly Gap[]
  /** Data SAs of an IKE SA: by SPI where its Child SAs are known, else by addresses and time. */
  dataOf(sa: IkeSa): readonly Carried[]
  /** Data SAs from one address to another, whosever they are. */
  flows(source: string, destination: string): readonly DataSa[]
  /** Data SAs that have the very packets of another: captured at several places. */
  copiesOf(data: DataSa): readonly DataSa[]
  /** The SA with another gateway, to which its initiator says that this responder sent it. */
  sentOnTo(sa: IkeSa): IkeSa | undefined
  /** All IKE SAs between the same addresses, itself too, in the order of their first messages; none beyond a gap. */
  between(sa: IkeSa): readonly IkeSa[]
  /** ICMP errors that quote its IKE messages. */
  icmpOf(sa: IkeSa): readonly IcmpError[]
  /** ICMP errors that quote packets between its addresses which are not IKE. */
  icmpOfData(sa: IkeSa): readonly IcmpError[]
  lostOf(sa: IkeSa): readonly LostDatagram[]
  readonly certificates: GivenCertificates
  readonly provider: CryptoProvider
  /** What each secret opened so far. */
  uses(): readonly SecretUse[]
}

/** What is known of every SA alike. */
export interface Given {
  readonly certificates: GivenCertificates
  readonly provider: CryptoProvider
  uses(): readonly SecretUse[]
}

export interface WorldInput extends Given {
  readonly sas: readonly IkeSa[]
  readonly data: readonly DataSa[]
  readonly index: ChildIndex
  readonly end: Moment | null
  readonly icmp: readonly IcmpError[]
  readonly lost: readonly LostDatagram[]
}

const NO_FLOWS: readonly DataSa[] = []
const NO_DATA: readonly Carried[] = []

/** IKE SAs of the same peers that are looked at on each side of one, in the order of their first messages. */
const NEIGHBOURS = 32

type Ends = Readonly<PerSide<Peer>>

/** What is known of one pair of addresses. */
interface Pair {
  readonly sas: IkeSa[]
  /** When they made Child SAs, in order; made when asked for. */
  made: { readonly at: Moment; readonly sa: IkeSa }[] | undefined
  readonly lost: LostDatagram[]
  readonly icmp: IcmpError[]
}

/** The world of a capture that was read to its end. */
export class CaptureWorld implements World {
  readonly end: Moment | null
  readonly #carried = new Map<IkeSa, Carried[]>()
  readonly #owner = new Map<DataSa, IkeSa>()
  /** Data SAs by SPI, made when asked for. */
  #bySpi: Map<number, DataSa[]> | undefined
  readonly #pairs = new PairTable<Pair>()
  #uses: readonly SecretUse[] | undefined
  #gaps: readonly Gap[] | undefined
  #flows: PairTable<DataSa[]> | undefined
  #copiesOf: ((data: DataSa) => readonly DataSa[]) | undefined
  #redirected: PairTable<IkeSa[]> | undefined
  readonly certificates: GivenCertificates
  readonly provider: CryptoProvider

  constructor(readonly input: WorldInput) {
    this.end = input.end
    this.certificates = input.certificates
    this.provider = input.provider
    for (const sa of input.sas) for (const pair of new Set(sa.ends.map(e => this.#pair(e)))) pair.sas.push(sa)
    for (const { sas } of this.#pairs.values()) sas.sort((a, b) => a.number - b.number)
    for (const e of input.lost) this.#pairs.get(...pairOf(e.source, e.destination))?.lost.push(e)
    for (const e of input.icmp) this.#pairs.get(...pairOf(e.source.address, e.destination.address))?.icmp.push(e)
    for (const data of input.data) {
      const owner = input.index.find(data)
      const sa = owner?.sa ?? this.#likelyOwner(data)
      if (!sa) continue
      this.#owner.set(data, sa)
      addTo(this.#carried, sa, { data, child: owner?.child ?? null })
    }
  }

  #pair({ initiator, responder }: Ends): Pair {
    const make = (): Pair => ({ sas: [], made: undefined, lost: [], icmp: [] })
    return this.#pairs.getOrMake(...pairOf(initiator.address, responder.address), make)
  }

  uses(): readonly SecretUse[] {
    this.#uses ??= this.input.uses()
    return this.#uses
  }

  get gaps(): readonly Gap[] {
    this.#gaps ??= gapsOf(this.input.sas, this.input.data)
    return this.#gaps
  }

  flows(source: string, destination: string): readonly DataSa[] {
    this.#flows ??= groupedByPair(this.input.data, d => [d.source, d.destination])
    return this.#flows.get(source, destination) ?? NO_FLOWS
  }

  copiesOf(data: DataSa): readonly DataSa[] {
    this.#copiesOf ??= copyFinder(this.input.data)
    return this.#copiesOf(data)
  }

  sentOnTo(sa: IkeSa): IkeSa | undefined {
    this.#redirected ??= groupedByPair(
      this.input.sas.filter(x => x.facts.redirectedFrom !== null).sort((a, b) => a.number - b.number),
      x => [x.facts.redirectedFrom ?? "", x.initiator.address],
    )
    const followed = this.#redirected.get(sa.responder.address, sa.initiator.address) ?? []
    const next = followed[firstFrom(followed, x => x.number > sa.number)]
    if (!next || isAcross(this.gaps, sa.last, next.first)) return undefined
    return this.between(sa).findLast(x => x.number < next.number) === sa ? next : undefined
  }

  dataOf(sa: IkeSa): readonly Carried[] {
    return this.#carried.get(sa) ?? NO_DATA
  }

  between(sa: IkeSa): readonly IkeSa[] {
    const sas = this.#known(sa)?.sas ?? []
    const at = sas.length <= 2 * NEIGHBOURS ? NEIGHBOURS : firstFrom(sas, x => x.number >= sa.number)
    const near = sas.slice(Math.max(0, at - NEIGHBOURS), at + NEIGHBOURS)
    if (near.length < 2 || this.gaps.length === 0) return near
    return near.filter(
      x => x === sa || !(isAcross(this.gaps, sa.last, x.first) || isAcross(this.gaps, x.last, sa.first)),
    )
  }

  icmpOf(sa: IkeSa): readonly IcmpError[] {
    if (this.input.icmp.length === 0) return []
    return this.#of(sa, pair => pair.icmp).filter(
      e => !isHint(e) && (e.ike ? e.ike.spiI === sa.spiI : e.protocol === "IKE"),
    )
  }

  icmpOfData(sa: IkeSa): readonly IcmpError[] {
    if (this.input.icmp.length === 0) return []
    return this.#of(sa, pair => pair.icmp).filter(e => !isHint(e) && e.protocol !== "IKE")
  }

  /** Whether a data SA belongs to an IKE SA of the capture. */
  isOwned(data: DataSa): boolean {
    return this.#owner.has(data)
  }

  /** The IKE SA of a data SA: by its Child SA, else most likely by addresses and times, else that of what a NAT made of the same packets. */
  ownerOf(data: DataSa): IkeSa | undefined {
    const owner = this.#owner.get(data)
    if (owner) return owner
    this.#bySpi ??= grouped(this.#owner.keys(), d => d.spi, NEIGHBOURS)
    const other = this.#bySpi.get(data.spi)?.find(d => isBeyondNat(d, data))
    return other && this.#owner.get(other)
  }

  lostOf(sa: IkeSa): readonly LostDatagram[] {
    return this.input.lost.length === 0 ? [] : this.#of(sa, pair => pair.lost)
  }

  #of<T>(sa: IkeSa, what: (pair: Pair) => readonly T[]): T[] {
    return [...new Set(sa.ends.map(e => this.#known(e)))].flatMap(pair => (pair ? what(pair) : []))
  }

  #known({ initiator, responder }: Ends): Pair | undefined {
    return this.#pairs.get(...pairOf(initiator.address, responder.address))
  }

  /**
   * Of the SAs between these addresses the one that made a Child SA last before the first packet: the SPI was agreed then. An SA of which
   * every message is read did not make it, and one that was taken back at once only where no other did. Before any, where its packets count
   * from the beginning, the last that had begun; else the only SA whose beginning the capture lacks.
   */
  #likelyOwner(data: DataSa): IkeSa | undefined {
    const pair = this.#pairs.get(...pairOf(data.source, data.destination))
    if (!pair) return undefined
    pair.made ??= pair.sas
      .flatMap(sa => childTimes(sa).map(at => ({ at, sa })))
      .sort((a, b) => secondsBetween(b.at, a.at))
    const first = data.first
    const before = firstFrom(pair.made, m => secondsBetween(m.at, first) < -CLOSE)
    const maker = pair.made[before - 1]
    if (maker && !isAcross(this.gaps, maker.at, first)) {
      const others = pair.made.slice(Math.max(0, before - NEIGHBOURS), before)
      const near = others.filter(m => secondsBetween(m.at, maker.at) < TOGETHER)
      return (near.findLast(m => !isTakenBack(m.sa)) ?? maker).sa
    }
    // The capture may lack the answer that made it: a new SPI counts from 1.
    const begun =
      data.isNew &&
      pair.sas.findLast(
        sa =>
          sa.begun &&
          sa.facts.refusal === null &&
          sa.keyStatus === "none" &&
          secondsBetween(sa.first, first) > 0 &&
          !isAcross(this.gaps, sa.last, first),
      )
    if (begun) return begun
    const older = pair.sas.filter(sa => !sa.begun && sa.parent === null && !isAcross(this.gaps, sa.last, first))
    return older.length === 1 && older[0].keyStatus === "none" ? older[0] : undefined
  }
}

/** Seconds within which two Child SAs are made so that the later one being taken back leaves the packets to the earlier. */
const TOGETHER = 60
/** Seconds that a packet may be captured before the message that made its SA. */
const CLOSE = 0.05

/** What the capture has so far, for an SA that is judged while it is read. */
export interface LiveInput extends Given {
  readonly end: Moment | null
  readonly icmp: readonly IcmpError[]
  readonly lost: readonly LostDatagram[]
  between(a: string, b: string): readonly DataSa[]
}

/** The world of an SA that is judged while the capture is read: other SAs of its peers are not looked at. */
export function liveWorld(sa: IkeSa, live: LiveInput): World {
  const ends = sa.ends.map(p => [p.initiator.address, p.responder.address] as const)
  const data = new Set<DataSa>()
  for (const [a, b] of ends) for (const d of live.between(a, b)) data.add(d)
  // Thousands of errors of other peers, as of a scan, are left out here: each SA that closes would put them into its tables.
  const isBetween = (from: string, to: string) =>
    ends.some(([a, b]) => (a === from && b === to) || (a === to && b === from))
  const icmp = live.icmp.filter(e => isBetween(e.source.address, e.destination.address))
  const lost = live.lost.filter(e => isBetween(e.source, e.destination))
  return new CaptureWorld({ ...live, icmp, lost, uses: () => live.uses(), sas: [sa], data: [...data], index: NO_INDEX })
}

const NO_INDEX = new ChildIndex()
