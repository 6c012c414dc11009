/** What single data SAs show: failing ICVs, replays, repeated IVs, padding, a wrapped sequence number. RFC 4303 §2.2, §2.4, §3.3.3, §3.4. */

import type { Diagnostic } from "../../bytes/diagnostic.ts"
import type { DiagnosticCode } from "../../diagnostics/codes.ts"
import { PADDING_FORMS } from "../../ipsec/esp-trailer.ts"
import type { ChildSa } from "../../track/child-sa.ts"
import type { DataResult } from "../../track/data-result.ts"
import type { DataSa } from "../../track/data-sa.ts"
import { selectorTexts } from "../../track/selector.ts"
import type { DataInput } from "./data-input.ts"
import { dataFinding, dataText } from "./data-words.ts"
import { mismatches } from "./key-mismatch.ts"
import { countText, framesText, plural } from "./words.ts"

export function explainFaults({ all, index }: DataInput): Diagnostic[] {
  return all.flatMap(data => [
    ...(data.result ? openedFaults(data, data.result, index.find(data)?.child) : []),
    ...nullEncryption(data, index.find(data)?.child),
    ...mismatches(data),
    ...(data.inside ? [nested(data, data.inside)] : []),
    ...sequenceFaults(data, index.find(data)?.child),
  ])
}

/** ` 10.1.0.0/16 ⇄ 10.2.0.0/16`, or nothing. */
function allowedText(child: ChildSa | undefined): string {
  if (!child || child.selectors.i.length === 0) return ""
  return ` ${selectorTexts(child.selectors.i).join(", ")} ⇄ ${selectorTexts(child.selectors.r).join(", ")}`
}

function openedFaults(data: DataSa, r: DataResult, child: ChildSa | undefined): Diagnostic[] {
  const out: Diagnostic[] = []
  const say = (code: DiagnosticCode, severity: Diagnostic["severity"], frames: readonly number[], message: string) =>
    out.push(dataFinding(data, code, severity, message, frames[0] ?? data.firstFrame))
  const what = dataText(data)
  if (r.icvFailed > 0)
    say(
      "icv-failed",
      "error",
      r.failedFrames,
      r.icvOk === 0 && data.senders.some(s => s.result && s.result.icvOk > 0)
        ? `the ICV of none of ${plural(r.icvFailed, "packet")} of ${what} holds, while other senders' packets under this SPI verify: this sender has keys that are not given, or it is forged`
        : r.icvOk === 0
          ? `the ICV of none of ${plural(r.icvFailed, "packet")} of ${what} holds: the keys do not belong to this SA, or something on the path rewrites it`
          : `the ICV of ${countText(r.icvFailed)} of ${plural(r.packets, "packet")} of ${what} does not hold (${framesText(r.failedFrames)}): they were changed on the way, or forged; the receiver drops them`,
    )
  if (r.replays > 0)
    say(
      "esp-replay",
      "warning",
      r.replayFrames,
      `${plural(r.replays, "packet")} of ${what} came again with a valid ICV (${framesText(r.replayFrames)}): replayed by somebody, doubled by the network or a mirror port, or numbered anew by the sender; the receiver must drop them`,
    )
  if (r.ivReused > 0)
    say(
      "iv-reused",
      "warning",
      r.ivReuseFrames,
      `${plural(r.ivReused, "packet")} of ${what} ${r.ivReused === 1 ? "uses" : "use"} an IV a second time (${framesText(r.ivReuseFrames)}): with a counter mode that gives the plaintext away; the sender is broken`,
    )
  if (r.paddingFaults > 0)
    say(
      "esp-padding",
      "warning",
      r.paddingFrames,
      `the padding of ${plural(r.paddingFaults, "packet")} of ${what} is ${paddingText(r.paddingForms)} (${framesText(r.paddingFrames)}): the sender erred, strict receivers drop them. RFC 4303 §2.4: "the first padding byte appended to the plaintext is numbered 1, with subsequent padding bytes making up a monotonically increasing sequence: 1, 2, 3, …"`,
    )
  if (r.outside > 0)
    say(
      "inner-outside-selectors",
      "warning",
      r.outsideFrames,
      `${countText(r.outside)} of ${plural(r.opened, "packet")} inside ${what} ${r.outside === 1 ? "lies" : "lie"} outside its traffic selectors${allowedText(child)} (${framesText(r.outsideFrames)}): the receiver must drop them; most often a NAT rule of the sender changes the source address before the tunnel, or a route sends too much into it`,
    )
  const cut = Math.min(r.truncated, data.packets)
  if (cut > 0)
    say(
      "packets-cut-short",
      "info",
      [],
      `${plural(cut, "packet")} of ${what} ${cut === 1 ? "is" : "are"} not whole in the capture and cannot be verified: capture with -s 0`,
    )
  return out
}

const paddingText = (forms: number): string => PADDING_FORMS.filter((_, bit) => forms & (1 << bit)).join("; or ")

