/** Finds the keys of IKEv2 SAs by proof: the candidate under which an SK payload's ICV holds, epoch by epoch. */
import type { CryptoProvider } from "../crypto/provider.ts"
import type { Opened } from "../ike/shared/payload.ts"
import type { Mistake } from "../keys/mistake.ts"
import { canDecrypt } from "../open/cipher.ts"
import { type Closed, openSk, payloadsEnd, type SkKeys } from "../open/ike-v2.ts"
import { EXCHANGE_TYPE } from "../registry/ikev2/exchange-types.ts"
import type { IkeSaSecret } from "../secrets/secrets.ts"
import type { InitCandidate } from "../track/event.ts"
import type { Exchange } from "../track/exchange.ts"
import type { Epoch, EpochMistake, IkeSa } from "../track/ike-sa.ts"
import type { KeySearch } from "../track/key-event.ts"
import type { EarlierKeys, KeySource } from "../track/key-source.ts"
import type { Negotiation } from "../track/negotiation.ts"
import type { Side } from "../track/peer.ts"
import type { SealedMessage } from "../track/sealed-message.ts"
import type { KeyStatus } from "../track/vocabulary.ts"
import { type Candidate, givenNonces } from "./candidates-v2.ts"
import { corroborate } from "./corroborate.ts"
import { crossedEntries } from "./crossed-entry.ts"
import { asCut, openCut } from "./cut-icv.ts"
import { GivenEntries } from "./given-entries.ts"
import { choiceOfEntry } from "./given-suite.ts"
import { type KeysToCome, NextKeys, startAgain } from "./next-keys.ts"
import type { Pool } from "./pool.ts"
import { SkDirections } from "./sk-directions.ts"

/** Key sets under which other lengths of the ICV are tried. */
const MOST_CUT = 16

/** Messages on which a whole round of candidates is tried before an SA counts as closed: the first one may be damaged. */
const ROUNDS = 2

/** Why no key opens a message. */
export interface NoKey {
  readonly noKey: string
  /** Keys were given for other epochs of its SA. */
  readonly otherEpoch?: boolean
}

/** Where keys were proved, and what they were made from. */
interface Proved {
  /** First Message ID of the initiator that they protect. */
  readonly fromMessageId: number
  readonly frame: number
  readonly source: Omit<KeySource, "origins">
  readonly mistake?: EpochMistake
  /** Names of keys that stand in each other's place in the file. */
  readonly crossed?: string
}

export class V2Unlock {
  readonly given: GivenEntries
  /** Keys to come: candidates for them. */
  readonly next: NextKeys
  readonly #sk: SkDirections
  /** SK_e that were given, and under which a message reads as payloads: they are right. */
  readonly read = new Set<Uint8Array>()

