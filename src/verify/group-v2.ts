/** `gsa-rekey-auth`: the signature of a GSA_REKEY message. RFC 9838 §2.4.1.1. */
import { concat, u16be, u32be } from "../bytes/bytes.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import { HEADER_BYTES } from "../ike/shared/header.ts"
import { payloadValue } from "../ike/shared/payload.ts"
import { auth } from "../ike/v2/authentication.ts"
import { PAYLOAD_TYPE } from "../registry/ikev2/payload-types.ts"
import type { RekeyKeys } from "../track/group.ts"
import type { WholeMessage } from "../track/whole.ts"
import { type CheckResult, fail, pass, skipped } from "./check.ts"
import { verifySignature } from "./signature.ts"

const ID = "gsa-rekey-auth"
const RFC = "RFC 9838 §2.4.1.1"

/** Nothing where authentication is implicit: that the ICV holds is all there is. */
export function verifyRekey(whole: WholeMessage, { signature }: RekeyKeys, provider: CryptoProvider): CheckResult[] {
  const payload = whole.payloads.find(p => p.type === PAYLOAD_TYPE.AUTH)
  const value = payloadValue(payload, auth)
  const at = whole.datagram
  if (!signature)
    return payload ? [fail(ID, RFC, at, "the policy says Implicit, and the message has an AUTH payload")] : []
  if (!payload || !value)
    return [
      fail(
        ID,
        RFC,
        at,
        "the policy asks for a digital signature, and the message has no AUTH payload: any member can have sent it",
      ),
    ]
  if (!signature.spki) return [skipped(ID, RFC, at, "the key server's public key (AUTH_KEY) is not known")]
  const claimed = value.signature?.value
  const octets = claimed && signedOctets(whole, payload.src.bytes, payload.end, claimed.length)
  if (!claimed || !octets) return [fail(ID, RFC, at, "its AUTH payload has no digital signature of RFC 7427")]
  const held = verifySignature(provider, value.signature?.algorithm ?? signature.form, signature.spki, octets, claimed)
  if (held === undefined) return [skipped(ID, RFC, at, "the signature algorithm is not computed here")]
  return [
    held ? pass(ID, RFC, at) : fail(ID, RFC, at, "the signature does not hold under the AUTH_KEY that was handed out"),
  ]
}

/** A | P: the headers with lengths that count the payloads alone, then the payloads with the signature zeroed. */
function signedOctets(
  { message, payloads, opened }: WholeMessage,
  clear: Uint8Array,
  authEnd: number,
  signatureBytes: number,
): Uint8Array | undefined {
  const sk = message.payloads.find(p => p.type === PAYLOAD_TYPE.SK || p.type === PAYLOAD_TYPE.SKF)
  const inner = payloads.filter(p => p.src.bytes === clear)
  const last = inner.at(-1)
  if (!opened || !sk || !last) return undefined
  const p = clear.slice(0, last.end)
  p.fill(0, authEnd - signatureBytes, authEnd)
  const header = message.src.bytes.slice(message.start, message.start + HEADER_BYTES)
  // A fragmented message is signed as the whole one that it was.
  header[16] = PAYLOAD_TYPE.SK
  header.set(u32be(HEADER_BYTES + 4 + p.length), 24)
  const first = opened.reassembled?.first ?? opened.first
  return concat(header, Uint8Array.of(first, sk.src.bytes[sk.start + 1]), u16be(4 + p.length), p)
}
