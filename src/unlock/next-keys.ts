/** Which keys of an IKEv2 SA are to come: from what they may be made, and how often messages were tried under them. */
import type { Prf } from "../crypto/algorithms.ts"
import { prfByName } from "../crypto/prf.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import type { InitCandidate } from "../track/event.ts"
import type { Exchange } from "../track/exchange.ts"
import type { Epoch, IkeSa } from "../track/ike-sa.ts"
import type { EarlierKeys } from "../track/key-source.ts"
import type { KePair, Negotiation } from "../track/negotiation.ts"
import type { Side } from "../track/peer.ts"
import { v2StateOf } from "../track/v2-state.ts"
import {
  type Candidate,
  followingCandidates,
  initialCandidates,
  rekeyCandidates,
  type V2Source,
} from "./candidates-v2.ts"
import type { GivenEntries } from "./given-entries.ts"
import { type MistakenCandidate, type MistakenSource, mistakenCandidates } from "./mistaken-candidates.ts"
import type { Pool } from "./pool.ts"
import type { SkDirections } from "./sk-directions.ts"

/** The keys of one SA that are to come. */
export interface KeysToCome {
  /** How to make candidates for them, and the first Message ID of the initiator that they protect. */
  next: {
    readonly fromMessageId: number
    readonly candidates: (few?: number) => Iterable<Candidate>
    /** Keys of mistaken implementations, tried when nothing else opens a message. */
    readonly mistaken: () => Iterable<MistakenCandidate>
    /** Key exchanges that go in, and the SA or epoch whose SK_d does. */
    readonly pairs: readonly KePair[]
    readonly from?: EarlierKeys
  } | null
  rounds: number
  /** The secrets on which those rounds were tried. */
  generation: number
  /** Lowest Message ID that was tried: one before it says more about the keys to come than those behind it. */
  tried: number
  /** First requests and answers from which the SA may have been made. */
  inits: readonly InitCandidate[]
  /** Those that it was made from, once keys have shown it. */
  init?: InitCandidate
  /** Messages of each side that no length of the ICV opens. */
  readonly uncut: Record<Side, number>
}

/** A key exchange, a PPK, or both, of a completed IKE_INTERMEDIATE. */
interface IntermediateKeys {
  readonly exchange: Exchange
  readonly pair: KePair | null
  readonly ppk: Uint8Array | null
}

export class NextKeys {
  readonly #keys = new WeakMap<IkeSa, KeysToCome>()

  constructor(
    readonly pool: Pool,
    readonly provider: CryptoProvider,
    readonly given: GivenEntries,
    private readonly sk: SkDirections,
  ) {}

  /** Of one SA, when something was asked of it before. */
  known(sa: IkeSa): KeysToCome | undefined {
    return this.#keys.get(sa)
  }

  /** The first exchange is whole: its messages, the likeliest pair first. Once keys are proved the others do not matter any more. */
  agreed(sa: IkeSa, inits: readonly [InitCandidate, ...InitCandidate[]]): void {
    const keys = this.of(sa)
    if (sa.epochs.length > 0) return
    keys.inits = inits
    keys.next = {
      fromMessageId: 0,
      candidates: few => this.#initial(sa, inits, few),
      mistaken: () => this.#mistaken(sa, { negotiation: inits[0].negotiation, pair: inits[0].negotiation.pairs[0] }),
      pairs: inits[0].negotiation.pairs.slice(0, 1),
    }
    startAgain(keys)
  }

  *#initial(sa: IkeSa, inits: readonly InitCandidate[], few?: number): Generator<Candidate> {
    for (const init of inits) yield* initialCandidates(this.#sourceOf(sa, init, few), init.negotiation)
  }

