/** What a report says of one capture, gathered while its records are read. */
import type { PassedRecords } from "../capture/passed-records.ts"
import type { CaptureReader } from "../capture/reader.ts"
import type { CaptureRecord } from "../capture/record.ts"
import { timeText } from "../net/time.ts"
import type { CaptureInfo } from "./types.ts"

/** Seconds and nanoseconds since 1970. */
interface Time {
  seconds: number
  nanos: number
}

export class CaptureFigures {
  /** Its reading failed. */
  damaged = false
  #frames = 0
  #bytes = 0
  readonly #first = { seconds: 0, nanos: 0 }
  readonly #last = { seconds: 0, nanos: 0 }

  add(record: CaptureRecord): void {
    if (this.#frames === 0) {
      setTime(this.#first, record)
      setTime(this.#last, record)
    } else if (isBefore(record, this.#first)) setTime(this.#first, record)
    else if (isBefore(this.#last, record)) setTime(this.#last, record)
    this.#frames++
    this.#bytes += record.originalBytes
  }

  /** The same for records that were passed over; not the first. */
  addPassed({ n, originalBytes, first, last }: PassedRecords): void {
    if (isBefore(first, this.#first)) setTime(this.#first, first)
    if (isBefore(this.#last, last)) setTime(this.#last, last)
    this.#frames += n
    this.#bytes += originalBytes
  }

  /** `bytes` are those of the frames on the wire; the times are the earliest and the latest. */
  info(path: string, compression: string | undefined, reader: CaptureReader): CaptureInfo {
    const seen = this.#frames > 0
    return {
      path,
      format: compression ? `${reader.format}, ${compression}` : reader.format,
      frames: this.#frames,
      bytes: this.#bytes,
      first_time: seen ? timeText(this.#first.seconds, this.#first.nanos) : null,
      last_time: seen ? timeText(this.#last.seconds, this.#last.nanos) : null,
      complete: !this.damaged && reader.complete,
    }
  }
}

function setTime(time: Time, { seconds, nanos }: Readonly<Time>): void {
  time.seconds = seconds
  time.nanos = nanos
}

export const isBefore = (a: Readonly<Time>, b: Readonly<Time>): boolean =>
  a.seconds < b.seconds || (a.seconds === b.seconds && a.nanos < b.nanos)