  constructor(
    readonly pool: Pool,
    readonly provider: CryptoProvider,
  ) {
    this.given = new GivenEntries(pool.secrets.ikeSas)
    this.#sk = new SkDirections(this.given, provider)
    this.next = new NextKeys(pool, provider, this.given, this.#sk)
  }

  /** The first two messages that the proved keys are made from; undefined when the keys do not show it. */
  initOf(sa: IkeSa): InitCandidate | undefined {
    return this.next.known(sa)?.init
  }

  /** The keys in force for the newest messages. */
  currentEpoch(sa: IkeSa): Epoch | null {
    return sa.epochs.at(-1) ?? null
  }

  /** The epoch that protected a message. */
  epochOf(sa: IkeSa, startedBy: Side, messageId: number): Epoch | null {
    if (startedBy === "responder") return this.currentEpoch(sa)
    return sa.epochs.findLast(e => e.fromMessageId <= messageId) ?? sa.epochs[0] ?? null
  }

  hasKeys(sa: IkeSa): boolean {
    return sa.epochs.length > 0
  }

  /** The nonces of IKE_SA_INIT out of the keys file, where the capture missed it. */
  givenNegotiation(sa: IkeSa): Negotiation | null {
    const nonces = givenNonces(this.given.of(sa))
    return nonces ? { startedBy: "initiator", nonces, pairs: [] } : null
  }

  /** Why a message stayed closed to the end: its ICV is wrong under keys that are known, or there is no key for it. */
  closedOutcome({ sa, exchange, record, message, payload }: SealedMessage): Closed | NoKey {
    const encr = sa.choice?.encr
    if (sa.choice && (!encr || !canDecrypt(this.provider, encr))) return "unsupported"
    if (this.pool.empty) return { noKey: "no key: no secrets were given" }
    const epoch = this.epochOf(sa, exchange.startedBy, exchange.messageId)
    if (epoch) {
      if (this.#isDue(this.next.of(sa), exchange)) return { noKey: "no key: no secret fits the keys of this epoch" }
      const direction = this.#inEpoch(sa, epoch, record.from)
      if (!direction) return { noKey: `no key: the keys given for this SA lack those of the ${record.from}` }
      const result = openSk(message, payload, direction, this.provider)
      if (typeof result === "object") return { noKey: "no key: tried too late" }
      if (result !== "icv" || !isOfOtherEpoch(sa, epoch, exchange)) return result
      return { noKey: `no key: ${OTHER_EPOCH}`, otherEpoch: true }
    }
    for (const entry of this.given.of(sa)) {
      const direction = this.#sk.of(sa, entry.values, record.from, entry)
      const result = direction && openSk(message, payload, { ...direction, given: true }, this.provider)
      if (typeof result === "string") return result
    }
    return { noKey: "no key: no secret fits this SA" }
  }

  /** Whether a message comes after new keys were agreed that nobody has found yet. */
  #isDue(keys: KeysToCome, { startedBy, messageId }: Exchange): boolean {
    return keys.next !== null && (startedBy === "responder" || messageId >= keys.next.fromMessageId)
  }

  /** Opens an SK or SKF; finds and proves keys when that is still to do. Undefined when no candidate opens it. */
  *open(sealed: SealedMessage): KeySearch<Opened | Closed | undefined> {
    const { sa, exchange } = sealed
    const keys = this.next.of(sa)
    const now = this.epochOf(sa, exchange.startedBy, exchange.messageId)
    const due = this.#isDue(keys, exchange)
    const next = due && now ? yield* this.#tryNext(keys, sealed) : undefined
    if (typeof next === "object") return next
    const result = now ? yield* this.#tryEpoch(keys, sealed, now, due) : undefined
    if (typeof result === "object") return result
    const given = yield* this.#tryGiven(keys, sealed)
    if (given) return given
    const first = now ? next : yield* this.#tryNext(keys, sealed)
    if (typeof first === "object") return first
    const mistaken = first === "no candidate" ? yield* this.#tryMistaken(keys, sealed) : undefined
    return mistaken ?? result
  }

  /** Opens a message with the keys of an epoch, which its sender may use otherwise than it should. `due`: others should be in force. */
  *#tryEpoch(
    keys: KeysToCome,
    sealed: SealedMessage,
    epoch: Epoch,
    due: boolean,
  ): KeySearch<Opened | Closed | undefined> {
    const { sa, exchange, record } = sealed
    const openWith = (e: Epoch) => this.#openWith(sealed, this.#inEpoch(sa, e, record.from))
    const result = openWith(epoch)
    if (typeof result === "object") {
      const changed = due && isFollowing(sa, keys.next?.from)
      if (changed && exchange.startedBy === "initiator") yield* this.#keptOldKeys(epoch, record)
      yield { kind: "opened", epoch, frame: record.frame }
      return result
    }
    const cut = due ? undefined : this.#openCut(keys, sealed, this.#sk.of(sa, epoch.values, record.from))
    if (cut) {
      yield { kind: "mistake", epoch, mistake: cut.mistake }
      yield { kind: "opened", epoch, frame: record.frame }
      return cut.opened
    }
    // Keys of a group follow one another otherwise than those that IKE_INTERMEDIATE makes.
    const follows = exchange.startedBy === "initiator" && isFollowing(sa, epoch.source?.from)
    const before = follows ? sa.epochs[sa.epochs.indexOf(epoch) - 1] : undefined
    const old = before && openWith(before)
    if (!before || typeof old !== "object") return result
    yield* this.#keptOldKeys(before, record)
    return old
  }

