/** Checks of an IKEv1 message that need no key of their own: NAT-D hashes and KE values. */
import type { CryptoProvider } from "../crypto/provider.ts"
import { findAll } from "../ike/shared/payload.ts"
import { natD, natDDraft } from "../ike/v1/nat-traversal.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../registry/ikev1/exchange-types.ts"
import { PAYLOAD_TYPE as PAYLOAD_V1 } from "../registry/ikev1/payload-types.ts"
import { isCut } from "../track/datagram.ts"
import type { Exchange } from "../track/exchange.ts"
import type { Side } from "../track/peer.ts"
import { bodyOf, isPhase1 } from "../track/v1-messages.ts"
import { isRevisedMethod } from "../track/v1-methods.ts"
import type { V1State } from "../track/v1-state.ts"
import type { WholeMessage } from "../track/whole.ts"
import { type CheckResult, skipped, type Verified } from "./check.ts"
import { verifyPublicValue } from "./dh-public.ts"
import { verifyNatEnd } from "./nat-detection.ts"

/** What a message is checked with. */
export interface MessageInput {
  readonly state: V1State
  readonly exchange: Exchange
  readonly from: Side
  readonly whole: WholeMessage
  readonly provider: CryptoProvider
}

export function verifyMessageV1(input: MessageInput): Verified {
  const verified: Verified = { checks: [], natClaims: [] }
  natDetection(input, verified)
  verified.checks.push(...publicValue(input))
  return verified
}

/** The first NAT-D is of the other end, the others of the sender, under the negotiated hash. RFC 3947 §3.2. */
function natDetection({ state, from, whole, provider }: MessageInput, { checks, natClaims }: Verified): void {
  const id = state.answer?.hash?.hash
  const hash = id && provider.hash[id]
  const hashes = [...findAll(whole.payloads, natD), ...findAll(whole.payloads, natDDraft)].map(n => n.hash)
  if (!hash || hashes.length === 0) return
  const { spiI, spiR, src, start } = whole.message
  const { frame, time } = whole.datagram
  const claim = { hash, header: src.bytes, start, rfc: "RFC 3947 §3.2" }
  const verify = (end: "source" | "destination", of: Uint8Array[]) => {
    if (of.length === 0) return
    const result = verifyNatEnd(claim, end, of, whole.datagram)
    if (result.status !== "pass")
      natClaims.push({ frame, time, from, end, peer: whole.datagram[end], hashes: of, hash: id, spiI, spiR })
    checks.push(result)
  }
  verify("source", hashes.slice(1))
  verify("destination", hashes.slice(0, 1))
}

function publicValue({ state, exchange, from, whole, provider }: MessageInput): CheckResult[] {
  const { answer, ke } = state
  const group = answer?.group
  if (!bodyOf(whole, PAYLOAD_V1.KE) || !isPhase1(exchange.type) || group === undefined) return []
  // Of several answers in the clear nobody knows yet which is the genuine one.
  const groups = [group, ...state.otherAnswers.flatMap(a => a.group ?? [])]
  const check = (side: Side): CheckResult[] => {
    const value = ke[side]
    const at = side === from ? whole.datagram : { frame: value?.frame ?? 0, time: null }
    if (!value) return []
    if (isRevisedMethod(state.answer?.authMethod) && !state.unsealed[side])
      return [skipped("dh-public", "RFC 6989 §2", at, "the KE payload is encrypted, and no private key given opens it")]
    const results = groups.map(g => verifyPublicValue(provider, g, value.bytes, at, isCut(whole.datagram)))
    return [results.find(r => r.status === "pass") ?? results[0]]
  }
  // Aggressive Mode's group is chosen only in its second message.
  const first = exchange.type === EXCHANGE_V1.AGGRESSIVE && from === "responder" ? check("initiator") : []
  return [...first, ...check(from)]
}
