/** Checks of an IKEv2 message that need no key of their own: NAT detection, COOKIE echo, KE values, what was chosen was offered. */

import { equal } from "../bytes/bytes.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import { type DecodedPayload, find, payloadValue } from "../ike/shared/payload.ts"
import { ke } from "../ike/v2/key-exchange.ts"
import { notify } from "../ike/v2/notify.ts"
import { EXCHANGE_TYPE } from "../registry/ikev2/exchange-types.ts"
import { KE_METHOD } from "../registry/ikev2/ke-methods.ts"
import { NOTIFY } from "../registry/ikev2/notify.ts"
import type { Exchange } from "../track/exchange.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import { addNatClaim } from "../track/nat-claim.ts"
import type { Side } from "../track/peer.ts"
import { v2StateOf } from "../track/v2-state.ts"
import type { WholeMessage } from "../track/whole.ts"
import { type CheckResult, fail, pass } from "./check.ts"
import { verifyPublicValue } from "./dh-public.ts"
import { verifyNatEnd } from "./nat-detection.ts"

export function verifyMessageV2(
  sa: IkeSa,
  exchange: Exchange,
  from: Side,
  whole: WholeMessage,
  provider: CryptoProvider,
): CheckResult[] {
  const results: CheckResult[] = []
  natDetection(sa, from, whole, provider, results)
  const echo = exchange.type === EXCHANGE_TYPE.IKE_SA_INIT ? cookie(sa, from, whole) : undefined
  if (echo) results.push(echo)
  const value = publicValue(whole, from === exchange.startedBy, provider)
  if (value) results.push(value)
  return results
}

/** RFC 7296 §2.23; in INFORMATIONAL for MOBIKE, RFC 4555 §3.8. */
function natDetection(
  sa: IkeSa,
  from: Side,
  { message, payloads, datagram }: WholeMessage,
  provider: CryptoProvider,
  results: CheckResult[],
): void {
  const hash = provider.hash.sha1
  const sources = dataOf(payloads, NOTIFY.NAT_DETECTION_SOURCE_IP)
  const destinations = dataOf(payloads, NOTIFY.NAT_DETECTION_DESTINATION_IP)
  if (!hash || !(sources || destinations)) return
  const { spiI, spiR, src, start } = message
  const claim = { hash, header: src.bytes, start, rfc: "RFC 7296 §2.23" }
  const verify = (end: "source" | "destination", hashes: readonly Uint8Array[] | undefined) => {
    if (!hashes) return
    const result = verifyNatEnd(claim, end, hashes, datagram)
    if (result.status !== "pass")
      addNatClaim(sa, { ...datagram, from, end, peer: datagram[end], hashes, hash: "sha1", spiI, spiR })
    results.push(result)
  }
  verify("source", sources)
  verify("destination", destinations)
}

/** Data of the notifications of one type; undefined without one. */
function dataOf(payloads: readonly DecodedPayload[], type: number): Uint8Array[] | undefined {
  let all: Uint8Array[] | undefined
  for (const payload of payloads) {
    const n = payloadValue(payload, notify)
    if (n?.type !== type) continue
    if (all) all.push(n.data)
    else all = [n.data]
  }
  return all
}

/** A request of IKE_SA_INIT after a COOKIE answer must carry it back unchanged. RFC 7296 §2.6. */
function cookie(sa: IkeSa, from: Side, { payloads, datagram }: WholeMessage): CheckResult | undefined {
  const state = v2StateOf(sa)
  const carried = dataOf(payloads, NOTIFY.COOKIE)?.[0]
  if (from === "responder") {
    state.cookieDue = carried !== undefined
    if (carried) state.cookie = carried
    return undefined
  }
  const asked = state.cookie
  if (!asked || (!carried && !state.cookieDue)) return undefined
  if (!carried) return fail("cookie", "RFC 7296 §2.6", datagram, "the request after the COOKIE answer carries none")
  return equal(carried, asked)
    ? pass("cookie", "RFC 7296 §2.6", datagram)
    : fail("cookie", "RFC 7296 §2.6", datagram, "the COOKIE sent back is not the one that was given")
}

/** The responder's half of ML-KEM is a ciphertext, which has no validity of its own beyond its length (FIPS 203 §7.3). */
const ML_KEM: readonly number[] = [KE_METHOD.ML_KEM_512, KE_METHOD.ML_KEM_768, KE_METHOD.ML_KEM_1024]

function publicValue(whole: WholeMessage, request: boolean, provider: CryptoProvider): CheckResult | undefined {
  const value = find(whole.payloads, ke)
  if (!value || (!request && ML_KEM.includes(value.group))) return undefined
  return verifyPublicValue(provider, value.group, value.data, whole.datagram)
}