  rekeyed(sa: IkeSa, next: IkeSa, negotiation: Negotiation): void {
    const old = sa.epochs.at(-1) ?? null
    const oldPrf = this.prfOf(sa)
    const keys = this.of(next)
    startAgain(keys)
    keys.next = {
      fromMessageId: 0,
      candidates: few =>
        rekeyCandidates(this.#source(next, few), negotiation, old && oldPrf ? { epoch: old, prf: oldPrf } : null),
      mistaken: () =>
        this.#mistaken(next, {
          negotiation,
          pair: negotiation.pairs[0],
          additional: negotiation.pairs.length > 1,
          old,
          epochs: sa.epochs,
          oldSpis: [sa.spiI, sa.spiR],
        }),
      pairs: negotiation.pairs,
      from: { sa: sa.id },
    }
  }

  /** IKE_INTERMEDIATE made new keys under the same SPIs: by an additional key exchange, a PPK, or both. RFC 9370 §2.2.2, RFC 9867. */
  intermediate(sa: IkeSa, { exchange, pair, ppk }: IntermediateKeys): void {
    const negotiation = v2StateOf(sa).negotiation
    const keys = this.of(sa)
    const old = sa.epochs.at(-1) ?? null
    if (!negotiation) return
    keys.next = {
      fromMessageId: exchange.messageId + 1,
      candidates: few => followingCandidates(this.#source(sa, few), negotiation, old, pair, ppk),
      mistaken: () => this.#mistaken(sa, { negotiation, pair: pair ?? undefined, old, epochs: sa.epochs }),
      pairs: pair ? [pair] : [],
      from: { sa: sa.id, epoch: sa.epochs.length - 1 },
    }
    startAgain(keys)
  }

  /** The negotiated PRF, or the one that the keys file names. */
  prfOf(sa: IkeSa): Prf | undefined {
    if (sa.choice?.prf) return sa.choice.prf
    const named = this.given.of(sa).find(e => e.prf)?.prf
    return named === undefined ? undefined : prfByName(named)
  }

  #sourceOf(sa: IkeSa, init: InitCandidate, few?: number): V2Source {
    const choice = init.choice ?? this.sk.choice(sa)
    const { spiR } = init
    const given = this.given.of({ spiI: sa.spiI, spiR })
    return { ...this.#source(sa, few), spiR, init, choice, prf: choice?.prf ?? this.prfOf(sa), given }
  }

  #source(sa: IkeSa, few?: number): V2Source {
    return {
      sa,
      spiR: sa.spiR,
      choice: this.sk.choice(sa),
      prf: this.prfOf(sa),
      given: this.given.of(sa),
      pool: this.pool,
      provider: this.provider,
      few,
    }
  }

  /** Of one SA; made at the first call. */
  of(sa: IkeSa): KeysToCome {
    let keys = this.#keys.get(sa)
    if (!keys) {
      keys = {
        next: null,
        rounds: 0,
        generation: this.pool.generation,
        tried: Infinity,
        inits: [],
        uncut: { initiator: 0, responder: 0 },
      }
      this.#keys.set(sa, keys)
      // The capture missed the negotiation: nonces and suite may be in the keys file.
      if (!sa.begun && !this.pool.empty)
        keys.next = {
          fromMessageId: 0,
          candidates: few => initialCandidates(this.#source(sa, few), null),
          mistaken: () => [],
          pairs: [],
        }
    }
    if (keys.generation !== this.pool.generation) {
      keys.generation = this.pool.generation
      startAgain(keys)
    }
    return keys
  }

  #mistaken(
    sa: IkeSa,
    {
      pair,
      old,
      epochs = [],
      ...rest
    }: Omit<MistakenSource, "source" | "pair" | "skD" | "otherSkDs"> & {
      pair: KePair | undefined
      old?: Epoch | null
      epochs?: readonly Epoch[]
    },
  ): Iterable<MistakenCandidate> {
    if (!pair) return []
    const skD = old?.values.sk_d
    const others = epochs
      .flatMap(e => [e.values.sk_d, e.values.sk_d_prime])
      .filter(k => k !== undefined)
      .filter(k => k !== skD)
    return mistakenCandidates({ ...rest, source: this.#source(sa), pair, skD, otherSkDs: others })
  }
}

/** Keys to come are tried on every message again. */
export function startAgain(keys: KeysToCome): void {
  keys.rounds = 0
  keys.tried = Infinity
}
