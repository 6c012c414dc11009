/** Traffic that is not encrypted or not protected against changes, ICVs that fail, invalid public values. RFC 8221 §4, RFC 6989. */
import { grouped } from "../../bytes/grouped.ts"
import type { ChildSa } from "../../track/child-sa.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { type RuleContext, source, unique } from "../context.ts"
import type { ControlId } from "../controls.ts"
import { type Verdict, worstOf } from "../judge.ts"
import { type AuditSeverity, worse } from "../severity.ts"
import { isCombinedMode, isNullEncryption } from "../strength.ts"
import type { TunnelData } from "../tunnel.ts"
import { plural, verdictText } from "../words.ts"
import { sourcesFor } from "./judged.ts"

const UNAUTHENTICATED = source("RFC 8221", "§4", "2017-10")

/** What the profiles say under a control of one object. */
const verdictsOn = (context: RuleContext, id: ControlId, object: string): readonly Verdict[] =>
  context.seenOf(id, object).flatMap(s => context.verdicts(id, s))

/** A sentence, and behind it what the profiles say. */
const withVerdicts = (text: string, verdicts: readonly Verdict[]): string =>
  [text, ...unique(verdicts.map(v => verdictText(v)))].join("; ")

const atLeast = (severity: AuditSeverity, verdicts: readonly Verdict[]): AuditSeverity => {
  const worst = worstOf(verdicts)
  return worst === null ? severity : worse(severity, worst)
}

export function auditIntegrity(context: RuleContext): void {
  const sameMessage = grouped(context.tunnel.children, messageOf)
  for (const child of context.tunnel.children) auditChild(context, child, sameMessage.get(messageOf(child)) ?? [])
  for (const sa of context.tunnel.sas) {
    auditIke(context, sa)
    auditSealed(context, sa)
    auditPublicValues(context, sa)
    auditMessageIds(context, sa)
  }
  for (const data of context.tunnel.data) auditIcv(context, data)
}

/** The message that made a Child SA. */
const messageOf = (child: ChildSa): string => `${child.ike} ${child.frame}`

/** `made` are the Child SAs that its message made. */
function auditChild(context: RuleContext, child: ChildSa, made: readonly ChildSa[]): void {
  const { encr, integ } = child.suite
  const at = { objects: [child.id], frames: [child.frame] }
  // The other of AH and ESP that one IKEv1 proposal puts around the same packets. RFC 2407 §4.1.
  const partner = made.find(c => c.protocol !== child.protocol)
  const ah = child.protocol === "AH" ? verdictsOn(context, "ipsec-protocol", child.id) : []
  const none =
    child.protocol === "ESP" && isNullEncryption(encr) ? verdictsOn(context, "ipsec-encryption", child.id) : []
  if (partner && child.protocol === "AH")
    context.report({
      objects: [child.id, partner.id],
      frames: [child.frame],
      rule: "ah-beside-esp",
      severity: atLeast("low", ah),
      message: withVerdicts("AH and ESP are put around the same packets, which is not recommended", ah),
      advice: "use ESP alone, with an AEAD cipher",
      sources: [...sourcesFor(ah, undefined), UNAUTHENTICATED],
    })
  else if (child.protocol === "AH")
    context.report({
      ...at,
      rule: "ah-without-encryption",
      severity: atLeast("low", ah),
      message: withVerdicts("AH protects the packets against changes and leaves them readable", ah),
      advice: "use ESP with an AEAD cipher, unless the packets may be read by everyone",
      sources: [...sourcesFor(ah, undefined), UNAUTHENTICATED],
    })
  if (child.protocol !== "ESP" || encr === null) return
  if (isNullEncryption(encr))
    context.report({
      ...at,
      rule: "null-encryption",
      severity: atLeast("medium", none),
      message: withVerdicts(`ESP uses ${encr}: the packets are readable by everyone in the path`, none),
      advice: "use an AEAD cipher, unless the packets may be read by everyone",
      sources: [...sourcesFor(none, undefined), source("RFC 2410", "§1", "1998-11")],
    })
  if (integ === null && !isCombinedMode(encr) && !partner)
    context.report({
      ...at,
      rule: "no-integrity",
      severity: isNullEncryption(encr) ? "critical" : "high",
      message: `ESP uses ${encr} without integrity: packets can be changed in the path, and with CBC so be read`,
      advice: "add HMAC-SHA2-256-128, or use an AEAD cipher",
      sources: [UNAUTHENTICATED, source("RFC 8221", "§6", "2017-10")],
    })
}

