/** IKE messages that their receivers take for something else: the Non-ESP Marker is missing on port 4500, or there on port 500. RFC 3948 §2.2. */
import { Encapsulation, type PacketView } from "../net/packet-view.ts"
import type { Side } from "./peer.ts"

export type Misframing = "no-esp-marker" | "esp-marker-on-500"

/** A message that was sent so. */
export interface Misframed {
  readonly frame: number
  readonly how: Misframing
}

const IKE = 500
const NAT_T = 4500
const UDP_BYTES = 8
const MARKER_BYTES = 4

export function misframingOf(view: PacketView): Misframing | undefined {
  if (view.encapsulation !== Encapsulation.UDP) return undefined
  const between = view.payloadStart - view.transportStart - UDP_BYTES
  const isOn = (port: number) => view.sourcePort === port || view.destinationPort === port
  if (between === 0) return isOn(NAT_T) && !isOn(IKE) ? "no-esp-marker" : undefined
  return between === MARKER_BYTES && isOn(IKE) && !isOn(NAT_T) ? "esp-marker-on-500" : undefined
}

/** Messages remembered of one SA. */
const MAX_MISFRAMED = 64

export function noteMisframed(
  sa: { misframed: readonly Misframed[] },
  { frame, misframing }: { readonly frame: number; readonly misframing: Misframing | undefined },
): void {
  if (misframing && sa.misframed.length < MAX_MISFRAMED) sa.misframed = [...sa.misframed, { frame, how: misframing }]
}

interface Framed {
  readonly misframed: readonly Misframed[]
  readonly exchanges: readonly {
    readonly startedBy: Side
    readonly messages: readonly { readonly from: Side; readonly frame: number }[]
  }[]
}

/**
 * How a message with several sendings was sent wrongly; undefined when one was right, or an earlier request of that side has its answer,
 * although all its sendings were so.
 */
export function misframingIn(sa: Framed, from: Side, frames: readonly number[]): Misframing | undefined {
  const wrong = sa.misframed.filter(m => frames.includes(m.frame))
  if (wrong.length === 0 || wrong.length < Math.min(frames.length, MAX_MISFRAMED)) return undefined
  const [{ how }] = wrong
  const isSo = ({ frame }: { readonly frame: number }) =>
    frame < frames[0] && sa.misframed.some(m => m.how === how && m.frame === frame)
  const isAnswered = sa.exchanges.some(({ startedBy, messages }) => {
    const answer = startedBy === from ? messages.findIndex(m => m.from !== from) : 0
    return answer > 0 && messages.slice(0, answer).every(isSo)
  })
  return isAnswered ? undefined : how
}

/** `without the Non-ESP Marker on port 4500: its receiver drops it`. */
export const misframingText = (how: Misframing): string =>
  how === "no-esp-marker"
    ? "without the Non-ESP Marker on port 4500: its receiver takes it for ESP and drops it"
    : "behind a Non-ESP Marker on port 500: its receiver drops it"
