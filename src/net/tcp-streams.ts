/** TCP streams that carry IKE: segments into order, once each, then into messages. RFC 9293 §3.4, RFC 9329. */

import { u32At } from "../bytes/bytes.ts"
import { firstFrom } from "../bytes/search.ts"
import { plural } from "../bytes/words.ts"
import type { DiagnosticCode } from "../diagnostics/codes.ts"
import type { FrameTrace, StreamPoint } from "./frame-trace.ts"
import { tcpEncapsulated } from "./headers/udp-encapsulation.ts"
import type { Descent } from "./layers.ts"
import type { NetLimits } from "./limits.ts"

import { Port, portOf } from "./ports.ts"
import type { Snapshot } from "./snapshot.ts"
import { Framing, type FramingHandler, FramingState, hasPrefix } from "./tcp-framing.ts"

const SYN = 2
const RST = 4
const ACK = 16

interface Segment {
  readonly sequence: number
  readonly bytes: Uint8Array
  readonly snapshot: Snapshot
}

/** One direction of a connection. */
class Stream {
  /** Sequence number of the next byte. */
  next: number
  framing: Framing
  /** What the other side says it has got up to; undefined until it said. */
  acknowledged: number | undefined
  /** Segments that came before their turn, by sequence number. */
  pending: Segment[] = []
  pendingBytes = 0
  reverse: Stream | undefined
  /** Sequence number behind the SYN, once seen. */
  first: number | undefined
  /** Frames that hold the bytes that the framing holds, each with the sequence number behind its own. */
  parts: { readonly frame: number; readonly end: number }[] = []
  constructor(
    readonly key: string,
    next: number,
    state: FramingState,
  ) {
    this.next = next
    this.framing = new Framing(state)
  }

  /** Sequence number of the first byte of the item in the making. */
  get begun(): number {
    return (this.next - this.framing.begun) >>> 0
  }
}

/** For reading one frame alone, or for noting what that takes. */
export interface StreamOptions {
  /** Streams that are new stand here. */
  readonly resume?: StreamPoint
  readonly trace?: FrameTrace
}

/** a - b of sequence numbers, which wrap at 2^32. */
const distance = (a: number, b: number): number => (a - b) | 0

/**
 * Follows streams on the ports of IKE, and with `heuristicIke` those that begin with the prefix. Segments out of order
 * wait for the gap before them to fill; when the peer acknowledged bytes that never came, or too many bytes wait, the gap is
 * a finding and the stream goes on behind it. A message belongs to the frame that completed it.
 */
export class TcpStreams implements FramingHandler {
  readonly #streams = new Map<string, Stream>()
  #bytes = 0
  constructor(
    private readonly layers: Descent,
    private readonly limits: NetLimits,
    private readonly report: (code: DiagnosticCode, message: string, frame: number) => void,
    /** Number of the current frame. */
    private readonly frame: () => number,
    private readonly options: StreamOptions = {},
  ) {}

  /** A segment with its header at `at` and payload `b[start, end)`, of which the wire had `wireEnd - start` bytes. */
  add(b: Uint8Array, at: number, start: number, end: number, wireEnd: number): void {
    const flags = b[at + 13]
    if (flags & RST) return
    const sequence = (u32At(b, at + 4) + (flags & SYN ? 1 : 0)) >>> 0
    const stream = this.#stream(sequence, b, at, start, end)
    if (!stream) return
    if (flags & SYN) this.#restart(stream, sequence)
    if (flags & ACK && stream.reverse) acknowledge(stream.reverse, u32At(b, at + 8))
    if (end > start) {
      if (this.options.trace) traceFrame(this.options.trace, stream)
      this.#payload(stream, sequence, b, start, end)
    }
    if (wireEnd > end && start < wireEnd) this.#cutOff(stream, (sequence + wireEnd - start) >>> 0)
  }

  /** Takes what still waits behind gaps. */
  end(): void {
    for (const stream of this.#streams.values()) if (stream.pending.length > 0) this.#skipGap(stream, true)
  }

  message(b: Uint8Array, at: number, end: number, bare?: "ike" | "esp"): void {
    tcpEncapsulated(this.layers, b, at, end, bare)
  }

  finding(code: DiagnosticCode, message: string): void {
    this.layers.finding(code, message)
  }

  /** The stream of the current segment; undefined when it carries no IKE. */
  #stream(sequence: number, b: Uint8Array, at: number, start: number, end: number): Stream | undefined {
    const { view, ports } = this.layers
    const key = connectionKey(this.layers, false)
    const known = this.#streams.get(key)
    if (known) return known
    const listed = portOf(ports, view.sourcePort, view.destinationPort)
    const isOurs = listed === Port.NAT_T || listed === Port.EITHER
    const { resume } = this.options
    if (!isOurs && !resume && !hasPrefix(b, start, end)) return undefined
    const state = b[at + 13] & SYN ? FramingState.START : FramingState.LOST
    const stream = this.#add(key, resume?.sequence ?? sequence, resume?.state ?? state)
    const other = connectionKey(this.layers, true)
    // On any other port the originator's prefix decides, so nothing of the answer was looked at before.
    const reverse =
      this.#streams.get(other) ?? (isOurs ? undefined : this.#add(other, u32At(b, at + 8), FramingState.START))
    if (reverse) {
      stream.reverse = reverse
      reverse.reverse = stream
    }
    this.#makeRoom(stream)
    return stream
  }

