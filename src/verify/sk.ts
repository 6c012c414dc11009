/** `sk-integrity` and `sk-padding`: the ICV and the padding of each SK and SKF payload. RFC 7296 §3.14, RFC 5282, RFC 7383. */

import { plural } from "../bytes/words.ts"
import type { DecodedPayload, Opened } from "../ike/shared/payload.ts"
import { type Mistake, mistakeText } from "../keys/mistake.ts"
import { type Closed, payloadsEnd } from "../open/ike-v2.ts"
import { PAYLOAD_TYPE } from "../registry/ikev2/payload-types.ts"
import type { Side } from "../track/peer.ts"
import { type At, type CheckResult, fail, pass, skipped } from "./check.ts"

/** What came of opening: the cleartext, why it stayed closed, or why nobody tried. */
export type SkOutcome = Opened | Closed | { readonly noKey: string }

export function skIntegrity(outcome: SkOutcome, payload: DecodedPayload, at: At): CheckResult {
  const id = "sk-integrity"
  const rfc = payload.type === PAYLOAD_TYPE.SKF ? "RFC 7383 §2.5" : "RFC 7296 §3.14"
  if (typeof outcome === "object" && "noKey" in outcome) return skipped(id, rfc, at, outcome.noKey)
  if (outcome === "unsupported") return skipped(id, rfc, at, "the algorithm is not computed here")
  if (outcome === "icv") return fail(id, rfc, at, "the Integrity Checksum Data does not match under the SA's keys")
  if (outcome === "nonsense")
    return fail(
      id,
      rfc,
      at,
      "the Integrity Checksum Data matches, but the cleartext is no payload: the SK_e given is not the sender's",
    )
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

/**
 * Padding begins where the last payload ends; its content is free in IKEv2 (RFC 7296 §3.14). A fragment may end anywhere. Where the chain of payloads
 * shows what Pad Length should be, the mistake is named.
 */
export function skPadding(opened: Opened, payload: DecodedPayload, from: Side, at: At): CheckResult {
  const { clear, padLength, first } = opened
  const bytes = clear.bytes.length
  const id = "sk-padding"
  const rfc = "RFC 7296 §3.14"
  if (payload.type === PAYLOAD_TYPE.SK) {
    const last = payloadsEnd(first, clear.bytes)
    const behind = bytes - 1 - (last ?? bytes)
    if (behind >= 0 && behind !== padLength) {
      const mistake = PADDING_MISTAKES.find(m => m.padLength(behind) === padLength)
      const seen = `Pad Length ${padLength}, but ${plural(behind, "byte")} ${behind === 1 ? "stands" : "stand"} behind the payloads`
      if (!mistake) return fail(id, rfc, at, seen)
      return { ...fail(id, rfc, at, `${seen}: ${mistakeText("it", from, mistake)}`), mistake: mistake.id }
    }
  }
  if (padLength < bytes) return pass(id, rfc, at)
  return fail(
    id,
    rfc,
    at,
    `Pad Length ${padLength}, but only ${plural(bytes, "byte")} ${bytes === 1 ? "was" : "were"} decrypted`,
  )
}

const PAD_LENGTH = {
  rfc: "RFC 7296 §3.14",
  rule: "Pad Length (1 octet, unsigned integer) is the length of the Padding field",
}
const PADDING_MISTAKES: readonly (Mistake & { readonly padLength: (behind: number) => number })[] = [
  {
    id: "sk-pad-counts-itself",
    instead: "with the octet of Pad Length counted in",
    padLength: n => n + 1,
    ...PAD_LENGTH,
  },
  { id: "sk-pad-zero", instead: "as if there were no padding", padLength: () => 0, ...PAD_LENGTH },
]
