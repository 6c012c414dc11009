/** What every rule has: the current tunnel, the profiles, the facts; and how it reports what it found. */
import { grouped, groupedByEach } from "../bytes/grouped.ts"
import { present } from "../bytes/typed.ts"
import type { DiagnosticReport } from "../report/types.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import { groupedByPair, PairTable, pairOf } from "../track/pair-table.ts"
import { CONTROLS, type Control, type ControlId } from "./controls.ts"
import { verdictsOn } from "./coverage.ts"
import type { AuditFacts, SaFacts } from "./facts.ts"
import type { Verdict } from "./judge.ts"
import type { Profile } from "./profile.ts"
import type { Reuse } from "./reuse.ts"
import type { Subject, Views } from "./seen/index.ts"
import { type AuditSeverity, worse } from "./severity.ts"
import { type AuditInput, type Tunnel, yearOf } from "./tunnel.ts"
import type { AuditFinding, Source } from "./types.ts"

/** Findings of one audit. */
const MAX_FINDINGS = 200_000
/** Frames and objects named in one finding. */
const MAX_EVIDENCE = 100

/** Everything of one audit. */
export interface AuditScope {
  readonly facts: AuditFacts
  readonly profiles: readonly Profile[]
  readonly index: AuditIndex
}

/** What rules look up across tunnels. */
export interface AuditIndex {
  readonly reuses: ReadonlyMap<IkeSa, readonly Reuse[]>
  /** IKEv1 SAs that were agreed, by their two addresses. */
  readonly version1: PairTable<IkeSa[]>
  /** The first IKE SA of the same version, initiator and SPI of that initiator. */
  firstUnder(sa: IkeSa): IkeSa
  /** What the report found about each SA. */
  readonly diagnostics: ReadonlyMap<string | null, readonly DiagnosticReport[]>
}

export const peersOf = ({ initiator, responder }: IkeSa) => pairOf(initiator.address, responder.address)

export function indexOf(input: AuditInput, facts: AuditFacts): AuditIndex {
  return {
    reuses: grouped(facts.reuses, r => r.sa),
    diagnostics: grouped(input.report.diagnostics, d => d.sa),
    version1: groupedByPair(
      input.sas.filter(sa => sa.version === 1 && sa.choice !== null),
      peersOf,
    ),
    firstUnder: firstUnderSpi(input.sas),
  }
}

function firstUnderSpi(sas: readonly IkeSa[]): AuditIndex["firstUnder"] {
  const tables = { 1: new PairTable<IkeSa>(), 2: new PairTable<IkeSa>() }
  const first = (sa: IkeSa) => tables[sa.version].getOrMake(sa.initiator.address, sa.spiI, () => sa)
  sas.forEach(first)
  return first
}

/** What a rule reports. */
export interface Remark {
  readonly rule: string
  readonly severity: AuditSeverity
  readonly message: string
  readonly advice: string
  readonly objects: readonly string[]
  readonly frames: readonly (number | null | undefined)[]
  readonly sources: readonly Source[]
}

export class Findings {
  readonly #byKey = new Map<string, AuditFinding>()
  /** Tunnels of which a profile said already that they need a post-quantum key exchange. */
  readonly quantumReported = new Set<string>()
  /** How many were not kept. */
  leftOut = 0

  get list(): AuditFinding[] {
    return [...this.#byKey.values()]
  }

  /** Files a finding with its tunnel. One of the same rule, message and tunnel gets the new evidence instead. */
  add(tunnel: string | null, remark: Remark): void {
    const key = `${tunnel}|${remark.rule}|${remark.message}`
    const known = this.#byKey.get(key)
    if (!known && this.#byKey.size >= MAX_FINDINGS) {
      this.leftOut++
      return
    }
    const frames = remark.frames.filter(f => f !== null && f !== undefined)
    this.#byKey.set(key, {
      rule: remark.rule,
      severity: known ? worse(known.severity, remark.severity) : remark.severity,
      tunnel,
      objects: unique([...(known?.objects ?? []), ...remark.objects]).slice(0, MAX_EVIDENCE),
      message: remark.message,
      advice: remark.advice,
      frames: unique([...(known?.frames ?? []), ...frames])
        .sort((a, b) => a - b)
        .slice(0, MAX_EVIDENCE),
      sources: known ? known.sources : remark.sources,
    })
  }
}

export class RuleContext {
  readonly #byObject = new Map<ControlId, ReadonlyMap<string, readonly Subject[]>>()

  constructor(
    readonly scope: AuditScope,
    readonly tunnel: Tunnel,
    readonly views: Views,
    readonly findings: Findings,
  ) {}

  facts(sa: IkeSa): SaFacts {
    return this.scope.facts.of(sa)
  }

  report(remark: Remark): void {
    this.findings.add(this.tunnel.id, remark)
  }

  /** What was seen under a control. */
  seen(id: ControlId): readonly Subject[] {
    return this.views.get(id)?.subjects ?? []
  }

  /** The same of one object. */
  seenOf(id: ControlId, object: string): readonly Subject[] {
    let known = this.#byObject.get(id)
    if (!known) {
      known = groupedByEach(this.seen(id), subject => subject.objects)
      this.#byObject.set(id, known)
    }
    return known.get(object) ?? []
  }

  /** What the profiles say of something seen, those left out that are content and have nothing to add. */
  verdicts(id: ControlId, subject: Subject): readonly Verdict[] {
    const control: Control = present(CONTROLS.find(c => c.id === id))
    return this.scope.profiles
      .flatMap(p => verdictsOn(p, control, subject, this.year))
      .filter(v => v.severity !== null && !(subject.unfinished && v.met))
  }

  /** The year in which the tunnel was recorded. */
  get year(): number {
    return yearOf(this.tunnel)
  }
}

/** A document that is no profile. */
export const source = (document: string, section: string, date: string): Source => ({
  document,
  section,
  date,
  profile: null,
  level: null,
  verified: null,
})

export const sourceOf = (v: Verdict): Source => ({
  document: v.document,
  section: v.section,
  date: v.edition,
  profile: v.profile.id,
  level: v.level,
  verified: v.verified,
})

export const unique = <T>(list: readonly T[]): T[] => [...new Set(list)]

export { choiceFrame, firstFrame } from "./frames.ts"
