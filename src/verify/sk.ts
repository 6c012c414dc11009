/** `sk-integrity` and `sk-padding`: the ICV and the padding of each SK and SKF payload. RFC 7296 §3.14, RFC 5282, RFC 7383. */

import { plural } from "../bytes/words.ts"
import type { DecodedPayload, Opened } from "../ike/shared/payload.ts"
import { type Closed, payloadsEnd } from "../open/ike-v2.ts"
import { PAYLOAD_TYPE } from "../registry/ikev2/payload-types.ts"
import { type At, type CheckResult, fail, pass, skipped } from "./check.ts"

/** What came of opening: the cleartext, why it stayed closed, or why nobody tried. */
export type SkOutcome = Opened | Closed | { readonly noKey: string }

export function skIntegrity(outcome: SkOutcome, payload: DecodedPayload, at: At): CheckResult {
  const id = "sk-integrity"
  const rfc = payload.type === PAYLOAD_TYPE.SKF ? "RFC 7383 §2.5" : "RFC 7296 §3.14"
  if (typeof outcome === "object" && "noKey" in outcome) return skipped(id, rfc, at, outcome.noKey)
  if (outcome === "unsupported") return skipped(id, rfc, at, "the algorithm is not offered by this provider")
  if (outcome === "icv") return fail(id, rfc, at, "the Integrity Checksum Data does not match under the SA's keys")
  if (outcome === "short")
    return fail(
      id,
      rfc,
      at,
      "the payload is too short for IV, padding and Integrity Checksum Data, or no multiple of the block",
    )
  if (outcome.icvOk === undefined)
    return skipped(
      id,
      rfc,
      at,
      outcome.icvBytes > 0 ? "SK_a is not known: the ICV is not checked" : "the suite has no integrity algorithm",
    )
  return pass(id, rfc, at)
}

/** Padding begins where the last payload ends; its content is free in IKEv2 (RFC 7296 §3.14). A fragment may end anywhere. */
export function skPadding(opened: Opened, payload: DecodedPayload, at: At): CheckResult {
  const { clear, padLength, first, end } = opened
  const bytes = clear.bytes.length
  const rfc = "RFC 7296 §3.14"
  if (padLength + 1 > bytes)
    return fail(
      "sk-padding",
      rfc,
      at,
      `Pad Length ${padLength}, but only ${plural(bytes, "byte")} ${bytes === 1 ? "was" : "were"} decrypted`,
    )
  const last = payload.type === PAYLOAD_TYPE.SK ? payloadsEnd(first, clear.bytes) : undefined
  if (last !== undefined && last !== end)
    return fail(
      "sk-padding",
      rfc,
      at,
      `Pad Length ${padLength}, but ${plural(bytes - 1 - last, "byte")} ${bytes - 1 - last === 1 ? "stands" : "stand"} behind the payloads`,
    )
  return pass("sk-padding", rfc, at)
}
