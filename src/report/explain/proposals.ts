/** NO_PROPOSAL_CHOSEN: what was offered, and what the refusing peer accepted elsewhere in the capture. RFC 7296 §2.7, RFC 2409 §5. */

import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../../registry/ikev1/exchange-types.ts"
import { EXCHANGE_TYPE } from "../../registry/ikev2/exchange-types.ts"
import { NOTIFY } from "../../registry/ikev2/notify.ts"
import type { ChildAttempt } from "../../track/child-attempt.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { Notice } from "../../track/notice.ts"
import { otherSide } from "../../track/peer.ts"
import type { Offer } from "../../track/vocabulary.ts"
import type { ExplainContext } from "./context.ts"
import { wordsOf } from "./policy-memory.ts"
import type { Say } from "./say.ts"
import { addressOf, listText, offerText, plural } from "./words.ts"

export function explainProposals(sa: IkeSa, say: Say, context: ExplainContext): void {
  const said = new Set<string>()
  for (const notice of sa.notices) {
    if (notice.type !== NOTIFY.NO_PROPOSAL_CHOSEN) continue
    // The same request, sent again, is refused again: one refusal.
    const key = [notice.from, notice.exchangeType, notice.messageId, notice.encrypted].join(" ")
    if (!said.has(key)) explain(sa, say, notice, context)
    said.add(key)
  }
}

/** The suites of an SA become known policy of both its ends. */
export function learnPolicies(sa: IkeSa, context: ExplainContext): void {
  const { policies } = context
  if (sa.choice)
    for (const side of ["initiator", "responder"] as const)
      policies.learn(`IKE${sa.version}`, addressOf(sa, side), sa.choice.names, sa.choice.frame)
  const answers = new Set(sa.attempts.filter(a => a.exchangeType === EXCHANGE_TYPE.IKE_AUTH).map(a => a.responseFrame))
  for (const child of sa.children) {
    const inAuth = answers.has(child.frame)
    for (const side of ["initiator", "responder"] as const)
      policies.learn(`${child.protocol}${sa.version}`, addressOf(sa, side), child.suite, child.frame, !inAuth)
  }
}

function explain(sa: IkeSa, say: Say, notice: Notice, context: ExplainContext): void {
  const { protocol, what, offers, request } = refusedOf(sa, notice)
  const refuser = addressOf(sa, notice.from)
  const answer = `${refuser} answers NO_PROPOSAL_CHOSEN (frame ${notice.frame}) to ${offers.length > 0 ? plural(offers.length, "proposal") : "an offer that is not in the capture,"} for the ${what}${request}`
  if (own(sa, notice)) {
    say(
      "no-proposal-chosen",
      "error",
      notice,
      `${refuser} answers NO_PROPOSAL_CHOSEN (frame ${notice.frame}) to what the other end chose from its own offer${request}: it cannot install that Child SA (algorithm, mode or policy that its kernel lacks); its log says what`,
    )
    return
  }
  const offered = offers.length > 0 ? `; offered ${listText(offers.map(offerText), 3)}` : ""
  // A choice in the clear came before: who forges a refusal has nothing to prove, and the SA goes on.
  if (!notice.encrypted && sa.choice !== null && sa.secured) {
    const forged = "it came unencrypted, so anybody on the path could have sent it, and the SA went on"
    say("no-proposal-chosen", "warning", notice, `${answer}${offered}: ${forged}`)
    return
  }
  if (refusesChoice(sa, notice)) {
    say(
      "no-proposal-chosen",
      "error",
      notice,
      `${refuser} answers NO_PROPOSAL_CHOSEN (frame ${notice.frame}) to what ${addressOf(sa, otherSide(notice.from))} chose from its offer${request}: what was chosen is not what it offered, or not what it can use; its log says what`,
    )
    return
  }
  say("no-proposal-chosen", "error", notice, `${answer}${offered}. ${advice(sa, notice, protocol, offers, context)}`)
}

/** Whether the initiator of phase 1 cannot use the answer to its offer. RFC 2408 §4.2, §5.4. */
export const refusesChoice = (sa: IkeSa, notice: Notice): boolean =>
  sa.version === 1 && sa.choice !== null && !notice.encrypted && notice.from === "initiator"

