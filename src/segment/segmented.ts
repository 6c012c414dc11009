/** A capture cut into segments, and who scans and opens them: threads, another machine, or a test. */
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import type { CaptureInfo } from "../report/types.ts"
import type { Opened } from "./open-segment.ts"
import type { Scan } from "./scan-types.ts"

export interface SegmentedCapture {
  /** Ports taken for IKE beside 500 and 4500. */
  readonly ikePorts?: readonly number[]
  /** The scan of each segment, in the order of the segments. */
  scans(): AsyncIterable<Scan>
  /**
   * Opens each segment, in any order of work, in the order of the segments. `framesBefore`: frames before each segment; `inner`: the content of packets is
   * wanted too. Without it the source is read for that.
   */
  opened?(keys: readonly DataSaKeys[], framesBefore: readonly number[], inner: boolean): AsyncIterable<Opened>
  /** Bytes of a capture at an offset, while scans are folded; undefined where it cannot be read so. */
  bytesAt?(capture: number, offset: number, length: number): Uint8Array | undefined
  /** What was read; after the scans. */
  captures(): CaptureInfo[]
}
