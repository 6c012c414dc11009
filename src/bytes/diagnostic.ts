/** A finding a person can act on: a declared code (`diagnostics/codes.ts`), one sentence, and the frame it was seen in. */
import type { DiagnosticCode } from "../diagnostics/codes.ts"
import type { Severity } from "../diagnostics/entry.ts"

export type { DiagnosticCode } from "../diagnostics/codes.ts"
export type { Severity } from "../diagnostics/entry.ts"

/** A message of an IKE SA by its SPIs (hex digits), or a packet of a data SA. */
export type Carried =
  | { readonly spiI: string; readonly spiR: string }
  | { readonly protocol: "ESP" | "AH"; readonly spi: number }

export interface Diagnostic {
  readonly code: DiagnosticCode
  readonly severity: Severity
  readonly frame: number | null
  /** RFC 3339 with nanoseconds, or null when no frame is meant. */
  readonly time: string | null
  readonly message: string
  /** id of the SA that it speaks of; absent where it speaks of none. */
  readonly sa?: string
  /** Index of the capture that it was seen in, where no SA says it. */
  readonly capture?: number
  /** Source and destination of a datagram that it speaks of. */
  readonly between?: readonly [string, string]
  /** What that datagram carries, where it says so. */
  readonly carries?: Carried
  /** What to do, where the finding knows better than its code's entry. */
  readonly remedy?: string
}
