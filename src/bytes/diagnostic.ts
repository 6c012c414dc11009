/** A finding a person can act on: a stable code (`docs/diagnostics.md`), one sentence, and the frame it was seen in. */

export type Severity = "error" | "warning" | "info"

export interface Diagnostic {
  readonly code: string
  readonly severity: Severity
  readonly frame: number | null
  /** RFC 3339 with nanoseconds, or null when no frame is meant. */
  readonly time: string | null
  readonly message: string
}
