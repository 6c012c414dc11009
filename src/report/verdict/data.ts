/** The verdict of a data SA whose negotiation is not in the report: what its packets show by themselves. RFC 4301 §4.1. */
import { isMulticast } from "../../net/address-bytes.ts"
import type { DataSa } from "../../track/data-sa.ts"
import { secondsBetween } from "../../track/moment.ts"
import { groupedByPair, PairTable } from "../../track/pair-table.ts"
import { dataText } from "../explain/data-words.ts"
import { countText, plural, secondsText } from "../explain/words.ts"
import { packetsOf } from "./facts.ts"
import { type Judgement, verdictOf } from "./judgement.ts"
import { ENOUGH, looksUnanswered } from "./one-way.ts"
import type { Verdict } from "./types.ts"

/** What goes one way between two addresses. */
interface Way {
  readonly packets: number
  /** It looks like traffic that nobody answers. */
  readonly unanswered: boolean
}

/** Judges data SAs beside all others of the same two addresses. */
export function orphanJudge(
  all: readonly DataSa[],
  isAgreed: (data: DataSa) => boolean = () => false,
): (data: DataSa) => Verdict {
  let ways: PairTable<Way> | undefined
  return data => {
    ways ??= waysOf(all)
    const { source, destination } = data
    const origin = isAgreed(data) ? "it was agreed on in SIP" : "its negotiation is not in the capture"
    return verdictOf(failing(data) ?? flow(data, origin, ways.get(source, destination), ways.get(destination, source)))
  }
}

/** Summed up once: thousands of SAs may stand between two addresses. */
function waysOf(all: readonly DataSa[]): PairTable<Way> {
  const ways = new PairTable<Way>()
  for (const list of groupedByPair(all, d => [d.source, d.destination]).values()) {
    const packets = packetsOf(list)
    const [{ source, destination }] = list
    ways.add(source, destination, { packets, unanswered: packets >= ENOUGH && looksUnanswered(list, packets) })
  }
  return ways
}

function failing(data: DataSa): Judgement | undefined {
  const r = data.result
  if (!r || r.icvOk === 0 || r.icvFailed < ENOUGH || r.failedFrames.at(-1) !== data.lastFrame) return undefined
  return {
    outcome: "degraded",
    certainty: "proven",
    cause: "icv-failed",
    frames: r.failedFrames.slice(0, 4),
    headline: `ICVs fail since frame ${r.failedFrames[0]}`,
    why: `the ICV of ${plural(r.icvOk, "packet")} of ${dataText(data)} holds, of ${countText(r.icvFailed)} it does not (frame ${r.failedFrames[0]} first, to the last)`,
  }
}

function flow(data: DataSa, origin: string, mine: Way | undefined, back: Way | undefined): Judgement {
  const base = { cause: null, frames: [data.firstFrame], remedy: null } as const
  const proven = (data.result?.icvOk ?? 0) > 0
  const span = secondsText(secondsBetween(data.first, data.last))
  const what = `${plural(data.packets, "packet")} of ${dataText(data)} in ${span}`
  if (back)
    return {
      ...base,
      outcome: "up",
      certainty: proven ? "proven" : "inferred",
      headline: `Up: ${plural(data.packets, "packet")}, others come back`,
      why: `${what}, and ${back.packets} come back from ${data.destination}; ${origin}`,
    }
  if (mine?.unanswered && data.senders.length < 2 && !isMulticast(data.destination))
    return {
      ...base,
      outcome: "degraded",
      certainty: "inferred",
      cause: "esp-one-way",
      headline: `One way only: none from ${data.destination}`,
      why: `${what}, small and slow as requests are, and none back: ${data.destination} drops them or has no way back, or the capture sees one direction only`,
      remedy: undefined,
    }
  return {
    ...base,
    outcome: "partial",
    certainty: "seen",
    headline: "One direction of an SA, negotiated elsewhere",
    why: `${what}, and none back; ${origin}, so whether an answer is due cannot be said`,
    remedy: "Capture earlier and both directions, or give child_sas keys.",
  }
}
