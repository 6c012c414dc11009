/** Keys of Child SAs: derived from the IKE SA, proved on the first packets under their SPIs; PFS secrets are found the same way. */

import { BoundedMap } from "../bytes/bounded-map.ts"
import { u32At, u32be } from "../bytes/bytes.ts"
import type { Prf } from "../crypto/algorithms.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import { spiKey } from "../ipsec/spi-key.ts"
import type { Nonces, PrfContext } from "../keys/context.ts"
import type { DataSaKeys, EspKeys } from "../keys/data-sa-keys.ts"
import { type MistakenKeymat, mistakenKeymat } from "../keys/mistaken-keymat.ts"
import { createAhOpener } from "../open/ah-opener.ts"
import { createEspOpener, type EspBatch } from "../open/esp-opener.ts"
import { keyVariants } from "../open/hypotheses.ts"
import { otherHighHalves } from "../open/sequence.ts"
import { PROTOCOL_ID } from "../registry/ikev1/protocol-ids.ts"
import type { ChildSaSecret } from "../secrets/secrets.ts"
import type { ChildSa } from "../track/child-sa.ts"
import type { DataSa, Sample } from "../track/data-sa.ts"
import type { DataTable } from "../track/data-table.ts"
import type { ChildKeys, KeySearch } from "../track/key-event.ts"
import type { KePair, Negotiation, QuickNegotiation } from "../track/negotiation.ts"
import { otherSide } from "../track/peer.ts"
import { directions, espKeys, isSettled, spisOf, wayOf } from "./child-directions.ts"
import { type ChildCandidate, childKeysV1, childKeysV2, computable } from "./child-keys.ts"
import { ChildRows } from "./child-rows.ts"
import type { Pool } from "./pool.ts"
import { sharedCombinations } from "./product.ts"
import { skDsOf } from "./sk-d.ts"

/** High halves of extended sequence numbers tried on a sample beside zero. */
const HIGH_HALVES = 4

/** A Child SA whose keys are not proved yet. */
interface Waiting {
  readonly child: ChildSa
  /** Key sets to try, the likeliest first. */
  readonly candidates: () => Iterable<ChildCandidate>
  /** Key exchanges of its own. */
  readonly pairs: readonly KePair[]
  /** Keys of mistaken implementations. */
  readonly mistaken: () => Iterable<MistakenKeymat>
  /** The only one that there was, which is tried first: each costs a key derivation. */
  only?: ChildCandidate
  /** Samples on which all of them failed. */
  failures: number
}

/** What else an IKE SA has that may have gone into the keys of a Child SA by mistake. */
export interface Around {
  readonly skDs: readonly Uint8Array[]
  readonly nonces: Nonces | undefined
  readonly pair: KePair | undefined
}

/** What goes into the keys of a Child SA as it should. */
interface Made {
  readonly skD: Uint8Array
  readonly nonces: Nonces
  readonly pairs: readonly KePair[]
  /** Protocol-ID, in IKEv1. */
  readonly protocol?: number
}

/** Choices of secrets of which mistakes are tried: of one key exchange, of several. */
const MOST_MISTAKEN = 4
const MOST_MISTAKEN_SETS = 24

/** Key sets of which variants are tried. */
const MOST_VARIED = 16

/** Samples on which a whole round may fail before the SA is given up: a packet may be damaged. */
const ROUNDS = 2

/** Packets of the Child SAs of one IKE SA on which other uses of keys and mistakes are tried in vain, one after another, until they are tried no more. */
const MOST_VAIN = 256

/** SPIs remembered whose packets may prove keys; the oldest are forgotten first. */
const MAX_WAITING = 200_000

export class ChildUnlock {
  readonly #waiting = new BoundedMap<number, Waiting[]>(MAX_WAITING)
  /** By id of an IKE SA: packets of its Child SAs that no mistake explains. */
  readonly #vain = new BoundedMap<string, number>(MAX_WAITING)
  /** What the keys files say of Child SAs. */
  readonly rows: ChildRows

  constructor(
    readonly pool: Pool,
    readonly provider: CryptoProvider,
    readonly data: DataTable,
  ) {
    this.rows = new ChildRows(pool.secrets.childSas, provider)
  }

