/** A frame kept beyond its call, for what is known only later. */
import type { CaptureRecord } from "../capture/record.ts"
import type { PacketView } from "./packet-view.ts"

const ADDRESSES_END = 40

/** Copies of the frame, and of what the view says of its innermost IP header and ports. */
export interface Snapshot {
  readonly frame: number
  readonly record: CaptureRecord
  readonly ip: Pick<
    PacketView,
    | "ipVersion"
    | "ipBytes"
    | "ipStart"
    | "sourceAt"
    | "destinationAt"
    | "ipProtocol"
    | "sourcePort"
    | "destinationPort"
    | "etherType"
  >
}

/** Copies the current frame. */
export function takeSnapshot(frame: number, record: CaptureRecord, view: PacketView): Snapshot {
  const { ipVersion, ipStart, sourceAt, destinationAt, ipProtocol, sourcePort, destinationPort, etherType } = view
  const bytes = record.bytes.slice(record.start, record.end)
  return {
    frame,
    record: Object.assign(Object.create(Object.getPrototypeOf(record)), record, { bytes, start: 0, end: bytes.length }),
    ip: {
      ipVersion,
      ipBytes: view.ipBytes.slice(ipStart, ipStart + ADDRESSES_END),
      ipStart: 0,
      sourceAt: sourceAt - ipStart,
      destinationAt: destinationAt - ipStart,
      ipProtocol,
      sourcePort,
      destinationPort,
      etherType,
    },
  }
}
