/** Algorithms in use: every profile's word on each, and its strength. What is on offer is in `offers.ts`. */
import { type RuleContext, source } from "../context.ts"
import type { ControlId } from "../controls.ts"
import type { Verdict } from "../judge.ts"
import type { AlgorithmUse, Dimension, Profile } from "../profile.ts"
import type { Subject } from "../seen/index.ts"
import type { AuditSeverity } from "../severity.ts"
import { blockBytes, encryptionBits, isNullEncryption, isPostQuantum, keyExchangeBits } from "../strength.ts"
import { betterText, reasonsFor, ruleFor, severityFor, sourcesFor, telling, type Worth } from "./judged.ts"

const STRENGTH = source("NIST SP 800-57pt1r5", "§5.6.1", "2020-05")
const SWEET32 = source("CVE-2016-2183 (Sweet32)", "§3", "2016-08")

/** Dimensions that are suites: authentication has rules of its own. */
export type SuiteKind = Extract<Dimension, "encryption" | "integrity" | "prf" | "key exchange">

export const RULE_PART: Readonly<Record<SuiteKind, string>> = {
  encryption: "encryption",
  integrity: "integrity",
  prf: "prf",
  "key exchange": "key-exchange",
}
export const PURPOSE: Readonly<Record<SuiteKind, string>> = {
  encryption: "encryption",
  integrity: "integrity",
  prf: "key derivation",
  "key exchange": "key exchange",
}

const PARTS: readonly { readonly id: ControlId; readonly kind: SuiteKind; readonly use: AlgorithmUse }[] = [
  { id: "ike-encryption", kind: "encryption", use: "ike" },
  { id: "ike-integrity", kind: "integrity", use: "ike" },
  { id: "ike-prf", kind: "prf", use: "ike" },
  { id: "ike-key-exchange", kind: "key exchange", use: "ike" },
  { id: "ipsec-encryption", kind: "encryption", use: "ipsec" },
  { id: "ipsec-integrity", kind: "integrity", use: "ipsec" },
  { id: "child-key-exchange", kind: "key exchange", use: "ipsec" },
]

export function auditAlgorithms(context: RuleContext): void {
  for (const { id, kind, use } of PARTS)
    for (const subject of context.seen(id)) {
      // That traffic can be read is a finding of its own.
      if (kind === "encryption" && isNullEncryption(subject.names[0])) continue
      report(context, kind, use, subject, context.verdicts(id, subject))
    }
}

function report(
  context: RuleContext,
  kind: SuiteKind,
  use: AlgorithmUse,
  subject: Subject,
  all: readonly Verdict[],
): void {
  const worth = worthOf(kind, use, subject.names)
  const verdicts = telling(all, worth)
  const severity = severityFor(verdicts, worth)
  if (severity === null) return
  if (kind === "key exchange" && use === "ike" && wantsPostQuantum(all, subject.names))
    context.findings.quantumReported.add(context.tunnel.id)
  const better = betterText(context, kind, use, verdicts)
  context.report({
    rule: ruleFor(RULE_PART[kind], verdicts, worth),
    severity,
    message: `${subject.where} uses ${subject.text} for ${PURPOSE[kind]}: ${reasonsFor(verdicts, worth)}`,
    advice: better === null ? "configure a stronger one on both ends" : `configure ${better} on both ends`,
    objects: subject.objects,
    frames: subject.frames,
    sources: sourcesFor(verdicts, worth),
  })
}

/** Whether a profile that asks for a post-quantum key exchange speaks of classical ones. */
const wantsPostQuantum = (verdicts: readonly Verdict[], names: readonly string[]): boolean =>
  !names.some(isPostQuantum) && verdicts.some(v => asksPostQuantum(v.profile))

const asksPostQuantum = ({ keySets }: Profile): boolean =>
  keySets?.[0].need.some(list => list.every(isPostQuantum)) ?? false

/** How strong it is by itself; of several key exchanges in one SA the strongest counts (RFC 9370 §1). */
export function worthOf(kind: SuiteKind, use: AlgorithmUse, names: readonly string[]): Worth | undefined {
  if (kind === "encryption") return cipherWorth(use, names[0])
  if (kind !== "key exchange" || names.some(isPostQuantum)) return undefined
  const bits = Math.max(...names.map(n => keyExchangeBits(n) ?? 128))
  if (bits >= 112) return undefined
  return { severity: severityOfBits(bits), reason: bitsText(bits), source: STRENGTH }
}

function cipherWorth(use: AlgorithmUse, name: string): Worth | undefined {
  const bits = encryptionBits(name)
  if (bits === undefined) return undefined
  if (bits < 112) return { severity: severityOfBits(bits), reason: `keys of ${bits} bits`, source: STRENGTH }
  if (blockBytes(name) !== 8) return undefined
  return {
    severity: use === "ipsec" ? "medium" : "low",
    reason: "blocks of 64 bits repeat after some gigabytes",
    source: SWEET32,
  }
}

const bitsText = (bits: number): string => (bits === 0 ? "no secret at all" : `about ${bits} bits of strength`)
const severityOfBits = (bits: number): AuditSeverity => (bits < 64 ? "critical" : bits < 90 ? "high" : "medium")
