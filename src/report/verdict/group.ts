/** Rekey SAs of groups: a key server sends, nobody answers, and what counts is whether members can take what comes. RFC 6407 §4, RFC 9838 §2.4. */

import { isRekeyProof } from "../../track/check-ids.ts"
import { type Facts, packetsOf, saidBy } from "./facts.ts"
import type { Judgement } from "./judgement.ts"
import { frameOf, isOpened } from "./sent.ts"
import { addressOf, plural } from "./words.ts"

export function judgeRekeySa(f: Facts): Judgement {
  const { sa, sent } = f
  const opened = sent.filter(isOpened)
  const name = sa.version === 1 ? "GROUPKEY-PUSH" : "GSA_REKEY"
  const from = sa.group?.from
  const base = { cause: null, frames: sent.slice(0, 1).map(frameOf), remedy: null }
  if (opened.length === 0)
    return {
      ...base,
      outcome: "partial",
      certainty: "seen",
      headline: `${plural(sent.length, `${name} message`)}, closed`,
      why: `a key server sends new keys to its group under these SPIs; ${from ? `the keys that ${from.id} handed out open none` : "no registration that hands out the keys to them is opened in this capture"}`,
      remedy: "Give secrets of a registration with this key server, and capture it.",
    }
  const failed = sa.checks.find(c => isRekeyProof(c) && c.status === "fail")
  if (failed)
    return {
      ...base,
      outcome: "degraded",
      certainty: "proven",
      cause: "group-unauthenticated",
      frames: [failed.frame ?? 0],
      headline: `${name} not authenticated`,
      why: `frame ${failed.frame}: ${failed.reason}`,
      remedy: undefined,
    }
  const proven = sa.checks.filter(c => isRekeyProof(c) && c.status === "pass").length
  const packets = packetsOf(f.carried.map(c => c.data))
  return {
    ...base,
    outcome: sa.facts.deletion ? "closed" : "up",
    certainty: saidBy(true),
    frames: [frameOf(opened[0])],
    headline: `Rekey SA of a group: ${plural(opened.length, "rekey")} opened`,
    why: `${plural(opened.length, `${name} message`)} of ${addressOf(sa, "initiator")} opened under the keys that ${from?.id ?? "a keys file"} handed out, ${proven > 0 ? `${proven} with a signature that holds` : "without a signature to check"}${packets > 0 ? `; ${plural(packets, "packet")} under the keys in them` : ""}`,
  }
}
