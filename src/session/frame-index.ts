/**
 * What is kept of every frame of a session, in columns: where it stands, when it came, what it is, and what it takes to decode it
 * from its bytes alone. About 50 bytes a frame.
 */
import { u32At } from "../bytes/bytes.ts"
import { CaptureRecord, NO_COMMENTS } from "../capture/record.ts"
import type { SequenceRemark } from "../ipsec/esp.ts"
import { nullLayout } from "../ipsec/null-heuristic.ts"
import { SequenceRemarks } from "../ipsec/sequence-remarks.ts"
import { espStart } from "../ipsec/wesp.ts"
import { destinationAddress, sourceAddress } from "../net/address.ts"
import type { FrameTrace, StreamPoint } from "../net/frame-trace.ts"
import { Encapsulation, Kind, type PacketView } from "../net/packet-view.ts"
import type { FramingState } from "../net/tcp-framing.ts"
import { NULL_TRIALS } from "../open/data-plane.ts"
import { LINK_TYPE } from "../registry/link-types.ts"
import { Column } from "./column.ts"

/** What is the same for many frames. */
type Place = Pick<CaptureRecord, "capture" | "interfaceId" | "linkType" | "timeDigits" | "littleEndian">

/** Packets of one SPI to one address. */
export interface Flow {
  readonly protocol: "ESP" | "AH"
  readonly spi: number
  readonly source: string
  readonly destination: string
  readonly firstFrame: number
  packets: number
  bytes: number
  /** Some of its packets came in pieces, or together with packets of other flows in one frame: its frames are not enough to read it. */
  scattered: boolean
  /** Without a key nothing can be said of its packets: all are whole, of one sender, and the first do not show their content. */
  opaque: boolean
}

const NONE = 0xffffffff
/** Frames that columns have room for at the beginning. */
const FIRST_ROOM = 1024
/** The shortest ESP or AH packet, and the longest that IP carries. */
const SHORTEST = 8
const LONGEST = 65_535 + 40
/** Frames that one frame may need; a message of more is drawn as far as these go. */
const MOST_COMPANIONS = 4096

export class FrameIndex implements FrameTrace {
  // Columns with room for more frames than there are; `of` gives what is filled.
  /** Where the frame's bytes begin in its capture, and how many there are; bytes on the wire. */
  offset = new Float64Array(FIRST_ROOM)
  captured = new Uint32Array(FIRST_ROOM)
  original = new Uint32Array(FIRST_ROOM)
  seconds = new Float64Array(FIRST_ROOM)
  nanos = new Uint32Array(FIRST_ROOM)
  /** `Kind` of the frame's last message. */
  kind = new Uint8Array(FIRST_ROOM)
  /** Number of the flow of an ESP or AH packet; `NONE` for others. */
  flow = new Uint32Array(FIRST_ROOM)
  /** IPv4 addresses of the frames that have one IPv4 header and no other, of UDP, TCP or ESP: `plain` says which those are. */
  source = new Uint32Array(FIRST_ROOM)
  destination = new Uint32Array(FIRST_ROOM)
  plain = new Uint8Array(FIRST_ROOM)
  /** Frames so far; they count from 1. */
  frames = 0
  readonly flows: Flow[] = []
  #place = new Uint16Array(FIRST_ROOM)
  #sa: Int32Array | undefined
  #assign: (sa: Int32Array) => void = () => {}
  readonly #places: Place[] = []
  readonly #comments = new Map<number, readonly string[]>()
  readonly #companions = new Map<number, readonly number[]>()
  /** TCP segments with payload: frame, sequence number and state of the stream before it. */
  readonly #segmentFrame = new Column(Uint32Array)
  readonly #segmentSequence = new Column(Uint32Array)
  readonly #segmentState = new Column(Uint8Array)
  /** Sequence numbers of ESP that do not follow: frame, SPI, the number expected, the frame before. */
  readonly #remarkFrame = new Column(Uint32Array)
  readonly #remarkSpi = new Column(Uint32Array)
  readonly #remarkExpected = new Column(Uint32Array)
  readonly #remarkBefore = new Column(Uint32Array)
  readonly #remarks = new SequenceRemarks()
  readonly #flowOf = new Map<number, number>()
  /** Of each flow a hash of its first sender's address. */
  readonly #senders = new Column(Uint32Array)
  #expected = 0
  /** The frame of the last message. */
  #lastFrame = 0

