/** Key sets that may be a Child SA's: one without PFS, one for each choice of shared secrets with it. RFC 7296 §2.17, RFC 2409 §5.5. */
import { u32be } from "../bytes/bytes.ts"
import type { PrfContext } from "../keys/context.ts"
import { deriveQuickModeKeys } from "../keys/keymat-v1.ts"
import { type ChildKeyName, deriveChildKeys } from "../keys/keymat-v2.ts"
import type { Step } from "../keys/step.ts"
import { PROTOCOL_ID } from "../registry/ikev1/protocol-ids.ts"
import type { Origin } from "../secrets/secrets.ts"
import type { ChildSa } from "../track/child-sa.ts"
import type { Negotiation, QuickNegotiation } from "../track/negotiation.ts"
import type { SharedCandidate } from "./pool.ts"
import type { SkD } from "./sk-d.ts"

export interface ChildCandidate {
  readonly values: Record<ChildKeyName, Uint8Array>
  readonly steps: readonly Step[]
  readonly shared: readonly SharedCandidate[]
  /** PPKs that went in. */
  readonly ppks: readonly Origin[]
}

type Combinations = () => Iterable<readonly SharedCandidate[]>

/** Whether all that the keys' lengths depend on is known. */
export const computable = (child: ChildSa): boolean =>
  child.protocol === "AH"
    ? child.integ !== undefined
    : child.encr !== undefined &&
      (child.encr.aead !== undefined || child.suite.integ === null || child.integ !== undefined)

export function* childKeysV2(
  child: ChildSa,
  negotiation: Negotiation,
  skDs: () => Iterable<SkD>,
  prf: PrfContext,
  combinations: Combinations,
): Generator<ChildCandidate> {
  if (!computable(child)) return
  for (const skD of skDs())
    for (const shared of combinations()) {
      const secrets = shared.map(s => s.value)
      const { values, steps } = deriveChildKeys(prf, skD.value, negotiation.nonces, child, secrets)
      yield { values, steps: [...skD.steps, ...steps], shared, ppks: skD.origins }
    }
}

export function* childKeysV1(
  child: ChildSa,
  negotiation: QuickNegotiation,
  skeyidD: Uint8Array,
  prf: PrfContext,
  combinations: Combinations,
): Generator<ChildCandidate> {
  const { spiI, spiR } = child
  if (spiI === null || spiR === null || !computable(child)) return
  const protocol = child.protocol === "AH" ? PROTOCOL_ID.PROTO_IPSEC_AH : PROTOCOL_ID.PROTO_IPSEC_ESP
  for (const shared of combinations())
    yield {
      ...deriveQuickModeKeys(prf, skeyidD, {
        nonces: negotiation.nonces,
        protocol,
        spiI: u32be(spiI),
        spiR: u32be(spiR),
        suite: child,
        shared: shared[0]?.value,
      }),
      shared,
      ppks: [],
    }
}
