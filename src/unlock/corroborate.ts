/**
 * Secrets that say the same as keys already proved. A daemon's log has g^ir, SKEYSEED and SK_* of one SA. One opens it; the others belong to it too,
 * and may show what the first could not: SK_d of an SA that was opened by SK_e and SK_a alone.
 */
import { equal } from "../bytes/bytes.ts"
import type { IkeSaSecret } from "../secrets/secrets.ts"
import type { Epoch, IkeSa } from "../track/ike-sa.ts"
import type { KeySearch } from "../track/key-event.ts"
import type { Candidate } from "./candidates-v2.ts"
import type { Pool } from "./pool.ts"

/** Secrets of each kind that are tried, the next that nothing was opened with: logs have them in the order of the capture. */
export const FEW = 8

export interface Corroboration {
  readonly sa: IkeSa
  /** The keys that were proved. */
  readonly epoch: Epoch
  /** Entries of the keys files for the SA's SPIs. */
  readonly given: readonly IkeSaSecret[]
  readonly pool: Pool
  /** Shared secrets that the keys were made from, as far as they are known. */
  readonly shared: readonly Uint8Array[]
  /** Other ways to the same keys. */
  readonly more?: (few: number) => Iterable<Candidate>
}

/** Marks the secrets that lead to the keys of an epoch as used, and finds what else they say of it. */
export function* corroborate({ sa, epoch, given, pool, shared, more }: Corroboration): KeySearch {
  const { values } = epoch
  for (const entry of given) {
    if (!sameKeys(entry.values, values)) continue
    pool.used([entry.origin], sa.id)
    const found = GIVEN.flatMap(name => (entry.values[name] && lacks(values, name) ? [[name, entry.values[name]]] : []))
    if (found.length > 0) yield { kind: "learnt", epoch, values: Object.fromEntries(found) }
  }
  for (const candidate of more?.(FEW) ?? []) {
    const same = values.skeyseed ? equal(candidate.seed, values.skeyseed) : sameKeys(candidate.values, values)
    if (!same) continue
    pool.used(candidate.origins, sa.id)
    candidate.taken()
    for (const s of candidate.shared) pool.used(pool.same(pool.secrets.dhShared, s), sa.id)
    yield* derivationOf(epoch, candidate)
  }
  for (const s of shared) pool.used(pool.same(pool.secrets.dhShared, s), sa.id)
  if (values.skeyseed) pool.used(pool.same(pool.secrets.skeyseed, values.skeyseed), sa.id)
  if (sa.keyStatus === "partial" && !lacks(values, "sk_ei") && !lacks(values, "sk_er")) yield { kind: "whole", sa }
}

/** What an entry may add. Not SK_p and SK_d of before a PPK: those are the epoch's own matter (RFC 8784 §3). */
const GIVEN = ["sk_d", "sk_pi", "sk_pr", "skeyseed"] as const

const lacks = (values: Epoch["values"], name: string): boolean => (values[name]?.length ?? 0) === 0

/** The steps of a derivation that gives the epoch's keys; SK_d that a PPK was mixed into stays as it was given. */
function* derivationOf(epoch: Epoch, candidate: Candidate): KeySearch {
  const { values } = epoch
  if (!values.skeyseed) yield { kind: "learnt", epoch, values: { skeyseed: candidate.seed } }
  if (epoch.steps.length > 0) return
  const derived = candidate.values
  const mixed = (["sk_d", "sk_pi", "sk_pr"] as const).some(n => !lacks(values, n) && !equal(values[n], derived[n]))
  if (mixed || values.sk_d_prime) return
  const found = Object.entries(derived).filter(([name]) => lacks(values, name))
  yield { kind: "learnt", epoch, values: Object.fromEntries(found), steps: candidate.steps }
}

/** Whether two sets of keys name SK_ei or SK_er and do not contradict each other; a salt may be missing. */
function sameKeys(a: Readonly<Partial<Record<string, Uint8Array>>>, b: Epoch["values"]): boolean {
  const compared = (["sk_ei", "sk_er"] as const).flatMap(n => {
    const [x, y] = [a[n], b[n]]
    if (!x?.length || !y?.length) return []
    const length = Math.min(x.length, y.length)
    return [length >= 5 && Math.abs(x.length - y.length) <= 4 && equal(x.subarray(0, length), y.subarray(0, length))]
  })
  return compared.length > 0 && compared.every(same => same)
}
