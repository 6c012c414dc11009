/** The descent into one frame without any memory of the frames before: what is found, and whether that memory would be needed. */
import type { CaptureRecord } from "../capture/record.ts"
import { Descending } from "../net/descent.ts"
import { FrameFindings } from "../net/frame-findings.ts"
import { NET_LIMITS } from "../net/limits.ts"
import type { Kind, PacketView } from "../net/packet-view.ts"
import { portTable } from "../net/ports.ts"
import type { Snapshot } from "../net/snapshot.ts"

export class FrameWalk extends Descending {
  readonly findings = new FrameFindings()

  constructor(ikePorts: readonly number[] = []) {
    super(portTable(ikePorts), false, false)
  }

  /** Looks into a frame. Its bytes are referred to by the packets found. */
  walk(record: CaptureRecord): void {
    this.findings.clear()
    this.layersLeft = NET_LIMITS.layers
    this.view.ipVersion = 0
    this.view.etherType = 0
    this.view.littleEndian = record.littleEndian
    this.link(record.linkType, record.bytes, record.start, record.end)
  }

  override packet(kind: Kind): void {
    this.findings.packet(kind, this.view)
  }

  override fragment(): void {
    this.findings.inPieces = true
  }

  override segment(): void {
    this.findings.inPieces = true
  }

  override finding(): void {
    this.findings.hasFinding = true
  }

  override snapshot(): Snapshot {
    throw new TypeError("a frame by itself has no snapshot")
  }

  override resume(): void {}
}

/** Says of a packet where and when it was captured. */
export function stamp(packet: PacketView, record: CaptureRecord, frame: number): void {
  packet.frame = frame
  packet.seconds = record.seconds
  packet.nanos = record.nanos
  packet.capture = record.capture
  packet.interfaceId = record.interfaceId
  packet.linkType = record.linkType
  packet.frameBytes = record.bytes
  packet.frameStart = record.start
}