/** What a KE value of the request is wrong in, where that alone explains a refusal. RFC 5903 §7, RFC 6989 §2. */
export function keFault(sa: IkeSa, notice: Notice): string | undefined {
  const asked = otherSide(notice.from)
  const check = sa.checks.findLast(
    c => c.id === "dh-public" && c.status === "fail" && c.frame !== null && c.frame < notice.frame,
  )
  if (!check?.reason) return undefined
  const sent = sa.exchanges.some(x => x.messages.some(m => m.frame === check.frame && m.from === asked))
  return sent ? `the key exchange value (KE) of frame ${check.frame} is not valid: ${check.reason}` : undefined
}

/** Whether the one who made the offer refuses the answer. */
const own = (sa: IkeSa, notice: Notice): boolean =>
  sa.attempts.some(a => a.responseFrame === notice.frame && a.refusedBy === a.startedBy)

function refusedOf(
  sa: IkeSa,
  notice: Notice,
): { protocol: ChildAttempt["protocol"]; what: string; offers: readonly Offer[]; request: string } {
  const attempt = sa.attempts.find(a => a.responseFrame === notice.frame)
  if (attempt) {
    const what = attempt.protocol === "IKE" ? "rekey of the IKE SA" : "Child SA"
    return { protocol: attempt.protocol, what, offers: attempt.offered, request: ` in frame ${attempt.requestFrame}` }
  }
  const initial =
    sa.version === 2 ? notice.exchangeType === EXCHANGE_TYPE.IKE_SA_INIT : sa.choice === null || !notice.encrypted
  return initial
    ? { protocol: "IKE", what: "IKE SA", offers: sa.offered, request: requestText(sa, notice) }
    : { protocol: "ESP", what: "Child SA", offers: [], request: "" }
}

function requestText(sa: IkeSa, notice: Notice): string {
  const phase1 = sa.exchanges.find(
    x =>
      x.type === EXCHANGE_TYPE.IKE_SA_INIT ||
      x.type === EXCHANGE_V1.MAIN_MODE ||
      x.type === EXCHANGE_V1.AGGRESSIVE ||
      x.type === EXCHANGE_V1.BASE,
  )
  const asked = phase1?.messages.findLast(m => m.from === otherSide(notice.from) && m.frame < notice.frame)
  return asked ? ` in frame ${asked.frame}` : ""
}

function advice(
  sa: IkeSa,
  notice: Notice,
  protocol: ChildAttempt["protocol"],
  offers: readonly Offer[],
  context: ExplainContext,
): string {
  const refuser = addressOf(sa, notice.from)
  const fault = keFault(sa, notice)
  if (fault) return `Whatever its policy, ${fault}`
  const nearest = context.policies.nearest(`${protocol}${sa.version}`, refuser, offers)
  // The first Child SA is made in IKE_AUTH and never carries a group (RFC 7296 §1.2): it says nothing about PFS.
  if (nearest?.differs.length === 0 && nearest.suite.ke === undefined)
    return `Its algorithms were accepted in IKE_AUTH (frame ${nearest.suite.frame}), which carries no key exchange group: most likely the two ends disagree about PFS`
  if (nearest?.differs.length === 0 && protocol !== "IKE")
    return `It accepted this very suite in frame ${nearest.suite.frame}, so its algorithms fit there: compare the connection on ${refuser} that these networks belong to, and whether it was changed since`
  if (nearest?.differs.length === 0)
    return `It accepted this very suite in frame ${nearest.suite.frame}, so its algorithms fit: look for a connection on ${refuser} that matches ${addressOf(sa, otherSide(notice.from))} (addresses, IKE version, identities)`
  if (nearest)
    return `Nearest suite that it accepts in this capture: ${wordsOf(nearest.suite)} (frame ${nearest.suite.frame}); proposal ${nearest.offer.number} differs in ${nearest.differs.join(" and ")}`
  return `Its own policy is not in the capture${protocol === "IKE" ? "; it may also have no connection for this address or IKE version" : ""}`
}
