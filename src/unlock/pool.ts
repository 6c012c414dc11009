/** The secrets and where each was seen to fit: looked up where the wire names them, else tried, the next unused first. */

import { concat, equal, utf8 } from "../bytes/bytes.ts"
import { grouped } from "../bytes/grouped.ts"
import { toHex } from "../bytes/hex.ts"
import { keysOf } from "../bytes/typed.ts"
import { encrFromKeyLength } from "../crypto/encr.ts"
import { sharedBytes } from "../crypto/ke-lengths.ts"
import { keOf } from "../crypto/ke-table.ts"
import type { CryptoProvider, KeyExchangeMethod } from "../crypto/provider.ts"
import { mergeSecrets } from "../secrets/merge.ts"
import {
  type Origin,
  type Ppk,
  type SecretLists,
  type Secrets,
  type SecretValue,
  secretLists,
} from "../secrets/secrets.ts"
import type { KePair } from "../track/negotiation.ts"
import { GivenCertificates } from "./given-certificates.ts"

/** A shared secret that may belong to a key exchange, and where it came from. */
export interface SharedCandidate {
  readonly value: Uint8Array
  readonly origins: readonly Origin[]
  /** True when the wire proves it: its public value is in a KE payload. */
  readonly proven: boolean
}

/** Trials between two calls of `onTrials`. */
const TRIALS_BETWEEN = 64

export class Pool {
  readonly secrets: Secrets
  readonly #uses = new Map<Origin, Set<string>>()
  /** Private values by group and the hex of their public value, made when a group first appears. */
  readonly #byPublic = new Map<number, Map<string, SecretValue>>()
  readonly #byValue = new Map<readonly SecretValue[], Map<string, SecretValue[]>>()
  readonly #order = new Map<readonly SecretValue[], { used: Set<SecretValue>; from: number }>()

  readonly #lists: readonly { readonly length: number }[]
  /** How often secrets were added: what failed before may fit now. */
  generation = 0

  readonly certificates: GivenCertificates

  /** `grows`: more secrets may come (`add`), so that messages and packets wait for them. */
  constructor(
    given: Secrets,
    readonly provider: CryptoProvider,
    readonly grows = false,
  ) {
    this.secrets = grows ? mergeSecrets([given]) : given
    this.certificates = new GivenCertificates(this.secrets)
    this.#lists = Object.values(this.secrets)
  }

  /** Takes secrets that have come since; those that are known already stay as they are. The ones that are new. */
  add(more: Secrets): Secrets {
    const known = this.secrets as SecretLists
    const all = mergeSecrets([known, more])
    const fresh: SecretLists = secretLists()
    for (const kind of keysOf(known)) {
      const list = all[kind].slice(known[kind].length) as never[]
      known[kind].push(...list)
      fresh[kind].push(...list)
    }
    this.#byPublic.clear()
    this.#byValue.clear()
    this.generation++
    return fresh
  }

  /** Key sets tried on a message so far. */
  trials = 0
  /** Called now and then with their number: many secrets in no order take a while. */
  onTrials: ((trials: number) => void) | undefined

  /** A key set is tried. */
  tried(): void {
    if (++this.trials % TRIALS_BETWEEN === 0) this.onTrials?.(this.trials)
  }