  /** The filled part of a column. */
  of<T extends Float64Array | Uint32Array | Int32Array | Uint8Array>(column: T): T {
    return column.subarray(0, this.frames) as T
  }

  /** Row of each frame's SA in the session's list; -1 without. Filled when it is first asked for. */
  get sa(): Int32Array {
    if (!this.#sa) {
      this.#sa = new Int32Array(this.frames).fill(-1)
      this.#assign(this.#sa)
    }
    return this.#sa
  }

  /** What is known of SAs changed: `assign` fills the rows. */
  assignBy(assign: (sa: Int32Array) => void): void {
    this.#assign = assign
    this.#sa = undefined
  }

  /** About how many frames there will be. */
  expect(frames: number): void {
    if (Number.isFinite(frames)) this.#expected = Math.ceil(frames)
  }

  /** The next frame, before it is walked. */
  record(record: CaptureRecord): void {
    const i = this.frames
    if (i === this.offset.length) this.#grow()
    this.frames = i + 1
    this.offset[i] = record.offset
    this.captured[i] = record.end - record.start
    this.original[i] = record.originalBytes
    this.seconds[i] = record.seconds
    this.nanos[i] = record.nanos
    this.#place[i] = this.#placeOf(record)
    this.kind[i] = Kind.OTHER
    this.flow[i] = NONE
    this.plain[i] = 0
    if (record.comments.length > 0) this.#comments.set(this.frames, record.comments)
  }

  /** The current frame holds nothing of IPsec: TCP or UDP in one IP header behind that of Ethernet. */
  idle({ bytes, start }: CaptureRecord): void {
    const i = this.frames - 1
    const ip = start + ETHERNET_BYTES
    if (bytes[ip] >> 4 !== 4) return
    this.source[i] = u32At(bytes, ip + 12)
    this.destination[i] = u32At(bytes, ip + 16)
    this.plain[i] = 1
  }

  /** A message of the current frame. */
  packet(view: PacketView): void {
    const i = view.frame - 1
    this.kind[i] = view.kind
    this.#addresses(view, i)
    if (view.kind !== Kind.ESP && view.kind !== Kind.AH && view.kind !== Kind.WESP) return
    const number = this.#flow(view)
    const flow = this.flows[number]
    if (isInPieces(view)) flow.scattered = true
    if (this.flow[i] !== NONE) flow.scattered = this.flows[this.flow[i]].scattered = true
    this.flow[i] = number
    if (flow.opaque) flow.opaque = this.#isOpaque(flow, number, view)
    flow.packets++
    flow.bytes += view.payloadWireBytes
    if (view.kind === Kind.AH) return
    const remark = this.#remarks.add(view.spi, view.sequence, view.frame)
    if (remark) this.#keepRemark(view, remark)
  }

