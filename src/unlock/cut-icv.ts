/** The arbiter of SK payloads: a message under the right keys whose sender cuts the ICV to another length than was agreed. */
import type { CryptoProvider } from "../crypto/provider.ts"
import type { Opened } from "../ike/shared/payload.ts"
import type { Mistake } from "../keys/mistake.ts"
import { otherIcvLengths, withIcv } from "../open/icv-lengths.ts"
import { openSk, type SkKeys } from "../open/ike-v2.ts"
import type { Epoch } from "../track/ike-sa.ts"
import type { Side } from "../track/peer.ts"
import type { SealedMessage } from "../track/sealed-message.ts"

export interface CutIcv {
  readonly opened: Opened
  readonly mistake: Mistake & { readonly icvBytes: number }
}

/** Opens a message under each other length of the ICV; only an ICV that holds counts. */
export function openCut(
  { message, payload }: Pick<SealedMessage, "message" | "payload">,
  keys: SkKeys,
  provider: CryptoProvider,
): CutIcv | undefined {
  if (keys.unchecked) return undefined
  const agreed = keys.integ ? keys.integ.icvBytes : keys.encr.icvBytes
  for (const { suite, bytes } of otherIcvLengths(keys)) {
    const opened = openSk(message, payload, suite, provider)
    if (typeof opened !== "object") continue
    const instead = `with ${8 * bytes} bits, where ${8 * agreed} were agreed`
    return { opened, mistake: { id: "sk-icv-length", icvBytes: bytes, instead, ...(keys.integ ? SEPARATE : COMBINED) } }
  }
  return undefined
}

/** Keys for what a side sends, with the length of the ICV that it is known to use. */
export function asCut(keys: SkKeys | undefined, { mistakes }: Epoch, from: Side): SkKeys | undefined {
  const bytes = mistakes?.find(m => m.by === from && m.icvBytes !== undefined)?.icvBytes
  return keys && bytes !== undefined ? withIcv(keys, bytes) : keys
}

const SEPARATE = { rfc: "RFC 7296 §3.14", rule: "Its length is determined by the integrity algorithm negotiated" }
const COMBINED = { rfc: "RFC 5282 §7.2", rule: "each length of the ICV is an encryption transform of its own" }
