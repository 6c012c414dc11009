/** A capture walked, as plain values that tests compare. */
import type { Diagnostic } from "../../src/bytes/diagnostic.ts"
import { toHex } from "../../src/bytes/hex.ts"
import { destinationAddress, sourceAddress } from "../../src/net/address.ts"
import type { PacketView } from "../../src/net/packet-view.ts"
import { type WalkResult, walkCapture } from "../../src/net/walk-capture.ts"
import type { WalkOptions } from "../../src/net/walker.ts"

export interface WalkedPacket {
  readonly frame: number
  readonly time: string
  readonly kind: number
  readonly source: string
  readonly destination: string
  readonly ports: string
  readonly spi: number
  readonly sequence: number
  readonly payload: string
}

export const packetOf = (view: PacketView): WalkedPacket => ({
  frame: view.frame,
  time: `${view.seconds}.${view.nanos}`,
  kind: view.kind,
  source: sourceAddress(view),
  destination: destinationAddress(view),
  ports: `${view.sourcePort} ${view.destinationPort}`,
  spi: view.spi,
  sequence: view.sequence,
  payload: toHex(view.payloadBytes, view.payloadStart, view.payloadEnd),
})

export interface Walked extends WalkResult {
  readonly packets: WalkedPacket[]
  readonly diagnostics: Diagnostic[]
}

/** Walks a capture, whole or in chunks of `chunkBytes`. */
export function walked(capture: Uint8Array, options: WalkOptions = {}, chunkBytes = capture.length): Walked {
  const packets: WalkedPacket[] = []
  const diagnostics: Diagnostic[] = []
  const handler = {
    packet: (v: PacketView) => void packets.push(packetOf(v)),
    diagnostic: (d: Diagnostic) => void diagnostics.push(d),
  }
  const result = walkCapture(chunks(capture, chunkBytes), handler, options)
  return { ...result, packets, diagnostics }
}

/** Chunks of one reused buffer, as a reader of files has them: what is kept of an earlier chunk would show. */
function* chunks(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  const buffer = new Uint8Array(Math.max(1, size))
  for (let at = 0; at < bytes.length; at += buffer.length) {
    const part = bytes.subarray(at, at + buffer.length)
    buffer.fill(0xee)
    buffer.set(part)
    yield buffer.subarray(0, part.length)
  }
}