  #addresses(view: PacketView, i: number): void {
    // A second message of the frame: it is no plain one.
    if (this.#lastFrame === view.frame) {
      this.plain[i] = 0
      return
    }
    this.#lastFrame = view.frame
    this.plain[i] = 0
    if (!isPlain(view)) return
    const { ipBytes, sourceAt, destinationAt } = view
    this.source[i] = u32At(ipBytes, sourceAt)
    this.destination[i] = u32At(ipBytes, destinationAt)
    this.plain[i] = 1
  }

  datagram(frames: readonly number[]): void {
    this.#needs(frames)
  }

  segment(point: StreamPoint, frames: readonly number[]): void {
    const frame = this.frames
    // A frame has one segment; more would come of a tunnel that is walked twice.
    if (this.#segmentFrame.length > 0 && this.#segmentFrame.at(this.#segmentFrame.length - 1) === frame) return
    this.#segmentFrame.push(frame)
    this.#segmentSequence.push(point.sequence)
    this.#segmentState.push(point.state)
    this.#needs(frames)
  }

  /** The frames that must be walked before this one, in their order. */
  companions(frame: number): readonly number[] {
    const all = new Set<number>()
    const add = (n: number, depth: number) => {
      for (const before of this.#companions.get(n) ?? []) {
        if (all.has(before) || all.size >= MOST_COMPANIONS) continue
        all.add(before)
        // A segment that came in IP fragments needs those.
        if (depth < 2) add(before, depth + 1)
      }
    }
    add(frame, 0)
    return [...all].sort((a, b) => a - b)
  }

  /** Where the TCP stream stands before this frame; undefined when it carries none. */
  resumePoint(frame: number): StreamPoint | undefined {
    const at = this.#segmentFrame.lowerBound(frame)
    if (at >= this.#segmentFrame.length || this.#segmentFrame.at(at) !== frame) return undefined
    return { sequence: this.#segmentSequence.at(at), state: this.#segmentState.at(at) as FramingState }
  }

  /** What came before the ESP packets of this frame, where they do not follow it. */
  remarks(frame: number): readonly (SequenceRemark & { readonly spi: number })[] {
    const out: (SequenceRemark & { spi: number })[] = []
    for (let i = this.#remarkFrame.lowerBound(frame); this.#remarkFrame.at(i) === frame; i++) {
      if (i >= this.#remarkFrame.length) break
      out.push({
        spi: this.#remarkSpi.at(i),
        expected: this.#remarkExpected.at(i),
        previousFrame: this.#remarkBefore.at(i),
      })
    }
    return out
  }

  /** The frame as a capture's reader gave it, on the bytes that are given. */
  recordOf(frame: number, bytes: Uint8Array): CaptureRecord {
    return this.fill(new CaptureRecord(), frame, bytes, 0)
  }

  /** Makes a record the one of a frame, whose bytes begin at `start`. */
  fill(record: CaptureRecord, frame: number, bytes: Uint8Array, start: number): CaptureRecord {
    const i = frame - 1
    const place = this.placeOf(frame)
    record.capture = place.capture
    record.interfaceId = place.interfaceId
    record.linkType = place.linkType
    record.timeDigits = place.timeDigits
    record.littleEndian = place.littleEndian
    record.bytes = bytes
    record.start = start
    record.end = start + this.captured[i]
    record.offset = this.offset[i]
    record.originalBytes = this.original[i]
    record.seconds = this.seconds[i]
    record.nanos = this.nanos[i]
    record.comments = this.#comments.get(frame) ?? NO_COMMENTS
    return record
  }

  placeOf(frame: number): Place {
    return this.#places[this.#place[frame - 1]]
  }

  /** Frames of a flow before `end`, the first `most` of them. */
  framesOfFlow(flow: number, end: number, most: number): number[] {
    const out: number[] = []
    const { flow: values } = this
    for (let i = this.flows[flow].firstFrame - 1; i < end - 1 && out.length < most; i++)
      if (values[i] === flow) out.push(i + 1)
    return out
  }

  /** Flow of a frame; undefined without. */
  flowOf(frame: number): number | undefined {
    const flow = this.flow[frame - 1]
    return flow === NONE ? undefined : flow
  }

  /** Who sent a frame, where it has one IPv4 header and no other; undefined where that is not known. */
  senderOf(frame: number): string | undefined {
    const address = this.source[frame - 1]
    return this.plain[frame - 1] === 0
      ? undefined
      : `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`
  }

  /** Seconds from frame 1. */
  relative(frame: number): number {
    const i = frame - 1
    return this.seconds[i] - this.seconds[0] + (this.nanos[i] - this.nanos[0]) / 1e9
  }

  #needs(frames: readonly number[]): void {
    if (frames.length === 0) return
    const before = this.#companions.get(this.frames) ?? []
    this.#companions.set(this.frames, [...before, ...frames].slice(-MOST_COMPANIONS))
  }

  #placeOf({ capture, interfaceId, linkType, timeDigits, littleEndian }: CaptureRecord): number {
    const places = this.#places
    for (let i = places.length - 1; i >= 0; i--) {
      const p = places[i]
      if (
        p.capture === capture &&
        p.interfaceId === interfaceId &&
        p.linkType === linkType &&
        p.timeDigits === timeDigits &&
        p.littleEndian === littleEndian
      )
        return i
    }
    return places.push({ capture, interfaceId, linkType, timeDigits, littleEndian }) - 1
  }

  #flow(view: PacketView): number {
    const { ipBytes: b, destinationAt: at, ipVersion } = view
    let hash = view.kind === Kind.AH ? 1 : 0
    for (let i = 0; i < (ipVersion === 6 ? 16 : ipVersion === 4 ? 4 : 0); i++)
      hash = (Math.imul(hash, 31) + b[at + i]) | 0
    const key = view.spi * 0x200000 + ((hash ^ (hash >>> 11)) & 0x1fffff)
    const known = this.#flowOf.get(key)
    if (known !== undefined) return known
    const flow = this.flows.length
    this.flows.push({
      protocol: view.kind === Kind.AH ? "AH" : "ESP",
      spi: view.spi,
      source: ipVersion === 0 ? "" : sourceAddress(view),
      destination: ipVersion === 0 ? "" : destinationAddress(view),
      firstFrame: view.frame,
      packets: 0,
      bytes: 0,
      scattered: false,
      opaque: true,
    })
    this.#senders.push(senderHash(view))
    this.#flowOf.set(key, flow)
    return flow
  }

  #grow(): void {
    // Each growth copies all: room for what is expected, but never much more than there is.
    const { frames } = this
    const room = Math.min(frames * 8, Math.max(frames + (frames >> 1), this.#expected + (this.#expected >> 5)))
    this.offset = wider(this.offset, new Float64Array(room))
    this.captured = wider(this.captured, new Uint32Array(room))
    this.original = wider(this.original, new Uint32Array(room))
    this.seconds = wider(this.seconds, new Float64Array(room))
    this.nanos = wider(this.nanos, new Uint32Array(room))
    this.kind = wider(this.kind, new Uint8Array(room))
    this.flow = wider(this.flow, new Uint32Array(room))
    this.source = wider(this.source, new Uint32Array(room))
    this.destination = wider(this.destination, new Uint32Array(room))
    this.plain = wider(this.plain, new Uint8Array(room))
    this.#place = wider(this.#place, new Uint16Array(room))
  }

  #isOpaque({ packets, spi, protocol }: Flow, flow: number, view: PacketView): boolean {
    const length = view.payloadEnd - espStart(view)
    return (
      view.payloadEnd - view.payloadStart >= view.payloadWireBytes &&
      length >= SHORTEST &&
      length <= LONGEST &&
      senderHash(view) === this.#senders.at(flow) &&
      spi === view.spi &&
      (protocol === "AH" || packets >= NULL_TRIALS || nullLayout(view) === undefined)
    )
  }

  #keepRemark({ frame, spi }: PacketView, { expected, previousFrame }: SequenceRemark): void {
    this.#remarkFrame.push(frame)
    this.#remarkSpi.push(spi)
    this.#remarkExpected.push(expected)
    this.#remarkBefore.push(previousFrame)
  }
}