/** IKEv2 itself must be encrypted and protected. RFC 7296 §3.3.2, RFC 8247 §2.1. */
function auditIke(context: RuleContext, sa: IkeSa): void {
  const names = sa.version === 2 ? sa.choice?.names : undefined
  if (!names?.encr) return
  const at = { objects: [sa.id], frames: [sa.choice?.frame] }
  if (isNullEncryption(names.encr))
    context.report({
      ...at,
      rule: "null-encryption",
      severity: "critical",
      message: withVerdicts(
        `IKEv2 uses ${names.encr}: identities, keys' negotiation and EAP are readable by everyone in the path`,
        verdictsOn(context, "ike-encryption", sa.id),
      ),
      advice: "use an AEAD cipher: IKE may not go unencrypted",
      sources: [
        ...sourcesFor(verdictsOn(context, "ike-encryption", sa.id), undefined),
        source("RFC 7296", "§5", "2014-10"),
      ],
    })
  if (names.integ === null && !isCombinedMode(names.encr))
    context.report({
      ...at,
      rule: "no-integrity",
      severity: "critical",
      message: `IKEv2 uses ${names.encr} without integrity: its messages can be changed in the path`,
      advice: "add HMAC-SHA2-256-128, or use an AEAD cipher",
      sources: [source("RFC 7296", "§3.3.3", "2014-10")],
    })
}

/** ICVs of SK: some failing beside others that hold mean damage or forgery; all failing mean a wrong key. */
function auditSealed(context: RuleContext, sa: IkeSa): void {
  const checks = sa.checks.filter(c => c.id === "sk-integrity")
  const failed = checks.filter(c => c.status === "fail")
  if (failed.length === 0) return
  const held = checks.some(c => c.status === "pass")
  context.report({
    rule: "icv-failed",
    severity: held ? "high" : "low",
    message: held
      ? `the ICV of ${plural(failed.length, "IKE message")} fails under keys that open others: damaged or forged`
      : `the ICV of ${plural(failed.length, "IKE message")} fails, none holds: the keys given are not this SA's, or all are forged`,
    advice: held
      ? "compare captures of both ends: a difference on the way is an attack or a broken device"
      : "check the secrets given",
    objects: [sa.id],
    frames: failed.map(c => c.frame),
    sources: [source("RFC 7296", "§3.14", "2014-10")],
  })
}

function auditIcv(context: RuleContext, data: TunnelData): void {
  const { report } = data
  if (report.icv_failed === 0) return
  const held = report.icv_ok > 0
  context.report({
    rule: "icv-failed",
    severity: held ? "high" : "low",
    message: held
      ? `the ICV of ${plural(report.icv_failed, "packet")} of ${report.protocol} ${report.spi} fails, of ${report.icv_ok} it holds: damaged or forged`
      : `the ICV of no packet of ${report.protocol} ${report.spi} holds: the keys are not this SA's, or all are forged`,
    advice: held
      ? "compare captures of both ends: a difference on the way is an attack or a broken device"
      : "check the secrets given",
    objects: [report.id],
    frames: data.results.flatMap(r => r.failedFrames),
    sources: [source(report.protocol === "AH" ? "RFC 4302" : "RFC 4303", "§3.4.4", "2005-12")],
  })
}

/** Values that are no proper element of their group lead to keys that can be known. */
function auditPublicValues(context: RuleContext, sa: IkeSa): void {
  for (const c of sa.checks.filter(x => x.id === "dh-public" && x.status === "fail"))
    context.report({
      rule: "key-exchange-value",
      severity: sa.choice && sa.state !== "failed" ? "critical" : "high",
      message: `a key exchange value is not valid: ${c.reason}`,
      advice: "the peer must refuse such values: update it, and take the traffic of this SA for known",
      objects: [sa.id],
      frames: [c.frame],
      sources: [source("RFC 6989", "§2", "2013-07")],
    })
}

function auditMessageIds(context: RuleContext, sa: IkeSa): void {
  const failed = sa.checks.filter(c => c.id === "message-id" && c.status === "fail")
  if (failed.length === 0) return
  context.report({
    rule: "message-id",
    severity: "low",
    message: `Message IDs are used again with other content, or outside the window, in ${plural(failed.length, "message")}`,
    advice: "look at both ends' logs for refused messages: someone may inject them",
    objects: [sa.id],
    frames: failed.map(c => c.frame),
    sources: [source("RFC 7296", "§2.2", "2014-10")],
  })
}