/** ESP that shows its packets although nobody gave a key. Nothing new where NULL was agreed, or the keys say so. */
function nullEncryption(data: DataSa, child: ChildSa | undefined): Diagnostic[] {
  const layout = data.nullEncrypted ?? data.result?.nullEncrypted
  const agreed = child?.suite.encr ?? null
  if (!layout || data.result?.sa || agreed === "NULL") return []
  const behind = layout.icvBytes > 0 ? `, behind them what looks like an ICV of ${8 * layout.icvBytes} bits` : ""
  const message = `${dataText(data)} seems not to be encrypted${agreed ? `, though ${agreed} was agreed` : ""}: its packets hold whole packets in the clear with right lengths and checksums${behind} (an inference without keys, RFC 5879)`
  return [dataFinding(data, "esp-null", agreed ? "warning" : "info", message)]
}

const nested = (data: DataSa, outer: DataSa): Diagnostic =>
  dataFinding(
    data,
    "esp-nested",
    "info",
    `${plural(data.packets, "packet")} of ${dataText(data)} ${data.packets === 1 ? "was" : "were"} inside ${dataText(outer)}: one tunnel in another, or an SA bundle`,
  )

const LAST_SEQUENCE = 0xffff_ffff
/** RFC 4303 §2.1, RFC 4302 §2.4. */
const LAST_RESERVED_SPI = 255

const reservedSpi = (data: DataSa): Diagnostic =>
  dataFinding(
    data,
    "spi-reserved",
    "warning",
    data.spi === 0
      ? `${dataText(data)}: SPI 0 is reserved for local use and never sent; behind UDP it would be taken for the Non-ESP Marker`
      : `${dataText(data)}: SPIs 1 to 255 are reserved by IANA; no SA may have one${ping(data)}`,
  )

/** draft-ietf-ipsecme-esp-ping, as Linux has it: 7 is the request's SPI, 8 the answer's. */
const ping = ({ protocol, spi }: DataSa): string =>
  protocol === "ESP" && (spi === 7 || spi === 8)
    ? `; ${spi === 7 ? "an echo request" : "an echo reply"} of ESP ping has this one (draft-ietf-ipsecme-esp-ping): a test of the path, in the clear`
    : ""

function sequenceFaults(data: DataSa, child: ChildSa | undefined): Diagnostic[] {
  const out: Diagnostic[] = []
  const { wraps, duplicate, replayedOutsideWindow, littleEndian, highest } = data.sequences
  const what = dataText(data)
  if (data.spi <= LAST_RESERVED_SPI && (data.senders[0] ?? data) === data) out.push(reservedSpi(data))
  // A packet whose ICV fails may be forged: what its number looks like is nobody's fault.
  if (data.result?.verified) return out
  if (littleEndian)
    out.push(
      dataFinding(
        data,
        "esp-sequence-order",
        "warning",
        `the sender of ${what} writes sequence numbers in little-endian byte order: they go up by one only when their octets are turned round; a receiver that reads them as RFC 4303 §2.2 says takes them for jumps of 16,777,216 and, after 255 packets, drops them as too old`,
      ),
    )
  const esn = child ? child.suite.esn : data.result?.sa?.keys.esn
  if (data.sequences.hasZero && !esn)
    out.push(
      dataFinding(
        data,
        "esp-sequence-zero",
        "warning",
        `${what} has a packet with the sequence number 0: a sender counts from 1 (RFC 4303 §3.3.3), and a receiver with anti-replay drops it`,
      ),
    )
  if (wraps === 0 && highest === LAST_SEQUENCE && !esn)
    out.push(
      dataFinding(
        data,
        "esp-sequence-exhausted",
        "warning",
        `${what} used its last sequence number, 4,294,967,295: without extended sequence numbers the sender must stop there and the SA be replaced before (RFC 4303 §3.3.3)${esn === undefined ? "; whether ESN was agreed is not in the capture" : ""}`,
        data.lastFrame,
      ),
    )
  if (wraps > 0 && !esn)
    out.push(
      dataFinding(
        data,
        "esp-sequence-wrap",
        esn === undefined ? "info" : "warning",
        `the sequence number of ${what} came round ${plural(wraps, "time")}${esn === undefined ? ", which needs extended sequence numbers (ESN)" : " without extended sequence numbers"}: an SA must be rekeyed before that`,
      ),
    )
  if ((data.result?.replays ?? 0) > 0) return out
  if (replayedOutsideWindow > 0)
    out.push(
      dataFinding(
        data,
        "esp-replay",
        "warning",
        `${plural(replayedOutsideWindow, "sequence number")} of ${what} came again more than 64 packets later: a replay, or two senders under one SPI`,
      ),
    )
  else if (duplicate > 0)
    out.push(
      dataFinding(
        data,
        "esp-duplicates",
        "info",
        `${plural(duplicate, "packet")} of ${what} ${duplicate === 1 ? "has" : "have"} a sequence number that came before: the network or a mirror port doubled packets, or the sender counts anew`,
      ),
    )
  return out
}
