/** Checks of an IKEv2 message that need no key of their own: NAT detection, COOKIE echo, KE values, what was chosen was offered. */
import { equal } from "../bytes/bytes.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import { find } from "../ike/shared/payload.ts"
import { ke } from "../ike/v2/key-exchange.ts"
import type { Exchange } from "../track/exchange.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import { addNatClaim } from "../track/nat-claim.ts"
import type { Side } from "../track/peer.ts"
import { EXCHANGE, NOTIFY_TYPE, notifiesOf } from "../track/v2.ts"
import { v2StateOf } from "../track/v2-state.ts"
import type { WholeMessage } from "../track/whole.ts"
import { type CheckResult, fail, pass } from "./check.ts"
import { verifyPublicValue } from "./dh-public.ts"
import { verifyNatDetection } from "./nat-detection.ts"

const NAT_DETECTION_SOURCE_IP = 16388
const NAT_DETECTION_DESTINATION_IP = 16389

export function verifyMessageV2(
  sa: IkeSa,
  exchange: Exchange,
  from: Side,
  whole: WholeMessage,
  provider: CryptoProvider,
): CheckResult[] {
  return [
    ...natDetection(sa, from, whole, provider),
    ...cookie(sa, exchange, from, whole),
    ...publicValue(whole, from === exchange.startedBy, provider),
  ]
}

/** RFC 7296 §2.23; in INFORMATIONAL for MOBIKE, RFC 4555 §3.8. */
function natDetection(sa: IkeSa, from: Side, whole: WholeMessage, provider: CryptoProvider): CheckResult[] {
  const hash = provider.hash.sha1
  const sources: Uint8Array[] = []
  const destinations: Uint8Array[] = []
  for (const n of notifiesOf(whole.payloads))
    if (n.type === NAT_DETECTION_SOURCE_IP) sources.push(n.data)
    else if (n.type === NAT_DETECTION_DESTINATION_IP) destinations.push(n.data)
  if (!hash || sources.length + destinations.length === 0) return []
  const { spiI, spiR } = whole.message
  const claim = { hash, spiI, spiR, sources, destinations, rfc: "RFC 7296 §2.23" }
  return verifyNatDetection(claim, whole.datagram, (end, peer, hashes) =>
    addNatClaim(sa, { ...whole.datagram, from, end, peer, hashes, hash: "sha1", spiI, spiR }),
  )
}

/** A request after a COOKIE answer must carry it back unchanged. RFC 7296 §2.6. */
function cookie(sa: IkeSa, exchange: Exchange, from: Side, whole: WholeMessage): CheckResult[] {
  const state = v2StateOf(sa)
  const carried = notifiesOf(whole.payloads).find(n => n.type === NOTIFY_TYPE.COOKIE)?.data
  if (exchange.type !== EXCHANGE.IKE_SA_INIT) return []
  if (from === "responder") {
    state.cookieDue = carried !== undefined
    if (carried) state.cookie = carried
    return []
  }
  const asked = state.cookie
  if (!asked) return []
  if (!carried && !state.cookieDue) return []
  if (!carried)
    return [fail("cookie", "RFC 7296 §2.6", whole.datagram, "the request after the COOKIE answer carries none")]
  return [
    equal(carried, asked)
      ? pass("cookie", "RFC 7296 §2.6", whole.datagram)
      : fail("cookie", "RFC 7296 §2.6", whole.datagram, "the COOKIE sent back is not the one that was given"),
  ]
}

/** The responder's half of ML-KEM is a ciphertext, which has no validity of its own beyond its length (FIPS 203 §7.3). */
const ML_KEM: readonly number[] = [35, 36, 37]

function publicValue(whole: WholeMessage, request: boolean, provider: CryptoProvider): CheckResult[] {
  const value = find(whole.payloads, ke)
  if (!value || (!request && ML_KEM.includes(value.group))) return []
  return [verifyPublicValue(provider, value.group, value.data, whole.datagram)]
}
