/** Frames that a scan keeps whole, for the fold: written as columns, and read back as records. */
import type { CaptureRecord } from "../capture/record.ts"
import { bytesColumn, numbersColumn, wordsColumn } from "./columns.ts"
import type { FrameColumns } from "./scan-types.ts"

export class WholeFrames {
  /** The last packet that was summed up since a frame was added. */
  lastFrame = -1
  lastSeconds = 0
  lastNanos = 0
  readonly #frame = numbersColumn()
  readonly #capture = wordsColumn()
  readonly #seconds = numbersColumn()
  readonly #nanos = wordsColumn()
  readonly #originalBytes = wordsColumn()
  readonly #linkType = wordsColumn()
  readonly #interfaceId = wordsColumn()
  readonly #timeDigits = bytesColumn()
  readonly #littleEndian = bytesColumn()
  readonly #at = numbersColumn()
  readonly #length = wordsColumn()
  readonly #bytes = bytesColumn()
  readonly #lastFrame = numbersColumn()
  readonly #lastSeconds = numbersColumn()
  readonly #lastNanos = wordsColumn()

  /** Bytes of the frames. */
  get bytes(): number {
    return this.#bytes.length
  }

  /** Copies a frame. */
  add(record: CaptureRecord, frame: number): void {
    this.#frame.push(frame)
    this.#capture.push(record.capture)
    this.#seconds.push(record.seconds)
    this.#nanos.push(record.nanos)
    this.#originalBytes.push(record.originalBytes)
    this.#linkType.push(record.linkType)
    this.#interfaceId.push(record.interfaceId)
    this.#timeDigits.push(record.timeDigits)
    this.#littleEndian.push(record.littleEndian ? 1 : 0)
    this.#at.push(this.#bytes.length)
    this.#length.push(record.end - record.start)
    this.#bytes.append(record.bytes, record.start, record.end)
    this.#lastFrame.push(this.lastFrame)
    this.#lastSeconds.push(this.lastSeconds)
    this.#lastNanos.push(this.lastNanos)
    this.lastFrame = -1
  }

  /** A packet was summed up. */
  summed(frame: number, seconds: number, nanos: number): void {
    this.lastFrame = frame
    this.lastSeconds = seconds
    this.lastNanos = nanos
  }

  take(): FrameColumns {
    return {
      n: this.#frame.length,
      frame: this.#frame.take(),
      capture: this.#capture.take(),
      seconds: this.#seconds.take(),
      nanos: this.#nanos.take(),
      originalBytes: this.#originalBytes.take(),
      linkType: this.#linkType.take(),
      interfaceId: this.#interfaceId.take(),
      timeDigits: this.#timeDigits.take(),
      littleEndian: this.#littleEndian.take(),
      at: this.#at.take(),
      length: this.#length.take(),
      bytes: this.#bytes.take(),
      lastFrame: this.#lastFrame.take(),
      lastSeconds: this.#lastSeconds.take(),
      lastNanos: this.#lastNanos.take(),
    }
  }
}

/** Fills a record with a frame that was kept whole. */
export function recordAt(whole: FrameColumns, i: number, record: CaptureRecord): CaptureRecord {
  record.capture = whole.capture[i]
  record.bytes = whole.bytes
  record.start = whole.at[i]
  record.end = whole.at[i] + whole.length[i]
  record.originalBytes = whole.originalBytes[i]
  record.seconds = whole.seconds[i]
  record.nanos = whole.nanos[i]
  record.timeDigits = whole.timeDigits[i]
  record.linkType = whole.linkType[i]
  record.interfaceId = whole.interfaceId[i]
  record.littleEndian = whole.littleEndian[i] === 1
  return record
}
