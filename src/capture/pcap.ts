/** Classic pcap: every byte order, microseconds, nanoseconds and the modified form, any version 2.x. draft-ietf-opsawg-pcap. */
import { LINK_TYPE } from "../registry/link-types.ts"
import { type FormatParser, i32, readProblem, Step, u16, u32 } from "./format.ts"
import type { PassedRecords } from "./passed-records.ts"
import { type CaptureRecord, type FrameTest, MAX_RECORD_BYTES, type RecordSink } from "./record.ts"

const FILE_HEADER_BYTES = 24

/** Magic numbers, each in the byte order of the file. */
const MICROSECONDS = 0xa1b2c3d4
const NANOSECONDS = 0xa1b23c4d
/** Alexey Kuznetzov's form: 8 more bytes in each record header (interface index, protocol, packet type). */
const MODIFIED = 0xa1b2cd34

/** Whether a file that begins with these four bytes is a classic pcap. */
export const isPcap = (b: Uint8Array, at: number): boolean => littleEndianMagic(b, at) !== undefined

function littleEndianMagic(b: Uint8Array, at: number): boolean | undefined {
  for (const little of [true, false]) {
    const magic = u32(b, at, little)
    if (magic === MICROSECONDS || magic === NANOSECONDS || magic === MODIFIED) return little
  }
  return undefined
}

export class PcapParser implements FormatParser {
  readonly name = "pcap"
  need = FILE_HEADER_BYTES
  used = 0
  damaged = false
  readonly #sink: RecordSink
  #started = false
  #little = true
  #nanos = false
  #headerBytes = 16
  #minor = 4
  #snapBytes = 0
  #linkType = 0
  #snapExceeded = false

  constructor(sink: RecordSink) {
    this.#sink = sink
  }

  parse(b: Uint8Array, at: number, end: number, offset: number, record: CaptureRecord): Step {
    if (!this.#started) return this.#fileHeader(b, at, end, record)
    const header = this.#headerBytes
    if (end - at < header) return this.#more(header)
    const little = this.#little
    let captured = u32(b, at + 8, little)
    let original = u32(b, at + 12, little)
    // Before version 2.3 the two lengths stood the other way round; 2.3 was written both ways.
    if (this.#minor < 3 || (this.#minor === 3 && captured > original)) [captured, original] = [original, captured]
    if (captured > this.#snapBytes && !this.#plausible(captured, original, offset)) return Step.STOP
    if (end - at < header + captured) return this.#more(header + captured)
    const fraction = u32(b, at + 4, little)
    let seconds = u32(b, at, little)
    let nanos = this.#nanos ? fraction : fraction * 1000
    if (nanos >= 1e9) {
      seconds += Math.floor(nanos / 1e9)
      nanos %= 1e9
    }
    record.bytes = b
    record.start = at + header
    record.end = at + header + captured
    record.originalBytes = original
    record.seconds = seconds
    record.nanos = nanos
    this.used = header + captured
    return Step.RECORD
  }

  /** For what nearly all captures are: Ethernet, version 2.4, little-endian. It runs for every frame. */
  pass(b: Uint8Array, at: number, end: number, test: FrameTest, passed: PassedRecords): number {
    if (!this.#started || !this.#little || this.#headerBytes !== 16 || this.#minor < 4) return at
    if (this.#linkType !== LINK_TYPE.ETHERNET) return at
    const snapBytes = this.#snapBytes
    const second = this.#nanos ? 1e9 : 1e6
    passed.begin()
    for (;;) {
      const start = at + 16
      if (start > end) break
      const captured = i32(b, at + 8)
      if (captured <= 0 || captured > snapBytes || captured > end - start) break
      if (!test.isIdle(b, start, start + captured)) break
      const seconds = i32(b, at)
      const fraction = i32(b, at + 4)
      const original = i32(b, at + 12)
      if (seconds < 0 || fraction < 0 || fraction >= second || original < 0) break
      passed.add(seconds, fraction, original)
      at = start + captured
    }
    if (passed.n === 0) return at
    passed.end((seconds, fraction) => ({ seconds, nanos: fraction * (1e9 / second) }))
    return at
  }

  #more(need: number): Step {
    this.need = need
    return Step.MORE
  }

  /** A captured length above the snap length: read when it could be true (some writers get their snaplen wrong), reported once. */
  #plausible(captured: number, original: number, offset: number): boolean {
    if (captured > MAX_RECORD_BYTES || captured > original) {
      const above = captured > MAX_RECORD_BYTES ? `${MAX_RECORD_BYTES}` : `the snaplen of ${this.#snapBytes}`
      this.damaged = true
      readProblem(this.#sink, "capture-record-length", `captured length ${captured} is above ${above}`, offset)
      return false
    }
    if (!this.#snapExceeded) {
      this.#snapExceeded = true
      this.damaged = true
      const text = `captured length ${captured} is above the snaplen of ${this.#snapBytes}`
      readProblem(this.#sink, "capture-record-length", text, offset)
    }
    return true
  }

  #fileHeader(b: Uint8Array, at: number, end: number, record: CaptureRecord): Step {
    if (end - at < FILE_HEADER_BYTES) return this.#more(FILE_HEADER_BYTES)
    const little = (this.#little = littleEndianMagic(b, at) === true)
    const magic = u32(b, at, little)
    this.#nanos = magic === NANOSECONDS
    this.#headerBytes = magic === MODIFIED ? 24 : 16
    const major = u16(b, at + 4, little)
    this.#minor = u16(b, at + 6, little)
    if (major !== 2) {
      this.damaged = true
      readProblem(this.#sink, "capture-version", `pcap version ${major}.${this.#minor} is not 2.x`, 4)
      return Step.STOP
    }
    const snap = u32(b, at + 16, little)
    this.#snapBytes = snap === 0 || snap > MAX_RECORD_BYTES ? MAX_RECORD_BYTES : snap
    // The upper bits say how long the frame check sequence is; lengths of the layers above leave it out anyway.
    this.#linkType = u32(b, at + 20, little) & 0xffff
    record.linkType = this.#linkType
    record.timeDigits = this.#nanos ? 9 : 6
    record.littleEndian = little
    this.#sink.interface?.({
      id: 0,
      linkType: this.#linkType,
      snapBytes: snap,
      name: null,
      description: null,
      ticksPerSecond: this.#nanos ? 1e9 : 1e6,
    })
    this.#started = true
    this.used = FILE_HEADER_BYTES
    return Step.SKIPPED
  }
}
