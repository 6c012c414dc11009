/** Postquantum preshared keys mixed into the keys of an IKEv2 SA. RFC 8784, RFC 9867. */

import { concat } from "../bytes/bytes.ts"
import { recordOf } from "../bytes/typed.ts"
import { type Nonces, type PrfContext, prfFunction } from "./context.ts"
import { type Derived, display, type IkeKeys, roleOf } from "./ikev2.ts"
import { prfPlus } from "./prf-plus.ts"
import type { Step } from "./step.ts"

const MIXED = ["sk_d", "sk_pi", "sk_pr"] as const
type MixedName = (typeof MIXED)[number]
type PrimeName = `${MixedName}_prime`

/**
 * SK_d = prf+(PPK, SK_d'), and SK_pi and SK_pr alike, in force from IKE_AUTH on; what was derived before becomes `sk_d_prime` and so on.
 * RFC 8784 §3.
 */
export function mixPpk(
  context: PrfContext,
  ppk: Uint8Array,
  before: Pick<IkeKeys, MixedName>,
): Derived<MixedName | PrimeName> {
  const steps = MIXED.map(name => mixed(context, ppk, name, before[name], "RFC 8784 §3"))
  const primes = { sk_d_prime: before.sk_d, sk_pi_prime: before.sk_pi, sk_pr_prime: before.sk_pr }
  return { values: { ...recordOf(MIXED, (_, i) => steps[i].out), ...primes }, steps }
}

/** SK_d as a CREATE_CHILD_SA that agreed on a PPK uses it: prf+(PPK, SK_d'); the IKE SA's own SK_d stays. RFC 9867 §3.2. */
export const skDWithPpk = (context: PrfContext, ppk: Uint8Array, skD: Uint8Array): Step =>
  mixed(context, ppk, "sk_d", skD, "RFC 9867 §3.2")

/** What PPK_IDENTITY_KEY carries the first 8 bytes of: prf(PPK, Ni | Nr | SPIi | SPIr). It shows which PPK of a name is meant. RFC 9867 §3.1. */
export const ppkConfirmation = (
  context: PrfContext,
  ppk: Uint8Array,
  nonces: Nonces,
  spiI: Uint8Array,
  spiR: Uint8Array,
): Uint8Array => prfFunction(context)(ppk)(concat(nonces.ni, nonces.nr, spiI, spiR))

const mixed = (context: PrfContext, ppk: Uint8Array, key: MixedName, value: Uint8Array, rfc: string): Step => ({
  name: display(key),
  ...roleOf(key),
  formula: `prf+(PPK, ${display(key)}')`,
  rfc,
  inputs: [{ name: "PPK" }, { name: `${display(key)}'` }],
  out: prfPlus(context, ppk, value, value.length),
})
