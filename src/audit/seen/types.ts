/** What a capture shows of a tunnel under each control, whatever profiles say; and what of it cannot be seen. */
import type { Demand } from "../profile.ts"
import type { Proof } from "../proofs.ts"

/** Something that was seen. */
export interface Subject {
  /** Names to be judged: key exchanges of one SA together, else one. Empty for demands. */
  readonly names: readonly string[]
  /** For people: `AES-GCM-16-256`, `X25519 + ML-KEM-768`, `lived 6 h`. */
  readonly text: string
  readonly objects: readonly string[]
  readonly frames: readonly number[]
  /** `IKEv2`, `ESP`. */
  readonly where: string
  readonly proof?: Proof
  /** For demands: whether this one is met. */
  readonly met?: (demand: Demand) => boolean
  /** It can only show that a demand is not met: a life that is not over. */
  readonly unfinished?: boolean
}

/** Why something cannot be seen, and what would show it. */
export interface Gap {
  readonly objects: readonly string[]
  /** `IKE_AUTH is encrypted`. */
  readonly why: string
  /** `secrets (--keys)`. */
  readonly shows: string
}

export interface View {
  readonly subjects: readonly Subject[]
  readonly gaps: readonly Gap[]
}

export const NOTHING: View = { subjects: [], gaps: [] }

export const KEYS = "secrets (--keys)"
export const FROM_BEGINNING = "a capture from the SA's beginning, or the secrets of the SA that it replaced"
export const joined = (views: readonly View[]): View => ({
  subjects: views.flatMap(v => v.subjects),
  gaps: views.flatMap(v => v.gaps),
})
export const framesOf = (...frames: readonly (number | null | undefined)[]): number[] => [
  ...new Set(frames.flatMap(f => f ?? [])),
]
