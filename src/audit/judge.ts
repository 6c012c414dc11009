/** How what was seen fares under a profile. */
import { encrFamily } from "../crypto/encr.ts"
import type {
  AlgorithmUse,
  Citation,
  Demand,
  Dimension,
  KeyExchangeSet,
  LaterLevel,
  Level,
  Profile,
  ProfileLine,
  Verified,
} from "./profile.ts"
import { type AuditSeverity, worse } from "./severity.ts"

/** What one document says of one thing that was seen. */
export interface Verdict {
  readonly profile: Profile
  readonly level: Level | "SHOULD unless"
  readonly section: string
  readonly document: string
  readonly edition: string
  readonly verified: Verified
  readonly note: string | null
  /** Whether the document is content; a `transitional` algorithm still passes. */
  readonly met: boolean
  /** How much it matters; null when it is as it should be. */
  readonly severity: AuditSeverity | null
  /** What it speaks of, where that is a part of what was judged: one of several key exchanges, a key's bits. */
  readonly of: string | null
  /** Last year in which it holds. */
  readonly until: number | null
  /** Whether the document names it, or only leaves it out of a list. */
  readonly listed: boolean
}

/** How much it matters that something of this level was chosen. */
function chosenSeverity(level: Level): AuditSeverity | null {
  switch (level) {
    case "MUST NOT":
      return "high"
    case "SHOULD NOT":
    case "deprecated":
    case "not approved":
      return "medium"
    case "not recommended":
    case "MUST-":
      return "low"
    case "transitional":
      return "info"
    default:
      return null
  }
}

/** The same for something that was offered and not chosen. */
function offeredSeverity(level: Level): AuditSeverity | null {
  switch (level) {
    case "MUST NOT":
      return "low"
    case "SHOULD NOT":
    case "deprecated":
    case "not approved":
      return "info"
    default:
      return null
  }
}

/** What a demand that is not met weighs. */
const UNMET: Readonly<Record<Demand["level"], AuditSeverity>> = {
  MUST: "high",
  SHOULD: "medium",
  "SHOULD unless": "low",
}

/** Levels under which a control passes. */
export const MEETS: ReadonlySet<Level> = new Set([
  "MUST",
  "MUST-",
  "SHOULD+",
  "SHOULD",
  "MAY",
  "approved",
  "transitional",
])

/** What is judged, by the report's names. */
export interface Judged {
  readonly kind: Dimension
  readonly use: AlgorithmUse
  readonly name: string
  /** The authentication method that a signature's parts belong to. */
  readonly method?: string
  /** Of an RSA key. */
  readonly bits?: number | null
}

/** What a profile says of one thing in `year`; undefined when it is silent. */
export function judge(profile: Profile, { kind, use, name, method, bits }: Judged, year: number): Verdict | undefined {
  const line = profile.lines.find(
    l =>
      l.kind === kind &&
      (l.use ?? use) === use &&
      (l.methods === undefined || method === undefined || l.methods.includes(method)) &&
      names(l, name, bits),
  )
  if (line) return verdictOf(profile, line, year, name)
  const rest = profile.otherwise?.[kind]
  return rest && { ...verdictOf(profile, rest, year, name), listed: false }
}

/** The same for something on offer: a key exchange that some set of the profile has is as it should be. */
export function judgeOffered(profile: Profile, what: Judged, year: number): Verdict | undefined {
  const verdict = judge(profile, what, year)
  const inSet = what.kind === "key exchange" && profile.keySets?.some(s => s.need.some(l => l.includes(what.name)))
  const level = verdict && verdict.level !== "SHOULD unless" && !(inSet && !verdict.listed) ? verdict.level : undefined
  const severity = level === undefined ? null : offeredSeverity(level)
  return verdict && severity !== null ? { ...verdict, severity } : undefined
}

/** What a profile says of the key exchanges of one SA together; of a Child SA's, each must be one that some set needs. */
export function judgeKeyExchanges(
  profile: Profile,
  use: AlgorithmUse,
  ke: readonly string[],
  year: number,
): readonly Verdict[] {
  const one = (name: string) => judge(profile, { kind: "key exchange", use, name }, year)
  if (!profile.keySets) return ke.flatMap(name => one(name) ?? [])
  // What a document names and speaks against stays a finding beside the strongest set: RFC 9370 §1 only says that others do no harm.
  const against = ke.flatMap(name => {
    const verdict = one(name)
    return verdict && (verdict.level === "MUST NOT" || verdict.level === "SHOULD NOT") ? [verdict] : []
  })
  const set = use === "ike" ? profile.keySets.find(s => meets(s, ke)) : childSet(profile.keySets, ke)
  if (set) return [...against, verdictOf(profile, set, year, null)]
  if (against.length > 0) return against
  const known = ke.flatMap(name => one(name) ?? [])
  return known.some(v => !v.met) ? known.filter(v => !v.met).slice(0, 1) : known.slice(0, 1)
}

const meets = ({ need, beside }: KeyExchangeSet, ke: readonly string[]): boolean =>
  need.every(list => list.some(n => ke.includes(n))) &&
  (beside === undefined || ke.every(n => beside.includes(n) || need.some(list => list.includes(n))))

