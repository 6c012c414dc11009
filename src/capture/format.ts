/** What a file format's parser is to the reader that feeds it. */
import type { DiagnosticCode } from "../diagnostics/codes.ts"
import type { PassedRecords } from "./passed-records.ts"
import type { CaptureRecord, FrameTest, RecordSink } from "./record.ts"

/** What came of one attempt at the next item (file header, record, block). */
export const Step = {
  /** More bytes are needed: `need` counts from the item's start. */
  MORE: 0,
  /** `used` bytes were taken and hold no record. */
  SKIPPED: 1,
  /** `used` bytes were taken and the record is filled. */
  RECORD: 2,
  /** The file cannot be read further; the sink has the reason. */
  STOP: 3,
} as const
export type Step = (typeof Step)[keyof typeof Step]

/** Parses one item at a time out of bytes that it does not own. */
export interface FormatParser {
  readonly name: "pcap" | "pcapng"
  /** After MORE: bytes that the item needs in all, as far as known. */
  need: number
  /** After SKIPPED and RECORD: bytes that the item took; may be more than were there, then the reader passes over the rest. */
  used: number
  /** True once something was wrong that makes the capture incomplete. */
  damaged: boolean
  /** Tries the item at `at`. `offset` is its place in the file, for diagnostics. */
  parse(bytes: Uint8Array, at: number, end: number, offset: number, record: CaptureRecord): Step
  /** Passes over records from `at` on that are as they should be and whose frames are idle: where the first other item stands. */
  pass(bytes: Uint8Array, at: number, end: number, test: FrameTest, passed: PassedRecords): number
}

/** An unsigned 16-bit number in the given byte order. */
export const u16 = (b: Uint8Array, at: number, little: boolean): number =>
  little ? b[at] | (b[at + 1] << 8) : (b[at] << 8) | b[at + 1]

/** An unsigned 32-bit number in the given byte order. */
export const u32 = (b: Uint8Array, at: number, little: boolean): number =>
  (little
    ? b[at] | (b[at + 1] << 8) | (b[at + 2] << 16) | (b[at + 3] << 24)
    : (b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3]) >>> 0

/** A signed 32-bit number, little-endian. */
export const i32 = (b: Uint8Array, at: number): number =>
  b[at] | (b[at + 1] << 8) | (b[at + 2] << 16) | (b[at + 3] << 24)

/** A read problem at a place in the file. */
export function readProblem(sink: RecordSink, code: DiagnosticCode, message: string, offset: number): void {
  sink.diagnostic({ code, severity: "error", frame: null, time: null, message: `${message} at offset ${offset}` })
}
