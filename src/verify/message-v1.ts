/** Checks of an IKEv1 message that need no key of their own: NAT-D hashes and KE values. */
import type { CryptoProvider } from "../crypto/provider.ts"
import { findAll } from "../ike/shared/payload.ts"
import { natD, natDDraft } from "../ike/v1/nat-traversal.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../registry/ikev1/exchange-types.ts"
import { PAYLOAD_TYPE as PAYLOAD_V1 } from "../registry/ikev1/payload-types.ts"
import type { Exchange } from "../track/exchange.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import { addNatClaim } from "../track/nat-claim.ts"
import type { Side } from "../track/peer.ts"
import { bodyOf, isPhase1 } from "../track/v1.ts"
import { isRevisedMethod } from "../track/v1-methods.ts"
import type { V1State } from "../track/v1-state.ts"
import type { WholeMessage } from "../track/whole.ts"
import { type CheckResult, skipped } from "./check.ts"
import { verifyPublicValue } from "./dh-public.ts"
import { verifyNatEnd } from "./nat-detection.ts"

export function verifyMessageV1(
  sa: IkeSa,
  state: V1State,
  exchange: Exchange,
  from: Side,
  whole: WholeMessage,
  provider: CryptoProvider,
): CheckResult[] {
  return [...natDetection(sa, state, from, whole, provider), ...publicValue(state, exchange, from, whole, provider)]
}

/** The first NAT-D is of the other end, the others of the sender, under the negotiated hash. RFC 3947 §3.2. */
function natDetection(
  sa: IkeSa,
  state: V1State,
  from: Side,
  whole: WholeMessage,
  provider: CryptoProvider,
): CheckResult[] {
  const hash = state.hash?.hash && provider.hash[state.hash.hash]
  const hashes = [...findAll(whole.payloads, natD), ...findAll(whole.payloads, natDDraft)].map(n => n.hash)
  if (!hash || hashes.length === 0) return []
  const { spiI, spiR, src, start } = whole.message
  const id = state.hash?.hash
  const claim = { hash, header: src.bytes, start, rfc: "RFC 3947 §3.2" }
  const verify = (end: "source" | "destination", of: Uint8Array[]) => {
    if (of.length === 0) return []
    const result = verifyNatEnd(claim, end, of, whole.datagram)
    if (id && result.status !== "pass")
      addNatClaim(sa, { ...whole.datagram, from, end, peer: whole.datagram[end], hashes: of, hash: id, spiI, spiR })
    return [result]
  }
  return [...verify("source", hashes.slice(1)), ...verify("destination", hashes.slice(0, 1))]
}

function publicValue(
  state: V1State,
  exchange: Exchange,
  from: Side,
  whole: WholeMessage,
  provider: CryptoProvider,
): CheckResult[] {
  const { group, ke } = state
  if (!bodyOf(whole, PAYLOAD_V1.KE) || !isPhase1(exchange.type) || group === undefined) return []
  const check = (side: Side): CheckResult[] => {
    const value = ke[side]
    const at = side === from ? whole.datagram : { frame: value?.frame ?? 0, time: null }
    if (!value) return []
    if (isRevisedMethod(state.authMethod) && !state.unsealed[side])
      return [skipped("dh-public", "RFC 6989 §2", at, "the KE payload is encrypted, and no private key given opens it")]
    return [verifyPublicValue(provider, group, value.bytes, at)]
  }
  // Aggressive Mode's group is chosen only in its second message.
  const first = exchange.type === EXCHANGE_V1.AGGRESSIVE && from === "responder" ? check("initiator") : []
  return [...first, ...check(from)]
}