  /** Rows, or other secrets, have come while the capture is read: what waits for keys is tried again. `children`: those of live IKE SAs. */
  *learn(rows: readonly ChildSaSecret[], children: Iterable<ChildSa>): KeySearch {
    yield* usable(this.rows.add(rows))
    if (rows.length > 0) for (const child of children) yield* this.negotiated(child)
    for (const waiting of new Set([...this.#waiting.values()].flat())) waiting.failures = 0
    this.#vain.clear()
    for (const sa of this.data.all()) yield* this.sample(sa)
  }

  /** Rows that lack nothing have come. */
  *given(rows: readonly ChildSaSecret[]): KeySearch {
    yield* usable(this.rows.add(rows))
  }

  /** A Child SA was agreed, whether or not its keys can be derived. */
  *negotiated(child: ChildSa): KeySearch {
    yield* usable(this.rows.negotiated(child))
    for (const spi of spisOf(child))
      for (const sa of this.data.withSpi(child.protocol, spi)) yield* usable(this.rows.sample(sa))
  }

  /** A key server has handed out a data SA of its group, with its keys. */
  *handed(child: ChildSa): KeySearch {
    yield* this.negotiated(child)
    yield { kind: "data-keys", entries: directions(child) }
  }

  /** KEYMAT of a Child SA of IKEv2. RFC 7296 §2.17, RFC 9370 §2.2.4. */
  *v2(child: ChildSa, negotiation: Negotiation, skD: Uint8Array, prf: Prf, around: Around): KeySearch {
    const context = { prf, provider: this.provider }
    const combinations = () => sharedCombinations(this.pool, negotiation.pairs)
    const skDs = () => skDsOf(this.pool, context, skD, negotiation)
    yield* this.#wait(
      child,
      negotiation.pairs,
      () => childKeysV2(child, negotiation, skDs, context, combinations),
      () => this.#mistaken(child, context, { skD, nonces: negotiation.nonces, pairs: negotiation.pairs }, around),
    )
  }

  /** Keys of mistaken implementations, for the likeliest secrets. */
  *#mistaken(
    child: ChildSa,
    prf: PrfContext,
    { skD, nonces, pairs, protocol }: Made,
    around: Around,
  ): Generator<MistakenKeymat> {
    const { spiI, spiR } = child
    if (spiI === null || spiR === null || !computable(child)) return
    const others = around.pair ? take(this.pool.shared(around.pair), MOST_MISTAKEN) : []
    const common = {
      prf,
      skD,
      otherSkDs: around.skDs.filter(k => k !== skD),
      nonces,
      otherNonces: around.nonces === nonces ? undefined : around.nonces,
      suite: child,
      otherShared: others.map(s => s.value),
      spiI: u32be(spiI),
      spiR: u32be(spiR),
      protocol,
    }
    const secrets = (some: readonly KePair[]) =>
      take(sharedCombinations(this.pool, some), some.length > 1 ? MOST_MISTAKEN_SETS : MOST_MISTAKEN).map(shared =>
        shared.map(s => s.value),
      )
    if (pairs.length > 1)
      for (const shared of secrets(pairs.slice(0, 1)))
        yield* mistakenKeymat({ ...common, shared, lacksAdditional: true })
    for (const shared of secrets(pairs)) yield* mistakenKeymat({ ...common, shared })
  }

  /** KEYMAT of Quick Mode. RFC 2409 §5.5. */
  *v1(child: ChildSa, negotiation: QuickNegotiation, skeyidD: Uint8Array, prf: Prf, around: Around): KeySearch {
    const pairs = negotiation.pair ? [negotiation.pair] : []
    const context = { prf, provider: this.provider }
    const combinations = () => sharedCombinations(this.pool, pairs)
    const protocol = child.protocol === "AH" ? PROTOCOL_ID.PROTO_IPSEC_AH : PROTOCOL_ID.PROTO_IPSEC_ESP
    yield* this.#wait(
      child,
      pairs,
      () => childKeysV1(child, negotiation, skeyidD, context, combinations),
      () => this.#mistaken(child, context, { skD: skeyidD, nonces: negotiation.nonces, pairs, protocol }, around),
    )
  }

  /** A sample packet came: it may prove keys that wait. */
  *sample(sa: DataSa): KeySearch {
    yield* usable(this.rows.sample(sa))
    const key = spiKey(sa)
    const list = this.#waiting.get(key)
    if (!list) return
    for (const waiting of [...list]) yield* this.#try(waiting, sa)
  }

