/** Settles what came of one data packet: under which key it is open, what its ICV says, whether number and IV are new; and counts it. */
import { u32At } from "../bytes/bytes.ts"
import { paddingForm } from "../ipsec/esp-trailer.ts"
import { type InnerSelectors, isAllowed } from "../keys/inner-selectors.ts"
import { type DataResult, keepFrame } from "../track/data-result.ts"
import { Copy } from "../track/recent-packets.ts"
import { AH_FIXED_BYTES } from "./ah-opener.ts"
import type { DataFlow, SaState } from "./data-flow.ts"
import type { OpenedPacket } from "./opened-packet.ts"
import { isPlausible, openAsNull, openOtherwise, openWith } from "./packet-opener.ts"

/** `state` is the key that the packet's batch was opened with (undefined without one), `ok` whether it opened it. AH is verified here. */
export function judgePacket(flow: DataFlow, state: SaState | undefined, p: OpenedPacket, ok: boolean): void {
  p.data = flow.data
  p.result = flow.result
  p.sa = undefined
  p.fresh = true
  p.ivReused = false
  p.again = false
  if (state) openKeyed(flow, state, p, ok)
  else {
    p.opened = flow.result.nullEncrypted !== undefined && openAsNull(flow, p)
    p.icv = p.opened && p.icvBytes > 0 ? "unchecked" : "none"
    p.again = p.opened && p.copy === Copy.SAME
  }
  if (p.opened) locatePayload(flow, p)
  count(flow, p)
}

function openKeyed(flow: DataFlow, state: SaState, p: OpenedPacket, ok: boolean): void {
  const held = state.ah ? openWith(state, p, p.seqHi) : ok && isPlausible(state, p)
  if (held) flow.settleOn(state)
  p.opened = held || openOtherwise(flow, state, p)
  const used = (p.opened ? flow.current : undefined) ?? state
  p.sa = used.sa
  p.ivBytes = used.layout.ivBytes
  p.icvBytes = used.layout.icvBytes
  p.icv = used.ah || used.layout.icv === "checked" ? (p.opened ? "ok" : "bad") : used.layout.icv
  if (p.opened) follow(used, flow.result, p)
  // One whose first capture was right was damaged between the two places.
  else p.again = p.copy === Copy.SAME && !used.replay.has(p.seqHi, p.sequence)
}

/** Where the payload data stand, and what they are. */
function locatePayload(flow: DataFlow, p: OpenedPacket): void {
  if (flow.data.protocol === "AH") {
    p.nextHeader = p.bytes[p.start]
    p.dataStart = Math.min(p.start + Math.max(AH_FIXED_BYTES, 4 * (p.bytes[p.start + 1] + 2)), p.end)
    p.dataEnd = p.end
    return
  }
  p.nextHeader = p.trailer.nextHeader
  p.dataStart = p.start + 8 + p.ivBytes
  p.dataEnd = p.trailer.dataEnd
}

/** Sequence number and IV of an opened packet, followed for its SA. */
function follow(state: SaState, result: DataResult, p: OpenedPacket): void {
  p.fresh = state.replay.add(p.seqHi, p.sequence)
  if (!p.fresh && p.copy !== Copy.NONE) {
    p.again = p.copy === Copy.SAME
    return
  }
  if (!p.fresh) {
    result.replays++
    keepFrame(result.replayFrames, p.frame)
  }
  if (state.sa.keys.esn) {
    if (!state.sequence.verified) {
      state.firstHi = p.seqHi
      state.firstLo = p.sequence
    }
    state.sequence.confirm(p.seqHi, p.sequence)
    result.sequenceHigh = state.sequence.hi
  }
  if (!state.ivs) return
  const b = p.bytes
  // The last bytes of the packet tell it from another: the ICV, or without one the ciphertext.
  p.ivReused = state.ivs.add(u32At(b, p.start + 8), u32At(b, p.start + 12), u32At(b, p.end - 4), p.fresh)
  result.ivExact = state.ivs.exact
  if (!p.ivReused) return
  result.ivReused++
  keepFrame(result.ivReuseFrames, p.frame)
}

/** Whether the packet was captured under other addresses a moment before. */
const isElsewhere = ({ copy, icv }: OpenedPacket): boolean => copy === Copy.ELSEWHERE && icv === "ok"

/** Whether what is inside is still to be handed on: of a packet that was captured twice once. */
export const isToUnwrap = (p: OpenedPacket): boolean => p.opened && !p.again && !isElsewhere(p)

function count(flow: DataFlow, p: OpenedPacket): void {
  const { result } = flow
  if (p.again) {
    result.packets--
    result.copies++
    return
  }
  if (!p.opened) {
    if (!p.sa) return
    if (p.icv === "bad") result.icvFailed++
    keepFrame(result.failedFrames, p.frame)
    return
  }
  result.opened++
  if (p.icv === "ok") result.icvOk++
  else result.icvUnchecked++
  // What is in it was counted there.
  if (isElsewhere(p)) {
    result.elsewhere++
    return
  }
  if (flow.data.protocol === "AH") return
  if (!p.trailer.fits || !p.trailer.padOk) {
    result.paddingFaults++
    result.paddingForms |= paddingForm(p.clear, p.start + 8 + p.ivBytes, p.end - p.icvBytes, p.trailer)
    keepFrame(result.paddingFrames, p.frame)
  }
  if (p.nextHeader === 59) result.dummies++
  const selectors = p.sa?.selectors
  if (selectors && (p.nextHeader === IP_IN_IP || p.nextHeader === IPV6_IN_IP)) holdAgainst(selectors, result, p)
}

const IP_IN_IP = 4
const IPV6_IN_IP = 41

function holdAgainst(selectors: InnerSelectors, result: DataResult, p: OpenedPacket): void {
  if (isAllowed(selectors, p.clear, p.dataStart, p.dataEnd)) return
  result.outside++
  keepFrame(result.outsideFrames, p.frame)
}
