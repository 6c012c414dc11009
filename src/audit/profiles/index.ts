/** The profiles that ship, by the names that `--profile` takes. */
import type { Profile } from "../profile.ts"
import { anssi } from "./anssi.ts"
import { bsi2025, bsi2026 } from "./bsi-tr-02102-3.ts"
import { cnsa1 } from "./cnsa1.ts"
import { cnsa2 } from "./cnsa2.ts"
import { rfc8221 } from "./rfc8221.ts"
import { rfc8247 } from "./rfc8247.ts"
import { rfc9395 } from "./rfc9395.ts"
import { sp80077r1 } from "./sp800-77r1.ts"

export const PROFILES: readonly Profile[] = [
  rfc8247,
  rfc8221,
  rfc9395,
  sp80077r1,
  cnsa1,
  cnsa2,
  bsi2025,
  bsi2026,
  anssi,
]

/** Names that stand for several profiles, or for the newest edition of one. */
export const PROFILE_SETS: Readonly<Record<string, readonly Profile[]>> = {
  rfc: [rfc8247, rfc8221, rfc9395],
  nist: [sp80077r1],
  cnsa: [cnsa2],
  "bsi-tr-02102-3": [bsi2026],
  bsi: [bsi2026],
  // CNSA 1.0 and the older edition of the BSI are followed by others.
  all: [rfc8247, rfc8221, rfc9395, sp80077r1, cnsa2, bsi2026, anssi],
}

/** Used when no profile is named. */
export const DEFAULT_PROFILES: readonly Profile[] = PROFILE_SETS.rfc

/** The profiles of one name, letter case ignored; undefined when there is none. */
export function profilesNamed(name: string): readonly Profile[] | undefined {
  const wanted = name.toLowerCase()
  const one = PROFILES.find(p => p.id === wanted)
  return one ? [one] : Object.hasOwn(PROFILE_SETS, wanted) ? PROFILE_SETS[wanted] : undefined
}

export const PROFILE_NAMES: readonly string[] = [...Object.keys(PROFILE_SETS), ...PROFILES.map(p => p.id)]
