/** Pieces of sentences that several rules use. */
import { durationText, listText } from "../../bytes/words.ts"
import type { Exchange } from "../../track/exchange.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { type Moment, secondsBetween } from "../../track/moment.ts"
import { otherSide, type Side } from "../../track/peer.ts"
import type { Offer } from "../../track/vocabulary.ts"
import { exchangeName } from "../build.ts"

export { countText, listText, plural } from "../../bytes/words.ts"

export const framesText = (frames: readonly number[]): string =>
  `${frames.length === 1 ? "frame" : "frames"} ${listText(frames)}`

/** A duration as sentences have it, in round numbers: `40 ms`, `1.5 s`, `12 s`, `2 min 5 s`. */
export function secondsText(seconds: number): string {
  if (Math.abs(seconds) >= 119.5) return durationText(Math.round(seconds))
  if (Math.abs(seconds) < 0.0995) return `${Math.round(seconds * 1000)} ms`
  return `${Math.abs(seconds) < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
}

/** When each was sent after the first: `0, 2.0, 4.8 s`. */
export function timetable(times: readonly Moment[]): string {
  const at = times.map(t => secondsBetween(times[0], t))
  return `${listText(at.map(s => (s === 0 ? "0" : s.toFixed(1))))} s`
}

/** A side by its identity if known, else by its address. */
export const sideName = (sa: IkeSa, side: Side): string => {
  const id = sa.ids[side]?.value
  const { address } = sa.peer(side)
  return id && id !== address ? `${id} (${address})` : `${address} (${side})`
}

export const addressOf = (sa: IkeSa, side: Side): string => sa.peer(side).address

export { otherSide }

/** `IKE_AUTH 1`; phase 1 of IKEv1 has no Message ID worth saying. */
export const exchangeText = (sa: IkeSa, x: Pick<Exchange, "type" | "messageId">): string =>
  sa.version === 1 ? exchangeName(sa, x.type) : `${exchangeName(sa, x.type)} ${x.messageId}`

/** `1: AES-CBC-128 · HMAC-SHA2-256-128 · …`. */
export const offerText = (o: Offer): string =>
  `${o.number}: ${[o.encr, o.integ, o.prf, o.ke]
    .filter(l => l.length > 0)
    .map(l => l.join("/"))
    .join(" · ")}`
