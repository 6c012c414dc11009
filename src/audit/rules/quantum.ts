/** Post-quantum posture: whether what is recorded today can be read once quantum computers exist. RFC 9370, RFC 8784, RFC 9867. */

import { NOTIFY } from "../../registry/ikev2/notify.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { v2StateOf } from "../../track/v2-state.ts"
import { choiceFrame, type RuleContext, source, unique } from "../context.ts"
import { notifyKey, type SaFacts } from "../facts.ts"
import { isPostQuantum, keyExchangeBits } from "../strength.ts"
import type { Tunnel } from "../tunnel.ts"
import type { QuantumGrade } from "../types.ts"
import { listText } from "../words.ts"

/** The grade of a tunnel's weakest IKE SA, and what it rests on. */
export function quantumGrade(
  tunnel: Tunnel,
  factsOf: (sa: IkeSa) => SaFacts,
): { readonly grade: QuantumGrade; readonly by: readonly string[] } {
  const known = tunnel.sas.filter(sa => sa.choice !== null)
  const methods = unique(known.flatMap(sa => sa.choice?.names.ke ?? []))
  // Keys of a rekeyed SA come from SK_d of the one before: once mixed in, a secret stays (RFC 7296 §2.18).
  const root = known[0]
  const hybrid = known.some(sa => sa.choice?.names.ke.some(isPostQuantum))
  if (!root || methods.length === 0) return { grade: "unknown", by: [] }
  if (hybrid) return { grade: "hybrid", by: methods }
  if (tunnel.sas.some(sa => usesPpk(sa, factsOf(sa)))) return { grade: "ppk", by: [...methods, "PPK"] }
  const weakest = Math.min(...methods.map(m => keyExchangeBits(m) ?? 112))
  return { grade: weakest < 112 ? "weak" : "classical", by: methods }
}

/** Agreed in IKE_AUTH; while that stays closed, both sides' USE_PPK in IKE_SA_INIT is what is known. RFC 8784 §3. */
function usesPpk(sa: IkeSa, { notifies }: SaFacts): boolean {
  if (sa.version === 1) return false
  const both = (["initiator", "responder"] as const).every(s => notifies.has(notifyKey(s, NOTIFY.USE_PPK)))
  return v2StateOf(sa).ppkAccepted ?? both
}

export function auditQuantum(context: RuleContext): void {
  const { grade, by } = quantumGrade(context.tunnel, sa => context.facts(sa))
  const last = context.tunnel.sas.at(-1)
  if (!last) return
  const at = { objects: context.tunnel.sas.map(sa => sa.id), frames: context.tunnel.sas.map(choiceFrame) }
  if (grade === "classical" || grade === "weak")
    context.tell({
      ...at,
      rule: "harvest-now-decrypt-later",
      severity: "info",
      message: `key exchange by ${listText(by)} alone: who records the traffic today can read it with a quantum computer later`,
      advice: "add ML-KEM-768 or stronger as an additional key exchange (RFC 9370), or a PPK (RFC 8784)",
      sources: [source("RFC 9370", "§1", "2023-05"), source("RFC 8784", "§1", "2020-06")],
    })
  if (grade === "ppk")
    context.tell({
      ...at,
      rule: "ppk-protects-children-only",
      severity: "info",
      message:
        "the PPK protects Child SAs and rekeyed IKE SAs, not the first IKE SA: identities in it are open to a quantum computer",
      advice: "use RFC 9867 (PPK in IKE_INTERMEDIATE) or ML-KEM if identities must stay secret",
      sources: [source("RFC 8784", "§3", "2020-06"), source("RFC 9867", "§1", "2025-11")],
    })
}