function wider<T extends Float64Array | Uint32Array | Int32Array | Uint16Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}

function senderHash({ ipBytes: b, sourceAt: at, ipVersion }: PacketView): number {
  let hash = 0
  for (let i = 0; i < (ipVersion === 6 ? 16 : ipVersion === 4 ? 4 : 0); i++) hash = Math.imul(hash, 31) + b[at + i]
  return hash >>> 0
}

/** Whether the packet was put together, of fragments or of a stream. */
const isInPieces = ({ encapsulation, payloadBytes, frameBytes }: PacketView): boolean =>
  encapsulation === Encapsulation.TCP || payloadBytes !== frameBytes

const ETHERNET_BYTES = 14

/** Where an IP header stands that has nothing but the plain link header before it, by link type. */
const BEHIND_LINK: Readonly<Record<number, number>> = {
  [LINK_TYPE.ETHERNET]: ETHERNET_BYTES,
  [LINK_TYPE.RAW]: 0,
  [LINK_TYPE.IPV4]: 0,
  [LINK_TYPE.LINUX_SLL]: 16,
}
/** TCP, UDP and ESP. ICMP errors quote other headers. */
const PLAIN_PROTOCOLS: ReadonlySet<number> = new Set([6, 17, 50])

/** Whether the frame's only IP header is an IPv4 header of no fragment right behind the link header. */
const isPlain = ({ ipVersion, ipBytes, ipStart, frameBytes, frameStart, linkType, ipProtocol }: PacketView): boolean =>
  ipVersion === 4 &&
  ipBytes === frameBytes &&
  ipStart - frameStart === BEHIND_LINK[linkType] &&
  (((ipBytes[ipStart + 6] << 8) | ipBytes[ipStart + 7]) & 0x3fff) === 0 &&
  PLAIN_PROTOCOLS.has(ipProtocol)