  /** The keys of a side in an epoch: each may be wrong by itself where they were given, until a message reads. */
  #inEpoch(sa: IkeSa, epoch: Epoch, from: Side): SkKeys | undefined {
    const keys = asCut(this.#sk.of(sa, epoch.values, from), epoch, from)
    return keys && epoch.steps.length === 0 && !this.read.has(keys.ske) ? { ...keys, given: true } : keys
  }

  #openWith({ message, payload }: SealedMessage, keys: SkKeys | undefined): Opened | Closed | undefined {
    const opened = keys && openSk(message, payload, keys, this.provider)
    // An empty message shows nothing, and under another SK_e there is hardly a chain of payloads.
    if (keys?.given && typeof opened === "object" && opened.first > 0 && payloadsEnd(opened.first, opened.clear.bytes))
      this.read.add(keys.ske)
    return opened
  }

  /** A message behind IKE_INTERMEDIATE has the keys that its key exchange or PPK should have replaced. */
  *#keptOldKeys(epoch: Epoch, { from, frame }: SealedMessage["record"]): KeySearch {
    const known = epoch.mistakes?.some(m => m.id === KEPT_OLD_KEYS.id && m.by === from)
    if (!known) yield { kind: "mistake", epoch, mistake: { ...KEPT_OLD_KEYS, by: from, frame } }
  }

  /** Keys to come, made as they should be; undefined when it was not their turn. */
  *#tryNext(keys: KeysToCome, sealed: SealedMessage): KeySearch<Opened | "no candidate" | undefined> {
    const { exchange, record, message, payload } = sealed
    const next = keys.next
    if (exchange.startedBy === "initiator" && exchange.messageId < keys.tried) {
      keys.tried = exchange.messageId
      keys.rounds = 0
    }
    if (!next || keys.rounds >= ROUNDS) return undefined
    for (const candidate of next.candidates()) {
      this.pool.tried()
      const direction = candidate.trial(record.from)
      const opened = direction && openSk(message, payload, direction, this.provider)
      if (typeof opened !== "object") continue
      yield* this.#proved(keys, next, candidate, sealed)
      return opened
    }
    let left = MOST_CUT
    for (const candidate of next.candidates()) {
      if (left-- === 0) break
      const cut = this.#openCut(keys, sealed, candidate.trial(record.from), false)
      if (!cut) continue
      yield* this.#proved(keys, next, candidate, sealed, cut.mistake)
      return cut.opened
    }
    keys.rounds++
    return "no candidate"
  }

  /** A candidate has opened a message. */
  *#proved(
    keys: KeysToCome,
    next: NonNullable<KeysToCome["next"]>,
    candidate: Candidate,
    { sa, record }: SealedMessage,
    mistake?: EpochMistake,
  ): KeySearch {
    if (!sa.choice && candidate.choice) yield { kind: "suite", sa, choice: candidate.choice }
    keys.init = candidate.init
    keys.next = null
    startAgain(keys)
    candidate.taken()
    const epoch = yield* this.#adopt(sa, candidate, {
      fromMessageId: next.fromMessageId,
      frame: record.frame,
      source: { pairs: next.pairs, from: next.from },
      mistake,
    })
    const given = this.given.of(sa)
    yield* corroborate({ sa, epoch, given, pool: this.pool, shared: candidate.shared, more: next.candidates })
  }

  /** A message that opens only with an ICV of another length than was agreed, of the first few of each side. */
  #openCut(
    { uncut }: KeysToCome,
    sealed: SealedMessage,
    direction: SkKeys | undefined,
    counts = true,
  ): { readonly opened: Opened; readonly mistake: EpochMistake } | undefined {
    const { sa, record } = sealed
    // Without the negotiation the length is only what a keys file says.
    if (!direction || !sa.begun || uncut[record.from] >= ROUNDS) return undefined
    const cut = openCut(sealed, direction, this.provider)
    if (!cut && counts) uncut[record.from]++
    return cut && { opened: cut.opened, mistake: { ...cut.mistake, by: record.from, frame: record.frame } }
  }

  /** A message that opens only under keys which were derived otherwise than they should be. */
  *#tryMistaken(keys: KeysToCome, { sa, record, message, payload }: SealedMessage): KeySearch<Opened | undefined> {
    const next = keys.next
    if (!next) return undefined
    for (const candidate of next.mistaken()) {
      this.pool.tried()
      const direction = this.#sk.of(sa, candidate.values, record.from)
      const opened = direction && openSk(message, payload, direction, this.provider)
      // Without an ICV that holds nothing is proven.
      if (typeof opened !== "object" || !opened.icvOk) continue
      keys.next = null
      startAgain(keys)
      this.pool.takeShared(candidate.shared)
      const source = { pairs: next.pairs, from: next.from }
      const from = candidate.origins[0]?.kind ?? "dh_shared"
      const adopted = { ...candidate, steps: [], from, status: "derived" as const }
      const mistake = { ...candidate.mistake, by: record.from, frame: record.frame }
      const { fromMessageId } = next
      yield* this.#adopt(sa, adopted, { fromMessageId, frame: record.frame, source, mistake })
      return opened
    }
    return undefined
  }

  /** Keys given for these SPIs, one entry a key epoch, in any order. */
  *#tryGiven(keys: KeysToCome, sealed: SealedMessage): KeySearch<Opened | undefined> {
    const { sa, exchange, record } = sealed
    const all = this.#givenEntries(sa, keys)
    for (const given of [...all, ...this.given.nameless]) {
      if (!given.values.sk_ei && !given.values.sk_er) continue
      const salted = yield* this.#sk.withSalt(given, sealed)
      const found = this.#openGiven(keys, salted, sealed) ?? this.#openCrossed(keys, salted, sealed)
      if (!found) continue
      const { opened, init, mistake, entry = salted, crossed } = found
      if (sa.epochs.length === 0) keys.init = init
      if (init?.choice) yield { kind: "suite", sa, choice: init.choice }
      const known = sa.epochs.find(e => e.values.sk_ei === entry.values.sk_ei && e.values.sk_er === entry.values.sk_er)
      if (known) return opened
      const choice = sa.choice ? null : choiceOfEntry(entry, record.frame)
      if (choice) yield { kind: "suite", sa, choice }
      const from = sa.epochs.length === 0 ? 0 : exchange.messageId
      const status: KeyStatus = entry.values.sk_ei && entry.values.sk_er ? "given" : "partial"
      const candidate = { values: skOnly(entry), steps: [], from: "ike_sas", status, origins: [entry.origin] }
      const source = { pairs: keys.next?.pairs ?? [] }
      const proved: Proved = { fromMessageId: from, frame: record.frame, source, mistake, crossed }
      const epoch = yield* this.#adopt(sa, candidate, proved)
      yield* corroborate({ sa, epoch, given: all, pool: this.pool, shared: [], more: keys.next?.candidates })
      keys.next = null
      return opened
    }
    return undefined
  }

  /** Entries for these SPIs, those of every answer that the responder may have given. */
  #givenEntries(sa: IkeSa, { inits }: KeysToCome): readonly IkeSaSecret[] {
    const mine = this.given.of(sa)
    const others = inits.filter(i => i.spiR !== sa.spiR).flatMap(({ spiR }) => this.given.of({ spiI: sa.spiI, spiR }))
    return others.length === 0 ? mine : [...new Set([...mine, ...others])]
  }

  /** Opens a message with the keys of an entry exchanged, where both sides' stand in it. */
  #openCrossed(keys: KeysToCome, given: IkeSaSecret, sealed: SealedMessage): FoundGiven | undefined {
    // Rows that name no SA may be many.
    if (given.spiI === undefined) return undefined
    for (const entry of crossedEntries(given)) {
      const found = this.#openGiven(keys, entry, sealed)
      if (found && !found.mistake) return { ...found, entry, crossed: entry.crossed }
    }
    return undefined
  }

  /** Opens a message with keys that were given, under every suite that an answer may have chosen; `init` when it was not the likeliest one. */
  #openGiven(keys: KeysToCome, entry: IkeSaSecret, sealed: SealedMessage): FoundGiven | undefined {
    const { sa, record, message, payload } = sealed
    const direction = this.#sk.of(sa, entry.values, record.from, entry)
    const opened = this.#openWith(sealed, direction && { ...direction, given: true })
    if (typeof opened === "object") return { opened }
    if (sa.epochs.length > 0) return undefined
    for (const init of keys.inits.slice(1)) {
      if (!init.choice || init.choice === sa.choice) continue
      const other = this.#sk.of({ ...only(sa), choice: init.choice }, entry.values, record.from, entry)
      const result = other && openSk(message, payload, other, this.provider)
      if (typeof result === "object") return { opened: result, init }
    }
    return this.#openCut(keys, sealed, direction)
  }

  *#adopt(
    sa: IkeSa,
    candidate: Pick<Candidate, "values" | "steps" | "from" | "status" | "origins">,
    { fromMessageId, frame, source, mistake, crossed }: Proved,
  ): KeySearch<Epoch> {
    const epoch: Epoch = {
      fromMessageId,
      values: candidate.values,
      steps: candidate.steps,
      source: { ...source, origins: candidate.origins },
      proof: { first: frame, last: frame },
      ...(mistake && { mistakes: [mistake] }),
      ...(crossed && { crossed }),
    }
    yield { kind: "epoch", sa, epoch, status: candidate.status, from: candidate.from }
    this.pool.used(candidate.origins, sa.id)
    return epoch
  }
}

