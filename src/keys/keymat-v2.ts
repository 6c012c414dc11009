/** Keys of a Child SA of IKEv2. RFC 7296 §2.17. */
import { concat } from "../bytes/bytes.ts"
import type { Encr, Integ } from "../crypto/algorithms.ts"
import { type Nonces, nonceInputs, type PrfContext } from "./context.ts"
import { type Derived, secretInputs, secretNames } from "./ikev2.ts"
import { prfPlus, split } from "./prf-plus.ts"

/** `_i` protects what the exchange's initiator sends. Encryption keys hold their salt; what a protocol lacks is empty. */
export type ChildKeyName = "encr_i" | "integ_i" | "encr_r" | "integ_r"

export interface ChildSuite {
  /** Absent for AH. */
  readonly encr?: Encr
  /** Absent with an AEAD or without integrity. */
  readonly integ?: Integ
}

/** Lengths of the keys of one direction, in bytes, in the order in which they are taken: encryption, then integrity. */
export function childKeyLengths({ encr, integ }: ChildSuite): [number, number] {
  return [encr ? encr.keyBytes + encr.saltBytes : 0, encr?.aead ? 0 : (integ?.keyBytes ?? 0)]
}

/**
 * KEYMAT = prf+(SK_d, Ni | Nr); with a key exchange of its own prf+(SK_d, g^ir(new) | Ni | Nr); with additional ones, whose secrets follow
 * in `shared`, prf+(SK_d, SK(0) | Ni | Nr | SK(1) | …). Prf and SK_d are those of the IKE SA, the nonces those of the exchange.
 * RFC 7296 §2.17, RFC 9370 §2.2.4.
 */
export function deriveChildKeys(
  context: PrfContext,
  skD: Uint8Array,
  nonces: Nonces,
  suite: ChildSuite,
  shared: readonly Uint8Array[] = [],
): Derived<ChildKeyName> {
  const [first, ...additional] = shared
  const [encr, integ] = childKeyLengths(suite)
  const seed = concat(first ?? new Uint8Array(0), nonces.ni, nonces.nr, ...additional)
  const out = prfPlus(context, skD, seed, 2 * (encr + integ))
  const [encr_i, integ_i, encr_r, integ_r] = split(out, [encr, integ, encr, integ])
  const step = {
    name: "KEYMAT",
    use: "keymat" as const,
    formula: formulaFor(shared.length),
    rfc: additional.length > 0 ? "RFC 9370 §2.2.4" : "RFC 7296 §2.17",
    inputs: [{ name: "SK_d" }, ...nonceInputs(nonces), ...secretInputs(shared.length)],
    out,
  }
  return { values: { encr_i, integ_i, encr_r, integ_r }, steps: [step] }
}

function formulaFor(secrets: number): string {
  if (secrets === 0) return "prf+(SK_d, Ni | Nr)"
  return secrets === 1 ? "prf+(SK_d, g^ir(new) | Ni | Nr)" : `prf+(SK_d, SK(0) | Ni | Nr${secretNames(secrets - 1)})`
}
