/** What an audit says: findings with their evidence and sources, and how each tunnel stands. `ikedump/audit/1`, see docs/audit.md. */
import type { AuditSeverity } from "./severity.ts"

/** A published rule. */
export interface Source {
  /** `RFC 8247`. */
  readonly document: string
  /** `§2.4`. */
  readonly section: string
  /** Date of the document: `2017-09`. */
  readonly date: string
  /** The profile that it stands for, or null when the rule is in force under every profile. */
  readonly profile: string | null
  /** Its word for what was seen: `MUST NOT`, `not approved`; null when it has no level. */
  readonly level: string | null
}

export interface AuditFinding {
  /** Stable id of the rule: `weak-key-exchange`. */
  readonly rule: string
  readonly severity: AuditSeverity
  /** id of the tunnel (its first IKE SA), or null when no IKE SA is meant. */
  readonly tunnel: string | null
  /** ids of the IKE SAs, Child SAs and data SAs that are meant. */
  readonly objects: readonly string[]
  /** What was seen, one sentence, lower case, no full stop. */
  readonly message: string
  /** What to do about it, in the same form. */
  readonly advice: string
  /** Evidence, ascending. */
  readonly frames: readonly number[]
  readonly sources: readonly Source[]
}

/** How long what was recorded stays secret. */
export type QuantumGrade = "hybrid" | "ppk" | "classical" | "weak" | "unknown"

/** An IKE SA with all that replaced it. */
export interface TunnelPosture {
  /** id of the first IKE SA. */
  readonly id: string
  readonly ike_sas: readonly string[]
  readonly initiator: string
  readonly responder: string
  readonly version: "1.0" | "2.0"
  readonly state: string
  /** Of the last IKE SA. */
  readonly suite: readonly string[]
  readonly authentication: readonly string[]
  /** ESP and AH suites in use. */
  readonly child_suites: readonly string[]
  /** Child SAs after the first with a key exchange of their own: `all`, `some`, `none`; `unknown` when none was seen. */
  readonly forward_secrecy: "all" | "some" | "none" | "unknown"
  readonly quantum: QuantumGrade
  /** The key exchange methods, or the PPK, behind the grade. */
  readonly quantum_by: readonly string[]
  readonly worst: AuditSeverity | null
}

export interface AuditResult {
  readonly profiles: readonly {
    readonly id: string
    readonly title: string
    readonly document: string
    readonly date: string
  }[]
  /** Most urgent first; within a severity in the order of frames. */
  readonly findings: readonly AuditFinding[]
  /** Findings beyond what is kept. */
  readonly left_out: number
  readonly tunnels: readonly TunnelPosture[]
}
