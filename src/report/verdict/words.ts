/** Pieces of headlines and reasons. */

import { secondsBetween } from "../../track/moment.ts"
import type { Side } from "../../track/peer.ts"
import { exchangeName } from "../build.ts"
import { addressOf, countText, framesText, plural, secondsText } from "../explain/words.ts"
import type { Facts } from "./facts.ts"
import { framesOf, type Sent, timeOf } from "./sent.ts"

export { addressOf, countText, framesText, plural, secondsText }

/** An identity or address that fits into a headline. */
export const MAX_NAME = 30

/** A side by its identity where it is known and short, else by its address. */
export function nameOf({ sa }: Facts, side: Side): string {
  const id = sa.ids[side]?.value
  return id && id.length <= MAX_NAME ? id : addressOf(sa, side)
}

/** `IKE_AUTH`, `Main Mode`. */
export const exchangeOf = ({ sa }: Facts, s: Sent): string =>
  exchangeName(sa, s.exchange.type)
    .replace(/ \(.*\)$/, "")
    .replace(/^Identity Protection$/, "Main Mode")

/** `sent 5 times in 14 s (frames 3, 4, 5 …)`. */
export function sendings(s: Sent): string {
  const frames = framesOf(s)
  if (frames.length === 1) return `sent once (frame ${frames[0]})`
  const last = s.repeats[s.repeats.length - 1]
  return `sent ${frames.length} times in ${secondsText(secondsBetween(timeOf(s), last.time))} (frames ${frames[0]} to ${last.frame})`
}
