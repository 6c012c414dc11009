/** IVs of ESP in CBC mode, of the first packets of each SA: they are in clear, so no key of the SA is needed. RFC 3602 §3, RFC 2451 §3. */
import { equal } from "../../bytes/bytes.ts"
import { ESP_HEADER_BYTES } from "../../open/esp-suite.ts"
import type { Sample } from "../../track/data-sa.ts"
import { type Remark, source } from "../context.ts"
import { isForeseen, type LastCbc } from "../iv.ts"
import type { TunnelData } from "../tunnel.ts"
import { plural } from "../words.ts"

interface Seen extends LastCbc {
  readonly frame: number
  readonly packet: Uint8Array
}

export function auditDataIvs(data: TunnelData, add: (remark: Remark) => void): void {
  const { report, child, results } = data
  const keys = results.find(r => r.sa)?.sa?.keys
  const encr = keys?.encr ?? child?.encr
  if (!encr?.name.includes("-CBC") || report.protocol !== "ESP") return
  const integ = keys ? keys.integ : child?.integ
  const seen = data.samples.flatMap(s => ivOf(s, encr.ivBytes, integ?.icvBytes ?? 0))
  // A packet that was captured twice is no second one.
  const packets = seen.filter((s, i) => !seen.slice(0, i).some(before => equal(before.packet, s.packet)))
  const foreseen = packets.filter((s, i) => i > 0 && isForeseen(s.iv, packets[i - 1]))
  const again = packets.filter((s, i) => packets.slice(0, i).some(before => equal(before.iv, s.iv)))
  const what = `of ${encr.name} in the first ${plural(packets.length, "packet")} of ESP ${report.spi}`
  const objects = [report.id]
  if (foreseen.length > 0) {
    // RFC 2451 calls the last block of the packet before "a common acceptable practice", of ciphers with blocks of 64 bits.
    const old = encr.blockBytes === 8
    add({
      rule: "iv-predictable",
      severity: old ? "low" : "medium",
      message: `${plural(foreseen.length, "IV")} ${what} could be foretold from the packet before: its last block, or its IV counted on${old ? "" : '; an IV "MUST be chosen at random, and MUST be unpredictable"'}`,
      advice: "update the sender: who chooses what it sends can test guesses of what it sent before",
      objects,
      frames: foreseen.map(f => f.frame),
      sources: [old ? source("RFC 2451", "§3", "1998-11") : source("RFC 3602", "§3", "2003-09")],
    })
  }
  if (again.length > 0)
    add({
      rule: "iv-reused",
      severity: "medium",
      message: `${plural(again.length, "IV")} ${what} stood in a packet before it: equal beginnings show`,
      advice: "replace this implementation: each packet needs an IV of its own",
      objects,
      frames: again.map(f => f.frame),
      sources: [source("RFC 3602", "§3", "2003-09")],
    })
}

/** IV and last block of a packet; nothing when it is too short. */
function ivOf({ frame, bytes, payloadStart }: Sample, ivBytes: number, icvBytes: number): Seen[] {
  const start = payloadStart + ESP_HEADER_BYTES
  const end = bytes.length - icvBytes
  if (end < start + 2 * ivBytes) return []
  const packet = bytes.subarray(payloadStart)
  return [{ frame, packet, iv: bytes.subarray(start, start + ivBytes), block: bytes.subarray(end - ivBytes, end) }]
}
