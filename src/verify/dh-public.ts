/** `dh-public`: the value of a KE payload is a valid one of its group. RFC 6989, RFC 5903 §7, RFC 8031 §3, RFC 9370. */

import { wrongLength } from "../crypto/ke-faults.ts"
import { NAMED_BYTES } from "../crypto/ke-lengths.ts"
import { keOf } from "../crypto/ke-table.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import { type At, type CheckResult, CUT, fail, pass, skipped } from "./check.ts"

/** Validates one public value; `decapsulates` for the responder's half of a KEM, which is a ciphertext and no key; `cut` where the capture may lack its end. */
export function verifyPublicValue(
  provider: CryptoProvider,
  group: number,
  value: Uint8Array,
  at: At,
  cut = false,
): CheckResult {
  const known = keOf(group)
  const method = known?.ke && provider.ke[known.ke]
  const rfc = "RFC 6989 §2"
  const lengths = NAMED_BYTES[known?.name ?? ""]
  if (known && !method && lengths && !lengths.includes(value.length))
    return cut
      ? skipped("dh-public", rfc, at, CUT)
      : fail("dh-public", rfc, at, `${known.name} public value: ${wrongLength(value.length, ...lengths)}`)
  if (!known || !method)
    return skipped("dh-public", rfc, at, `key exchange method ${known?.name ?? group} is not computed here`)
  const fault = method.fault(value)
  if (fault === undefined) return pass("dh-public", rfc, at)
  return cut ? skipped("dh-public", rfc, at, CUT) : fail("dh-public", rfc, at, `${known.name} public value: ${fault}`)
}
