/** The audit in every format of `ikedump audit`. */
import type { AuditResult } from "../../audit/types.ts"
import type { Report } from "../../report/types.ts"
import { auditCbom } from "./cbom.ts"
import { auditCsv } from "./csv.ts"
import { auditJson } from "./json.ts"
import { auditMarkdown } from "./markdown.ts"
import { auditSarif } from "./sarif.ts"
import { type AuditTextOptions, auditText } from "./text.ts"

export const AUDIT_FORMATS = ["text", "json", "sarif", "csv", "markdown", "cyclonedx"] as const
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
    case "csv":
      return auditCsv(result)
    case "markdown":
      return auditMarkdown(result, report)
    case "cyclonedx":
      return [auditCbom(result, report, options.version)]
    case "sarif":
      return [auditSarif(result, { version: options.version, captures: report.captures.map(c => c.path) })]
  }
}
