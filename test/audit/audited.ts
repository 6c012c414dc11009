/** What tests of the audit share: a tape audited, and findings as short text. */

import type { AnalysisResult } from "../../src/analyze-options.ts"
import { audit } from "../../src/audit/audit.ts"
import { AuditFacts } from "../../src/audit/facts.ts"
import type { Profile } from "../../src/audit/profile.ts"
import type { AuditFinding, AuditResult } from "../../src/audit/types.ts"
import { analyzed, type Keys } from "../play/analyzed.ts"
import type { PlayV2 } from "../play/play-v2.ts"
import { hex, Tape } from "../play/tape.ts"

export interface Audited extends AuditResult {
  readonly analysis: AnalysisResult
}

/** Plays on a tape and audits what it recorded. */
export async function audited(
  play: (tape: Tape) => Keys | undefined,
  options: { readonly profiles?: readonly Profile[]; readonly tape?: Tape } = {},
): Promise<Audited> {
  const { tape = new Tape(), profiles } = options
  const keys = play(tape) ?? {}
  const facts = new AuditFacts()
  const analysis = await analyzed(tape, keys, { observer: facts })
  return { ...audit(analysis, facts, { profiles }), analysis }
}

/** Keys that open everything an SA did. */
export const keysOf = (...plays: readonly PlayV2[]): Keys => ({
  dh_shared: plays.flatMap(p => p.exchanged.map(x => hex(x.shared))),
  psks: [{ secret: "swordfish" }],
})

/** `high weak-prf`, most urgent first; those of `info` left out. */
export const brief = ({ findings }: AuditResult): string[] => [
  ...new Set(findings.filter(f => f.severity !== "info").map(f => `${f.severity} ${f.rule}`)),
]

/** The only finding of a rule. */
export function only({ findings }: AuditResult, rule: string): AuditFinding {
  const found = findings.filter(f => f.rule === rule)
  if (found.length !== 1)
    throw new Error(`${found.length} findings of ${rule} among ${findings.map(f => f.rule).join(", ")}`)
  return found[0]
}
