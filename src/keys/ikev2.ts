/** Keys of an IKEv2 SA: SKEYSEED by every way there is, and the seven SK_* from it. RFC 7296 §2.13-2.18. */

import { concat, utf8 } from "../bytes/bytes.ts"
import { recordOf } from "../bytes/typed.ts"
import type { Encr, Integ } from "../crypto/algorithms.ts"
import { type Nonces, nonceInputs, type PrfContext, prfFunction } from "./context.ts"
import { prfPlus, split } from "./prf-plus.ts"
import type { Step, StepInput, Use } from "./step.ts"

/** Of the new SA: its prf, its suite, its SPIs (8 bytes each), and the nonces of the exchange that made it. */
export interface IkeKeyContext extends PrfContext {
  readonly encr: Encr
  /** Absent with an AEAD. */
  readonly integ?: Integ
  readonly nonces: Nonces
  readonly spiI: Uint8Array
  readonly spiR: Uint8Array
}

export const SK_NAMES = ["sk_d", "sk_ai", "sk_ar", "sk_ei", "sk_er", "sk_pi", "sk_pr"] as const
export type SkName = (typeof SK_NAMES)[number]
/** The seven keys; SK_ai and SK_ar are empty with an AEAD, SK_ei and SK_er hold the salt behind the key. */
export type IkeKeys = Record<SkName, Uint8Array>

/** Values by the names of the keys file, and how they came to be. */
export interface Derived<Name extends string> {
  readonly values: Record<Name, Uint8Array>
  readonly steps: Step[]
}

/**
 * SKEYSEED = prf(Ni | Nr, g^ir). A prf with a key of fixed length takes the first 64 bits of each nonce as its key: here and nowhere
 * else. RFC 7296 §2.14.
 */
export const skeyseedInitial = (context: PrfContext, nonces: Nonces, shared: Uint8Array): Step =>
  skeyseedsInitial(context, nonces)(shared)

/** The same as a function of g^ir, for trying many. */
export function skeyseedsInitial(context: PrfContext, nonces: Nonces): (shared: Uint8Array) => Step {
  const { ni, nr } = nonces
  const half = context.prf.keyBytes / 2
  const key = context.prf.fixedKey ? concat(ni.subarray(0, half), nr.subarray(0, half)) : concat(ni, nr)
  const formula = context.prf.fixedKey ? "prf(Ni[0..7] | Nr[0..7], g^ir)" : "prf(Ni | Nr, g^ir)"
  const inputs = [...nonceInputs(nonces), G_IR]
  const keyed = prfFunction(context)(key)
  return shared => skeyseed(formula, "RFC 7296 §2.14", inputs, keyed(shared))
}

/**
 * SKEYSEED of an IKE SA that replaces another, with the *old* SA's prf and SK_d: prf(SK_d(old), g^ir(new) | Ni | Nr), and with additional
 * key exchanges (their secrets follow in `shared`) prf(SK_d(old), SK(0) | Ni | Nr | SK(1) | …). RFC 7296 §2.18, RFC 9370 §2.2.4.
 */
export function skeyseedRekey(
  old: PrfContext,
  oldSkD: Uint8Array,
  nonces: Nonces,
  shared: readonly Uint8Array[],
): Step {
  const [first, ...additional] = shared
  const out = prfFunction(old)(oldSkD)(concat(first ?? EMPTY, nonces.ni, nonces.nr, ...additional))
  const inputs = [{ name: "SK_d(old)" }, ...nonceInputs(nonces)]
  if (additional.length === 0)
    return skeyseed(
      "prf(SK_d(old), g^ir(new) | Ni | Nr)",
      "RFC 7296 §2.18",
      [...inputs, { name: "g^ir", shared: "g^ir(new)" }],
      out,
    )
  const formula = `prf(SK_d(old), SK(0) | Ni | Nr${secretNames(additional.length)})`
  return skeyseed(formula, "RFC 9370 §2.2.4", [...inputs, ...secretInputs(shared.length)], out)
}

/** SKEYSEED(n) = prf(SK_d(n-1), SK(n) | Ni | Nr) after an additional key exchange in IKE_INTERMEDIATE. RFC 9370 §2.2.2. */
export function skeyseedIntermediate(
  context: PrfContext,
  previousSkD: Uint8Array,
  nonces: Nonces,
  shared: Uint8Array,
): Step {
  const out = prfFunction(context)(previousSkD)(concat(shared, nonces.ni, nonces.nr))
  const inputs = [{ name: "SK_d(n-1)" }, { name: "SK(n)", shared: "SK(n)" }, ...nonceInputs(nonces)]
  return skeyseed("prf(SK_d(n-1), SK(n) | Ni | Nr)", "RFC 9370 §2.2.2", inputs, out)
}

