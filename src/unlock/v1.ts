/** Finds the keys of IKEv1 SAs and follows their IV chains: a body that reads as IKE, and whose HASH holds, is the proof. */
import { BoundedMap } from "../bytes/bounded-map.ts"
import { equal, u32be } from "../bytes/bytes.ts"
import type { Encr } from "../crypto/algorithms.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import { phase1Iv, phase2Iv } from "../keys/ikev1.ts"
import { lastBlock, type OpenedV1, openV1 } from "../open/ike-v1.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../registry/ikev1/exchange-types.ts"
import type { IkeSaSecret } from "../secrets/secrets.ts"
import type { Exchange } from "../track/exchange.ts"
import type { Epoch, IkeSa } from "../track/ike-sa.ts"
import type { KeySearch } from "../track/key-event.ts"
import type { KePair } from "../track/negotiation.ts"
import { otherSide } from "../track/peer.ts"
import type { SealedMessageV1 } from "../track/sealed-message.ts"
import { isPhase1 } from "../track/v1-messages.ts"
import { isPskMethod, isPublicKeyMethod } from "../track/v1-methods.ts"
import { v1StateOf } from "../track/v1-state.ts"
import { type CandidateV1, candidatesV1 } from "./candidates-v1.ts"
import { corroborateV1 } from "./corroborate-v1.ts"
import { GivenEntries } from "./given-entries.ts"
import type { Pool } from "./pool.ts"

/** Ciphertext blocks remembered of phase 1, and of one exchange. */
const BLOCKS = 16
const NO_BLOCK = new Uint8Array(0)
/** Messages whose IVs are remembered, of one SA. */
const MAX_IVS = 4096
/** Exchanges whose chains are remembered. */
const CHAINS = 64
/** Messages on which all candidates are tried before an SA counts as closed. */
const ROUNDS = 3
/** Messages remembered as seen. */
const SEEN = 4096

interface Keys {
  encr: Encr | undefined
  adopted: CandidateV1 | null
  rounds: number
  /** The secrets on which those rounds were tried. */
  generation: number
  /** Messages whose last block is remembered, by their digests. */
  readonly seen: Set<number>
  readonly phase1: Uint8Array[]
  readonly chains: BoundedMap<number, Uint8Array[]>
  /** IV that opened a message, by its digest: retransmissions open with the same. */
  readonly ivs: BoundedMap<number, Uint8Array>
}

export class V1Unlock {
  readonly #keys = new WeakMap<IkeSa, Keys>()
  readonly given: GivenEntries

  constructor(
    readonly pool: Pool,
    readonly provider: CryptoProvider,
  ) {
    this.given = new GivenEntries(pool.secrets.ikeSas)
  }

  /** The keys of an SA, once proved: `skeyid`, `skeyid_d` …, `encryption_key`, as far as they are known. */
  keysOf(sa: IkeSa): CandidateV1 | null {
    return this.#keys.get(sa)?.adopted ?? null
  }

  givenFor(sa: IkeSa): readonly IkeSaSecret[] {
    return this.given.of(sa)
  }

  /** Why messages of this SA stay closed. */
  closedReason(sa: IkeSa): string {
    const { secrets } = this.pool
    const state = v1StateOf(sa)
    if (this.pool.empty) return "no secrets were given"
    if (sa.choice && !sa.choice.encr?.cipher) return `${sa.choice.names.encr ?? "the cipher"} is not computed here`
    const prf = state.answer?.prf
    if (prf !== undefined) return `the negotiated PRF ${prf} is not computed here`
    if (!sa.choice) return "the beginning of phase 1 is not in the capture, and no key given for this SA fits"
    const given = this.givenFor(sa)
    const dh = secrets.dhShared.length + secrets.dhPrivate.length > 0 || given.some(e => e.values.dh_shared)
    if (isPublicKeyMethod(state.answer?.authMethod)) {
      const missing = (["initiator", "responder"] as const).filter(side => !state.unsealed[side]).map(otherSide)
      if (missing.length > 0) return `the RSA private key of the ${missing.join(" and of the ")} is missing`
    }
    if (!isPskMethod(state.answer?.authMethod))
      return dh ? "wrong DH secret" : "add a DH secret, by which SKEYID is made"
    const psk = secrets.psks.length > 0 || given.some(e => e.values.skeyid)
    if (psk && !dh) {
      const mode = state.exchangeType === EXCHANGE_V1.AGGRESSIVE ? "Aggressive Mode's encryption" : "Main Mode"
      return `a PSK alone does not open ${mode}: add a DH secret`
    }
    return psk ? "wrong PSK or DH secret" : "the pre-shared key is missing"
  }

