/** Checks of an IKEv1 message that need no key of their own: NAT-D hashes and KE values. */
import type { CryptoProvider } from "../crypto/provider.ts"
import { findAll } from "../ike/shared/payload.ts"
import { natD, natDDraft } from "../ike/v1/nat-traversal.ts"
import type { Exchange } from "../track/exchange.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import { addNatClaim } from "../track/nat-claim.ts"
import type { Side } from "../track/peer.ts"
import { bodyOf, isPhase1, PAYLOAD_V1 } from "../track/v1.ts"
import type { V1State } from "../track/v1-state.ts"
import type { WholeMessage } from "../track/whole.ts"
import type { CheckResult } from "./check.ts"
import { verifyPublicValue } from "./dh-public.ts"
import { verifyNatDetection } from "./nat-detection.ts"

export function verifyMessageV1(
  sa: IkeSa,
  state: V1State,
  exchange: Exchange,
  from: Side,
  whole: WholeMessage,
  provider: CryptoProvider,
): CheckResult[] {
  return [...natDetection(sa, state, from, whole, provider), ...publicValue(state, exchange, whole, provider)]
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
  const { spiI, spiR } = whole.message
  const id = state.hash?.hash
  const claim = { hash, spiI, spiR, destinations: hashes.slice(0, 1), sources: hashes.slice(1), rfc: "RFC 3947 §3.2" }
  return verifyNatDetection(claim, whole.datagram, (end, peer, of) => {
    if (id) addNatClaim(sa, { ...whole.datagram, from, end, peer, hashes: of, hash: id, spiI, spiR })
  })
}

function publicValue(state: V1State, exchange: Exchange, whole: WholeMessage, provider: CryptoProvider): CheckResult[] {
  const value = bodyOf(whole, PAYLOAD_V1.KE)
  if (!value || !isPhase1(exchange.type) || state.group === undefined) return []
  return [verifyPublicValue(provider, state.group, value.bytes, whole.datagram)]
}
