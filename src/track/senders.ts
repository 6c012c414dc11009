/**
 * Which senders of one SPI and destination are one SA. Its sender may move (a NAT that binds anew, MOBIKE) or be captured at two points, and
 * then its sequence numbers go on or its packets are the same. Senders that each have numbers of their own are SAs of their own: multicast,
 * manual keys, Cilium; or forged. RFC 4301 §4.1. Where keys prove nothing this is an inference.
 */
import type { DataSa } from "./data-sa.ts"

/** Packets that a path may be ahead of another: the anti-replay window that most implementations start with. RFC 4303 §3.4.3. */
const WINDOW = 64

/**
 * Joins senders into SAs, given in the order of their first packets; with `one` they are one SA whatever they sent. Returns the SAs; what was
 * joined to another says so (`into`).
 */
export function joinSenders(senders: readonly DataSa[], one: boolean): DataSa[] {
  const sas: DataSa[] = []
  for (const sender of senders) {
    const sa = sas.find(before => one || isContinued(before, sender))
    if (sa) sa.absorb(sender)
    else sas.push(sender)
  }
  for (const sa of sas) sa.senders = sas
  return sas
}

function isContinued(a: DataSa, b: DataSa): boolean {
  if (a.sequences.littleEndian !== b.sequences.littleEndian) return false
  const { common, ahead, behind, beyond } = a.sequences.compare(b.sequences)
  // Around a move a packet may come on both paths.
  if (common > 0) return a.sketch.isSame(b.sketch) ?? (ahead > -WINDOW && beyond > 0)
  // It moved: packets may overtake one another then, or be missing.
  if (b.firstFrame > a.lastFrame) return ahead > -WINDOW
  // Both paths are in use: together they have the numbers of one sender.
  return ahead <= WINDOW && behind <= WINDOW
}
