/** What every rule has: the tunnel in hand, the profiles, the facts; and how it tells what it found. */
import type { IkeSa } from "../track/ike-sa.ts"
import type { AuditFacts, SaFacts } from "./facts.ts"
import {
  type AlgorithmKind,
  type AlgorithmUse,
  chosenSeverity,
  judge,
  offeredSeverity,
  type Profile,
  type Verdict,
} from "./profile.ts"
import type { Reuse } from "./reuse.ts"
import { type AuditSeverity, worse } from "./severity.ts"
import { type AuditInput, grouped, type Tunnel } from "./tunnel.ts"
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
  /** IKE SAs by version, initiator and its SPI, in their order. */
  readonly bySpi: ReadonlyMap<string, readonly IkeSa[]>
  /** IKEv1 SAs that were agreed, by their two addresses. */
  readonly version1: ReadonlyMap<string, readonly IkeSa[]>
}

export const spiKey = (sa: IkeSa): string => `${sa.version} ${sa.initiator.address} ${sa.spiI}`
export const peersKey = (sa: IkeSa): string => [sa.initiator.address, sa.responder.address].sort().join(" ")

export function indexOf(input: AuditInput, facts: AuditFacts): AuditIndex {
  return {
    reuses: grouped(facts.reuses, r => r.sa),
    bySpi: grouped(input.sas, spiKey),
    version1: grouped(
      input.sas.filter(sa => sa.version === 1 && sa.choice !== null),
      peersKey,
    ),
  }
}

/** What a rule tells. */
export interface Told {
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
  /** How many were not kept. */
  leftOut = 0

  get list(): AuditFinding[] {
    return [...this.#byKey.values()]
  }

  /** Files a finding with its tunnel. One of the same rule, message and tunnel gets the new evidence instead. */
  add(tunnel: string | null, told: Told): void {
    const key = `${tunnel}|${told.rule}|${told.message}`
    const known = this.#byKey.get(key)
    if (!known && this.#byKey.size >= MAX_FINDINGS) {
      this.leftOut++
      return
    }
    const frames = told.frames.filter(f => f !== null && f !== undefined)
    this.#byKey.set(key, {
      rule: told.rule,
      severity: known ? worse(known.severity, told.severity) : told.severity,
      tunnel,
      objects: unique([...(known?.objects ?? []), ...told.objects]).slice(0, MAX_EVIDENCE),
      message: told.message,
      advice: told.advice,
      frames: unique([...(known?.frames ?? []), ...frames])
        .sort((a, b) => a - b)
        .slice(0, MAX_EVIDENCE),
      sources: known ? known.sources : told.sources,
    })
  }
}

export class RuleContext {
  constructor(
    readonly scope: AuditScope,
    readonly tunnel: Tunnel,
    readonly findings: Findings,
  ) {}

  facts(sa: IkeSa): SaFacts {
    return this.scope.facts.of(sa)
  }

  tell(told: Told): void {
    this.findings.add(this.tunnel.id, told)
  }

  /** What the profiles say of an algorithm, most urgent first; those that have nothing against it are left out. */
  judged(kind: AlgorithmKind, use: AlgorithmUse, name: string, offered: boolean): Judged {
    const severityOf = offered ? offeredSeverity : chosenSeverity
    const verdicts = this.scope.profiles.flatMap(p => {
      const verdict = judge(p, kind, use, name, this.year)
      return verdict && severityOf(verdict.level) !== undefined ? [verdict] : []
    })
    const severity = verdicts.reduce<AuditSeverity | null>((worst, v) => {
      const s = severityOf(v.level) as AuditSeverity
      return worst === null ? s : worse(worst, s)
    }, null)
    return { verdicts, severity }
  }

  /** The year in which the tunnel was recorded. */
  get year(): number {
    const seconds = this.tunnel.sas[0]?.first.seconds ?? 0
    const year = new Date(seconds * 1000).getUTCFullYear()
    return Number.isNaN(year) ? 0 : year
  }
}

export interface Judged {
  readonly verdicts: readonly Verdict[]
  readonly severity: AuditSeverity | null
}

/** A document that is no profile. */
export const source = (document: string, section: string, date: string): Source => ({
  document,
  section,
  date,
  profile: null,
  level: null,
})

export const sourceOf = (v: Verdict): Source => ({
  document: v.profile.document,
  section: v.section,
  date: v.profile.date,
  profile: v.profile.id,
  level: v.level,
})

export const unique = <T>(list: readonly T[]): T[] => [...new Set(list)]

/** Where an SA's suite was chosen, else its first message. */
export const choiceFrame = (sa: IkeSa): number | null => sa.choice?.frame ?? firstFrame(sa)
export const firstFrame = (sa: IkeSa): number | null => sa.exchanges[0]?.messages[0]?.frame ?? null
