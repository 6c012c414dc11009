/** What someone in the path could strip or force: weaker groups, optional PPKs, optional post-quantum exchanges, IKEv1 beside IKEv2. */

import { EXCHANGE_TYPE } from "../../registry/ikev2/exchange-types.ts"
import { KE_METHOD } from "../../registry/ikev2/ke-methods.ts"
import { NOTIFY } from "../../registry/ikev2/notify.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { firstFrame, peersOf, type RuleContext, source, unique } from "../context.ts"
import { isPostQuantum, keyExchangeBits } from "../strength.ts"
import { series } from "../words.ts"
import { weakOffer } from "./offers.ts"

const DRAFT = source("draft-ietf-ipsecme-ikev2-downgrade-prevention", "§3", "2025")

export function auditDowngrade(context: RuleContext): void {
  for (const sa of context.tunnel.sas) {
    if (sa.version === 1 || sa.parent !== null || !sa.begun) continue
    auditTranscript(context, sa)
    auditInvalidKe(context, sa)
    auditPpk(context, sa)
  }
  auditVersions(context)
}

/** Each side signs its own IKE_SA_INIT only: who breaks the weakest group in time can change what the other side was offered. */
function auditTranscript(context: RuleContext, sa: IkeSa): void {
  const full = context.facts(sa).frameOf("responder", NOTIFY.IKE_SA_INIT_FULL_TRANSCRIPT_AUTH)
  if (sa.choice === null || full !== undefined) return
  const room = stripable(context, sa)
  if (room.length === 0) return
  const weak = room.some(r => r.weak)
  context.report({
    rule: "downgrade-room",
    severity: weak ? "low" : "info",
    message: `beside ${series(sa.choice.names.ke)} the initiator offers ${series(room.map(r => r.name))}: someone in the path who breaks one of these in time can have it chosen, as nobody signs the whole of IKE_SA_INIT`,
    advice:
      "offer nothing weaker than what you want; let both ends sign the full transcript (IKE_SA_INIT_FULL_TRANSCRIPT_AUTH) once they can",
    objects: [sa.id],
    frames: [firstFrame(sa)],
    sources: [DRAFT],
  })
}

/**
 * Key exchanges on offer that are weaker than the chosen one, and the proposals that leave a post-quantum exchange out. Those that should
 * not be on offer at all are reported as offers.
 */
function stripable(context: RuleContext, sa: IkeSa): { readonly name: string; readonly weak: boolean }[] {
  const chosen = sa.choice?.names.ke ?? []
  const best = Math.max(...chosen.map(n => keyExchangeBits(n) ?? 0), 0)
  const weaker = unique(sa.offered.flatMap(o => o.ke))
    .filter(n => !chosen.includes(n) && !isPostQuantum(n) && (keyExchangeBits(n) ?? best) < best)
    .filter(n => weakOffer(context, "key exchange", "ike", n) === undefined)
    .map(name => ({ name, weak: (keyExchangeBits(name) ?? 112) < 112 }))
  const without = chosen.some(isPostQuantum) && sa.offered.some(o => !o.ke.some(isPostQuantum))
  return without ? [...weaker, { name: "proposals without a post-quantum key exchange", weak: false }] : weaker
}

/** INVALID_KE_PAYLOAD is not authenticated when it comes: it can steer to the weakest group on offer. */
function auditInvalidKe(context: RuleContext, sa: IkeSa): void {
  const refusal = sa.notices.find(
    n => n.type === NOTIFY.INVALID_KE_PAYLOAD && n.exchangeType === EXCHANGE_TYPE.IKE_SA_INIT && n.data.length >= 2,
  )
  const tried = context.facts(sa).tried[0]
  if (!refusal || !tried) return
  const wanted = KE_METHOD.alias((refusal.data[0] << 8) | refusal.data[1])
  const first = KE_METHOD.alias(tried.group)
  const [from, to] = [keyExchangeBits(first), keyExchangeBits(wanted)]
  if (from === undefined || to === undefined || to >= from) return
  context.report({
    rule: "invalid-ke-downgrade",
    severity: to < 112 ? "medium" : "low",
    message: `an unauthenticated INVALID_KE_PAYLOAD moves the exchange from ${first} to the weaker ${wanted}`,
    advice: `take ${wanted} out of the initiator's proposals if the responder has ${first}`,
    objects: [sa.id],
    frames: [tried.frame, refusal.frame],
    sources: [source("RFC 7296", "§2.7", "2014-10"), DRAFT],
  })
}

/** An initiator for whom the PPK is optional proves itself without it too. RFC 8784 §3. */
function auditPpk(context: RuleContext, sa: IkeSa): void {
  const facts = context.facts(sa)
  const optional = facts.frameOf("initiator", NOTIFY.NO_PPK_AUTH)
  const asked = facts.frameOf("initiator", NOTIFY.USE_PPK)
  const taken = facts.frameOf("responder", NOTIFY.USE_PPK) !== undefined
  if (optional !== undefined)
    context.report({
      rule: "ppk-optional",
      severity: "low",
      message:
        "the post-quantum pre-shared key is optional for the initiator (NO_PPK_AUTH): the responder may go on without it",
      advice: "make the PPK mandatory on both ends once both have it",
      objects: [sa.id],
      frames: [optional],
      sources: [source("RFC 8784", "§3", "2020-06")],
    })
  else if (asked !== undefined && !taken && sa.choice !== null)
    context.report({
      rule: "ppk-optional",
      severity: "low",
      message:
        "the initiator offers a post-quantum pre-shared key (USE_PPK), and goes on without when the responder does not answer to it",
      advice: "make the PPK mandatory on both ends, so that nobody can strip it",
      objects: [sa.id],
      frames: [asked],
      sources: [source("RFC 8784", "§3", "2020-06")],
    })
}

/** Two peers that speak both versions fall back when someone drops IKEv2. */
function auditVersions(context: RuleContext): void {
  const first = context.tunnel.sas[0]
  if (first?.version !== 2) return
  const old = context.scope.index.version1.get(...peersOf(first)) ?? []
  if (old.length === 0) return
  context.report({
    rule: "ikev1-beside-ikev2",
    severity: "medium",
    message: `the same peers speak IKEv1 too (${series(old.map(sa => sa.id))}): someone who drops IKEv2 messages may get the old protocol`,
    advice: "switch IKEv1 off on both ends",
    objects: [first.id, ...old.map(sa => sa.id)],
    frames: [firstFrame(first), ...old.map(firstFrame)],
    sources: [source("RFC 9395", "§3", "2023-04")],
  })
}
