/** A finding a person can act on: a declared code (`diagnostics/codes.ts`), one sentence, and the frame it was seen in. */
import type { DiagnosticCode } from "../diagnostics/codes.ts"
import type { Severity } from "../diagnostics/entry.ts"

export type { DiagnosticCode } from "../diagnostics/codes.ts"
export type { Severity } from "../diagnostics/entry.ts"

/** A message of an IKE SA by its SPIs (hex digits), or a packet of a data SA. */
export type Carried =
  | { readonly spiI: string; readonly spiR: string }
  | { readonly protocol: "ESP" | "AH"; readonly spi: number }

/** One way to protect SIP with ESP. 3GPP TS 33.203 Annex H. */
export interface SecurityOffer {
  /** SIP's names: `hmac-sha-1-96`, `aes-cbc`. */
  readonly alg: string
  readonly ealg: string
  /** SPIs and ports of the one who says it: for what goes to its client port, and to its server port. */
  readonly spiC: number
  readonly spiS: number
  readonly portC: number
  readonly portS: number
}

/** What one SIP header agrees on. RFC 3329 §2.2. */
export interface SecurityAgreement {
  readonly header: "client" | "server" | "verify"
  readonly offers: readonly SecurityOffer[]
  /** RAND of the challenge that came with it (RFC 3310 §3.2). */
  readonly rand: Uint8Array | undefined
}

export interface Diagnostic {
  readonly code: DiagnosticCode
  readonly severity: Severity
  readonly frame: number | null
  /** RFC 3339 with nanoseconds, or null when no frame is meant. */
  readonly time: string | null
  readonly message: string
  /** id of the SA that it speaks of; absent where it speaks of none. */
  readonly sa?: string
  /** The peer that it speaks of, where it is about one of them. */
  readonly of?: "initiator" | "responder" | undefined
  /** Index of the capture that it was seen in, where no SA says it. */
  readonly capture?: number
  /** Source and destination of a datagram that it speaks of. */
  readonly between?: readonly [string, string]
  /** What that datagram carries, where it says so. */
  readonly carries?: Carried
  /** What it agrees on, from `between[0]` to `between[1]`. */
  readonly agreed?: SecurityAgreement
  /** What to do, where the finding knows better than its code's entry. */
  readonly remedy?: string
  /** The file that it speaks of: its text begins with that. */
  readonly path?: string | undefined
}

/** A finding as a sentence. */
export const findingText = ({ path, message }: Pick<Diagnostic, "path" | "message">): string =>
  path === undefined ? message : `${path}: ${message}`
