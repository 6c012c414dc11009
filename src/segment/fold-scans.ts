/**
 * Scans into the fold, in the order of their segments. Frames that were kept whole go through a walker that remembers, as if no other frame had been
 * in between. Sums go in at the frame where they began.
 */
import { CaptureRecord } from "../capture/record.ts"
import { encapsulationOf, ipVersionOf, kindOf, type PacketHandler, PacketView } from "../net/packet-view.ts"
import { Walker, type WalkOptions } from "../net/walker.ts"
import type { SamplePlace } from "../track/data-sa.ts"
import { LONE_NUMBERS, NO_LONE } from "../track/lone-packets.ts"
import type { RateColumns } from "../track/rate-bins.ts"
import type { Stretch } from "../track/tally.ts"
import { ADDRESS_BYTES } from "./scan-tables.ts"
import type { Scan } from "./scan-types.ts"
import { recordAt } from "./whole-frames.ts"

/** Where scans are folded to; calls come in frame order. */
export interface ScanHandler extends PacketHandler {
  /** Packets of one flow; `view` has their SPI, kind, encapsulation and addresses. */
  stretch(view: PacketView, stretch: Stretch): void
  /**
   * A packet of the flow that was summed up lies here: `read` gets it from the capture, undefined where that cannot be read. Returns whether more packets
   * of the flow are wanted.
   */
  sample?(view: PacketView, place: SamplePlace, read: () => Uint8Array | undefined): boolean
  /** A packet that was summed up, which the next one may be a copy of: `RecentPackets.load`. */
  recent?(entries: Int32Array, i: number, base: number): void
  /** The sketch of all packets of one flow that were summed up in a segment. */
  sketch(view: PacketView, pairs: Int32Array): void
  /** Packets of one flow that were summed up in a segment, over time. */
  rates?(view: PacketView, bins: RateColumns): void
  /** Packets that were summed up in a segment. */
  summed(counts: Scan["counts"]): void
  /** The last packet that was summed up before the next call of `packet`. */
  passed(stamp: { readonly frame: number; readonly seconds: number; readonly nanos: number }): void
}

export interface ScanFoldOptions extends WalkOptions {
  /** Reads bytes of a capture at an offset; undefined where that is not possible. */
  bytesAt?(capture: number, offset: number, length: number): Uint8Array | undefined
}

export class ScanFold {
  readonly #walker: Walker
  readonly #record = new CaptureRecord()
  readonly #view = new PacketView()

  constructor(
    readonly handler: ScanHandler,
    readonly options: ScanFoldOptions = {},
  ) {
    this.#walker = new Walker(handler, options)
    this.#view.ipStart = 0
    this.#view.sourceAt = 0
    this.#view.destinationAt = ADDRESS_BYTES
  }

  /** Frames so far. */
  get frames(): number {
    return this.#walker.frames
  }

  /** The scan of the next segment. */
  add(scan: Scan): void {
    const { whole } = scan
    const walker = this.#walker
    const base = walker.frames
    if (base === 0 && scan.frames > 0) {
      walker.view.firstSeconds = scan.seconds
      walker.view.firstNanos = scan.nanos
    }
    const sums = this.#sumsOf(scan, base)
    const recent = this.#recentOf(scan, base)
    let said = 0
    for (let i = 0; i < whole.n; i++) {
      while (said < scan.diagnostics.length && scan.diagnostics[said].frame <= whole.frame[i])
        this.handler.diagnostic(scan.diagnostics[said++].diagnostic)
      sums(whole.frame[i])
      recent(whole.frame[i])
      if (whole.lastFrame[i] >= 0) this.#passed(base + whole.lastFrame[i] + 1, whole.lastSeconds[i], whole.lastNanos[i])
      walker.frames = asSmall(base + whole.frame[i])
      walker.record(recordAt(whole, i, this.#record))
    }
    sums(Number.POSITIVE_INFINITY)
    recent(Number.POSITIVE_INFINITY)
    for (let flow = 0; flow < scan.flows.n; flow++) this.#flow(scan, flow)
    if (scan.lastFrame >= 0) this.#passed(base + scan.lastFrame + 1, scan.lastSeconds, scan.lastNanos)
    while (said < scan.diagnostics.length) this.handler.diagnostic(scan.diagnostics[said++].diagnostic)
    this.handler.summed(scan.counts)
    walker.frames = base + scan.frames
  }

  /** After the last segment. */
  end(): void {
    this.#walker.end()
  }

  /** Hands on what was summed up of the frames before one, each time from where the last call ended. */
  #sumsOf(scan: Scan, base: number): (before: number) => void {
    const { pieces, samples } = scan
    const enough = new Set<number>()
    let piece = 0
    let sample = 0
    const frameOf = (of: typeof pieces.firstFrame, i: number, n: number) => (i < n ? of[i] : Number.POSITIVE_INFINITY)
    return before => {
      for (;;) {
        const next = frameOf(pieces.firstFrame, piece, pieces.n)
        const sampled = frameOf(samples.frame, sample, samples.n)
        if (Math.min(next, sampled) >= before) return
        if (next <= sampled) this.#stretch(scan, piece++, base)
        else if (enough.has(samples.flow[sample])) sample++
        else if (!this.#sample(scan, sample, base)) enough.add(samples.flow[sample++])
        else sample++
      }
    }
  }

  /** Hands on the packets that those from a frame on may be copies of. */
  #recentOf({ recent }: Scan, base: number): (frame: number) => void {
    let i = 0
    return frame => {
      for (; i < recent.n && recent.frame[i] <= frame; i++) this.handler.recent?.(recent.entries, i, base)
    }
  }

  #sample(scan: Scan, i: number, base: number): boolean {
    const { handler, options } = this
    const { flow, frame, capture, offset, length, payloadStart } = scan.samples
    const place = { frame: base + frame[i] + 1, length: length[i], payloadStart: payloadStart[i] }
    const read = () => options.bytesAt?.(capture[i], offset[i], length[i])
    return handler.sample?.(this.#viewOf(scan, flow[i]), place, read) ?? false
  }

  #passed(frame: number, seconds: number, nanos: number): void {
    this.handler.passed({ frame, seconds, nanos })
  }