/** What keys that were given open, and which they are where that is not as they stand. */
interface FoundGiven {
  readonly opened: Opened
  readonly init?: InitCandidate
  readonly mistake?: EpochMistake
  readonly entry?: IkeSaSecret
  readonly crossed?: string
}

/** The SK_* of an entry, and what else of it belongs to the epoch. */
function skOnly(entry: IkeSaSecret): Record<string, Uint8Array> {
  const out: Record<string, Uint8Array> = {}
  for (const [name, value] of Object.entries(entry.values))
    if (name.startsWith("sk_") || name === "skeyseed") out[name] = value
  // An AEAD has no SK_a; the derivation gives it empty, and so do keys that were given.
  out.sk_ai ??= new Uint8Array(0)
  out.sk_ar ??= new Uint8Array(0)
  return out
}

/** Why IKE_INTERMEDIATE stays closed where a program gave some keys of an SA alone, as Wireshark's table has the last. */
export const OTHER_EPOCH = "the keys given are those of other epochs than this IKE_INTERMEDIATE's (RFC 9370 §2.2.2)"

/** Whether an IKE_INTERMEDIATE whose messages all stayed closed lies before, or between, epochs whose keys were given. */
const isOfOtherEpoch = (sa: IkeSa, epoch: Epoch, { type, messages }: Exchange): boolean =>
  type === EXCHANGE_TYPE.IKE_INTERMEDIATE &&
  epoch.steps.length === 0 &&
  messages.every(m => !m.opened && (m.frame < epoch.proof.first || epoch !== sa.epochs.at(-1)))

/** Whether keys come from an earlier epoch of the same SA. */
const isFollowing = (sa: IkeSa, from: EarlierKeys | undefined): boolean =>
  from?.sa === sa.id && from.epoch !== undefined

const KEPT_OLD_KEYS: Mistake = {
  id: "intermediate-old-keys",
  rfc: "RFC 9370 §2.2.2",
  rule: "the initiator and the responder use these updated key values in the next exchange",
  instead: "under the keys from before the IKE_INTERMEDIATE exchange, whose key exchange or PPK makes new ones",
}

/** What the direction of a key depends on. */
const only = ({ spiI, spiR, exchanges }: IkeSa) => ({ spiI, spiR, exchanges })
