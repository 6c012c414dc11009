/** What a published document demands of algorithms, lifetimes and protocols, as data; and how an algorithm fares under it. */
import type { AuditSeverity } from "./severity.ts"

/** What an algorithm is used for. */
export type AlgorithmKind = "encryption" | "integrity" | "prf" | "key exchange" | "authentication"

/** Where it is used: in IKE itself, or in ESP and AH. */
export type AlgorithmUse = "ike" | "ipsec"

/**
 * Requirement levels: those of RFC 2119 with the plus and minus of RFC 8247 §1.1, IANA's `deprecated`, and those of governments, which approve
 * (`approved`), approve for a while (`transitional`) or do not.
 */
export type Level =
  | "MUST"
  | "MUST-"
  | "SHOULD+"
  | "SHOULD"
  | "MAY"
  | "SHOULD NOT"
  | "MUST NOT"
  | "deprecated"
  | "approved"
  | "transitional"
  | "not approved"

export interface ProfileLine {
  readonly kind: AlgorithmKind
  /** Both uses when absent. */
  readonly use?: AlgorithmUse
  /** Report names. An encryption name without key bits stands for every key length. */
  readonly names: readonly string[]
  readonly level: Level
  /** `§2.1`. */
  readonly section: string
  /** Last year in which the level holds; from then on `not approved`. */
  readonly until?: number
  readonly note?: string
}

/** Longest lifetimes, seconds, and whether Child SAs need a key exchange of their own. */
export interface ProfileLimits {
  readonly ikeSeconds?: number
  readonly childSeconds?: number
  readonly pfs?: boolean
  readonly section: string
}

export interface Profile {
  readonly id: string
  /** `RFC 8247`: how findings cite it. */
  readonly document: string
  readonly title: string
  /** Date of the document, as far as it names one. */
  readonly date: string
  readonly url: string
  /** What the data leaves out, or how a line is to be read. */
  readonly note?: string
  readonly lines: readonly ProfileLine[]
  /** Level and section of what no line names; without it the document is silent. */
  readonly otherwise?: Partial<Record<AlgorithmKind, { readonly level: Level; readonly section: string }>>
  readonly limits?: ProfileLimits
  /** What it says of IKEv1. */
  readonly ikev1?: { readonly level: Level; readonly section: string }
}

/** What one document says of one algorithm. */
export interface Verdict {
  readonly profile: Profile
  readonly level: Level
  readonly section: string
  readonly note: string | null
}

/** What a profile says of an algorithm in use in `year`; undefined when it is silent. */
export function judge(
  profile: Profile,
  kind: AlgorithmKind,
  use: AlgorithmUse,
  name: string,
  year: number,
): Verdict | undefined {
  const line = profile.lines.find(
    l => l.kind === kind && (l.use ?? use) === use && l.names.some(n => isNamed(n, name, kind)),
  )
  if (line) {
    const over = line.until !== undefined && year > line.until
    const level = over ? "not approved" : line.level
    const until = line.until === undefined ? "" : over ? `was approved until ${line.until}` : `until ${line.until}`
    return { profile, level, section: line.section, note: [line.note, until].filter(Boolean).join("; ") || null }
  }
  const rest = profile.otherwise?.[kind]
  return rest && { profile, ...rest, note: null }
}

/** What a profile with a list of its own approves for a use in `year`; empty when it leaves unlisted algorithms alone. */
export function approvedNames(profile: Profile, kind: AlgorithmKind, use: AlgorithmUse, year: number): string[] {
  if (!profile.otherwise?.[kind]) return []
  return profile.lines
    .filter(l => l.kind === kind && (l.use ?? use) === use && l.level === "approved" && year <= (l.until ?? year))
    .flatMap(l => l.names)
}

/** `AES-CBC` names `AES-CBC-256`, but `MODP-1024` is not `MODP-1024-160`. */
function isNamed(line: string, name: string, kind: AlgorithmKind): boolean {
  if (line === name) return true
  return kind === "encryption" && name.startsWith(`${line}-`) && /^\d+$/.test(name.slice(line.length + 1))
}

/** How much it matters that an algorithm of this level was chosen; undefined when it is as it should be. */
export function chosenSeverity(level: Level): AuditSeverity | undefined {
  switch (level) {
    case "MUST NOT":
      return "high"
    case "SHOULD NOT":
    case "deprecated":
    case "not approved":
      return "medium"
    case "MUST-":
      return "low"
    case "transitional":
      return "info"
    default:
      return undefined
  }
}

/** The same for one that was offered and not chosen. */
export function offeredSeverity(level: Level): AuditSeverity | undefined {
  switch (level) {
    case "MUST NOT":
      return "low"
    case "SHOULD NOT":
    case "deprecated":
    case "not approved":
      return "info"
    default:
      return undefined
  }
}
