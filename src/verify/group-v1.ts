/** `groupkey-push-sig`, `-seq`, `-ack`: what authenticates a GROUPKEY-PUSH message and its acknowledgement. RFC 6407 §4, RFC 8263. */
import { concat, equal, u16be, u32be, utf8 } from "../bytes/bytes.ts"
import { hexBytes } from "../bytes/hex.ts"
import { prfByName } from "../crypto/prf.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import { HEADER_BYTES } from "../ike/shared/header.ts"
import { find } from "../ike/shared/payload.ts"
import { sequenceNumber } from "../ike/v1/group-exchange.ts"
import { PAYLOAD_TYPE } from "../registry/ikev1/payload-types.ts"
import type { GroupSignature, RekeyKeys } from "../track/group.ts"
import type { WholeMessage } from "../track/whole.ts"
import { type CheckResult, fail, pass, skipped } from "./check.ts"
import { hashIdOf, verifySignature } from "./signature.ts"

const RFC = "RFC 6407 §4"

/** Checks of a PUSH message that was opened; `last` is the highest sequence number before it. */
export function verifyPush(
  whole: WholeMessage,
  keys: RekeyKeys,
  last: number | undefined,
  provider: CryptoProvider,
): CheckResult[] {
  const { datagram, payloads } = whole
  const checks: CheckResult[] = []
  const sequence = find(payloads, sequenceNumber)?.sequence
  if (sequence !== undefined && last !== undefined)
    checks.push(
      sequence > last
        ? pass("groupkey-push-seq", RFC, datagram)
        : fail(
            "groupkey-push-seq",
            RFC,
            datagram,
            `its sequence number ${sequence} is not above ${last}: a replay, and members drop it`,
          ),
    )
  const sig = payloads.find(p => p.type === PAYLOAD_TYPE.SIG)
  const { signature } = keys
  const result = (reason: string) => checks.push(fail("groupkey-push-sig", RFC, datagram, reason))
  if (!signature) {
    if (sig) checks.push(skipped("groupkey-push-sig", RFC, datagram, "the policy names no signature algorithm"))
  } else if (!sig)
    result("the policy asks for a signature, and the message has none: anybody in the group can have sent it")
  else if (!signature.spki)
    checks.push(
      skipped(
        "groupkey-push-sig",
        RFC,
        datagram,
        "the server's public key did not come with the keys (SIG_ALGORITHM_KEY)",
      ),
    )
  else {
    const value = sig.src.bytes.subarray(sig.start + 4, sig.end)
    const results = signedForms(whole, sig.start).map(octets => holds(provider, signature, octets, value))
    if (results.includes(true)) checks.push(pass("groupkey-push-sig", RFC, datagram))
    else if (results.includes(false))
      result("the signature does not hold under the key that the registration handed out")
    else checks.push(skipped("groupkey-push-sig", RFC, datagram, "the signature algorithm is not computed here"))
  }
  return checks
}

/**
 * "rekey" | HDR | the payloads in front of SIG. The RFC does not say which header: as it was sent, or before the message was encrypted, without
 * the flag and the padding. All are tried.
 */
function signedForms({ message, opened }: WholeMessage, sigStart: number): Uint8Array[] {
  if (!opened) return []
  const header = message.src.bytes.subarray(message.start, message.start + HEADER_BYTES)
  const payloads = opened.clear.bytes.subarray(0, sigStart)
  const lengths = [undefined, HEADER_BYTES + opened.end, HEADER_BYTES + sigStart]
  return lengths.flatMap(length =>
    [header[19], header[19] & ~1].map(flags => {
      const head = header.slice()
      head[19] = flags
      if (length !== undefined) head.set(u32be(length), 24)
      return concat(REKEY, head, payloads)
    }),
  )
}

const REKEY = utf8("rekey")

/** ECDSA as r|s (RFC 4754) or in DER. */
function holds(
  provider: CryptoProvider,
  { form, spki }: GroupSignature,
  octets: Uint8Array,
  value: Uint8Array,
): boolean | undefined {
  if (!spki) return undefined
  const held = verifySignature(provider, form, spki, octets, value)
  if (held || form.scheme !== "ecdsa") return held
  const id = hashIdOf(form)
  const hash = id && provider.hash[id]
  return hash ? provider.verify.ecdsa(spki, hash(octets), value, "raw") : held
}

/** PRFs of acknowledgements. RFC 8263 §3. */
const ACK_PRFS = ["HMAC-SHA2-256", "HMAC-SHA2-512"] as const

/**
 * HASH = prf(ack_key, SEQ | ID) with ack_key = prf(KEK, "GROUPKEY-PUSH ACK" | SPI | L). RFC 8263 §4. How wide L is, and whether in bits of
 * the PRF's output or of twice as many, was not to be read there: all are tried.
 */
export function verifyPushAck(whole: WholeMessage, keys: RekeyKeys, provider: CryptoProvider): CheckResult[] {
  const [first, ...rest] = whole.payloads
  if (first?.type !== PAYLOAD_TYPE.HASH || rest.length === 0) return []
  const { bytes } = first.src
  const claimed = bytes.subarray(first.start + 4, first.end)
  const covered = bytes.subarray(first.end, rest[rest.length - 1].end)
  const spi = hexBytes(keys.spi)
  const rfc = "RFC 8263 §4"
  for (const name of ACK_PRFS) {
    const mac = provider.mac[prfByName(name)?.mac ?? "hmac-sha2-256"]
    const bits = 8 * claimed.length
    if (!mac) continue
    for (const l of [bits, 2 * bits].flatMap(n => [u16be(n), u32be(n)])) {
      const key = mac(keys.key)(concat(utf8("GROUPKEY-PUSH ACK"), spi, l))
      if (equal(mac(key)(covered), claimed)) return [pass("groupkey-push-ack", rfc, whole.datagram)]
    }
  }
  return [fail("groupkey-push-ack", rfc, whole.datagram, "the HASH payload does not match under the KEK")]
}
