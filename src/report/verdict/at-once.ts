/** How soon behind an answer a message refuses it. RFC 7296 §2.21.2. */
import { secondsBetween } from "../../track/moment.ts"
import { after, arrivedAt, frameOf, type Sent, timeOf } from "./sent.ts"

/**
 * Seconds after the answer in which a side that refuses it says so. What it took for its last request comes on top: that has the path and a slow
 * machine in it. No person and no script takes a tunnel down so soon.
 */
export const REFUSAL = 0.015
/** How soon a refusal of the answer is due: the initiator's last request came behind an answer too. */
export function atOnce(sent: readonly Sent[], error: Sent): number {
  if (error.from !== "initiator") return REFUSAL
  const request = sent.findLast(s => s.request && s.from === "initiator" && !after(s, frameOf(error) - 1))
  const before = request && sent.findLast(s => s.from === "responder" && !after(s, frameOf(request)))
  const took = request && before ? secondsBetween(arrivedAt(before), timeOf(request)) : 0
  return took > STANDS ? REFUSAL : REFUSAL + Math.max(0, Math.min(THINKS, took))
}

/** Seconds that an initiator takes for IKE_AUTH at most. */
export const THINKS = 0.25
/** Behind more seconds a person stands, a token, or a clock that was set: they say nothing of the machine. */
const STANDS = 1

/** Seconds in which a side of IKEv1 refuses the last message of phase 1, or takes it back. */
export const REFUSAL_V1 = 0.25