  #add(key: string, next: number, state: FramingState): Stream {
    const stream = new Stream(key, next, state)
    this.#streams.set(key, stream)
    return stream
  }

  #restart(stream: Stream, next: number): void {
    if (stream.first === next) return
    stream.first = next
    this.#dropPending(stream)
    stream.next = next
    stream.framing = new Framing(FramingState.START)
  }

  #payload(stream: Stream, sequence: number, b: Uint8Array, start: number, end: number): void {
    const ahead = distance(sequence, stream.next)
    if (ahead > 0) {
      this.#wait(stream, sequence, b, start, end)
      return
    }
    if (start - ahead >= end) return
    this.#deliver(stream, b, start - ahead, end, this.frame())
    this.#drain(stream)
  }

  #deliver(stream: Stream, b: Uint8Array, start: number, end: number, frame: number): void {
    const held = stream.framing.held
    stream.next = (stream.next + end - start) >>> 0
    stream.framing.push(b, start, end, this)
    if (this.options.trace) keepParts(stream, frame)
    this.#bytes += stream.framing.held - held
    if (this.#bytes > this.limits.tcpBytes) this.#makeRoom(stream)
  }

  /** Gives the segments that waited and whose turn it is. */
  #drain(stream: Stream, late = false): void {
    for (;;) {
      const first = stream.pending[0]
      if (!first) return
      const ahead = distance(first.sequence, stream.next)
      if (ahead > 0) return
      stream.pending.shift()
      stream.pendingBytes -= first.bytes.length + HELD
      this.#bytes -= first.bytes.length + HELD
      if (late) this.layers.resume(first.snapshot)
      if (-ahead < first.bytes.length)
        this.#deliver(stream, first.bytes, -ahead, first.bytes.length, first.snapshot.frame)
    }
  }

  #wait(stream: Stream, sequence: number, b: Uint8Array, start: number, end: number): void {
    const { pending } = stream
    const at = placeOf(pending, sequence)
    const before = pending[at - 1]
    if (!before || before.sequence !== sequence || before.bytes.length < end - start) {
      pending.splice(at, 0, { sequence, bytes: b.slice(start, end), snapshot: this.layers.snapshot() })
      stream.pendingBytes += end - start + HELD
      this.#bytes += end - start + HELD
    }
    const acknowledged = stream.acknowledged !== undefined && distance(stream.acknowledged, pending[0].sequence) >= 0
    if (acknowledged || stream.pendingBytes > this.limits.tcpPendingBytes) this.#skipGap(stream)
    else if (this.#bytes > this.limits.tcpBytes) this.#makeRoom(stream)
  }

  /** Gives up the bytes before the segments that wait. `late`: there is no current frame, each segment goes back to its own. */
  #skipGap(stream: Stream, late = false): void {
    while (stream.pending.length > 0) {
      const { sequence, snapshot } = stream.pending[0]
      const { frame } = snapshot
      const missing = distance(sequence, stream.next)
      this.report(
        "tcp-gap",
        `${plural(missing, "byte")} of a TCP stream ${missing === 1 ? "is" : "are"} not in the capture before frame ${frame}`,
        frame,
      )
      stream.next = sequence
      stream.framing.lose()
      this.#drain(stream, late)
    }
  }

  /** The capture cut the segment off: the stream goes on behind it. */
  #cutOff(stream: Stream, next: number): void {
    if (distance(next, stream.next) <= 0) return
    stream.next = next
    stream.framing.lose()
  }

  #dropPending(stream: Stream): void {
    this.#bytes -= stream.pendingBytes + stream.framing.held
    stream.pending = []
    stream.pendingBytes = 0
  }

  #forget(stream: Stream): void {
    this.#dropPending(stream)
    this.#streams.delete(stream.key)
    if (stream.reverse) stream.reverse.reverse = undefined
  }

  /** Forgets the streams begun first, but for the current one. */
  #makeRoom(inHand: Stream): void {
    for (const stream of this.#streams.values()) {
      if (this.#streams.size <= this.limits.tcpStreams && this.#bytes <= this.limits.tcpBytes) return
      if (stream === inHand) continue
      this.#forget(stream)
      this.layers.finding("tcp-stream-evicted", "too many TCP streams at once: the oldest is followed no further")
    }
  }
}

/** What a segment that waits takes beside its bytes: a million of one byte each is no megabyte. */
const HELD = 256

/** Where a segment belongs among those that wait: behind all that do not come after it. */
const placeOf = (pending: Stream["pending"], sequence: number): number =>
  firstFrom(pending, waiting => distance(waiting.sequence, sequence) > 0)

/** Notes which frames the item in the making stands in, the one of number `frame` among them. */
function keepParts(stream: Stream, frame: number): void {
  if (stream.framing.begun === 0) {
    if (stream.parts.length > 0) stream.parts = []
    return
  }
  const { begun } = stream
  stream.parts = stream.parts.filter(part => distance(part.end, begun) > 0)
  stream.parts.push({ frame, end: stream.next })
}

function traceFrame(trace: FrameTrace, stream: Stream): void {
  const frames = [...stream.parts.map(part => part.frame), ...stream.pending.map(p => p.snapshot.frame)]
  trace.segment({ sequence: stream.begun, state: stream.framing.state }, frames)
}

function acknowledge(stream: Stream, number: number): void {
  if (stream.acknowledged === undefined || distance(number, stream.acknowledged) > 0) stream.acknowledged = number
}

/** Addresses and ports of the current segment as a key; of the other direction with `reversed`. */
function connectionKey(layers: Descent, reversed: boolean): string {
  const { ipVersion, ipBytes, sourceAt, destinationAt, sourcePort, destinationPort } = layers.view
  const n = ipVersion === 6 ? 16 : 4
  const source = String.fromCharCode(...ipBytes.subarray(sourceAt, sourceAt + n))
  const destination = String.fromCharCode(...ipBytes.subarray(destinationAt, destinationAt + n))
  return reversed
    ? `${destinationPort}/${sourcePort}/${destination}${source}`
    : `${sourcePort}/${destinationPort}/${source}${destination}`
}
