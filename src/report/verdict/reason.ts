/** What a refusal is put down to. */
import type { DiagnosticCode } from "../../diagnostics/codes.ts"
import { type Check, proofCheck } from "../../track/ike-sa.ts"
import { otherSide, type Side } from "../../track/peer.ts"
import type { Facts } from "./facts.ts"
import { addressOf, nameOf } from "./words.ts"

export interface Reason {
  readonly cause: DiagnosticCode
  readonly headline: string
  /** Stands behind `X refuses Y: NOTIFICATION (frame n).` */
  readonly why: string
  readonly remedy?: string
}

/** The check of a side's proof. */
export const proofOf = ({ sa }: Facts, side: Side): Check | undefined => proofCheck(sa, side)

/** What may be wrong with the identity of a refused side: `10.2.0.2 has no connection for left.lab → hq.lab`. */
export function policyText(f: Facts, side: Side, by = `${addressOf(f.sa, otherSide(side))} `): string {
  return side === "initiator"
    ? `${by === "" ? "" : `${by}has `}no connection for ${nameOf(f, side)}${wantedText(f)}`
    : `${by}expects another identity than ${nameOf(f, side)}`
}

/** ` → hq.lab`: the identity that the initiator asks its peer for. */
const wantedText = ({ sa }: Facts): string => {
  const wanted = sa.v2?.askedId ?? sa.ids.responder?.value
  return wanted ? ` → ${wanted}` : ""
}

/** The responder says another name than the one that it was asked for. RFC 7296 §2.23.1 leaves what comes of it to the initiator. */
export function otherIdentity({ sa }: Facts, side: Side): Reason | undefined {
  const [asked, said] = [sa.v2?.askedId, sa.ids.responder?.value]
  if (side !== "responder" || !asked || !said || asked === said) return undefined
  return {
    cause: "identity-refused",
    headline: `Asked for ${asked}, answered by ${said}`,
    why: `It asked for ${asked} (IDr), and the responder says that it is ${said}: most likely it takes no other identity`,
    remedy: `Make the identity of the responder and the one expected by ${addressOf(sa, "initiator")} the same.`,
  }
}
