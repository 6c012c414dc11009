/** Post-quantum posture: whether what is recorded today can be read once quantum computers exist. RFC 9370, RFC 8784, RFC 9867. */

import { NOTIFY } from "../../registry/ikev2/notify.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { v2StateOf } from "../../track/v2-state.ts"
import { choiceFrame, type RuleContext, source, unique } from "../context.ts"
import type { SaFacts } from "../facts.ts"
import { isPostQuantum, keyExchangeBits } from "../strength.ts"
import type { Tunnel } from "../tunnel.ts"
import type { QuantumGrade } from "../types.ts"
import { series } from "../words.ts"

/** The grade of a tunnel, and what it rests on: it is hybrid only if each of its IKE SAs is. */
export function quantumGrade(
  tunnel: Tunnel,
  factsOf: (sa: IkeSa) => SaFacts,
): { readonly grade: QuantumGrade; readonly by: readonly string[] } {
  // A resumed session has no key exchange of its own (RFC 5723 §5.1).
  const known = tunnel.sas.filter(sa => (sa.choice?.names.ke.length ?? 0) > 0)
  const methods = unique(known.flatMap(sa => sa.choice?.names.ke ?? []))
  if (known.length === 0) return { grade: "unknown", by: [] }
  const hybrid = known.filter(sa => sa.choice?.names.ke.some(isPostQuantum))
  if (hybrid.length === known.length) return { grade: "hybrid", by: methods }
  if (tunnel.sas.some(sa => usesPpk(sa, factsOf(sa)))) return { grade: "ppk", by: [...methods, "PPK"] }
  if (hybrid.length > 0) return { grade: "partly-hybrid", by: methods }
  const weakest = Math.min(...known.map(sa => strengthOf(sa.choice?.names.ke ?? [])))
  return { grade: weakest < 112 ? "weak" : "classical", by: methods }
}

/** Of several key exchanges the strongest counts. */
export const strengthOf = (ke: readonly string[]): number => Math.max(...ke.map(n => keyExchangeBits(n) ?? 112))

/** Agreed in IKE_AUTH; while that stays closed, both sides' USE_PPK in IKE_SA_INIT is what is known. RFC 8784 §3. */
function usesPpk(sa: IkeSa, facts: SaFacts): boolean {
  if (sa.version === 1) return false
  const both = (["initiator", "responder"] as const).every(s => facts.frameOf(s, NOTIFY.USE_PPK) !== undefined)
  return v2StateOf(sa).ppkAccepted ?? both
}

export function auditQuantum(context: RuleContext): void {
  const { grade, by } = quantumGrade(context.tunnel, sa => context.facts(sa))
  const last = context.tunnel.sas.at(-1)
  if (!last) return
  const at = { objects: context.tunnel.sas.map(sa => sa.id), frames: context.tunnel.sas.map(choiceFrame) }
  if (grade === "partly-hybrid") reportPartly(context)
  // A profile that asks for more has said so of the key exchange itself; a weak one has its finding.
  if (grade === "classical" && !context.findings.quantumReported.has(context.tunnel.id))
    context.report({
      ...at,
      rule: "harvest-now-decrypt-later",
      severity: "info",
      message: `key exchange by ${series(by)} alone: who records the traffic today can read it with a quantum computer later`,
      advice: "add ML-KEM as an additional key exchange (RFC 9370), or a PPK (RFC 8784)",
      sources: [source("RFC 9370", "§1", "2023-05"), source("RFC 8784", "§1", "2020-06")],
    })
  if (grade === "ppk")
    context.report({
      ...at,
      rule: "ppk-protects-children-only",
      severity: "info",
      message:
        "the PPK protects Child SAs and rekeyed IKE SAs, not the first IKE SA: identities in it are open to a quantum computer",
      advice: "use RFC 9867 (PPK in IKE_INTERMEDIATE) or ML-KEM if identities must stay secret",
      sources: [source("RFC 8784", "§3", "2020-06"), source("RFC 9867", "§1", "2025-11")],
    })
}

/** What was recorded of an SA before the first hybrid one can be read later. */
function reportPartly(context: RuleContext): void {
  const classical = context.tunnel.sas.filter(sa => {
    const ke = sa.choice?.names.ke ?? []
    return ke.length > 0 && !ke.some(isPostQuantum)
  })
  context.report({
    rule: "harvest-now-decrypt-later",
    severity: "info",
    message: `${series(classical.map(sa => sa.id))} of this tunnel ${classical.length === 1 ? "has" : "have"} no post-quantum key exchange, others have: what ${classical.length === 1 ? "it" : "they"} carried can be read with a quantum computer later`,
    advice: "ask for the additional key exchange in IKE_SA_INIT and in every rekey (RFC 9370)",
    objects: classical.map(sa => sa.id),
    frames: classical.map(choiceFrame),
    sources: [source("RFC 9370", "§2.2", "2023-05")],
  })
}
