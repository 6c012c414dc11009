/** A packet view that outlives the chunk it was read from: its bytes copied, its places moved with them. */
import { PacketView } from "../net/packet-view.ts"

export function keptView(view: PacketView): PacketView {
  const { frameBytes, frameStart, frameEnd } = view
  const frame = frameBytes.slice(frameStart, frameEnd)
  /** Bytes of the frame move with it; others were put together for this packet alone. */
  const copy = (bytes: Uint8Array) => (bytes === frameBytes ? frame : bytes.slice())
  const moved = (bytes: Uint8Array, at: number) => (bytes === frameBytes ? at - frameStart : at)
  return Object.assign(new PacketView(), view, {
    frameBytes: frame,
    frameStart: 0,
    frameEnd: frame.length,
    ipBytes: copy(view.ipBytes),
    ipStart: moved(view.ipBytes, view.ipStart),
    sourceAt: moved(view.ipBytes, view.sourceAt),
    destinationAt: moved(view.ipBytes, view.destinationAt),
    outerBytes: copy(view.outerBytes),
    outerIpStart: moved(view.outerBytes, view.outerIpStart),
    payloadBytes: copy(view.payloadBytes),
    payloadStart: moved(view.payloadBytes, view.payloadStart),
    payloadEnd: moved(view.payloadBytes, view.payloadEnd),
  })
}
