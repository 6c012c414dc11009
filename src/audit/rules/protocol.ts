/** IKEv1 itself, Aggressive Mode, identities in clear, XAUTH behind a group key. RFC 9395 §3, RFC 2409 §5.4. */

import { AUTH_METHOD } from "../../registry/ikev1/auth-methods.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../../registry/ikev1/exchange-types.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { v1StateOf } from "../../track/v1-state.ts"
import { choiceFrame, firstFrame, type RuleContext, source, unique } from "../context.ts"
import { type Verdict, worstOf } from "../judge.ts"
import { series, verdictText } from "../words.ts"
import { sourcesFor } from "./judged.ts"

const AGGRESSIVE = source("RFC 2409", "§5.4", "1998-11")
const OFFLINE = source("CVE-2002-1623", "", "2002-12")
const XAUTH_PSK: readonly number[] = [AUTH_METHOD.XAUTH_INIT_PRE_SHARED, AUTH_METHOD.XAUTH_RESP_PRE_SHARED]

export function auditProtocol(context: RuleContext): void {
  for (const sa of context.tunnel.sas) {
    if (sa.version === 1) {
      auditVersion1(context, sa)
      auditAggressive(context, sa)
      auditXauth(context, sa)
    }
    auditClearIds(context, sa)
  }
}

/** What the profiles say of a protocol that was seen in this SA. */
const verdictsOn = (context: RuleContext, sa: IkeSa, name: string): readonly Verdict[] =>
  context
    .seen("ike-version")
    .filter(s => s.names[0] === name && s.objects.includes(sa.id))
    .flatMap(s => context.verdicts("ike-version", s))

function auditVersion1(context: RuleContext, sa: IkeSa): void {
  // Rekeys of a group want no answer; the registration is what counts.
  if (sa.group?.role === "rekey") return
  const verdicts = verdictsOn(context, sa, "IKEv1")
  const answered = context.seen("ike-version").some(s => s.objects.includes(sa.id))
  const asked = context.scope.profiles.filter(p =>
    p.lines.some(l => l.kind === "protocol" && l.names.includes("IKEv1")),
  )
  if (asked.length === 0) return
  context.report({
    rule: "ikev1",
    severity: answered ? (worstOf(verdicts) ?? "medium") : "low",
    message: answered
      ? "IKEv1 is spoken, which is historic since 2023 and gets no fixes"
      : `${sa.initiator.address} asks for IKEv1, which is historic since 2023, and gets no answer`,
    advice: "move both ends to IKEv2 and switch IKEv1 off",
    objects: [sa.id],
    frames: [firstFrame(sa)],
    sources: answered ? sourcesFor(verdicts, undefined) : [source("RFC 9395", "§1", "2023-04")],
  })
}

function auditAggressive(context: RuleContext, sa: IkeSa): void {
  const state = v1StateOf(sa)
  if (state.exchangeType !== EXCHANGE_V1.AGGRESSIVE) return
  const method = state.answer?.authMethod
  const hash = context.facts(sa).clearHash
  const verdicts = verdictsOn(context, sa, "Aggressive Mode")
  const withKey = method === AUTH_METHOD.PRE_SHARED_KEY || (method !== undefined && XAUTH_PSK.includes(method))
  const common = {
    rule: "aggressive-mode-psk",
    advice: "use IKEv2, or at least Main Mode",
    objects: [sa.id],
    frames: [firstFrame(sa)],
    sources: [...sourcesFor(verdicts, undefined), AGGRESSIVE, OFFLINE],
  }
  if (withKey && hash !== null)
    context.report({
      ...common,
      severity: "high",
      message: "Aggressive Mode with a pre-shared key shows HASH_R in clear: it lets the key be searched for offline",
      advice:
        "use IKEv2, or at least Main Mode; take the pre-shared key for known and replace it by certificates or a long random one",
      frames: [hash],
    })
  else if (withKey)
    context.report({
      ...common,
      severity: "medium",
      message:
        "Aggressive Mode with a pre-shared key is asked for: a responder that answers gives away what a search for the key needs",
    })
  else if (verdicts.length > 0)
    context.report({
      ...common,
      rule: "aggressive-mode",
      severity: worstOf(verdicts) ?? "medium",
      message: `Aggressive Mode is used: ${unique(verdicts.map(v => verdictText(v))).join("; ")}`,
      sources: [...sourcesFor(verdicts, undefined), AGGRESSIVE],
    })
}

/** With XAUTH a key is usually shared by a group, each of whom can pose as the gateway. */
function auditXauth(context: RuleContext, sa: IkeSa): void {
  const method = v1StateOf(sa).answer?.authMethod
  if (method === undefined || !XAUTH_PSK.includes(method)) return
  context.report({
    rule: "xauth-group-key",
    severity: "medium",
    message:
      "XAUTH runs under a pre-shared key: everyone who knows that key can pose as the gateway and collect passwords",
    advice: "authenticate the gateway with a certificate: IKEv2 with EAP, or hybrid mode",
    objects: [sa.id],
    frames: [choiceFrame(sa)],
    sources: [source("draft-ietf-ipsec-isakmp-xauth-06", "§8", "1999-12")],
  })
}

/** IKEv2 and Main Mode encrypt identities; Aggressive Mode with signatures or keys does not. */
function auditClearIds(context: RuleContext, sa: IkeSa): void {
  const ids = context.facts(sa).clearIds
  if (ids.length === 0) return
  const sides = [...new Set(ids.map(i => i.from))]
  context.report({
    rule: "identity-in-clear",
    severity: "low",
    message: `the identity of the ${series(sides)} crosses the network in clear`,
    advice:
      sa.version === 1 ? "use IKEv2, or Main Mode" : "the ID payload belongs inside SK: replace this implementation",
    objects: [sa.id],
    frames: ids.map(i => i.frame),
    sources: [sa.version === 1 ? AGGRESSIVE : source("RFC 7296", "§1.2", "2014-10")],
  })
}
