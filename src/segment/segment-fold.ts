/** The control plane as scans are folded to it; notes which data SAs no segment can open by itself. */
import type { Diagnostic } from "../bytes/diagnostic.ts"
import type { Analysis } from "../fold/analysis.ts"
import { Encapsulation, Kind, type PacketView } from "../net/packet-view.ts"
import type { DataSa, SamplePlace } from "../track/data-sa.ts"
import type { RateColumns } from "../track/rate-bins.ts"
import type { Stretch } from "../track/tally.ts"
import type { ScanHandler } from "./fold-scans.ts"
import type { Scan } from "./scan-types.ts"

export class SegmentFold implements ScanHandler {
  /** Data SAs of which packets came in fragments or in a TCP stream. */
  readonly inPieces = new Set<DataSa>()
  /** Packets that nothing is counted of came so too: nobody can say whose they are. */
  doubtful = false

  constructor(readonly analysis: Analysis) {}

  packet(view: PacketView): void {
    this.analysis.packet(view)
    const { kind } = view
    if (kind !== Kind.ESP && kind !== Kind.AH && kind !== Kind.WESP) return
    // In the frame itself a segment finds it too.
    if (view.encapsulation !== Encapsulation.TCP && view.payloadBytes === view.frameBytes) return
    const data = this.analysis.data.find(view)
    if (data) this.inPieces.add(data)
    else this.doubtful = true
  }

  stretch(view: PacketView, stretch: Stretch): void {
    this.analysis.stretch(view, stretch)
  }

  sample(view: PacketView, place: SamplePlace, read: () => Uint8Array | undefined): boolean {
    return this.analysis.data.sample(view, place, read)
  }

  recent(entries: Int32Array, i: number, base: number): void {
    this.analysis.data.recent(entries, i, base)
  }

  sketch(view: PacketView, pairs: Int32Array): void {
    this.analysis.data.sketch(view, pairs)
  }

  rates(view: PacketView, bins: RateColumns): void {
    this.analysis.data.rates(view, bins)
  }

  summed(counts: Scan["counts"]): void {
    this.analysis.summed(counts)
  }

  passed(stamp: { readonly frame: number; readonly seconds: number; readonly nanos: number }): void {
    this.analysis.passed(stamp)
  }

  diagnostic(diagnostic: Diagnostic): void {
    this.analysis.diagnostic(diagnostic)
  }
}
