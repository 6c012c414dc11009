/** Too little of an SA is in the capture to say what became of it. */
import { PHASE_1 } from "../../registry/ikev1/exchange-types.ts"
import { otherSide, type Side } from "../../track/peer.ts"
import { carriedText } from "./carried.ts"
import { type Facts, goesOnFor, ofType } from "./facts.ts"
import { fine, type Judgement } from "./judgement.ts"
import { arrivedAt, frameOf, isEncrypted } from "./sent.ts"
import { addressOf, plural, secondsText } from "./words.ts"

/** The capture point sees one direction. */
export function oneDirection(f: Facts, side: Side): Judgement {
  const [first, next = first] = f.sent
  return {
    outcome: "partial",
    certainty: "seen",
    cause: null,
    frames: [...new Set([frameOf(first), frameOf(next)])],
    headline: "One direction alone is in the capture",
    why: `${plural(f.sent.length, "message")} of ${addressOf(f.sa, side)} from frame ${frameOf(first)} on, ${sequel(side, f.sent.length === 1)}, and none of ${addressOf(f.sa, otherSide(side))}: whether it came up cannot be said`,
    remedy: "Capture where both directions pass.",
  }
}

/** What the messages of one side alone show of the other's. */
const sequel = (side: Side, alone: boolean): string =>
  side === "initiator"
    ? `which ${alone ? "goes" : "go"} on as only answers let ${alone ? "it" : "them"}`
    : `which ${alone ? "answers a request that is" : "answer requests that are"} not there`

/** Who gets a packet of an SA that it does not have says so by these. RFC 7296 §1.5, §2.21.4; RFC 2408 §3.14.1. */
const UNKNOWN_SA: ReadonlySet<string> = new Set(["INVALID_IKE_SPI", "INVALID_SPI", "INVALID_COOKIE"])

export function partial(f: Facts): Judgement {
  const { sa } = f
  const frames = f.sent.length > 0 ? [frameOf(f.sent[0])] : []
  const both = (["initiator", "responder"] as const).every(side => f.sent.some(s => s.from === side))
  const j = (headline: string, why: string): Judgement => ({
    ...fine("partial", "seen", frames, headline, why),
    remedy: "Capture from the beginning, and longer; or give keys of this SA.",
  })
  const notice = sa.notices.find(n => UNKNOWN_SA.has(n.name.replaceAll("-", "_")))
  if (!sa.begun && notice && sa.choice === null && f.sent.every(s => !isEncrypted(s)))
    return {
      ...j(
        `${notice.name} outside of any IKE SA`,
        `${addressOf(sa, notice.from)} sends ${notice.name} in the clear (frame ${notice.frame}) under SPIs that no IKE SA of this capture has: it got a packet of an SA that it does not have, or somebody else sent it`,
      ),
      remedy: `Look in the log of ${addressOf(sa, notice.from)} for a restart.`,
    }
  if (!sa.begun)
    return j(
      "Its beginning is not in the capture",
      `the first message seen (frame ${frames[0] ?? "?"}) is none that begins an SA; ${both ? "both ends speak" : `only ${addressOf(sa, f.sent[0]?.from ?? "initiator")} speaks`}${carriedText(f)}`,
    )
  const phase1 = ofType(f, ...PHASE_1).at(-1)
  if (sa.version === 1 && phase1?.exchange.complete && sa.choice !== null) {
    const later = f.sent.filter(s => frameOf(s) > frameOf(phase1)).length
    const goesOn = goesOnFor(f, arrivedAt(phase1))
    const then = later > 0 ? `${plural(later, "more message")} and no Quick Mode follow` : "nothing follows"
    return {
      ...j(
        "Phase 1 is done, and the capture ends before a tunnel",
        `phase 1 ends in frame ${frameOf(phase1)}${goesOn > 0 ? `; ${then} in the ${secondsText(goesOn)} that the capture goes on` : ", and the capture with it"}`,
      ),
      remedy: "Capture longer.",
    }
  }
  return j(
    "Too little of it to say",
    `the capture has ${plural(f.sent.length, "message")} of it, from frame ${frames[0] ?? "?"} on, and ends before it is up or refused`,
  )
}
