/** What an audit says: findings with their evidence and sources, and how each tunnel stands. `ikedump/audit/1`, see docs/audit.md. */
import type { Verified } from "./profile.ts"
import type { AuditSeverity } from "./severity.ts"

/** A published rule. */
export interface Source {
  /** `RFC 8247`. */
  readonly document: string
  /** `§2.4`. */
  readonly section: string
  /** Date or edition of the document: `2017-09`. */
  readonly date: string
  /** The profile that it stands for, or null when the rule is in force under every profile. */
  readonly profile: string | null
  /** Its word for what was seen: `MUST NOT`, `not approved`; null when it has no level. */
  readonly level: string | null
  /** How sure the row is: its document was read, others quote it, or neither; null for a source that is no profile. */
  readonly verified: Verified | null
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

/** `not named`: the document says nothing of what was seen. */
export type CoverageStatus = "pass" | "fail" | "not observable" | "not named" | "not applicable"

/** One control over one tunnel. */
export interface CoverageOf {
  /** id of the tunnel; null for data SAs of no IKE SA. */
  readonly tunnel: string | null
  readonly status: CoverageStatus
  /** What was judged: what fails, what passes, or what is not named. */
  readonly seen: readonly string[]
  readonly frames: readonly number[]
  /** Why it is not observable, and what would show it; null for the others. */
  readonly why: string | null
  readonly shows: string | null
}

/** One control of one profile over all tunnels. */
export interface ControlCoverage {
  readonly id: string
  readonly title: string
  /** The worst of its tunnels. */
  readonly status: CoverageStatus
  readonly counts: {
    readonly pass: number
    readonly fail: number
    readonly not_observable: number
    readonly not_named: number
    readonly not_applicable: number
  }
  readonly section: string
  /** The least sure of the rows behind it. */
  readonly verified: Verified
  readonly tunnels: readonly CoverageOf[]
}

export interface ProfileCoverage {
  /** id of the profile. */
  readonly profile: string
  readonly controls: readonly ControlCoverage[]
}

/** How long what was recorded stays secret; `partly-hybrid` when only some of the tunnel's IKE SAs are. */
export type QuantumGrade = "hybrid" | "partly-hybrid" | "ppk" | "classical" | "weak" | "unknown"

/** How one side proves who it is. */
export interface ProofPosture {
  readonly side: "initiator" | "responder"
  readonly method: string
  readonly scheme: string | null
  readonly hash: string | null
  readonly rsa_bits: number | null
  readonly curve: string | null
  readonly frame: number | null
}

/** The end-entity certificate that a side sent. */
export interface CertificatePosture {
  readonly side: "initiator" | "responder"
  readonly subject: string
  readonly issuer: string
  /** RFC 3339. */
  readonly not_before: string
  readonly not_after: string
  /** Name of the issuer's signature algorithm. */
  readonly signature: string
  /** `RSA-2048`, `P-256`. */
  readonly key: string
  /** SHA-256 of the certificate, hex. */
  readonly fingerprint: string
}

/** Seconds. IKEv1 negotiates lifetimes; what was seen is a life from its beginning to its end, or to the end of the capture. */
export interface LifetimePosture {
  /** The longest negotiated one. */
  readonly negotiated: number | null
  /** The longest seen. */
  readonly seen: number | null
  /** Whether that one ended in the capture. */
  readonly ended: boolean
  /** SAs that replaced another, and the median time between one and the next. */
  readonly rekeys: number
  readonly cadence: number | null
}

/** An IKE SA with all that replaced it. */
export interface TunnelPosture {
  /** id of the first IKE SA. */
  readonly id: string
  readonly ike_sas: readonly string[]
  readonly initiator: string
  readonly responder: string
  readonly initiator_id: string | null
  readonly responder_id: string | null
  readonly first_time: string
  readonly last_time: string
  readonly version: "1.0" | "2.0"
  readonly state: string
  /** Of the last IKE SA, and the same by kind. */
  readonly suite: readonly string[]
  readonly names: {
    readonly encr: string | null
    readonly integ: string | null
    readonly prf: string | null
    readonly ke: readonly string[]
  }
  readonly authentication: readonly string[]
  readonly proofs: readonly ProofPosture[]
  readonly certificates: readonly CertificatePosture[]
  /** ESP and AH suites in use. */
  readonly child_suites: readonly string[]
  /** Groups of the Child SAs' own key exchanges. */
  readonly child_key_exchange: readonly string[]
  /** Against the IKE SA's: `same`, `stronger`, `weaker`; `unknown` when none was seen. */
  readonly child_group: "same" | "stronger" | "weaker" | "unknown"
  /** Child SAs after the first with a key exchange of their own: `all`, `some`, `none`; `unknown` when none was seen. */
  readonly forward_secrecy: "all" | "some" | "none" | "unknown"
  readonly ike_lifetime: LifetimePosture
  readonly child_lifetime: LifetimePosture
  /** Extended sequence numbers: `all`, `some`, `none`; `unknown` when no Child SA was opened. */
  readonly esn: "all" | "some" | "none" | "unknown"
  /** Packets of its data SAs whose number came again, or came late. */
  readonly replay: { readonly duplicate: number; readonly out_of_order: number }
  /** Algorithms that the initiator offered for IKE, by kind. */
  readonly offered: {
    readonly proposals: number
    readonly encr: readonly string[]
    readonly integ: readonly string[]
    readonly prf: readonly string[]
    readonly ke: readonly string[]
  }
  readonly vendors: { readonly initiator: readonly string[]; readonly responder: readonly string[] }
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
    readonly edition: string
    readonly verified: Verified
    readonly url: string
  }[]
  /** Most urgent first; within a severity in the order of frames. */
  readonly findings: readonly AuditFinding[]
  /** Findings beyond what is kept. */
  readonly left_out: number
  readonly tunnels: readonly TunnelPosture[]
  /** Every control of every profile, what it found and what it could not see. */
  readonly coverage: readonly ProfileCoverage[]
}
