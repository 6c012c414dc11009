/** Certificates: what the report found about them, with a severity and a source. RFC 5280 §6, RFC 4945. */

import { type RuleContext, source } from "../context.ts"
import type { AuditSeverity } from "../severity.ts"
import type { Source } from "../types.ts"

interface Weight {
  readonly severity: AuditSeverity
  readonly advice: string
  readonly source: Source
}

const PATH = (section: string): Source => source("RFC 5280", section, "2008-05")

/** By code of the report's diagnostics. */
const WEIGHTS: Readonly<Record<string, Weight>> = {
  "certificate-expired": { severity: "high", advice: "renew the certificate", source: PATH("§6.1.3") },
  "certificate-not-yet-valid": {
    severity: "high",
    advice: "set the clock of its issuer or of the peer right",
    source: PATH("§6.1.3"),
  },
  "certificate-signature-invalid": {
    severity: "high",
    advice: "replace the certificate: nobody who checks it accepts it",
    source: PATH("§6.1.3"),
  },
  "certificate-revoked": { severity: "high", advice: "replace the certificate and its key", source: PATH("§6.3") },
  "certificate-issuer-not-ca": {
    severity: "high",
    advice: "have it issued by an authority that may sign certificates",
    source: PATH("§6.1.4"),
  },
  "certificate-path-too-long": {
    severity: "medium",
    advice: "issue it closer to the root",
    source: PATH("§6.1.4"),
  },
  "certificate-weak-signature": {
    severity: "medium",
    advice: "have it issued again with SHA2-256 or stronger",
    source: source("NIST SP 800-131Ar2", "§9", "2019-03"),
  },
  "certificate-weak-key": {
    severity: "high",
    advice: "make a new key: RSA of 3072 bits, ECDSA P-256 or stronger",
    source: source("NIST SP 800-131Ar2", "§3", "2019-03"),
  },
  "certificate-identity-mismatch": {
    severity: "medium",
    advice: "use an identity that the certificate names",
    source: source("RFC 4945", "§3.1", "2007-08"),
  },
  "certificate-self-signed": {
    severity: "info",
    advice: "make sure that the peers pin exactly this certificate",
    source: PATH("§6"),
  },
}

/** Findings of the report that say that a peer broke the negotiation's rules. */
const OTHERS: Readonly<Record<string, Weight>> = {
  "proposal-not-offered": {
    severity: "high",
    advice: "the initiator must refuse the answer; look who changed it on the way",
    source: source("RFC 7296", "§2.7", "2014-10"),
  },
}

export function auditCertificates(context: RuleContext): void {
  for (const sa of context.tunnel.sas)
    for (const d of context.scope.index.diagnostics.get(sa.id) ?? []) {
      const weight = own(WEIGHTS, d.code) ?? own(OTHERS, d.code)
      if (!weight) continue
      context.report({
        rule: d.code,
        severity: weight.severity,
        message: d.message,
        advice: weight.advice,
        objects: [sa.id],
        frames: [d.frame],
        sources: [weight.source],
      })
    }
}

const own = (table: Readonly<Record<string, Weight>>, code: string): Weight | undefined =>
  Object.hasOwn(table, code) ? table[code] : undefined
