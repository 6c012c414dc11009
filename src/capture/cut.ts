/**
 * Where a capture can be cut: the head that every part needs, and the next record behind any offset, found by a chain of plausible record
 * headers. A chain may deceive, so the caller must check that each part ends where the next begins.
 */
import { u16, u32 } from "./format.ts"
import { isPcap } from "./pcap.ts"
import { BLOCK, BYTE_ORDER_MAGIC, isPcapng } from "./pcapng.ts"
import { MAX_BLOCK_BYTES, MAX_RECORD_BYTES } from "./record.ts"

/** What stands before the first record: the file header of a pcap, sections and interfaces of a pcapng. */
export interface CaptureHead {
  readonly format: "pcap" | "pcapng"
  /** Bytes of the head: the first record begins there. */
  readonly length: number
  readonly littleEndian: boolean
  /** pcap: bytes of a record's header, and the most that its fraction of a second can be. */
  readonly headerBytes: number
  readonly mostFraction: number
  /** pcap: seconds of the first record; others are looked for in the years around it. */
  readonly seconds: number
  /** pcapng: interfaces. */
  readonly interfaces: number
}

const PCAP_HEAD = 24
const NANOSECONDS = 0xa1b23c4d
const MODIFIED = 0xa1b2cd34

/** The head of a capture that begins with `b`; undefined when it is none, is damaged, or is longer than `b`. */
export function captureHead(b: Uint8Array): CaptureHead | undefined {
  if (b.length < PCAP_HEAD + 16) return undefined
  if (isPcap(b, 0)) return pcapHead(b)
  return isPcapng(b, 0) ? pcapngHead(b) : undefined
}

function pcapHead(b: Uint8Array): CaptureHead | undefined {
  const littleEndian = [u32(b, 0, true)].some(m => m === 0xa1b2c3d4 || m === NANOSECONDS || m === MODIFIED)
  const magic = u32(b, 0, littleEndian)
  const minor = u16(b, 6, littleEndian)
  // Older versions have the two lengths the other way round.
  if (u16(b, 4, littleEndian) !== 2 || minor < 4) return undefined
  return {
    format: "pcap",
    length: PCAP_HEAD,
    littleEndian,
    headerBytes: magic === MODIFIED ? 24 : 16,
    mostFraction: magic === NANOSECONDS ? 999_999_999 : 999_999,
    seconds: u32(b, PCAP_HEAD, littleEndian),
    interfaces: 1,
  }
}

function pcapngHead(b: Uint8Array): CaptureHead | undefined {
  const littleEndian = u32(b, 8, true) === BYTE_ORDER_MAGIC
  let interfaces = 0
  let at = 0
  while (at + 12 <= b.length) {
    const type = u32(b, at, littleEndian)
    const length = u32(b, at + 4, littleEndian)
    if (isPacket(type))
      return { format: "pcapng", length: at, littleEndian, headerBytes: 0, mostFraction: 0, seconds: 0, interfaces }
    // A second section would have its own interfaces.
    if (length < 12 || length % 4 !== 0 || length > MAX_BLOCK_BYTES || (at > 0 && isPcapng(b, at))) return undefined
    if (type === BLOCK.INTERFACE) interfaces++
    at += length
  }
  return undefined
}

const isPacket = (type: number): boolean =>
  type === BLOCK.ENHANCED_PACKET || type === BLOCK.SIMPLE_PACKET || type === BLOCK.PACKET

/** Records in a row that have to look like records. */
const CHAIN = 24
/** At the end of the bytes at least so many. */
const LEAST_CHAIN = 4

/** The first offset in `b` at which a record begins, by all that can be seen; -1 without one. `b` is somewhere behind the head. */
export function findRecord(b: Uint8Array, head: CaptureHead): number {
  const step = head.format === "pcap" ? 1 : 4
  const lengthAt = head.format === "pcap" ? pcapRecord : pcapngRecord
  for (let at = 0; at + 16 <= b.length; at += step) if (isChain(b, at, head, lengthAt)) return at
  return -1
}

/** Bytes of the record at `at`, 0 when it cannot be one, -1 when its header is not whole. */
type LengthAt = (b: Uint8Array, at: number, head: CaptureHead) => number

function isChain(b: Uint8Array, at: number, head: CaptureHead, lengthAt: LengthAt): boolean {
  // A chain begins with a packet: other blocks are too easily found.
  if (head.format === "pcapng" && !isPacket(u32(b, at, head.littleEndian))) return false
  for (let n = 0; n < CHAIN; n++) {
    const length = at <= b.length ? lengthAt(b, at, head) : -1
    if (length === 0) return false
    if (length < 0) return n >= LEAST_CHAIN
    at += length
  }
  return true
}

/** Seconds around the first record's in which others are believed: clocks are set, captures last. */
const YEARS = 5 * 366 * 86_400

function pcapRecord(b: Uint8Array, at: number, head: CaptureHead): number {
  if (at + head.headerBytes > b.length) return -1
  const { littleEndian } = head
  const captured = u32(b, at + 8, littleEndian)
  const original = u32(b, at + 12, littleEndian)
  if (captured > MAX_RECORD_BYTES || captured > original || original > 1 << 24) return 0
  if (u32(b, at + 4, littleEndian) > head.mostFraction) return 0
  if (Math.abs(u32(b, at, littleEndian) - head.seconds) > YEARS) return 0
  return head.headerBytes + captured
}

function pcapngRecord(b: Uint8Array, at: number, { littleEndian, interfaces }: CaptureHead): number {
  if (at + 28 > b.length) return -1
  const type = u32(b, at, littleEndian)
  const length = u32(b, at + 4, littleEndian)
  if (type > 0xff && type !== BLOCK.CUSTOM && type !== BLOCK.CUSTOM_NO_COPY) return 0
  if (length < 12 || length % 4 !== 0 || length > MAX_BLOCK_BYTES) return 0
  if (at + length <= b.length && u32(b, at + length - 4, littleEndian) !== length) return 0
  if (type === BLOCK.ENHANCED_PACKET) {
    if (length < 32 || u32(b, at + 8, littleEndian) >= interfaces) return 0
    if (u32(b, at + 20, littleEndian) > length - 32) return 0
  }
  return length
}
