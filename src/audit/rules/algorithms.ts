/** Weak, deprecated or unapproved algorithms: chosen ones by use, offered ones together. Every profile's word on each, and its strength. */
import type { IkeSa } from "../../track/ike-sa.ts"
import type { Offer } from "../../track/vocabulary.ts"
import { choiceFrame, firstFrame, type RuleContext, source, sourceOf, unique } from "../context.ts"
import { type AlgorithmKind, type AlgorithmUse, approvedNames, type Verdict } from "../profile.ts"
import { type AuditSeverity, worse } from "../severity.ts"
import { blockBytes, encryptionBits, isPostQuantum, keyExchangeBits } from "../strength.ts"
import type { Source } from "../types.ts"
import { listText, verdictText } from "../words.ts"

const STRENGTH = source("NIST SP 800-57pt1r5", "§5.6.1", "2020-05")
const SWEET32 = source("CVE-2016-2183 (Sweet32)", "§3", "2016-08")

const RULE: Readonly<Record<AlgorithmKind, string>> = {
  encryption: "weak-encryption",
  integrity: "weak-integrity",
  prf: "weak-prf",
  "key exchange": "weak-key-exchange",
  authentication: "weak-authentication",
}
const ADVICE: Readonly<Record<AlgorithmKind, string>> = {
  encryption: "configure AES-GCM-16 or CHACHA20-POLY1305 alone on both ends",
  integrity: "configure HMAC-SHA2-256-128 or stronger, or an AEAD cipher, on both ends",
  prf: "configure HMAC-SHA2-256 or stronger on both ends",
  "key exchange": "configure ECP-256, X25519, MODP-3072 or stronger on both ends, better with ML-KEM beside it",
  authentication: "sign with RSASSA-PSS, ECDSA or Ed25519 and SHA2-256 or stronger (RFC 7427)",
}

/** What an algorithm is worth by itself, whatever profiles say. */
interface Worth {
  readonly severity: AuditSeverity
  readonly reason: string
  readonly source: Source
}

export function auditAlgorithms(context: RuleContext): void {
  for (const sa of context.tunnel.sas) {
    auditChosen(context, sa)
    auditOffered(context, sa)
  }
  for (const child of context.tunnel.children) {
    if (child.protocol === "IPCOMP") continue
    const at = { objects: [child.id], frame: child.frame, where: child.protocol }
    if (child.suite.encr) tellChosen(context, "encryption", "ipsec", child.suite.encr, at)
    if (child.suite.integ) tellChosen(context, "integrity", "ipsec", child.suite.integ, at)
    tellKeyExchanges(context, "ipsec", child.suite.ke, at)
  }
}

interface Where {
  readonly objects: readonly string[]
  readonly frame: number | null
  /** `IKE`, `ESP`, `AH`. */
  readonly where: string
}

function auditChosen(context: RuleContext, sa: IkeSa): void {
  const names = sa.choice?.names
  if (!names) return
  const at = { objects: [sa.id], frame: choiceFrame(sa), where: sa.version === 1 ? "IKEv1" : "IKEv2" }
  if (names.encr) tellChosen(context, "encryption", "ike", names.encr, at)
  if (names.integ) tellChosen(context, "integrity", "ike", names.integ, at)
  if (names.prf) tellChosen(context, "prf", "ike", names.prf, at)
  tellKeyExchanges(context, "ike", names.ke, at)
}

/** Of several key exchanges in one SA the strongest counts; RFC 9370 §1. */
function tellKeyExchanges(context: RuleContext, use: AlgorithmUse, names: readonly string[], at: Where): void {
  const strongest = names.reduce((most, n) => Math.max(most, keyExchangeBits(n) ?? 128), 0)
  for (const name of names) tellChosen(context, "key exchange", use, name, at, strongest)
}

function tellChosen(
  context: RuleContext,
  kind: AlgorithmKind,
  use: AlgorithmUse,
  name: string,
  { objects, frame, where }: Where,
  strongest = 0,
): void {
  const { verdicts, severity } = context.judged(kind, use, name, false)
  const worth = worthOf(kind, use, name, strongest)
  if (severity === null && !worth) return
  context.tell({
    rule: RULE[kind],
    severity: severity === null ? (worth as Worth).severity : worth ? worse(severity, worth.severity) : severity,
    message: `${where} uses ${name} for ${PURPOSE[kind]}: ${reasons(verdicts, worth)}`,
    advice: adviceFor(context, kind, use, verdicts, worth),
    objects,
    frames: [frame],
    sources: [...verdicts.map(sourceOf), ...(worth ? [worth.source] : [])],
  })
}

/** Where only lists of governments speak against it, what all of them have. */
function adviceFor(
  context: RuleContext,
  kind: AlgorithmKind,
  use: AlgorithmUse,
  verdicts: readonly Verdict[],
  worth: Worth | undefined,
): string {
  const lists = verdicts.map(v => approvedNames(v.profile, kind, use, context.year))
  if (worth || lists.length === 0 || lists.some(l => l.length === 0)) return ADVICE[kind]
  const common = lists.reduce((a, b) => a.filter(n => b.includes(n)))
  const named = common.length > 0 ? common : lists[0]
  return `configure ${listText(named, 4, "or")} on both ends`
}

