/** What a check returns before it is filed with its SA: the evidence frame comes with it. */
import type { Check } from "../track/ike-sa.ts"
import type { Moment } from "../track/moment.ts"
import type { NatClaim } from "../track/nat-claim.ts"

export interface At {
  readonly frame: number
  readonly time: Moment | null
}

export interface CheckResult {
  readonly id: string
  readonly status: Check["status"]
  readonly reason: string | null
  readonly rfc: string
  /** The mistake of an implementation that makes the check hold, by its name. */
  readonly mistake?: string
  /** The frame that the check is about. */
  readonly at: At | null
}

/** Why a message that is not whole in the capture is not checked. */
export const CUT = "the capture has only a part of the message"

/** What the checks of one message found. */
export interface Verified {
  readonly checks: CheckResult[]
  /** NAT detection hashes that match no address of the frame. */
  readonly natClaims: NatClaim[]
}

export const pass = (id: string, rfc: string, at: At | null, reason: string | null = null): CheckResult => ({
  id,
  status: "pass",
  reason,
  rfc,
  at,
})
export const fail = (id: string, rfc: string, at: At | null, reason: string): CheckResult => ({
  id,
  status: "fail",
  reason,
  rfc,
  at,
})
export const skipped = (id: string, rfc: string, at: At | null, reason: string): CheckResult => ({
  id,
  status: "skipped",
  reason,
  rfc,
  at,
})
