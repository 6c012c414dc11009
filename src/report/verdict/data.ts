/** The verdict of a data SA whose negotiation is not in the report: what its packets show by themselves. RFC 4301 §4.1. */
import type { DataSa } from "../../track/data-sa.ts"
import { secondsBetween } from "../../track/moment.ts"
import { pairOf } from "../explain/context.ts"
import { dataText } from "../explain/data-words.ts"
import { plural, secondsText } from "../explain/words.ts"
import { lastOf, packetsOf } from "./facts.ts"
import { type Judgement, verdictOf } from "./judgement.ts"
import { ENOUGH, isMulticast, looksUnanswered } from "./one-way.ts"
import type { Verdict } from "./types.ts"

/** Judges data SAs beside all others of the same two addresses. */
export function orphanJudge(all: readonly DataSa[]): (data: DataSa) => Verdict {
  let pairs: Map<string, DataSa[]> | undefined
  const byPair = () => {
    const made = new Map<string, DataSa[]>()
    for (const d of all) {
      const pair = pairOf(d.source, d.destination)
      const list = made.get(pair)
      if (list) list.push(d)
      else made.set(pair, [d])
    }
    return made
  }
  return data => {
    pairs ??= byPair()
    return judgeData(data, pairs.get(pairOf(data.source, data.destination)) ?? [data])
  }
}

/** `between` are all data SAs of the same two addresses, itself too. */
function judgeData(data: DataSa, between: readonly DataSa[]): Verdict {
  return verdictOf(failing(data) ?? flow(data, between))
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
    why: `the ICV of ${plural(r.icvOk, "packet")} of ${dataText(data)} holds, of ${r.icvFailed} it does not (frame ${r.failedFrames[0]} first, to the last)`,
  }
}

function flow(data: DataSa, between: readonly DataSa[]): Judgement {
  const back = between.filter(d => d.source === data.destination && d.destination === data.source)
  const mine = between.filter(d => d.source === data.source && d.destination === data.destination)
  const base = { cause: null, frames: [data.firstFrame], remedy: null } as const
  const proven = (data.result?.icvOk ?? 0) > 0
  const span = secondsText(secondsBetween({ seconds: data.firstSeconds, nanos: data.firstNanos }, lastOf(data)))
  const what = `${plural(data.packets, "packet")} of ${dataText(data)} in ${span}`
  if (back.length > 0)
    return {
      ...base,
      outcome: "up",
      certainty: proven ? "proven" : "inferred",
      headline: `Up: ${plural(data.packets, "packet")}, others come back`,
      why: `${what}, and ${packetsOf(back)} come back from ${data.destination}; its negotiation is not in the capture`,
    }
  const packets = packetsOf(mine)
  if (packets >= ENOUGH && !isMulticast(data.destination) && looksUnanswered(mine, packets))
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
    why: `${what}, and none back; its negotiation is not in the capture, so whether an answer is due cannot be said`,
    remedy: "Capture earlier and both directions, or give child_sas keys.",
  }
}
