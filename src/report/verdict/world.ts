/** What a verdict takes from beyond its own SA: ESP and AH, other SAs of the same peers, ICMP errors, datagrams that never became whole. */
import type { CryptoProvider } from "../../crypto/provider.ts"
import type { Secrets } from "../../secrets/secrets.ts"
import type { ChildSa } from "../../track/child-sa.ts"
import type { DataSa } from "../../track/data-sa.ts"
import type { IcmpError } from "../../track/icmp-errors.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { LostDatagram } from "../../track/lost-datagram.ts"
import { type Moment, secondsBetween } from "../../track/moment.ts"
import { ChildIndex } from "../assemble.ts"
import { pairOf } from "../explain/context.ts"
import type { SecretUse } from "../types.ts"
import { childTimes } from "./child-times.ts"

/** A data SA with the Child SA that made it, where that is known. */
export interface Carried {
  readonly data: DataSa
  readonly child: ChildSa | null
}

export interface World {
  /** Time of the last packet; null where it is not known. */
  readonly end: Moment | null
  /** Data SAs of an IKE SA: by SPI where its Child SAs are known, else by addresses and time. */
  dataOf(sa: IkeSa): readonly Carried[]
  /** All IKE SAs between the same addresses, itself too, in the order of their first messages. */
  between(sa: IkeSa): readonly IkeSa[]
  icmpOf(sa: IkeSa): readonly IcmpError[]
  lostOf(sa: IkeSa): readonly LostDatagram[]
  readonly secrets: Secrets
  readonly provider: CryptoProvider
  /** What each secret opened so far. */
  uses(): readonly SecretUse[]
}

/** What is known of every SA alike. */
export interface Given {
  readonly secrets: Secrets
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

const NO_DATA: readonly Carried[] = []
const NO_SAS: readonly IkeSa[] = []

/** The world of a capture that was read to its end. */
export class CaptureWorld implements World {
  readonly end: Moment | null
  readonly #carried = new Map<IkeSa, Carried[]>()
  readonly #byPair = new Map<string, IkeSa[]>()

  readonly secrets: Secrets
  readonly provider: CryptoProvider

  constructor(readonly input: WorldInput) {
    this.end = input.end
    this.secrets = input.secrets
    this.provider = input.provider
    for (const sa of input.sas) for (const pair of endsOf(sa).keys()) push(this.#byPair, pair, sa)
    for (const data of input.data) {
      const owner = input.index.find(data)
      if (owner) push(this.#carried, owner.sa, { data, child: owner.child })
      else {
        const sa = this.#likelyOwner(data)
        if (sa) push(this.#carried, sa, { data, child: null })
      }
    }
  }

  uses(): readonly SecretUse[] {
    return this.input.uses()
  }

  dataOf(sa: IkeSa): readonly Carried[] {
    return this.#carried.get(sa) ?? NO_DATA
  }

  between(sa: IkeSa): readonly IkeSa[] {
    return this.#byPair.get(pairOf(sa.initiator.address, sa.responder.address)) ?? NO_SAS
  }

  icmpOf(sa: IkeSa): readonly IcmpError[] {
    return this.input.icmp.filter(
      e =>
        (e.ike ? e.ike.spiI === sa.spiI : e.protocol === "IKE") &&
        onPath(sa, { source: e.source.address, destination: e.destination.address }),
    )
  }

  lostOf(sa: IkeSa): readonly LostDatagram[] {
    return this.input.lost.filter(e => onPath(sa, e))
  }

  /**
   * Of the SAs between these addresses the one that made a Child SA last before the first packet: the SPI was agreed then. An SA of which
   * every message is read did not make it.
   */
  #likelyOwner(data: DataSa): IkeSa | undefined {
    const first = { seconds: data.firstSeconds, nanos: data.firstNanos }
    let best: { readonly sa: IkeSa; readonly wait: number } | undefined
    for (const sa of this.#byPair.get(pairOf(data.source, data.destination)) ?? [])
      for (const made of childTimes(sa)) {
        const wait = secondsBetween(made, first)
        if (wait >= -CLOSE && (!best || wait < best.wait)) best = { sa, wait }
      }
    return best?.sa
  }
}

/** Seconds that a packet may be captured before the message that made its SA. */
const CLOSE = 0.05

/** The pairs of addresses that an SA had, each once. */
function endsOf(sa: IkeSa): Map<string, readonly [string, string]> {
  const all = new Map<string, readonly [string, string]>()
  for (const { initiator, responder } of [sa, ...sa.paths, ...sa.capturePoints])
    all.set(pairOf(initiator.address, responder.address), [initiator.address, responder.address])
  return all
}

const onPath = (
  sa: IkeSa,
  { source, destination }: { readonly source: string; readonly destination: string },
): boolean => endsOf(sa).has(pairOf(source, destination))

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

/** What the capture has so far, for an SA that is judged while it is read. */
export interface LiveInput extends Given {
  readonly end: Moment | null
  readonly icmp: readonly IcmpError[]
  readonly lost: readonly LostDatagram[]
  between(a: string, b: string): readonly DataSa[]
}

/** The world of an SA that is judged while the capture is read: other SAs of its peers are not looked at. */
export function liveWorld(sa: IkeSa, live: LiveInput): World {
  const data = [...endsOf(sa).values()].flatMap(([a, b]) => live.between(a, b))
  return new CaptureWorld({ ...live, uses: () => live.uses(), sas: [sa], data, index: NO_INDEX })
}

const NO_INDEX = new ChildIndex()
