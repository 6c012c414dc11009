/** Every control of every profile over every tunnel: pass, fail, not observable, not named, not applicable. Silence of a document is no verdict. */
import { CONTROLS, type Control, speaksOf } from "./controls.ts"
import { judge, judgeDemand, judgeKeyExchanges, type Leveled, MEETS, type Verdict } from "./judge.ts"
import type { Profile, Verified } from "./profile.ts"
import type { Proof } from "./proofs.ts"
import type { Subject, View, Views } from "./seen/index.ts"
import type { ControlCoverage, CoverageOf, CoverageStatus, ProfileCoverage } from "./types.ts"

/** What is to be covered: a tunnel, or the data SAs of none. */
export interface Covered {
  /** id of the tunnel, null for data SAs of no IKE SA. */
  readonly tunnel: string | null
  readonly year: number
  readonly views: Views
}

/** Tunnels listed with a control, those that fail first; all are counted. */
const MAX_LISTED = 1000
/** Frames named with one. */
const MAX_FRAMES = 20

export function coverageOf(profiles: readonly Profile[], covered: readonly Covered[]): ProfileCoverage[] {
  return profiles.map(profile => ({
    profile: profile.id,
    controls: CONTROLS.filter(c => speaksOf(profile, c)).map(c => controlCoverage(profile, c, covered)),
  }))
}

function controlCoverage(profile: Profile, control: Control, covered: readonly Covered[]): ControlCoverage {
  const tunnels = covered.flatMap(c => {
    const view = c.views.get(control.id)
    return view ? [oneOf(profile, control, c, view)] : []
  })
  const count = (s: CoverageStatus) => tunnels.filter(t => t.status === s).length
  const ordered = [...tunnels].sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status))
  return {
    id: control.id,
    title: control.title,
    status: ordered[0]?.status ?? "not applicable",
    counts: {
      pass: count("pass"),
      fail: count("fail"),
      not_observable: count("not observable"),
      not_named: count("not named"),
      not_applicable: count("not applicable"),
    },
    section: sectionOf(profile, control),
    verified: verifiedOf(profile, control),
    tunnels: ordered.slice(0, MAX_LISTED),
  }
}

/** The worst decides. */
const ORDER: readonly CoverageStatus[] = ["fail", "not observable", "not named", "pass", "not applicable"]

function oneOf(profile: Profile, control: Control, { tunnel, year }: Covered, view: View): CoverageOf {
  const judged = view.subjects.map(s => ({ subject: s, verdicts: verdictsOn(profile, control, s, year) }))
  const failed = judged.filter(j => j.verdicts.some(v => !v.met))
  const over = judged.filter(j => !j.subject.unfinished && j.verdicts.every(v => v.met))
  const silent = onlyForbids(profile, control) ? [] : over.filter(j => j.verdicts.length === 0)
  const [status, shown] = ((): [CoverageStatus, typeof judged] => {
    if (failed.length > 0) return ["fail", failed]
    if (view.gaps.length > 0) return ["not observable", []]
    if (silent.length > 0) return ["not named", silent]
    return over.length > 0 ? ["pass", over] : ["not applicable", []]
  })()
  return {
    tunnel,
    status,
    seen: [...new Set(shown.map(j => j.subject.text))].slice(0, 8),
    frames: [...new Set(shown.flatMap(j => j.subject.frames))].sort((a, b) => a - b).slice(0, MAX_FRAMES),
    why: status === "not observable" ? view.gaps[0].why : null,
    shows: status === "not observable" ? view.gaps[0].shows : null,
  }
}

/** What of a subject is judged. */
type Shown = Pick<Subject, "names" | "met"> & { readonly proof?: Pick<Proof, "method" | "bits"> }

/** What one profile says of a subject under a control; empty when it is silent. */
export function verdictsOn(profile: Profile, control: Control, subject: Shown, year: number): readonly Verdict[] {
  const { kind, use, demand } = control
  if (demand) {
    const wanted = profile[demand]
    return wanted && subject.met ? [judgeDemand(profile, wanted, subject.met(wanted))] : []
  }
  if (kind === undefined || use === undefined) return []
  if (kind === "key exchange") return judgeKeyExchanges(profile, use, subject.names, year)
  const { method, bits } = subject.proof ?? {}
  return subject.names.flatMap(name => judge(profile, { kind, use, name, method, bits }, year) ?? [])
}

/** Whether a profile has nothing but prohibitions under a control, as RFC 9395: what it does not name is then as it should be. */
const onlyForbids = (profile: Profile, control: Control): boolean =>
  control.demand === undefined && rowsOf(profile, control).every(row => !MEETS.has(row.level))

/** The rows of a profile that a control rests on. */
function rowsOf(profile: Profile, { kind, use }: Control): readonly Leveled[] {
  const lines = profile.lines.filter(l => l.kind === kind && (l.use ?? use) === use)
  const other = kind && profile.otherwise?.[kind]
  return [...(kind === "key exchange" ? (profile.keySets ?? []) : []), ...lines, ...(other ? [other] : [])]
}

/** Where a profile speaks of a control: the sections of its lines. */
function sectionOf(profile: Profile, control: Control): string {
  if (control.demand) return profile[control.demand]?.section ?? ""
  const all = rowsOf(profile, control).filter(l => l.section !== "")
  return [...new Set(all.map(l => [l.document, l.section].filter(Boolean).join(" ")).filter(Boolean))]
    .slice(0, 2)
    .join(", ")
}

const RANK: readonly Verified[] = ["original", "secondary", "unverified"]

/** The least sure of the rows that a control rests on. */
function verifiedOf(profile: Profile, control: Control): Verified {
  if (control.demand) return profile[control.demand]?.verified ?? profile.verified
  return rowsOf(profile, control)
    .map(l => l.verified ?? profile.verified)
    .reduce((a, b) => (RANK.indexOf(b) > RANK.indexOf(a) ? b : a), "original")
}
