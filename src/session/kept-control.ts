/**
 * What the control plane needs of the captures, kept from the one reading of them: frames of IKE with their bytes, ESP and AH in sums
 * (`segment/scan.ts`). Under other secrets it is folded again, and no file is read for that.
 */
import type { Diagnostic } from "../bytes/diagnostic.ts"
import type { CaptureRecord } from "../capture/record.ts"
import type { FrameFindings } from "../net/frame-findings.ts"
import type { CaptureInfo } from "../report/types.ts"
import { Scanner } from "../segment/scan.ts"
import type { Scan } from "../segment/scan-types.ts"
import type { SegmentedCapture } from "../segment/segmented.ts"

/** Memory for it; with more the captures are read again for other secrets. */
const MAX_BYTES = 48 << 20
/** A scan is closed at this size: between two of them other work has its turn. */
const SCAN_BYTES = 2 << 20

export class KeptControl {
  readonly #scans: Scan[] = []
  /** Frames before each scan. */
  readonly #before: number[] = []
  readonly #settled: string[] = []
  #scanner: Scanner | undefined
  #frames = 0
  #bytes = 0
  /** It was too much: nothing is kept. */
  overflowed = false

  constructor(
    private readonly ikePorts: readonly number[] | undefined,
    private readonly maxBytes = MAX_BYTES,
  ) {
    this.#scanner = this.#newScanner()
  }

  /** The next record, in merged order, once it is walked: what was found in it. */
  record(record: CaptureRecord, found: FrameFindings): void {
    if (!this.#scanner) return
    this.#scanner.take(record, found)
    this.#frames++
    if (this.#scanner.bytes < SCAN_BYTES) return
    this.#close(this.#scanner)
    this.#scanner = this.#newScanner()
  }

  /** What the reader has to say, between two records. */
  diagnostic(diagnostic: Diagnostic): void {
    this.#scanner?.diagnostic(diagnostic)
  }

  /** After the last record. */
  end(): void {
    if (this.#scanner) this.#close(this.#scanner)
    this.#scanner = undefined
  }

  /** The captures for the pipeline; `between` is waited for between two pieces of work. Undefined when nothing was kept. */
  segmented(captures: readonly CaptureInfo[], between: () => Promise<void>): SegmentedCapture | undefined {
    if (this.overflowed) return undefined
    const scans = this.#scans
    return {
      ikePorts: this.ikePorts,
      captures: () => [...captures],
      async *scans() {
        for (const scan of scans) {
          yield scan
          await between()
        }
      },
    }
  }

  /** The bytes of a frame that was kept whole. */
  bytes(frame: number): Uint8Array | undefined {
    const { length } = this.#scans
    const scan = lastUpTo(this.#before, length, frame - 1)
    if (scan < 0) return undefined
    const { whole } = this.#scans[scan]
    const place = frame - 1 - this.#before[scan]
    const i = lastUpTo(whole.frame, whole.n, place)
    if (i < 0 || whole.frame[i] !== place) return undefined
    return whole.bytes.subarray(whole.at[i], whole.at[i] + whole.length[i])
  }

  #newScanner(): Scanner {
    this.#before.push(this.#frames)
    return new Scanner({ ikePorts: this.ikePorts, samples: "frames", settled: this.#settled })
  }

  #close(scanner: Scanner): void {
    this.#bytes += scanner.bytes
    if (this.#bytes > this.maxBytes) {
      this.overflowed = true
      this.#scanner = undefined
      this.#scans.length = 0
      return
    }
    this.#settled.push(...scanner.settled())
    this.#scans.push(scanner.end())
  }
}

/** The last of the first `n` ascending numbers that is `most` or less; -1 without one. */
function lastUpTo(numbers: ArrayLike<number>, n: number, most: number): number {
  let low = 0
  let high = n
  while (low < high) {
    const middle = (low + high) >> 1
    if (numbers[middle] <= most) low = middle + 1
    else high = middle
  }
  return low - 1
}
