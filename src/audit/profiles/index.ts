/** The profiles that ship, by the names that `--profile` takes. */
import type { Profile } from "../profile.ts"
import { anssi } from "./anssi.ts"
import { bsi2025, bsi2026 } from "./bsi-tr-02102-3.ts"
import { cnsa1 } from "./cnsa1.ts"
import { cnsa2 } from "./cnsa2.ts"
import { DEFAULT_PROFILES } from "./default.ts"
import { sp80077r1 } from "./sp800-77r1.ts"

export const PROFILES: readonly Profile[] = [...DEFAULT_PROFILES, sp80077r1, cnsa1, cnsa2, bsi2025, bsi2026, anssi]

/** Names that stand for several profiles, or for the newest edition of one. */
export const PROFILE_SETS: Readonly<Record<string, readonly Profile[]>> = {
  rfc: DEFAULT_PROFILES,
  nist: [sp80077r1],
  cnsa: [cnsa2],
  "bsi-tr-02102-3": [bsi2026],
  bsi: [bsi2026],
  // CNSA 1.0 and the older edition of the BSI are followed by others.
  all: [...DEFAULT_PROFILES, sp80077r1, cnsa2, bsi2026, anssi],
}

/** The profiles of one name, letter case ignored; undefined when there is none. */
export function profilesNamed(name: string): readonly Profile[] | undefined {
  const wanted = name.toLowerCase()
  const one = PROFILES.find(p => p.id === wanted)
  return one ? [one] : Object.hasOwn(PROFILE_SETS, wanted) ? PROFILE_SETS[wanted] : undefined
}

export const PROFILE_NAMES: readonly string[] = [...Object.keys(PROFILE_SETS), ...PROFILES.map(p => p.id)]
