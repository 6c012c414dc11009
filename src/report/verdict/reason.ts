/** What a refusal is put down to. */
import type { DiagnosticCode } from "../../diagnostics/codes.ts"
import type { Check } from "../../track/ike-sa.ts"
import type { Side } from "../../track/peer.ts"
import type { Facts } from "./facts.ts"

export interface Reason {
  readonly cause: DiagnosticCode
  readonly headline: string
  /** Stands behind `X refuses Y: NOTIFICATION (frame n).` */
  readonly why: string
  readonly remedy?: string
}

/** The check of a side's proof. */
export const proofOf = ({ sa }: Facts, side: Side): Check | undefined =>
  sa.checks.find(c => [`auth-${side}`, `ikev1-hash-${side[0]}`, `ikev1-sig-${side[0]}`].includes(c.id))

/** ` → hq.lab`: the identity that the initiator asks its peer for. */
export const wantedText = ({ sa }: Facts): string => {
  const wanted = sa.v2?.askedId ?? sa.ids.responder?.value
  return wanted ? ` → ${wanted}` : ""
}
