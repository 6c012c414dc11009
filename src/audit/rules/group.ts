/** Rekeys of groups that nobody signs. RFC 6407 §4, RFC 9838 §2.4.1.1. */
import { isRekeyProof } from "../../track/check-ids.ts"
import { firstFrame, type RuleContext, source } from "../context.ts"

export function auditGroups(context: RuleContext): void {
  for (const sa of context.tunnel.sas) {
    if (sa.group?.role !== "rekey" || sa.epochs.length === 0 || sa.checks.some(isRekeyProof)) continue
    context.report({
      rule: "group-rekey-unsigned",
      severity: "medium",
      message:
        "rekeys of the group are not signed: every member has the keys to make them, and can pose as the key server",
      advice: "let the key server sign its rekeys (SIG_ALGORITHM, or Group Controller Authentication Method)",
      objects: [sa.id],
      frames: [firstFrame(sa)],
      sources: [sa.version === 1 ? source("RFC 6407", "§5.3.7", "2011-10") : source("RFC 9838", "§2.4.1.1", "2025-11")],
    })
  }
}
