/** Checks of an IKEv2 message that need no key of their own: NAT detection, COOKIE echo, KE values, what was chosen was offered. */
import { equal } from "../bytes/bytes.ts"
import { prfOfIkev2 } from "../crypto/prf.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import { type DecodedPayload, find, payloadValue } from "../ike/shared/payload.ts"
import { ke } from "../ike/v2/key-exchange.ts"
import { notify } from "../ike/v2/notify.ts"
import { ps } from "../ike/v2/puzzle-solution.ts"
import { KE_METHOD } from "../registry/ikev2/ke-methods.ts"
import { NOTIFY } from "../registry/ikev2/notify.ts"
import { isCut } from "../track/datagram.ts"
import type { AskedCookie } from "../track/event.ts"
import type { Side } from "../track/peer.ts"
import type { WholeMessage } from "../track/whole.ts"
import { type CheckResult, fail, pass, skipped, type Verified } from "./check.ts"
import { verifyPublicValue } from "./dh-public.ts"
import { verifyNatEnd } from "./nat-detection.ts"

/** What a message is checked with. */
export interface MessageInput {
  readonly from: Side
  /** Sent by the exchange's starter. */
  readonly request: boolean
  readonly whole: WholeMessage
  /** For a request of IKE_SA_INIT: the COOKIE that was asked for. */
  readonly cookie?: AskedCookie
  readonly provider: CryptoProvider
}

export function verifyMessageV2(input: MessageInput): Verified {
  const verified: Verified = { checks: [], natClaims: [] }
  natDetection(input, verified)
  const echo = input.cookie && cookie(input.cookie, input.whole)
  if (echo) verified.checks.push(echo)
  const solved = input.cookie?.puzzle && puzzle(input, input.cookie, input.cookie.puzzle)
  if (solved) verified.checks.push(solved)
  const value = publicValue(input.whole, input.request, input.provider)
  if (value) verified.checks.push(value)
  return verified
}

/** RFC 7296 §2.23; in INFORMATIONAL for MOBIKE, RFC 4555 §3.8. */
function natDetection({ from, whole, provider }: MessageInput, { checks, natClaims }: Verified): void {
  const { message, payloads, datagram } = whole
  const hash = provider.hash.sha1
  const sources = dataOf(payloads, NOTIFY.NAT_DETECTION_SOURCE_IP)
  const destinations = dataOf(payloads, NOTIFY.NAT_DETECTION_DESTINATION_IP)
  if (!hash || !(sources || destinations)) return
  const { spiI, spiR, src, start } = message
  const { frame, time } = datagram
  const claim = { hash, header: src.bytes, start, rfc: "RFC 7296 §2.23" }
  const verify = (end: "source" | "destination", hashes: readonly Uint8Array[] | undefined) => {
    if (!hashes) return
    const result = verifyNatEnd(claim, end, hashes, datagram)
    if (result.status !== "pass")
      natClaims.push({ frame, time, from, end, peer: datagram[end], hashes, hash: "sha1", spiI, spiR })
    checks.push(result)
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

/** Keys of a puzzle's solution. RFC 8019 §7.1.2. */
const SOLUTION_KEYS = 4

/** `puzzle`: each key of the solution is another one, and makes the PRF over the cookie end in enough zero bits. RFC 8019 §7.1.2. */
function puzzle(
  { whole, provider }: MessageInput,
  { data, due }: AskedCookie,
  { prf, difficulty }: NonNullable<AskedCookie["puzzle"]>,
): CheckResult | undefined {
  const at = whole.datagram
  const rfc = "RFC 8019 §7.1.2"
  const solution = find(whole.payloads, ps)
  // An initiator may answer without a solution, and then waits behind those that have one.
  if (!solution)
    return due ? skipped("puzzle", rfc, at, "the request has no solution: it is served after others") : undefined
  const algorithm = prfOfIkev2(prf)
  const mac = algorithm && provider.mac[algorithm.mac]
  if (!mac) return skipped("puzzle", rfc, at, `PRF ${algorithm?.name ?? prf} is not computed here`)
  const { keys } = solution
  if (keys.length !== SOLUTION_KEYS) return fail("puzzle", rfc, at, "the solution is not four keys of one length")
  if (keys.some((key, i) => keys.some((other, j) => j < i && equal(key, other))))
    return fail("puzzle", rfc, at, "a key of the solution stands in it twice")
  const least = Math.min(...keys.map(key => zeroBits(mac(key)(data))))
  return least >= difficulty
    ? pass("puzzle", rfc, at)
    : fail("puzzle", rfc, at, `a result ends in ${least} zero bits instead of ${difficulty}`)
}

/** Zero bits at the end. */
function zeroBits(bytes: Uint8Array): number {
  let at = bytes.length - 1
  while (at >= 0 && bytes[at] === 0) at--
  const octets = bytes.length - 1 - at
  return at < 0 ? 8 * octets : 8 * octets + 31 - Math.clz32(bytes[at] & -bytes[at])
}

/** A request of IKE_SA_INIT after a COOKIE answer must carry it back unchanged. RFC 7296 §2.6. */
function cookie(asked: AskedCookie, { payloads, datagram }: WholeMessage): CheckResult | undefined {
  const carried = dataOf(payloads, NOTIFY.COOKIE)?.[0]
  if (!carried && !asked.due) return undefined
  if (!carried) return fail("cookie", "RFC 7296 §2.6", datagram, "the request after the COOKIE answer carries none")
  return equal(carried, asked.data)
    ? pass("cookie", "RFC 7296 §2.6", datagram)
    : fail("cookie", "RFC 7296 §2.6", datagram, "the COOKIE sent back is not the one that was given")
}

/** The responder's half of ML-KEM is a ciphertext, which has no validity of its own beyond its length (FIPS 203 §7.3). */
const ML_KEM: readonly number[] = [KE_METHOD.ML_KEM_512, KE_METHOD.ML_KEM_768, KE_METHOD.ML_KEM_1024]

function publicValue(whole: WholeMessage, request: boolean, provider: CryptoProvider): CheckResult | undefined {
  const value = find(whole.payloads, ke)
  if (!value || (!request && ML_KEM.includes(value.group))) return undefined
  return verifyPublicValue(provider, value.group, value.data, whole.datagram, isCut(whole.datagram))
}
