/** How much a finding matters: five steps, the most urgent first. */

export const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const
export type AuditSeverity = (typeof SEVERITIES)[number]

/** 0 for critical, 4 for info. */
export const severityRank = (s: AuditSeverity): number => SEVERITIES.indexOf(s)

/** The more urgent of two. */
export const worse = (a: AuditSeverity, b: AuditSeverity): AuditSeverity => (severityRank(a) <= severityRank(b) ? a : b)

/** Whether a severity is at least as urgent as a threshold. */
export const reaches = (s: AuditSeverity, threshold: AuditSeverity): boolean =>
  severityRank(s) <= severityRank(threshold)
