/** What a capture file says: records, and the blocks beside them. Offsets and lengths are bytes. */
import type { Diagnostic } from "../bytes/diagnostic.ts"
import type { PassedRecords } from "./passed-records.ts"

/** Says of a frame of Ethernet, `b[start, end)`, that the reader of the capture needs nothing of it. */
export interface FrameTest {
  isIdle(b: Uint8Array, start: number, end: number): boolean
}

/** No comment: one shared array, so that a record without comments costs nothing. */
export const NO_COMMENTS: readonly string[] = []

/** The current record. A reader fills the same object again for every record; its bytes are valid until the next. */
export class CaptureRecord {
  /** The captured bytes are `bytes[start, end)`. */
  bytes: Uint8Array = new Uint8Array(0)
  start = 0
  end = 0
  /** Where the captured bytes begin in the file, or in what its compression unpacks to. */
  offset = 0
  /** Length on the wire, bytes. */
  originalBytes = 0
  /** Time as captured: whole seconds since 1970 (may be negative), and nanoseconds (0 to 999,999,999). */
  seconds = 0
  nanos = 0
  /** Digits after the point that the capture's time resolution has: 6, 9, … */
  timeDigits = 6
  linkType = 0
  /** Index of the interface within the capture, counted over all sections. */
  interfaceId = 0
  /** Index of the capture, as given to the reader. */
  capture = 0
  /** Byte order of the machine that captured: some link layers are written in it. */
  littleEndian = true
  comments: readonly string[] = NO_COMMENTS
}

/** An interface that packets were captured on. Classic pcap has one, without names. */
export interface CaptureInterface {
  readonly id: number
  readonly linkType: number
  /** Longest captured length; 0 is no limit. */
  readonly snapBytes: number
  readonly name: string | null
  readonly description: string | null
  /** Ticks a second of its timestamps. */
  readonly ticksPerSecond: number
}

/** Where a reader's findings go. Only `record` and `diagnostic` must be there. Byte arrays are valid during the call: copy what is kept. */
export interface RecordSink {
  record(record: CaptureRecord): void
  diagnostic(diagnostic: Diagnostic): void
  interface?(description: CaptureInterface): void
  /** The frames of which the sink wants nothing now; records of them may come together, by `passed`. */
  readonly idle?: FrameTest | undefined
  passed?(records: PassedRecords): void
  /** A comment of a section or of an interface; comments of packets are in the record. */
  comment?(of: "section" | "interface", text: string): void
  /** Name Resolution Block: an address of 4 or 16 bytes (6 or 8: a MAC address) and its names. */
  nameResolution?(address: Uint8Array, names: readonly string[]): void
  /** Decryption Secrets Block: the type (`0x544c534b` TLS, …) and the secrets. */
  secretsBlock?(type: number, bytes: Uint8Array): void
  /** Custom Block: Private Enterprise Number, and what follows it in the block. */
  customBlock?(pen: number, bytes: Uint8Array): void
}

/** Longest record that is believed: 256 KiB, as libpcap and Wireshark have it. */
export const MAX_RECORD_BYTES = 262_144
/** Longest block of a pcapng that is held in memory; a longer one is passed over. */
export const MAX_BLOCK_BYTES = 16 * 1024 * 1024