  /** After the last packet: Child SAs without PFS have their keys even if no packet proved them. */
  *finish(): KeySearch {
    for (const waiting of new Set([...this.#waiting.values()].flat())) {
      const { child } = waiting
      if (child.keyStatus !== "none") continue
      const [first, second] = take(this.#free(waiting), 2)
      // One candidate alone is no guess: nothing else could have been negotiated with these secrets.
      if (first && !second && waiting.failures === 0) yield* this.#adopt(waiting, first, null)
    }
    this.#waiting.clear()
  }

  /** Key sets whose secrets no other key exchange has. */
  *#free(waiting: Waiting): Generator<ChildCandidate> {
    for (const candidate of waiting.candidates())
      if (candidate.shared.every(s => s.proven || !this.pool.isTaken(s))) yield candidate
  }

  /** The keys of all data SAs, for the data plane: those of Child SAs, then rows of the keys files. */
  dataKeys(children: Iterable<ChildSa>): DataSaKeys[] {
    const entries: DataSaKeys[] = []
    for (const child of children) entries.push(...directions(child))
    return [...entries, ...this.rows.entries()]
  }

  *#wait(
    child: ChildSa,
    pairs: readonly KePair[],
    candidates: Waiting["candidates"],
    mistaken: Waiting["mistaken"],
  ): KeySearch {
    const waiting: Waiting = { child, candidates, pairs, mistaken, failures: 0 }
    // Without a choice to make the keys are known at once; packets then prove them.
    const [first, second] = take(candidates(), 2)
    if (first && !second && first.shared.every(s => s.proven)) {
      waiting.only = first
      yield* this.#adopt(waiting, first, null)
    }
    for (const spi of spisOf(child)) {
      this.#waiting.getOrMake(spiKey({ protocol: child.protocol, spi }), () => []).push(waiting)
      for (const sa of this.data.withSpi(child.protocol, spi)) yield* this.#try(waiting, sa)
    }
  }

  *#try(waiting: Waiting, sa: DataSa): KeySearch {
    const { child } = waiting
    if (waiting.failures >= ROUNDS || isSettled(child, sa.spi)) return
    for (const sample of sa.samples) {
      if (child.provenBy !== null) {
        yield* this.#tryOtherWay(waiting, sa, sample)
        return
      }
      for (const candidate of likeliest(waiting)) {
        const keys = espKeys(child, sa.spi, candidate.values)
        if (!keys || !this.#holds(sa, sample, keys)) continue
        yield* this.#adopt(waiting, candidate, sample.frame, sa.spi)
        return
      }
      if (yield* this.#tryOtherwise(waiting, sa, sample)) return
      waiting.failures++
    }
  }

  /** The keys of one direction are proven: those of the other must hold, or be another mistake. */
  *#tryOtherWay(waiting: Waiting, sa: DataSa, sample: Sample): KeySearch {
    const { child } = waiting
    const held = (values: Readonly<Record<string, Uint8Array>>) => {
      const keys = espKeys(child, sa.spi, values)
      return keys !== undefined && this.#holds(sa, sample, keys)
    }
    if (child.keyStatus === "derived" && held(child.keys)) return
    for (const { values } of child.mistakes ? take(waiting.candidates(), MOST_VARIED) : [])
      if (held(values)) {
        yield* this.#adoptWay(waiting, sa.spi, values)
        return
      }
    yield* this.#tryOtherwise(waiting, sa, sample)
  }

  /** Keys that a side uses or derives otherwise than it should. */
  *#tryOtherwise(waiting: Waiting, sa: DataSa, sample: Sample): KeySearch<boolean> {
    const { ike } = waiting.child
    const vain = this.#vain.get(ike) ?? 0
    if (vain >= MOST_VAIN) return false
    const found = (yield* this.#tryVariants(waiting, sa, sample)) || (yield* this.#tryMistaken(waiting, sa, sample))
    if (found) this.#vain.delete(ike)
    else this.#vain.set(ike, vain + 1)
    return found
  }

  /** Packets that open only under keys which their sender derived otherwise than it should: those of its direction alone are known by it. */
  *#tryMistaken(waiting: Waiting, sa: DataSa, sample: Sample): KeySearch<boolean> {
    const { child } = waiting
    for (const { mistake, values } of waiting.mistaken()) {
      this.pool.tried()
      const keys = espKeys(child, sa.spi, values)
      if (!keys || !this.#holds(sa, sample, keys)) continue
      const byStarter = wayOf(child, sa.spi) === "i"
      const by = byStarter ? child.startedBy : otherSide(child.startedBy)
      const mistakes = [...(child.mistakes ?? []), { ...mistake, by, frame: sample.frame }]
      yield* this.#adoptWay(waiting, sa.spi, values, { mistakes, provenBy: child.provenBy ?? sample.frame })
      return true
    }
    return false
  }

  /** Takes the keys of one direction. */
  *#adoptWay(
    { child, pairs }: Waiting,
    spi: number,
    values: Readonly<Record<string, Uint8Array>>,
    proof: Pick<ChildKeys, "mistakes" | "provenBy"> = {},
  ): KeySearch {
    const way = wayOf(child, spi)
    const mine = { [`encr_${way}`]: values[`encr_${way}`], [`integ_${way}`]: values[`integ_${way}`] }
    const mistaken = proof.mistakes ?? child.mistakes
    const keys = child.keyStatus === "derived" || mistaken ? { ...child.keys, ...mine } : mine
    const keyStatus = keys.encr_i && keys.encr_r ? "derived" : "partial"
    const keySource = child.keySource ?? { origins: [], pairs, from: { sa: child.ike } }
    yield { kind: "child-keys", child, found: { keys, keyStatus, keySource, ...proof } }
    yield { kind: "data-keys", entries: directions(child) }
  }