  /** Whether there is anything to try at all. */
  get empty(): boolean {
    if (this.grows) return false
    for (const list of this.#lists) if (list.length > 0) return false
    return true
  }

  /** Whether packets of data SAs can prove anything: not when all that is given are whole rows for data SAs. */
  get provesOnPackets(): boolean {
    if (this.grows) return true
    const { childSas, certificates, ...others } = this.secrets
    if (Object.values(others).some(list => list.length > 0)) return true
    return childSas.some(
      ({ encr, key }) => key.length > 0 && (encr === undefined || !encrFromKeyLength(encr, key.length)),
    )
  }

  /** A secret was proved to belong to an SA (`ike/0`, `esp/3`). */
  used(origins: readonly Origin[], id: string): void {
    for (const origin of origins) {
      const ids = this.#uses.get(origin)
      if (ids) ids.add(id)
      else this.#uses.set(origin, new Set([id]))
    }
  }

  /** PPKs whose name is the wire's; without one, those that have no name. The wire's has a type octet in front (RFC 8784 §5.1). */
  ppksNamed(wire: Uint8Array): readonly Ppk[] {
    const { ppks } = this.secrets
    const same = ppks.filter(p => p.id !== undefined && equal(utf8(p.id), wire.subarray(1)))
    return same.length > 0 ? same : ppks.filter(p => p.id === undefined)
  }

  /** Marks a tried value as taken, so that the next SA begins with the one after it. */
  take(list: readonly SecretValue[], value: SecretValue): void {
    const order = this.#orderOf(list)
    order.used.add(value)
    while (order.from < list.length && order.used.has(list[order.from])) order.from++
  }

  /** The values of a list: those not taken yet in their order, then the taken ones. With `few` only so many of those not taken. */
  *inOrder(list: readonly SecretValue[], few?: number): Generator<SecretValue> {
    const { used, from } = this.#orderOf(list)
    for (let i = from, n = 0; i < list.length && (few === undefined || n < few); i++)
      if (!used.has(list[i])) {
        n++
        yield list[i]
      }
    if (used.size > 0 && few === undefined) for (const value of list) if (used.has(value)) yield value
  }

  /** The secrets of a list that have this very value, leading zeros apart; they count as taken from here on. */
  same(list: readonly SecretValue[], value: Uint8Array): Origin[] {
    let index = this.#byValue.get(list)
    if (!index) {
      index = grouped(list, s => valueKey(s.value))
      this.#byValue.set(list, index)
    }
    const found = index.get(valueKey(value)) ?? []
    for (const s of found) this.take(list, s)
    return found.map(s => s.origin)
  }

  /** Shared secrets that may be this key exchange's: the one that a private value gives, else every given one of the right length. */
  *shared(pair: KePair, few?: number): Generator<SharedCandidate> {
    const known = this.#fromPrivate(pair)
    if (known) yield known
    const bytes = sharedBytes(keOf(pair.group)?.ke)
    for (const s of this.inOrder(this.secrets.dhShared, few)) {
      const value = padded(s.value, bytes)
      if (value) yield { value, origins: [s.origin], proven: false }
    }
  }

  /** Whether a given shared secret was proved to be another key exchange's. */
  isTaken(candidate: SharedCandidate): boolean {
    const { used } = this.#orderOf(this.secrets.dhShared)
    return this.secrets.dhShared.some(s => used.has(s) && candidate.origins.includes(s.origin))
  }

  /** Marks the given shared secrets behind a candidate as taken. */
  takeShared(candidate: SharedCandidate): void {
    for (const s of this.secrets.dhShared) if (candidate.origins.includes(s.origin)) this.take(this.secrets.dhShared, s)
  }

  /** The report's list: every secret of the pool with what it opened. */
  uses(): { kind: string; index: number; file: string; line: number | null; used_by: string[] }[] {
    const all: Origin[] = Object.values(this.secrets).flatMap((list: readonly { origin: Origin }[]) =>
      list.map(s => s.origin),
    )
    return all.map(o => ({
      kind: o.kind,
      index: o.index,
      file: o.file.replace(/^.*[/\\]/, ""),
      line: o.line ?? null,
      used_by: [...(this.#uses.get(o) ?? [])],
    }))
  }

  /** A private value is looked up by its public value, never tried. */
  #fromPrivate(pair: KePair): SharedCandidate | undefined {
    if (this.secrets.dhPrivate.length === 0) return undefined
    const id = keOf(pair.group)?.ke
    const method = id && this.provider.ke[id]
    if (!method) return undefined
    const index = this.#publicIndex(pair.group, method)
    const mine = index.get(toHex(pair.i))
    const theirs = mine ? undefined : index.get(toHex(pair.r))
    const own = mine ?? theirs
    const value = own && method.shared(own.value, mine ? pair.r : pair.i)
    return own && value && { value, origins: [own.origin], proven: true }
  }

  #publicIndex(group: number, method: KeyExchangeMethod): Map<string, SecretValue> {
    let index = this.#byPublic.get(group)
    if (index) return index
    index = new Map()
    for (const s of this.secrets.dhPrivate) {
      try {
        index.set(toHex(method.publicValue(s.value)), s)
      } catch (e) {
        // A private value of another group: its size does not fit this one.
        if (!(e instanceof RangeError)) throw e
      }
    }
    this.#byPublic.set(group, index)
    return index
  }

  #orderOf(list: readonly SecretValue[]): { used: Set<SecretValue>; from: number } {
    let order = this.#order.get(list)
    if (!order) this.#order.set(list, (order = { used: new Set(), from: 0 }))
    return order
  }
}

const valueKey = (value: Uint8Array): string => toHex(value).replace(/^(00)+/, "")

/** The value padded with leading zeros to `bytes` (tools drop them), or undefined when it is too long for this method. */
function padded(value: Uint8Array, bytes: number | undefined): Uint8Array | undefined {
  if (bytes === undefined || value.length === bytes) return value
  if (value.length > bytes || value.length < bytes - 4) return undefined
  return concat(new Uint8Array(bytes - value.length), value)
}
