/** What IKE SAs agreed for themselves: it stands in the clear, and in a rekey behind keys. */
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../../registry/ikev1/exchange-types.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { v1StateOf } from "../../track/v1-state.ts"
import { v2StateOf } from "../../track/v2-state.ts"
import { choiceFrame, firstFrame } from "../frames.ts"
import { isCombinedMode } from "../strength.ts"
import { FROM_BEGINNING, framesOf, type Gap, type Subject, type View } from "./types.ts"

const versionOf = (sa: IkeSa): string => `IKEv${sa.version}`

/** The beginning of an SA is not in the capture. */
function unseen(sa: IkeSa): Gap[] {
  if (sa.choice !== null || sa.begun) return []
  const why = sa.version === 1 ? "phase 1 is not in the capture" : "IKE_SA_INIT is not in the capture"
  return [{ objects: [sa.id], why, shows: FROM_BEGINNING }]
}

/** Protocol versions that were answered: asking alone is no use of them. */
export function versionView(sa: IkeSa): View {
  const answered = sa.choice !== null || sa.exchanges.some(x => x.messages.some(m => m.from === "responder"))
  if (!answered) return { subjects: [], gaps: [] }
  const aggressive = sa.version === 1 && v1StateOf(sa).exchangeType === EXCHANGE_V1.AGGRESSIVE
  const names = [versionOf(sa), ...(aggressive ? ["Aggressive Mode"] : [])]
  return {
    subjects: names.map(name => ({
      names: [name],
      text: name,
      objects: [sa.id],
      frames: framesOf(firstFrame(sa)),
      where: versionOf(sa),
    })),
    gaps: [],
  }
}

type Part = "encr" | "integ" | "prf"

/** One transform of the chosen suite. An AEAD needs no integrity algorithm (RFC 5282 §8). */
export function partView(sa: IkeSa, part: Part): View {
  const names = sa.choice?.names
  const name = names?.[part]
  if (!name || (part === "integ" && names.encr !== null && isCombinedMode(names.encr)))
    return { subjects: [], gaps: unseen(sa) }
  return { subjects: [subject(sa, [name])], gaps: [] }
}

/** All key exchanges of the SA together. A resumed session has none of its own (RFC 5723 §5.1). */
export function keyExchangeView(sa: IkeSa): View {
  const ke = sa.choice?.names.ke ?? []
  if (ke.length > 0) return { subjects: [subject(sa, ke)], gaps: [] }
  const resumed = sa.version === 2 && v2StateOf(sa).resumed
  return { subjects: [], gaps: resumed ? [] : unseen(sa) }
}

const subject = (sa: IkeSa, names: readonly string[]): Subject => ({
  names,
  text: names.join(" + "),
  objects: [sa.id],
  frames: framesOf(choiceFrame(sa)),
  where: versionOf(sa),
})
