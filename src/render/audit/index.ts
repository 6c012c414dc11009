/** The audit in every format of `ikedump audit`. */
import type { AuditResult } from "../../audit/types.ts"
import type { Report } from "../../report/types.ts"
import { auditJson } from "./json.ts"
import { auditSarif } from "./sarif.ts"
import { type AuditTextOptions, auditText } from "./text.ts"

export const AUDIT_FORMATS = ["text", "json", "sarif"] as const
export type AuditFormat = (typeof AUDIT_FORMATS)[number]

/** The audit in one format, piece by piece. `version` is ikedump's. */
export function renderAudit(
  result: AuditResult,
  report: Report,
  format: AuditFormat,
  options: AuditTextOptions & { readonly version: string },
): Iterable<string> {
  switch (format) {
    case "text":
      return auditText(result, options)
    case "json":
      return [auditJson(result, report)]
    case "sarif":
      return [auditSarif(result, { version: options.version, captures: report.captures.map(c => c.path) })]
  }
}