  /** A key set under which the ICV holds but for its length or the sequence number that it covers is the right one all the same. */
  *#tryVariants(waiting: Waiting, sa: DataSa, sample: Sample): KeySearch<boolean> {
    for (const candidate of take(waiting.candidates(), MOST_VARIED)) {
      const keys = espKeys(waiting.child, sa.spi, candidate.values)
      for (const variant of keys ? keyVariants(keys) : [])
        if (this.#holds(sa, sample, variant.keys)) {
          yield* this.#adopt(waiting, candidate, sample.frame, sa.spi)
          return true
        }
    }
    return false
  }

  *#adopt(waiting: Waiting, candidate: ChildCandidate, frame: number | null, provenSpi = -1): KeySearch {
    const { child } = waiting
    const keySource = {
      origins: [...candidate.ppks, ...candidate.shared.flatMap(s => s.origins)],
      pairs: waiting.pairs,
      from: { sa: child.ike },
    }
    const found: ChildKeys = {
      keys: candidate.values,
      steps: [...candidate.steps],
      keySource,
      keyStatus: "derived",
    }
    yield { kind: "child-keys", child, found: frame === null ? found : { ...found, provenBy: frame } }
    yield { kind: "data-keys", entries: directions(child) }
    if (frame === null) {
      if (candidate.shared.every(s => s.proven)) for (const s of candidate.shared) this.pool.used(s.origins, child.id)
      return
    }
    this.pool.used(candidate.ppks, child.id)
    for (const s of candidate.shared) {
      this.pool.takeShared(s)
      this.pool.used([...s.origins, ...this.pool.same(this.pool.secrets.dhShared, s.value)], child.id)
    }
    // Packets of the other direction may yet show that their sender derived others.
    if (spisOf(child).includes(provenSpi)) {
      const key = spiKey({ protocol: child.protocol, spi: provenSpi })
      const rest = this.#waiting.get(key)?.filter(w => w !== waiting) ?? []
      if (rest.length > 0) this.#waiting.set(key, rest)
      else this.#waiting.delete(key)
    }
  }

  /** Whether the ICV of a sample holds under these keys; false for suites without one. */
  #holds(sa: DataSa, sample: Sample, keys: EspKeys): boolean {
    const seqLow = u32At(sample.bytes, sample.payloadStart + (sa.protocol === "AH" ? 8 : 4))
    const highs = keys.esn ? [0, ...otherHighHalves(0, HIGH_HALVES)] : [0]
    if (sa.protocol === "AH") {
      const opener = createAhOpener(keys, this.provider)
      return (
        sample.ipStart >= 0 &&
        opener !== undefined &&
        highs.some(hi => opener.verify(sample.bytes, sample.ipStart, sample.payloadStart, sample.bytes.length, hi))
      )
    }
    const opener = keys.integ || keys.encr.aead ? createEspOpener(keys, this.provider) : undefined
    if (!opener || seqLow < 0) return false
    const ok = new Uint8Array(1)
    return highs.some(hi => {
      const batch: EspBatch = {
        bytes: sample.bytes,
        at: Uint32Array.of(sample.payloadStart),
        length: Uint32Array.of(sample.bytes.length - sample.payloadStart),
        seqHi: Uint32Array.of(hi),
        frame: Float64Array.of(sample.frame),
        n: 1,
      }
      return opener.open(batch, ok) === 1
    })
  }
}

/** Key sets to try: first the one that there was when the SA was agreed, then all that there are by now. */
function* likeliest({ only, candidates }: Waiting): Generator<ChildCandidate> {
  if (only) yield only
  yield* candidates()
}

/** Keys of data SAs that can be used from now on. */
function* usable(entries: Iterable<DataSaKeys>): KeySearch {
  const all = [...entries]
  if (all.length > 0) yield { kind: "data-keys", entries: all }
}

/** The first `n` of a sequence. */
function take<T>(items: Iterable<T>, n: number): T[] {
  const out: T[] = []
  for (const item of items) {
    out.push(item)
    if (out.length === n) break
  }
  return out
}