const PURPOSE: Readonly<Record<AlgorithmKind, string>> = {
  encryption: "encryption",
  integrity: "integrity",
  prf: "key derivation",
  "key exchange": "key exchange",
  authentication: "authentication",
}

const reasons = (verdicts: readonly Verdict[], worth: Worth | undefined): string =>
  [...(worth ? [worth.reason] : []), ...verdicts.map(verdictText)].join("; ")

function worthOf(kind: AlgorithmKind, use: AlgorithmUse, name: string, strongest: number): Worth | undefined {
  if (kind === "encryption") return cipherWorth(use, name)
  if (kind !== "key exchange" || isPostQuantum(name)) return undefined
  const bits = keyExchangeBits(name)
  if (bits === undefined || bits >= 112 || strongest >= 112) return undefined
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

/** What was offered and not chosen, of one kind in one finding. */
function auditOffered(context: RuleContext, sa: IkeSa): void {
  const chosen = sa.choice?.names
  const where = sa.version === 1 ? "IKEv1" : "IKEv2"
  const at = { objects: [sa.id], frame: firstFrame(sa), where }
  const ike = offeredNames(sa.offered)
  const v1 = sa.version === 1
  tellOffered(context, "encryption", "ike", ike.encr, [chosen?.encr], at)
  // IKEv1 lists its hash among the integrity algorithms: it is the PRF too.
  tellOffered(
    context,
    v1 ? "prf" : "integrity",
    "ike",
    v1 ? ike.integ.map(h => `HMAC-${h}`) : ike.integ,
    v1 ? [chosen?.prf] : [chosen?.integ],
    at,
  )
  if (!v1) tellOffered(context, "prf", "ike", ike.prf, [chosen?.prf], at)
  tellOffered(context, "key exchange", "ike", ike.ke, chosen?.ke ?? [], at)
  auditOfferedChildren(context, sa)
}

function auditOfferedChildren(context: RuleContext, sa: IkeSa): void {
  const used = unique(sa.children.flatMap(c => [c.suite.encr, c.suite.integ, ...c.suite.ke]))
  for (const attempt of sa.attempts) {
    if (attempt.protocol === "IKE") continue
    const names = offeredNames(attempt.offered)
    const at = { objects: [sa.id], frame: attempt.requestFrame, where: attempt.protocol }
    tellOffered(context, "encryption", "ipsec", names.encr, used, at)
    tellOffered(context, "integrity", "ipsec", names.integ, used, at)
    tellOffered(context, "key exchange", "ipsec", names.ke, used, at)
  }
  const quick = context.facts(sa).quick.filter(q => !q.chosen)
  for (const protocol of ["ESP", "AH"] as const) {
    const mine = quick.filter(q => q.protocol === protocol)
    const names = (of: (q: (typeof mine)[number]) => string | null) => unique(mine.flatMap(q => of(q) ?? []))
    const at = { objects: [sa.id], frame: mine[0]?.frame ?? null, where: protocol }
    tellOffered(
      context,
      "encryption",
      "ipsec",
      names(q => q.encr),
      used,
      at,
    )
    tellOffered(
      context,
      "integrity",
      "ipsec",
      names(q => q.integ),
      used,
      at,
    )
    tellOffered(
      context,
      "key exchange",
      "ipsec",
      names(q => q.ke),
      used,
      at,
    )
  }
}

const offeredNames = (offers: readonly Offer[]) => {
  const all = (of: (o: Offer) => readonly string[]) => unique(offers.flatMap(of))
  return { encr: all(o => o.encr), integ: all(o => o.integ), prf: all(o => o.prf), ke: all(o => o.ke) }
}

function tellOffered(
  context: RuleContext,
  kind: AlgorithmKind,
  use: AlgorithmUse,
  names: readonly string[],
  chosen: readonly (string | null | undefined)[],
  { objects, frame, where }: Where,
): void {
  const weak = names
    .filter(n => !chosen.includes(n))
    .flatMap(name => {
      const { verdicts, severity } = context.judged(kind, use, name, true)
      const worth = worthOf(kind, use, name, 0)
      const own: AuditSeverity | null = !worth
        ? null
        : worth.severity === "critical"
          ? "medium"
          : worth.severity === "high"
            ? "low"
            : "info"
      const both = severity === null ? own : own === null ? severity : worse(severity, own)
      return both === null ? [] : [{ name, verdicts, worth, severity: both }]
    })
  if (weak.length === 0) return
  const sources = weak.flatMap(w => [...w.verdicts.map(sourceOf), ...(w.worth ? [w.worth.source] : [])])
  const picked = chosen.filter(c => c)
  context.tell({
    rule: `${RULE[kind]}-offered`,
    severity: weak.map(w => w.severity).reduce(worse),
    message: `${where} offers ${listText(weak.map(w => w.name))} for ${PURPOSE[kind]}${picked.length > 0 ? ", not chosen here" : ""}: ${unique(weak.flatMap(w => (w.verdicts.length > 0 ? w.verdicts.map(verdictText) : w.worth ? [w.worth.reason] : []))).join("; ")}`,
    advice: "take them out of the proposals: a peer with a poorer policy, or one who breaks them, may get them chosen",
    objects,
    frames: [frame],
    sources: dedupe(sources),
  })
}

const dedupe = (sources: readonly Source[]): Source[] => [
  ...new Map(sources.map(s => [`${s.document} ${s.section} ${s.level}`, s])).values(),
]
