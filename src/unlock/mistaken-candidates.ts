/** Key sets of mistaken implementations, tried on a message that nothing opens although a secret of its key exchange is known. */

import { hexBytes, toHex } from "../bytes/hex.ts"
import { isCurve } from "../crypto/curves.ts"
import { pointsOf } from "../crypto/ke-ecp.ts"
import { keOf } from "../crypto/ke-table.ts"
import { offersPrf } from "../keys/context.ts"
import type { Mistake } from "../keys/mistake.ts"
import { type Ingredients, mistakenKeys } from "../keys/mistaken-ikev2.ts"
import type { Origin } from "../secrets/secrets.ts"
import type { KePair, Negotiation } from "../track/negotiation.ts"
import type { V2Source } from "./candidates-v2.ts"
import type { SharedCandidate } from "./pool.ts"

/** Secrets of one key exchange that are tried; a proven one is the only one. */
const MOST_SECRETS = 4

export interface MistakenCandidate {
  readonly values: Record<string, Uint8Array>
  readonly seed: Uint8Array
  readonly mistake: Mistake
  readonly origins: readonly Origin[]
  readonly shared: SharedCandidate
}

export interface MistakenSource {
  readonly source: V2Source
  readonly negotiation: Negotiation
  readonly pair: KePair
  readonly skD?: Uint8Array
  readonly otherSkDs?: readonly Uint8Array[]
  /** Of a rekey: `pair` was not its only key exchange. */
  readonly additional?: boolean
  readonly oldSpis?: readonly [string, string]
}

export function* mistakenCandidates(m: MistakenSource): Generator<MistakenCandidate> {
  const { source, negotiation, pair } = m
  const { sa, prf, provider, choice, pool } = source
  if (!prf || !choice?.encr || !offersPrf({ prf, provider })) return
  const [spiI, spiR] = [hexBytes(sa.spiI), hexBytes(sa.spiR)]
  const oldSpis = m.oldSpis && ([hexBytes(m.oldSpis[0]), hexBytes(m.oldSpis[1])] as const)
  const context = { prf, provider, encr: choice.encr, integ: choice.integ, nonces: negotiation.nonces, spiI, spiR }
  let tried = 0
  for (const shared of pool.shared(pair)) {
    const ingredients: Ingredients = {
      context,
      shared: shared.value,
      points: pointsWith(pair.group, shared.value),
      skD: m.skD,
      otherSkDs: m.otherSkDs ?? [],
      additional: m.additional ?? false,
      oldSpis,
    }
    for (const { values, seed, mistake } of mistakenKeys(ingredients))
      yield { values: { ...values }, seed, mistake, origins: shared.origins, shared }
    if (shared.proven || ++tried === MOST_SECRETS) return
  }
}

/** x|y of the two points of a curve that have this x. */
function pointsWith(group: number, x: Uint8Array): Uint8Array[] {
  const id = keOf(group)?.ke
  if (!id || !isCurve(id)) return []
  try {
    const points = pointsOf(id)
    return [2, 3].map(sign =>
      points
        .fromHex(toHex(Uint8Array.of(sign, ...x)))
        .toBytes(false)
        .subarray(1),
    )
  } catch {
    return [] // no point has this x: the secret is another exchange's
  }
}
