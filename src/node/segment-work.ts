/**
 * The work of one thread, a job at a time: scans segments and opens them. What it keeps between jobs is memory to be used again. It needs symmetric
 * cryptography only, so that its script is small: every thread compiles what it loads.
 */
import { readFailure } from "../capture/compression.ts"
import type { CaptureReader } from "../capture/reader.ts"
import { TimeSpan } from "../capture/time-span.ts"
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import { createSlot, type DataSlot } from "../open/data-slot.ts"
import { OpenerPool } from "../open/opener-pool.ts"
import { type Opened, SegmentOpener } from "../segment/open-segment.ts"
import { Scanner } from "../segment/scan.ts"
import { createNodeEspOpener } from "./esp-kernels.ts"
import { inflate } from "./inflate.ts"
import type {
  Answers,
  BlockSeen,
  KeysMessage,
  OpenJob,
  ScanJob,
  ScanPart,
  SegmentJob,
  SegmentScan,
} from "./segment-jobs.ts"
import { readSegment } from "./segment-read.ts"
import { nodeSymmetric } from "./symmetric.ts"

type Result = Answers[SegmentJob["kind"]]

export class SegmentWork {
  readonly #keys = new Map<number, readonly DataSaKeys[]>()
  readonly #openers = new OpenerPool(nodeSymmetric, createNodeEspOpener)
  #slot: DataSlot | undefined
  /** The job before, done or failed. */
  #last: Promise<unknown> = Promise.resolve()

  /** Keys for open jobs to come. */
  take({ id, keys }: KeysMessage): void {
    this.#keys.set(id, keys)
  }

  /** Does a job when those before are done. Rejects with what the system throws when the file cannot be opened. */
  run(job: SegmentJob): Promise<Result> {
    const done = this.#last.then(() => this.#do(job))
    this.#last = done.catch(() => {})
    return done
  }

  #do(job: SegmentJob): Promise<Result> {
    return job.kind === "scan" ? scanSegment(job) : this.#open(job)
  }

  async #open({ segment, ikePorts, framesBefore, keys, inner, memory }: OpenJob): Promise<Opened> {
    const opener = new SegmentOpener({
      provider: nodeSymmetric,
      openers: this.#openers,
      slot: (this.#slot ??= createSlot()),
      keys: this.#keys.get(keys) ?? [],
      framesBefore,
      ikePorts,
      inner,
      // What is inside is less than the segment.
      memory: memory ?? (inner ? new ArrayBuffer(segment.end - segment.start) : undefined),
      inflate,
    })
    await readSegment(segment, { record: r => opener.record(r), diagnostic: () => {} })
    return opener.end()
  }
}

/** Scans a segment. Throws what the system throws when the file cannot be opened. */
async function scanSegment({ segment, ikePorts, samples, rates }: ScanJob): Promise<SegmentScan> {
  const kept = segment.head ? "places" : "frames"
  const scanner = new Scanner({ ikePorts, samples: samples ? kept : undefined, rates })
  const blocks: BlockSeen[] = []
  const spans = new Map<number, TimeSpan>()
  // Where there are several captures each names itself.
  const path = segment.beside ? undefined : segment.path
  let span = new TimeSpan()
  let of = -1
  const reading = await readSegment(segment, {
    record: r => {
      if (r.capture !== of) {
        of = r.capture
        span = spans.get(of) ?? new TimeSpan()
        spans.set(of, span)
      }
      span.add(r)
      scanner.record(r)
    },
    get idle() {
      return scanner.idle
    },
    passed: records => {
      span.addPassed(records)
      scanner.passed(records.n)
    },
    diagnostic: d => scanner.diagnostic({ path, ...d }),
    interface: () => segment.head && blocks.push({ of: "other" }),
    customBlock: (number, bytes) => blocks.push({ of: "customBlock", number, bytes: bytes.slice() }),
    secretsBlock: (number, bytes) => blocks.push({ of: "secretsBlock", number, bytes: bytes.slice() }),
  })
  const { reader, beside, compression, ended, failure } = reading
  if (failure) {
    const message = readFailure(compression, failure.error, failure.bytesRead)
    scanner.diagnostic({ code: "capture-read", severity: "error", frame: null, time: null, message, path })
  }
  const partOf = ({ record, format, complete }: CaptureReader): ScanPart => {
    const { frames, bytes, first, latest } = spans.get(record.capture) ?? new TimeSpan()
    return { capture: record.capture, frames, bytes, first, latest, format, complete: complete && !failure }
  }
  const { bytes, first, latest, format, complete } = partOf(reader)
  const found = { bytes, first, latest, format, compression, complete, ended, blocks }
  const parts = beside && [reader, ...beside].map(partOf)
  return { scan: scanner.end(), ...found, complete: complete && (parts?.every(p => p.complete) ?? true), parts }
}
