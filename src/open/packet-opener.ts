/** Opens one packet after its batch did not: other keys of the same SPI, other high halves, and ESP without encryption. */
import { readTrailer } from "../ipsec/esp-trailer.ts"
import { plausiblePayload } from "../ipsec/null-heuristic.ts"
import { TAIL_BYTES } from "./clear-edges.ts"
import type { DataFlow, SaState } from "./data-flow.ts"
import type { OpenedPacket } from "./opened-packet.ts"
import { otherHighHalves } from "./sequence.ts"

/** High halves tried for a capture that does not begin with its SA. */
const HIGH_HALVES = 256

/** Opens `p` with one SA and a high half; true when the ICV held, or where there is none when what came out is plausible. */
export function openWith(state: SaState, p: OpenedPacket, seqHi: number): boolean {
  if (state.ah) return state.ah.verify(p.bytes, p.ipStart, p.start, p.end, seqHi)
  const { esp } = state
  if (!esp) return false
  const { alone } = p
  alone.bytes = p.bytes
  alone.at[0] = p.start
  alone.length[0] = p.end - p.start
  alone.seqHi[0] = seqHi
  alone.frame[0] = p.frame
  p.edges = false
  return esp.open(alone, p.held, p.clear) === 1 && isPlausible(state, p)
}

/** Reads the trailer of what came out. Without a checked ICV only a plausible payload tells a right key from a wrong one. */
export function isPlausible(state: SaState, p: OpenedPacket): boolean {
  const { layout } = state
  p.ivBytes = layout.ivBytes
  p.icvBytes = layout.icvBytes
  const from = p.start + 8 + layout.ivBytes
  const trailer = readTrailer(p.clear, from, p.end - layout.icvBytes, p.trailer)
  // Its padding reaches into what was left out.
  if (p.edges && trailer.padLength + 2 > TAIL_BYTES) return openWith(state, p, p.seqHi)
  if (layout.icv === "checked") return true
  return trailer.fits && trailer.padOk && plausiblePayload(trailer.nextHeader, p.clear, from, trailer.dataEnd)
}

/** Tries what else could open `p`, which did not open with `tried` and its high half: true when something did, and the flow has settled on it. */
export function openOtherwise(flow: DataFlow, tried: SaState, p: OpenedPacket): boolean {
  const patient = flow.patience > 0
  if (patient) flow.patience--
  for (const state of flow.states) {
    if (!state.usable || (!patient && state !== tried)) continue
    if (!state.sa.keys.esn) {
      if (state !== tried && openWith(state, p, 0)) return settle(flow, state, p, 0)
      continue
    }
    for (const hi of otherHighHalves(state.sequence.likely(p.sequence), patient && !state.opened ? HIGH_HALVES : 0))
      if (openWith(state, p, hi)) return settle(flow, state, p, hi)
  }
  return openByOtherReading(flow, p)
}

/** High halves of the sequence number tried where extended ones are a guess. */
const GUESSED_HIGH_HALVES = 4

/** Where no key of the SPI has opened anything: tries what the keys may be otherwise. */
function openByOtherReading(flow: DataFlow, p: OpenedPacket): boolean {
  if (flow.result.sa || !flow.otherReadings || flow.readings === 0) return false
  flow.readings--
  for (const state of flow.otherReadings()) {
    if (!state.usable) continue
    const highs = state.sa.keys.esn ? [...otherHighHalves(0, GUESSED_HIGH_HALVES)] : [0]
    const hi = highs.find(h => openWith(state, p, h))
    if (hi === undefined) continue
    flow.states = [...flow.states, state]
    return settle(flow, state, p, hi)
  }
  return false
}

function settle(flow: DataFlow, state: SaState, p: OpenedPacket, seqHi: number): true {
  flow.settleOn(state)
  p.seqHi = seqHi
  return true
}

/** Opens `p` as ESP without encryption, which was proven for its flow. RFC 5879. */
export function openAsNull({ result }: DataFlow, p: OpenedPacket): boolean {
  if (!result.nullEncrypted) return false
  const { ivBytes, icvBytes } = result.nullEncrypted
  const from = p.start + 8 + ivBytes
  const to = p.end - icvBytes
  const trailer = readTrailer(p.bytes, from, to, p.trailer)
  if (!trailer.fits || !trailer.padOk || !plausiblePayload(trailer.nextHeader, p.bytes, from, trailer.dataEnd))
    return false
  p.ivBytes = ivBytes
  p.icvBytes = icvBytes
  p.clear.set(p.bytes.subarray(from, to), from)
  return true
}