  /** What is known of a flow's packets in all of the segment. */
  #flow(scan: Scan, flow: number): void {
    const { sketches, sketchEnd, rateEnd, rateSeconds } = scan.flows
    const endBefore = (ends: Uint32Array) => (flow === 0 ? 0 : ends[flow - 1])
    const [from, to] = [endBefore(sketchEnd), sketchEnd[flow]]
    if (from < to) this.handler.sketch(this.#viewOf(scan, flow), sketches.subarray(from, to))
    const [at, end] = [endBefore(rateEnd), rateEnd[flow]]
    if (at === end) return
    this.handler.rates?.(this.#viewOf(scan, flow), {
      seconds: rateSeconds[flow],
      start: scan.rates.start.subarray(at, end),
      packets: scan.rates.packets.subarray(at, end),
      bytes: scan.rates.bytes.subarray(at, end),
      low: scan.rates.low.subarray(at, end),
      high: scan.rates.high.subarray(at, end),
    })
  }

  /** A view of a packet of the flow. */
  #viewOf({ flows }: Scan, flow: number): PacketView {
    const view = this.#view
    view.kind = kindOf(flows.kind[flow])
    view.spi = flows.spi[flow]
    view.ipVersion = ipVersionOf(flows.ipVersion[flow])
    view.encapsulation = encapsulationOf(flows.encapsulation[flow])
    view.sourcePort = flows.sourcePort[flow]
    view.destinationPort = flows.destinationPort[flow]
    view.ipBytes = flows.addresses.subarray(2 * ADDRESS_BYTES * flow, 2 * ADDRESS_BYTES * (flow + 1))
    return view
  }

  #stretch(scan: Scan, i: number, base: number): void {
    const { pieces } = scan
    const view = this.#viewOf(scan, pieces.flow[i])
    const [from, to] = [i === 0 ? 0 : pieces.loneEnd[i - 1], pieces.loneEnd[i]]
    const lone =
      from < to
        ? Array.from(pieces.lone.subarray(from, to), (n, at) => (at % LONE_NUMBERS ? n : n + base + 1))
        : NO_LONE
    view.frame = asSmall(base + pieces.firstFrame[i] + 1)
    view.capture = pieces.capture[i]
    this.handler.stretch(view, {
      packets: pieces.packets[i],
      bytes: pieces.bytes[i],
      largest: pieces.largest[i],
      large: pieces.large[i],
      lone,
      quiet: pieces.quietTo[i] > 0 ? [pieces.quietFrom[i], pieces.quietTo[i]] : NO_LONE,
      firstFrame: view.frame,
      firstSeconds: pieces.firstSeconds[i],
      firstNanos: pieces.firstNanos[i],
      lastFrame: asSmall(base + pieces.lastFrame[i] + 1),
      lastSeconds: pieces.lastSeconds[i],
      lastNanos: pieces.lastNanos[i],
      copies: pieces.copies[i],
      elsewhere: pieces.elsewhere[i],
      elsewhereBytes: pieces.elsewhereBytes[i],
      runs: pieces.runs.subarray(pieces.runAt[i], pieces.runEnd[i]),
    })
  }
}

/** The same number as an integer of 31 bits where it is one: out of a column of doubles each would take 16 bytes more wherever it is kept. */
const asSmall = (n: number): number => (n < 0x4000_0000 ? n | 0 : n)
