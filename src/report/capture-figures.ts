/** What a report says of one capture, gathered while its records are read. */
import type { CaptureReader } from "../capture/reader.ts"
import { TimeSpan } from "../capture/time-span.ts"
import { timeText } from "../net/time.ts"
import type { CaptureInfo } from "./types.ts"

export class CaptureFigures extends TimeSpan {
  /** Its reading failed. */
  damaged = false

  /** `bytes` are those of the frames on the wire; the times are the earliest and the latest. */
  info(path: string, compression: string | undefined, reader: CaptureReader): CaptureInfo {
    const { frames, bytes, first, latest } = this
    return {
      path,
      format: compression ? `${reader.format}, ${compression}` : reader.format,
      frames,
      bytes,
      first_time: first ? timeText(first.seconds, first.nanos) : null,
      last_time: latest ? timeText(latest.seconds, latest.nanos) : null,
      complete: !this.damaged && reader.complete,
    }
  }
}
