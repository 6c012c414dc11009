/** Weak or unapproved algorithms on offer that were not chosen: of each kind in one finding. */
import type { IkeSa } from "../../track/ike-sa.ts"
import type { Offer } from "../../track/vocabulary.ts"
import { firstFrame, type RuleContext, unique } from "../context.ts"
import { judgeOffered, type Verdict } from "../judge.ts"
import type { AlgorithmUse } from "../profile.ts"
import { type AuditSeverity, worse } from "../severity.ts"
import { series } from "../words.ts"
import { PURPOSE, RULE_PART, type SuiteKind, worthOf } from "./algorithms.ts"
import { dedupe, reasonsFor, ruleFor, sourcesFor, type Worth } from "./judged.ts"

interface Where {
  readonly objects: readonly string[]
  readonly frame: number | null
  /** `IKEv2`, `ESP`. */
  readonly where: string
  readonly use: AlgorithmUse
}

/** One algorithm that should not be on offer. */
interface Weak {
  readonly name: string
  readonly verdicts: readonly Verdict[]
  readonly worth: Worth | undefined
  readonly severity: AuditSeverity
}

export function auditOffers(context: RuleContext): void {
  for (const sa of context.tunnel.sas) {
    const chosen = sa.choice?.names
    const at: Where = { objects: [sa.id], frame: firstFrame(sa), where: `IKEv${sa.version}`, use: "ike" }
    const names = offeredNames(sa.offered)
    report(context, "encryption", names.encr, [chosen?.encr], at)
    // IKEv1 lists its hash among the integrity algorithms: it is the PRF too.
    if (sa.version === 1)
      report(
        context,
        "prf",
        names.integ.map(h => `HMAC-${h}`),
        [chosen?.prf],
        at,
      )
    else {
      report(context, "integrity", names.integ, [chosen?.integ], at)
      report(context, "prf", names.prf, [chosen?.prf], at)
    }
    report(context, "key exchange", names.ke, chosen?.ke ?? [], at)
    auditChildOffers(context, sa)
  }
}

function auditChildOffers(context: RuleContext, sa: IkeSa): void {
  const used = unique(sa.children.flatMap(c => [c.suite.encr, c.suite.integ, ...c.suite.ke]))
  const kinds: readonly SuiteKind[] = ["encryption", "integrity", "key exchange"]
  for (const attempt of sa.attempts) {
    if (attempt.protocol === "IKE") continue
    const names = offeredNames(attempt.offered)
    const at: Where = { objects: [sa.id], frame: attempt.requestFrame, where: attempt.protocol, use: "ipsec" }
    const lists = [names.encr, names.integ, names.ke]
    for (const [i, kind] of kinds.entries()) report(context, kind, lists[i], used, at)
  }
  const quick = context.facts(sa).quick.filter(q => !q.chosen)
  for (const protocol of ["ESP", "AH"] as const) {
    const mine = quick.filter(q => q.protocol === protocol)
    const lists = [mine.map(q => q.encr), mine.map(q => q.integ), mine.map(q => q.ke)]
    const at: Where = { objects: [sa.id], frame: mine[0]?.frame ?? null, where: protocol, use: "ipsec" }
    for (const [i, kind] of kinds.entries()) report(context, kind, unique(lists[i].flatMap(n => n ?? [])), used, at)
  }
}

const offeredNames = (offers: readonly Offer[]) => {
  const all = (of: (o: Offer) => readonly string[]) => unique(offers.flatMap(of))
  return { encr: all(o => o.encr), integ: all(o => o.integ), prf: all(o => o.prf), ke: all(o => o.ke) }
}

/** What speaks against having an algorithm on offer; undefined when nothing does. */
export function weakOffer(context: RuleContext, kind: SuiteKind, use: AlgorithmUse, name: string): Weak | undefined {
  const verdicts = context.scope.profiles.flatMap(p => judgeOffered(p, { kind, use, name }, context.year) ?? [])
  const worth = worthOf(kind, use, [name])
  const all = [...verdicts.flatMap(v => v.severity ?? []), ...(worth ? [lessFor(worth.severity)] : [])]
  return all.length === 0 ? undefined : { name, verdicts, worth, severity: all.reduce(worse) }
}

/** An offer that nobody took weighs less than its use. */
const lessFor = (s: AuditSeverity): AuditSeverity => (s === "critical" ? "medium" : s === "high" ? "low" : "info")

function report(
  context: RuleContext,
  kind: SuiteKind,
  names: readonly string[],
  chosen: readonly (string | null | undefined)[],
  { objects, frame, where, use }: Where,
): void {
  const weak = names.filter(n => !chosen.includes(n)).flatMap(name => weakOffer(context, kind, use, name) ?? [])
  if (weak.length === 0) return
  const verdicts = weak.flatMap(w => w.verdicts)
  const worth = weak.find(w => w.worth && w.verdicts.length === 0)?.worth
  const picked = chosen.some(c => c) ? ", not chosen here" : ""
  context.report({
    rule: `${ruleFor(RULE_PART[kind], verdicts, weak.find(w => w.worth)?.worth)}-offered`,
    severity: weak.map(w => w.severity).reduce(worse),
    message: `${where} offers ${series(weak.map(w => w.name))} for ${PURPOSE[kind]}${picked}: ${reasonsFor(verdicts, worth)}`,
    advice: "take them out of the proposals: a peer with a poorer policy, or one who breaks them, may get them chosen",
    objects,
    frames: [frame],
    sources: dedupe(weak.flatMap(w => sourcesFor(w.verdicts, w.worth))),
  })
}