/** Keys of a Child SA come from SK_d too: one approved method of its own is enough (RFC 7296 §2.17). */
const childSet = (sets: readonly KeyExchangeSet[], ke: readonly string[]): KeyExchangeSet | undefined =>
  sets.find(s => s.need.some(list => ke.some(n => list.includes(n))))

/** What a profile says of a demand that was met or not. */
export function judgeDemand(profile: Profile, demand: Demand, met: boolean): Verdict {
  return {
    ...cited(profile, demand),
    profile,
    level: demand.level,
    met,
    severity: met ? null : UNMET[demand.level],
    of: null,
    until: null,
    listed: true,
  }
}

function names(line: ProfileLine, name: string, bits: number | null | undefined): boolean {
  if (line.bits) return typeof bits === "number" && bits >= line.bits[0] && bits <= line.bits[1]
  return line.names.some(n => isNamed(n, name, line.kind))
}

/** `AES-CBC` names `AES-CBC-256`, but `MODP-1024` is not `MODP-1024-160`. */
function isNamed(line: string, name: string, kind: Dimension): boolean {
  return line === name || (kind === "encryption" && encrFamily(name)?.name === line)
}

/** A row with its level. */
export type Leveled = Citation & { readonly level: Level; readonly later?: readonly LaterLevel[] }

function verdictOf(profile: Profile, line: Leveled, year: number, of: string | null): Verdict {
  const passed = (line.later ?? []).filter(t => year > t.after)
  const next = (line.later ?? []).find(t => year <= t.after)
  const now = passed.at(-1)
  const level = now?.level ?? line.level
  const times = [...(now ? [`until ${now.after}`] : []), ...(next ? [`${now ? "then " : ""}until ${next.after}`] : [])]
  const changed = now ? `was ${line.level} ${times[0]}` : times[0]
  const { note, ...rest } = cited(profile, line)
  return {
    ...rest,
    profile,
    level,
    note: [note, now?.note, changed].filter(Boolean).join("; ") || null,
    met: MEETS.has(level),
    severity: chosenSeverity(level),
    of,
    until: next?.after ?? null,
    listed: true,
  }
}

const cited = (profile: Profile, c: Citation) => ({
  section: c.section,
  document: c.document ?? profile.document,
  edition: c.edition ?? (c.document ? "" : profile.edition),
  verified: c.verified ?? profile.verified,
  note: c.note ?? null,
})

/** The more urgent of all verdicts; null when all are content. */
export const worstOf = (verdicts: readonly Verdict[]): AuditSeverity | null =>
  verdicts.reduce<AuditSeverity | null>((w, { severity: s }) => (s === null ? w : w === null ? s : worse(w, s)), null)

/** What the profiles recommend instead, best first: what all of those that speak against it approve, else what the first does. */
export function approvedNames(
  profiles: readonly Profile[],
  kind: Dimension,
  use: AlgorithmUse,
  year: number,
): readonly string[] {
  if (kind === "RSA key") return rsaBits(profiles, year)
  const lists = profiles.map(p => approvedBy(p, kind, use, year)).filter(l => l.length > 0)
  if (lists.length === 0) return []
  const common = lists.reduce((a, b) => a.filter(n => b.includes(n)))
  return common.length > 0 ? common : lists[0]
}

/** Levels by how much a document wants them; what it only lets stay is advice where it has nothing else. */
const WANTED: readonly Level[] = ["approved", "MUST", "SHOULD+", "SHOULD"]
const LEFT: readonly Level[] = ["transitional"]

function approvedBy(profile: Profile, kind: Dimension, use: AlgorithmUse, year: number): readonly string[] {
  if (kind === "key exchange" && profile.keySets) return setsBy(profile.keySets, use)
  const wanted = linesBy(profile, kind, use, year, WANTED)
  return (wanted.length > 0 ? wanted : linesBy(profile, kind, use, year, LEFT))
    .flatMap(l => l.names)
    .filter(n => n !== "identity")
}

const linesBy = (profile: Profile, kind: Dimension, use: AlgorithmUse, year: number, levels: readonly Level[]) =>
  profile.lines.filter(
    l =>
      l.kind === kind &&
      (l.use ?? use) === use &&
      levels.includes(l.level) &&
      !(l.later ?? []).some(t => year > t.after) &&
      !l.special,
  )

/** The shortest key that all of them take. */
function rsaBits(profiles: readonly Profile[], year: number): readonly string[] {
  const least = profiles.map(p =>
    Math.min(...linesBy(p, "RSA key", "ike", year, [...WANTED, ...LEFT]).flatMap(l => l.bits?.[0] ?? [])),
  )
  const most = Math.max(...least.filter(Number.isFinite))
  return Number.isFinite(most) ? [`RSA of ${most} bits or more`] : []
}

/** `ECP-384 with ML-KEM-1024`: of the best set the best of each list, and what else the first list has. */
function setsBy(sets: readonly KeyExchangeSet[], use: AlgorithmUse): string[] {
  const best = sets.filter(s => s.level === "approved" || s.level === "MUST" || s.level === "SHOULD")
  if (use === "ipsec") return [...new Set(best.flatMap(s => s.need.flat()))]
  return best.flatMap(s =>
    s.need.length === 1
      ? s.need[0]
      : s.need[0].slice(0, 2).map(a => [a, ...s.need.slice(1).map(l => l[0])].join(" with ")),
  )
}
