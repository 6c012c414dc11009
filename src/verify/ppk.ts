/** Which keys an AUTH may have been made with when a postquantum preshared key is in play. RFC 8784 §3. */
import { safeText } from "../bytes/safe-text.ts"
import type { PrfContext } from "../keys/context.ts"
import { mixPpk } from "../keys/ppk.ts"
import type { Epoch, KeyChange } from "../track/ike-sa.ts"
import type { Side } from "../track/peer.ts"
import type { V2State } from "../track/v2-state.ts"
import type { WholeMessage } from "../track/whole.ts"
import type { Pool } from "../unlock/pool.ts"

export interface PpkChoice {
  /** SK_* as they would be in force. */
  readonly values: Epoch["values"]
  /** A PPK is mixed into them. */
  readonly mixed: boolean
  /** What makes them the epoch's keys, once proved; absent when they are so already. */
  readonly change?: KeyChange
}

interface PpkInput {
  readonly state: V2State
  readonly from: Side
  readonly whole: WholeMessage
  readonly epoch: Epoch
  readonly context: PrfContext
  readonly pool: Pool
}

/** The keys as they are, or mixed with each PPK that may be meant; the PPK of the right name first. */
export function ppkChoices({ state, from, epoch, context, pool }: PpkInput): PpkChoice[] {
  const { sk_d_prime, sk_pi_prime, sk_pr_prime } = epoch.values
  // Keys from before the mixing may be all that was given.
  const fromPrimes = !epoch.values.sk_d && sk_d_prime !== undefined
  const [sk_d, sk_pi, sk_pr] = fromPrimes
    ? [sk_d_prime, sk_pi_prime, sk_pr_prime]
    : [epoch.values.sk_d, epoch.values.sk_pi, epoch.values.sk_pr]
  const asIs: PpkChoice = { values: epoch.values, mixed: sk_d_prime !== undefined }
  const wanted = state.ppkId
  // RFC 8784 §3: PPK_IDENTITY in the request means that its AUTH is made with the PPK; the responder's only if it answers with one.
  if (!wanted || (from === "responder" && !state.ppkAccepted))
    return sk_d_prime && (from === "responder" || fromPrimes) ? [plain(epoch), asIs] : [asIs]
  if ((sk_d_prime && !fromPrimes) || !sk_d || !sk_pi || !sk_pr) return [asIs]
  const given = epoch.steps.length === 0 && !fromPrimes
  const mixed = pool.ppksNamed(wanted).map((ppk): PpkChoice => {
    const derived = mixPpk(context, ppk.value, { sk_d, sk_pi, sk_pr })
    return {
      values: { ...epoch.values, ...derived.values },
      mixed: true,
      change: { values: derived.values, steps: derived.steps, origin: ppk.origin },
    }
  })
  // SK_* that were given are those in force, after mixing.
  return given ? [{ ...asIs, mixed: true }, ...mixed] : [...mixed, asIs]

  function plain(e: Epoch): PpkChoice {
    const values = { ...e.values, sk_d: sk_d_prime, sk_pi: sk_pi_prime ?? sk_pi, sk_pr: sk_pr_prime ?? sk_pr }
    return { values, mixed: false, change: { values, steps: [] } }
  }
}

/** What is missing when AUTH was made with a PPK that nobody gave; undefined when one was, or none is in play. */
export function missingPpk(state: V2State, from: Side, epoch: Epoch, pool: Pool): string | undefined {
  const wanted = state.ppkId
  if (!wanted || (from === "responder" && !state.ppkAccepted)) return undefined
  // SK_* that were given may have been in force already.
  if (epoch.steps.length === 0 && epoch.values.sk_d && epoch.values.sk_pi) return undefined
  if (pool.ppksNamed(wanted).length > 0) return undefined
  return `the PPK ${safeText(new TextDecoder().decode(wanted.subarray(1)))} is missing`
}