  /** Opens an encrypted body; finds and proves keys when that is still to do. */
  *open(sealed: SealedMessageV1): KeySearch<OpenedV1 | undefined> {
    const { sa, exchange, record, message } = sealed
    const keys = this.#of(sa)
    const result = yield* this.#open(keys, sealed)
    if (keys.seen.has(record.digest)) return result
    keys.seen.add(record.digest)
    if (keys.seen.size > SEEN) keys.seen.clear()
    const blockBytes = keys.encr?.blockBytes ?? sa.choice?.encr?.blockBytes ?? 16
    const block = lastBlock(message, blockBytes)
    if (block) remember(isPhase1(exchange.type) ? keys.phase1 : this.#chain(keys, exchange), block)
    return result
  }

  *#open(keys: Keys, sealed: SealedMessageV1): KeySearch<OpenedV1 | undefined> {
    const { sa, record } = sealed
    if (keys.adopted) {
      const { encr } = keys
      return encr && this.#withKey(keys, keys.adopted, encr, sealed)
    }
    if (keys.rounds >= ROUNDS || this.pool.empty) return undefined
    let tried = 0
    const { pool, provider } = this
    const source = { sa, state: v1StateOf(sa), given: this.givenFor(sa), pool, provider }
    for (const candidate of candidatesV1(source)) {
      const encr = candidate.answer ? candidate.answer.choice.encr : (sa.choice?.encr ?? candidate.encr)
      if (!encr) continue
      tried++
      this.pool.tried()
      const opened = this.#withKey(keys, candidate, encr, sealed)
      if (!opened || !candidate.accepts(sealed, opened)) continue
      keys.encr = encr
      const epoch = yield* this.#adopt(sa, keys, candidate, record.frame)
      yield* corroborateV1(source, candidate, epoch)
      return opened
    }
    if (tried > 0) keys.rounds++
    return undefined
  }

  *#adopt(sa: IkeSa, keys: Keys, candidate: CandidateV1, frame: number): KeySearch<Epoch> {
    const { answer, exchanged, values, steps, origins } = candidate
    if (exchanged || answer) yield { kind: "phase1", sa, exchanged, answer }
    keys.adopted = candidate
    candidate.taken()
    this.pool.used(origins, sa.id)
    const source = { origins, pairs: pairsOf(sa) }
    const epoch: Epoch = { fromMessageId: 0, values, steps, source, proof: { first: frame, last: frame } }
    yield { kind: "epoch", sa, epoch, status: candidate.status, from: candidate.from }
    return epoch
  }

  /** Tries each IV that the message may have been encrypted with, the likeliest first. */
  #withKey(keys: Keys, candidate: CandidateV1, encr: Encr, sealed: SealedMessageV1): OpenedV1 | undefined {
    const { record, message } = sealed
    const ka = candidate.values.encryption_key
    if (!ka || !encr.cipher) return undefined
    for (const iv of this.#ivs(keys, candidate, encr, sealed)) {
      const opened = openV1(message, ka, iv, encr, this.provider)
      if (!opened) continue
      keys.ivs.set(record.digest, iv)
      return opened
    }
    return undefined
  }

  /**
   * RFC 2409 App. B: phase 1 chains from hash(g^xi | g^xr), each phase 2 exchange from hash(last phase 1 block | M-ID); libreswan, which
   * refuses message 5, has no last block yet.
   */
  *#ivs(
    keys: Keys,
    { hash: algorithm, exchanged }: CandidateV1,
    encr: Encr,
    { sa, exchange, record }: SealedMessageV1,
  ): Generator<Uint8Array> {
    const known = keys.ivs.get(record.digest)
    if (known) yield known
    const hash = algorithm?.hash && this.provider.hash[algorithm.hash]
    const { ke } = exchanged ?? v1StateOf(sa)
    const first =
      hash && ke.initiator && ke.responder
        ? phase1Iv(hash, ke.initiator.bytes, ke.responder.bytes, encr.blockBytes)
        : undefined
    const phase1 = [...keys.phase1].reverse()
    if (first) phase1.push(first)
    if (isPhase1(exchange.type)) {
      yield* phase1
      return
    }
    yield* [...(keys.chains.get(exchange.messageId) ?? [])].reverse()
    if (!hash) return
    for (const block of [...phase1, NO_BLOCK]) yield phase2Iv(hash, block, u32be(exchange.messageId), encr.blockBytes)
  }

  /** Whether an IV is the end of another message of the exchange. */
  isChained(sa: IkeSa, exchange: Exchange, iv: Uint8Array): boolean {
    return (
      this.#of(sa)
        .chains.get(exchange.messageId)
        ?.some(block => equal(block, iv)) ?? false
    )
  }

  #chain(keys: Keys, exchange: Exchange): Uint8Array[] {
    return keys.chains.getOrMake(exchange.messageId, () => [])
  }

  #of(sa: IkeSa): Keys {
    let keys = this.#keys.get(sa)
    if (!keys) {
      keys = {
        encr: sa.choice?.encr,
        adopted: null,
        rounds: 0,
        generation: this.pool.generation,
        seen: new Set(),
        phase1: [],
        chains: new BoundedMap(CHAINS),
        ivs: new BoundedMap(MAX_IVS),
      }
      this.#keys.set(sa, keys)
    }
    if (keys.generation !== this.pool.generation) {
      keys.generation = this.pool.generation
      keys.rounds = 0
    }
    return keys
  }
}

/** The key exchange of phase 1. */
function pairsOf(sa: IkeSa): KePair[] {
  const { ke, answer } = v1StateOf(sa)
  const group = answer?.group
  const { initiator, responder } = ke
  if (!initiator || !responder || group === undefined) return []
  return [{ group, i: initiator.bytes, r: responder.bytes, frameI: initiator.frame, frameR: responder.frame }]
}

function remember(blocks: Uint8Array[], block: Uint8Array): void {
  blocks.push(block)
  if (blocks.length > BLOCKS) blocks.shift()
}
