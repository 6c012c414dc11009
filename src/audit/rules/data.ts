/** What the packets show: too much under one key of a cipher with small blocks, sequence numbers that run out, ESP that is not encrypted. */

import { instantOf } from "../../report/time.ts"
import type { Findings } from "../context.ts"
import { type RuleContext, source } from "../context.ts"
import { blockBytes } from "../strength.ts"
import type { TunnelData } from "../tunnel.ts"
import { plural, spanText } from "../words.ts"
import { auditDataIvs } from "./data-ivs.ts"

/** NIST SP 800-67 Rev. 2 §3.1: 2^20 blocks of 8 octets under one key bundle. */
const SMALL_BLOCK_BYTES = 2 ** 23
/** Half of the blocks at which a collision is likely: 2^32 blocks of 8 octets. */
const COLLISION_BYTES = 2 ** 35
/** A rekey has to come before this. */
const NEARLY_ALL = 0.9 * 2 ** 32
/** A rate at which 2^32 packets take less than this is worth extended sequence numbers. */
const SOON_SECONDS = 8 * 3600
/** Too short to speak of a rate. */
const RATE_SECONDS = 1
const RATE_PACKETS = 10_000

export function auditData(context: RuleContext): void {
  for (const data of context.tunnel.data) {
    auditVolume(context, data)
    auditSequence(context, data)
    auditDataIvs(data, remark => context.report(remark))
  }
}

/** Sweet32: blocks of 64 bits collide, and give away plaintext. */
function auditVolume(context: RuleContext, { report, child, firstFrame }: TunnelData): void {
  const name = child?.suite.encr
  if (!name || blockBytes(name) !== 8 || report.bytes < SMALL_BLOCK_BYTES) return
  context.report({
    rule: "small-block-volume",
    severity: report.bytes >= COLLISION_BYTES ? "critical" : "high",
    message: `${Math.round(report.bytes / 1e6)} MB under one key of ${name} (${report.protocol} ${report.spi}): blocks of 64 bits begin to repeat, and show plaintext`,
    advice: "replace the cipher by AES; until then rekey after 8 MB",
    objects: [report.id],
    frames: [firstFrame],
    sources: [source("NIST SP 800-67r2", "§3.1", "2017-11"), source("CVE-2016-2183 (Sweet32)", "§3", "2016-08")],
  })
}

/** 2^32 packets end an SA that has no extended sequence numbers. RFC 4303 §2.2.1, §3.3.3. */
function auditSequence(context: RuleContext, { report, child, firstFrame }: TunnelData): void {
  if (!child || child.suite.esn) return
  const a = instantOf(report.first_time)
  const b = instantOf(report.last_time)
  const seconds = b.seconds - a.seconds + (b.nanos - a.nanos) / 1e9
  const left = 2 ** 32 - report.sequence.last
  const toEnd = report.packets >= RATE_PACKETS && seconds >= RATE_SECONDS ? left / (report.packets / seconds) : Infinity
  const close = report.sequence.last >= NEARLY_ALL
  if (!close && toEnd >= SOON_SECONDS) return
  context.report({
    rule: "sequence-numbers-run-out",
    severity: close ? "medium" : "low",
    message: close
      ? `${report.protocol} ${report.spi} has used ${report.sequence.last} of its 4294967295 sequence numbers, without extended ones`
      : `${report.protocol} ${report.spi} sends ${Math.round(report.packets / seconds)} packets a second: without extended sequence numbers it must be rekeyed within ${spanText(toEnd)}`,
    advice: "negotiate extended sequence numbers (ESN) on both ends",
    objects: [report.id],
    frames: [firstFrame],
    sources: [source("RFC 4303", "§2.2.1", "2005-12")],
  })
}

/** Data SAs whose negotiation the capture does not have: what can be said of them all the same. */
export function auditLooseData(loose: readonly TunnelData[], findings: Findings): void {
  for (const data of loose) {
    const { report, isNull, firstFrame } = data
    auditDataIvs(data, remark => findings.add(null, remark))
    if (!isNull) continue
    findings.add(null, {
      rule: "null-encryption",
      severity: "medium",
      message: `${report.protocol} ${report.spi} from ${report.source} to ${report.destination} is not encrypted: ${plural(report.packets, "packet")} readable by everyone in the path`,
      advice: "use AES-GCM-16 or CHACHA20-POLY1305, unless the packets may be read by everyone",
      objects: [report.id],
      frames: [firstFrame],
      sources: [source("RFC 5879", "§8", "2010-05")],
    })
  }
}
