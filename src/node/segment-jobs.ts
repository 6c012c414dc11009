/** What threads are asked to do with a segment, or with a small capture as a whole, and what they answer. */
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import type { TriageLine } from "../report/triage.ts"
import type { Opened } from "../segment/open-segment.ts"
import type { FrameColumns, Scan } from "../segment/scan-types.ts"
import type { ReadOptions } from "./read-options.ts"

/** Bytes of a capture. */
export interface Segment {
  readonly path: string
  /** Index of the capture. */
  readonly capture: number
  /** Bytes before the first record, which every segment needs; undefined for a compressed file, which is one segment. */
  readonly head: Uint8Array | undefined
  /** `[start, end)` of the file; at `start` a record begins. */
  readonly start: number
  readonly end: number
  /** The file ends with it: what is missing of its last record is a finding. */
  readonly last: boolean
  /** What other captures saw at the same time: read with it, record by record in the order of time. */
  readonly beside?: readonly Segment[]
  /** All records are before this moment, if the captures are in order. */
  readonly until?: Moment
}

export interface ScanJob {
  readonly kind: "scan"
  readonly segment: Segment
  readonly ikePorts: readonly number[]
  readonly samples: boolean
  readonly rates: boolean
}

export interface OpenJob {
  readonly kind: "open"
  readonly segment: Segment
  readonly ikePorts: readonly number[]
  readonly framesBefore: number
  /** The content of packets is wanted too. */
  readonly inner: boolean
  /** For the content, handed over; without it memory is allocated. */
  readonly memory?: ArrayBuffer
  /** Which of the lists of keys that were sent. */
  readonly keys: number
}

/** Keys for jobs to come, once for each thread. */
export interface KeysMessage {
  readonly kind: "keys"
  readonly id: number
  readonly keys: readonly DataSaKeys[]
}

/** Analyzes a capture by itself. */
export interface TriageJob {
  readonly kind: "triage"
  readonly path: string
  /** Files of secrets; they were read once before, so that their faults are reported already. */
  readonly keys: readonly string[]
  readonly reading: TriageReading
}

export type TriageReading = Pick<ReadOptions, "ikePorts" | "heuristicIke">

/** Counts the records of a segment. */
export interface CountJob {
  readonly kind: "count"
  readonly segment: Segment
}

/** What rows of fields are made with: the flags of the command. */
export interface RowSettings {
  readonly names: readonly string[]
  readonly format: string
  readonly style?: readonly string[]
  readonly filter?: string
  readonly showKeys?: boolean
  readonly ikePorts?: readonly number[]
}

/** Makes the rows of a segment's frames (`cli/segment-rows.ts`). */
export interface RowsJob {
  readonly kind: "rows"
  readonly segment: Segment
  readonly framesBefore: number
  /** Time of the first frame of the capture, and of the frame before the segment. */
  readonly first: Moment
  readonly previous: Moment | undefined
  readonly settings: RowSettings
  /** Which of the lists of keys that were sent opens data packets. */
  readonly keys?: number
  /** Frames with IKE messages that keys opened, in order: they are handed back. */
  readonly opened?: Float64Array
}

export type SegmentJob = ScanJob | OpenJob
export type FrameJob = CountJob | RowsJob
export type Job = SegmentJob | TriageJob | FrameJob

export interface Moment {
  readonly seconds: number
  readonly nanos: number
}

/** A block of a pcapng behind its head, for those who collect keys and names. */
export type BlockSeen =
  | { readonly of: "customBlock" | "secretsBlock"; readonly number: number; readonly bytes: Uint8Array }
  | { readonly of: "other" }

/** What a scan says of its segment beside the `Scan`. */
export interface SegmentScan {
  readonly scan: Scan
  /** Bytes of the frames on the wire. */
  readonly bytes: number
  readonly first: Moment | undefined
  readonly latest: Moment | undefined
  readonly format: string
  readonly compression: string
  readonly complete: boolean
  /** The segment ended where a record ends. */
  readonly ended: boolean
  /** Blocks that change how what follows is read, or that somebody collects. */
  readonly blocks: readonly BlockSeen[]
  /** Of each capture, where there are several. */
  readonly parts?: readonly ScanPart[]
}

/** One capture of a segment that has several. */
export interface ScanPart extends Pick<SegmentScan, "bytes" | "first" | "latest" | "format" | "complete"> {
  readonly capture: number
  readonly frames: number
}

export interface SegmentCount {
  readonly frames: number
  /** Times of the first and of the last record. */
  readonly first: Moment | undefined
  readonly last: Moment | undefined
  /** The latest time of a record. */
  readonly latest: Moment | undefined
  /** Read to its end, which is where a record ends. */
  readonly complete: boolean
  /** There is an interface, a block that somebody collects, or something to report. */
  readonly hasDiagnostics: boolean
}

export interface SegmentRows {
  /** Rows of the frames that say all by themselves. */
  readonly text: Uint8Array
  /** Frames that only mean something after those before, and where in the text the row of each belongs. */
  readonly held: FrameColumns
  readonly heldAt: Float64Array
  /** The last frame behind them; -1 without one. */
  readonly lastFrame: number
  readonly lastSeconds: number
  readonly lastNanos: number
}

export interface Answers {
  scan: SegmentScan
  open: Opened
  triage: TriageLine
  count: SegmentCount
  rows: SegmentRows
}

export type Result = Answers[keyof Answers]

/** Who does jobs: threads (`SegmentPool`), or other machines. */
export interface SegmentWorkers {
  /** How many jobs are done at once. */
  readonly threads: number
  /** How many jobs are asked for before the first is needed; without it two for each thread. */
  readonly jobsAhead?: number
  run<J extends SegmentJob>(job: J): Promise<Answers[J["kind"]]>
  /** Gives keys to all of them; returns how open jobs name them. */
  share(keys: readonly DataSaKeys[]): number
  /** Memory of content that was handed on, for jobs to come. */
  reuse?(memory: ArrayBuffer): void
  /** Called with all that will be opened, before the first of it. */
  expect?(jobs: readonly OpenJob[]): Promise<void>
}

export type Answer = { readonly result: Result } | { readonly error: string; readonly code?: string }