/** SKEYSEED' = prf+(PPK, SK_d) after a PPK was agreed in IKE_INTERMEDIATE, the last to be applied there. RFC 9867 §3.1. */
export function skeyseedPpkIntermediate(context: PrfContext, ppk: Uint8Array, skD: Uint8Array): Step {
  const out = prfPlus(context, ppk, skD, context.prf.keyBytes)
  return skeyseed("prf+(PPK, SK_d)", "RFC 9867 §3.1", [{ name: "PPK" }, { name: "SK_d" }], out)
}

/** SKEYSEED = prf(SK_d(old), "Resumption" | Ni | Nr) of a resumed session. RFC 5723 §5.1. */
export function skeyseedResumption(context: PrfContext, oldSkD: Uint8Array, nonces: Nonces): Step {
  const out = prfFunction(context)(oldSkD)(concat(utf8("Resumption"), nonces.ni, nonces.nr))
  const inputs = [{ name: "SK_d(old)" }, ...nonceInputs(nonces)]
  return skeyseed('prf(SK_d(old), "Resumption" | Ni | Nr)', "RFC 5723 §5.1", inputs, out)
}

/** Lengths of the seven keys in bytes, in the order of SK_NAMES. */
export function skLengths({ prf, encr, integ }: Pick<IkeKeyContext, "prf" | "encr" | "integ">): number[] {
  const integBytes = encr.aead ? 0 : (integ?.keyBytes ?? 0)
  const encrBytes = encr.keyBytes + encr.saltBytes
  const { keyBytes } = prf
  return [keyBytes, integBytes, integBytes, encrBytes, encrBytes, keyBytes, keyBytes]
}

/** {SK_d | SK_ai | SK_ar | SK_ei | SK_er | SK_pi | SK_pr} = prf+(SKEYSEED, Ni | Nr | SPIi | SPIr). RFC 7296 §2.14. */
export function deriveIkeKeys(context: IkeKeyContext, seed: Uint8Array): Derived<SkName> {
  const { nonces, spiI, spiR } = context
  const lengths = skLengths(context)
  const total = lengths.reduce((a, b) => a + b)
  const keys = split(prfPlus(context, seed, concat(nonces.ni, nonces.nr, spiI, spiR), total), lengths)
  const inputs = [{ name: "SKEYSEED" }, ...nonceInputs(nonces), { name: "SPIi" }, { name: "SPIr" }]
  let end = 0
  const steps = SK_NAMES.map((name, i) => ({
    name: display(name),
    ...roleOf(name),
    at: (end += lengths[i]) - lengths[i],
    formula: "prf+(SKEYSEED, Ni | Nr | SPIi | SPIr)",
    rfc: "RFC 7296 §2.14",
    inputs,
    out: keys[i],
  }))
  return {
    values: recordOf(SK_NAMES, (_, i) => keys[i]),
    steps: steps.filter(step => step.out.length > 0),
  }
}

const USES: Readonly<Record<string, Use>> = { d: "derive", a: "integrity", e: "encrypt", p: "prove" }

/** What a key is for, and for whose messages. */
export const roleOf = (name: SkName): Pick<Step, "use" | "way"> => ({ use: USES[name[3]], way: name[4] })

/** `sk_ei` as the RFCs write it. */
export const display = (name: SkName): string => `SK_${name.slice(3)}`

const EMPTY = new Uint8Array(0)
const G_IR: StepInput = { name: "g^ir", shared: "g^ir" }
const skeyseed = (formula: string, rfc: string, inputs: readonly StepInput[], out: Uint8Array): Step => ({
  name: "SKEYSEED",
  use: "seed",
  formula,
  rfc,
  inputs,
  out,
})

/** ` | SK(1) | SK(2)`: the secrets of additional key exchanges in a formula. */
export const secretNames = (additional: number): string =>
  Array.from({ length: additional }, (_, n) => ` | SK(${n + 1})`).join("")

/** SK(0), SK(1) … as inputs of a step. */
export const secretInputs = (count: number): StepInput[] =>
  Array.from({ length: count }, (_, n) => ({ name: `SK(${n})`, shared: `SK(${n})` }))
