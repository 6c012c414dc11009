/** Secrets that say the same as keys of an IKEv1 SA that are proved already: see `corroborate.ts`. RFC 2409 §5, App. B. */
import { equal } from "../bytes/bytes.ts"
import type { Epoch } from "../track/ike-sa.ts"
import type { KeySearch } from "../track/key-event.ts"
import { type CandidateV1, candidatesV1, pskOrigins, type V1Source } from "./candidates-v1.ts"
import { FEW } from "./corroborate.ts"

/** Key sets tried, each PSK with each of the next few shared secrets, and PSKs tried alone. */
const MAX_TRIED = 64

/** Marks the secrets that lead to the keys of `adopted`, whose epoch is `epoch`, as used, and finds what else they say of it. */
export function* corroborateV1(source: V1Source, adopted: CandidateV1, epoch: Epoch): KeySearch {
  const { sa, given, pool } = source
  const { values, steps } = epoch
  for (const entry of given)
    if (
      startsAlike(entry.values.encryption_key, values.encryption_key) ||
      same(entry.values.skeyid_e, values.skeyid_e)
    ) {
      pool.used([entry.origin], sa.id)
      yield* found(epoch, entry.values)
    }
  let tried = 0
  for (const candidate of candidatesV1({ ...source, given: [], few: FEW })) {
    if (++tried > MAX_TRIED) break
    if (!startsAlike(candidate.values.encryption_key, values.encryption_key)) continue
    pool.used(candidate.origins, sa.id)
    candidate.taken()
    yield* found(epoch, candidate.values)
    if (steps.length === 0) yield { kind: "learnt", epoch, steps: candidate.steps }
    if (candidate.shared) pool.used(pool.same(pool.secrets.dhShared, candidate.shared), sa.id)
  }
  if (values.skeyid) pool.used(pskOrigins(source, values.skeyid, MAX_TRIED), sa.id)
  if (adopted.shared) pool.used(pool.same(pool.secrets.dhShared, adopted.shared), sa.id)
}

const NAMES = ["skeyid", "skeyid_d", "skeyid_a", "skeyid_e"] as const

/** What the keys of an epoch lack. */
function* found(epoch: Epoch, values: Readonly<Partial<Record<string, Uint8Array>>>): KeySearch {
  for (const name of NAMES) {
    const value = values[name]
    if (value && !epoch.values[name]) yield { kind: "learnt", epoch, values: { [name]: value } }
  }
}

const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a !== undefined && b !== undefined && equal(a, b)

/** Ka may be written longer than the cipher takes. */
function startsAlike(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (!a || !b) return false
  const length = Math.min(a.length, b.length)
  return length >= 8 && equal(a.subarray(0, length), b.subarray(0, length))
}
