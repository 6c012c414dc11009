/** `ikev1-hash-1` to `-4` and `ikev1-hash`: the HASH payload of every protected exchange. RFC 2409 §5.5-5.7, RFC 6407 §3.2. */
import { equal, u32be } from "../bytes/bytes.ts"
import type { PrfContext } from "../keys/context.ts"
import { hash1, hash2, hash3, hashPull } from "../keys/hash-v1.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../registry/ikev1/exchange-types.ts"
import { PAYLOAD_TYPE as PAYLOAD_V1 } from "../registry/ikev1/payload-types.ts"
import type { Exchange } from "../track/exchange.ts"
import type { Side } from "../track/peer.ts"
import { bodyOf, isGroupRequest, isPhase1 } from "../track/v1-messages.ts"
import type { WholeMessage } from "../track/whole.ts"
import { type CheckResult, fail, pass, skipped } from "./check.ts"

/** Nonces of a Quick Mode as its messages come. */
export interface QuickNonces {
  readonly ni?: Uint8Array
  readonly nr?: Uint8Array
  /** It is a GROUPKEY-PULL, whose number Quick Mode has too. */
  readonly pull?: true
}

export interface HashInput {
  readonly exchange: Exchange
  readonly from: Side
  readonly whole: WholeMessage
  readonly context: PrfContext | undefined
  /** SKEYID_a, as far as it is known. */
  readonly skeyidA: Uint8Array | undefined
  /** Nonces of the exchange so far, those of this message too. */
  readonly nonces: QuickNonces
}

/** Nonces of a Quick Mode once a message of it is known too. */
export function noncesAfter(
  nonces: QuickNonces,
  { exchange, from, whole }: Omit<HashInput, "nonces" | "context" | "skeyidA">,
): QuickNonces {
  const nonce = bodyOf(whole, PAYLOAD_V1.NONCE)?.bytes
  if (exchange.type !== EXCHANGE_V1.QUICK_MODE || !whole.opened || !nonce) return nonces
  const kind = isGroupRequest(whole) ? { ...nonces, pull: true as const } : nonces
  return from === exchange.startedBy ? { ...kind, ni: nonces.ni ?? nonce } : { ...kind, nr: nonces.nr ?? nonce }
}

/** Which HASH a message has. GROUPKEY-PULL has its SA in the second message alone, and a fourth with the keys. */
function hashOf(pull: boolean, starter: boolean, whole: WholeMessage): 1 | 2 | 3 | 4 {
  const has = (type: number) => whole.payloads.some(p => p.type === type)
  if (pull) return starter ? (has(PAYLOAD_V1.NONCE) ? 1 : 3) : has(PAYLOAD_V1.SA) ? 2 : 4
  return has(PAYLOAD_V1.SA) ? (starter ? 1 : 2) : 3
}

/** The HASH of an opened phase 2 message; none for messages that carry none. */
export function verifyHashV1({ exchange, from, whole, context, skeyidA, nonces }: HashInput): CheckResult[] {
  const [first] = whole.payloads
  const opened = whole.opened
  if (isPhase1(exchange.type) || !opened || first?.type !== PAYLOAD_V1.HASH) return []
  const mid = u32be(exchange.messageId)
  const clear = opened.clear.bytes
  const rest = clear.subarray(first.end, opened.end)
  const claimed = clear.subarray(first.start + 4, first.end)
  const quick = exchange.type === EXCHANGE_V1.QUICK_MODE
  const pull = nonces.pull === true
  const which = quick ? hashOf(pull, from === exchange.startedBy, whole) : 0
  const id = quick ? `ikev1-hash-${which}` : "ikev1-hash"
  const rfc = !quick ? rfcOf(exchange.type) : pull ? "RFC 6407 §3.2" : "RFC 2409 §5.5"
  if (!context || !skeyidA) return [skipped(id, rfc, whole.datagram, "SKEYID_a is not known")]
  let expected: Uint8Array | undefined
  if (which <= 1) expected = hash1(context, skeyidA, mid, rest)
  else if (which === 2) expected = nonces.ni && hash2(context, skeyidA, mid, nonces.ni, rest)
  else if (pull)
    expected = nonces.ni && nonces.nr && hashPull(context, skeyidA, mid, { ni: nonces.ni, nr: nonces.nr }, rest)
  else expected = nonces.ni && nonces.nr && hash3(context, skeyidA, mid, nonces.ni, nonces.nr)
  if (!expected) return [skipped(id, rfc, whole.datagram, "the nonces of the exchange are not in the capture")]
  // A Quick Mode message behind the third (CONNECTED under the commit bit) hashes as HASH(1) does.
  const holds = equal(claimed, expected) || (which === 3 && !pull && equal(claimed, hash1(context, skeyidA, mid, rest)))
  return [
    holds
      ? pass(id, rfc, whole.datagram)
      : fail(id, rfc, whole.datagram, "the HASH payload does not match under SKEYID_a"),
  ]
}

const rfcOf = (type: number): string =>
  type === EXCHANGE_V1.NEW_GROUP_MODE
    ? "RFC 2409 §5.6"
    : type === EXCHANGE_V1.INFORMATIONAL
      ? "RFC 2409 §5.7"
      : "draft-ietf-ipsec-isakmp-mode-cfg-05 §3.1"
