/** pcapng: sections in either byte order, interfaces, the three packet blocks, and the blocks beside them. draft-ietf-opsawg-pcapng. */
import { LINK_TYPE } from "../registry/link-types.ts"
import { type FormatParser, i32, readProblem, Step, u16, u32 } from "./format.ts"
import type { PassedRecords } from "./passed-records.ts"
import { comments, type Option, options, optionText } from "./pcapng-options.ts"
import { Resolution } from "./pcapng-time.ts"
import {
  type CaptureRecord,
  type FrameTest,
  MAX_BLOCK_BYTES,
  MAX_RECORD_BYTES,
  NO_COMMENTS,
  type RecordSink,
} from "./record.ts"

export const SECTION_HEADER = 0x0a0d0d0a
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d
export const BLOCK = {
  INTERFACE: 1,
  /** Obsolete Packet Block. */
  PACKET: 2,
  SIMPLE_PACKET: 3,
  NAME_RESOLUTION: 4,
  ENHANCED_PACKET: 6,
  DECRYPTION_SECRETS: 10,
  CUSTOM: 0x00000bad,
  /** Custom Block that is not to be copied. */
  CUSTOM_NO_COPY: 0x40000bad,
} as const

/** Whether a file that begins with these four bytes is a pcapng. */
export const isPcapng = (b: Uint8Array, at: number): boolean => u32(b, at, false) === SECTION_HEADER

/** An Enhanced Packet Block without its packet and options. */
const EPB_BYTES = 32

interface Interface {
  readonly id: number
  readonly linkType: number
  readonly snapBytes: number
  readonly time: Resolution
}

export class PcapngParser implements FormatParser {
  readonly name = "pcapng"
  need = 12
  used = 0
  damaged = false
  readonly #sink: RecordSink
  #little = true
  /** Interfaces of the section that is being read. */
  #interfaces: Interface[] = []
  #interfacesBefore = 0

  constructor(sink: RecordSink) {
    this.#sink = sink
  }

  parse(b: Uint8Array, at: number, end: number, offset: number, record: CaptureRecord): Step {
    if (end - at < 12) return this.#more(12)
    if (isPcapng(b, at) && !this.#section(b, at, offset)) return Step.STOP
    const little = this.#little
    const length = u32(b, at + 4, little)
    if (length < 12 || length % 4 !== 0) return this.#stop(`block length ${length} is not possible`, offset)
    if (length > MAX_BLOCK_BYTES) {
      this.damaged = true
      readProblem(this.#sink, "capture-block-length", `block of ${length} bytes passed over`, offset)
      return this.#skip(length)
    }
    if (end - at < length) return this.#more(length)
    if (u32(b, at + length - 4, little) !== length)
      return this.#stop(`block lengths ${length} and ${u32(b, at + length - 4, little)} differ`, offset)
    this.used = length
    return this.#body(b, at + 8, at + length - 4, offset, record)
  }

  /** Enhanced Packet Blocks without options of one interface of Ethernet, little-endian; else as in `PcapParser`. */
  pass(b: Uint8Array, at: number, end: number, test: FrameTest, passed: PassedRecords): number {
    if (!this.#little || end - at < EPB_BYTES) return at
    const id = i32(b, at + 8)
    const on = this.#interfaces[id]
    if (on?.linkType !== LINK_TYPE.ETHERNET) return at
    passed.begin()
    while (end - at >= EPB_BYTES) {
      const length = i32(b, at + 4)
      const captured = i32(b, at + 20)
      if (i32(b, at) !== BLOCK.ENHANCED_PACKET || i32(b, at + 8) !== id) break
      if (captured <= 0 || captured > MAX_RECORD_BYTES || length !== EPB_BYTES + ((captured + 3) & ~3)) break
      if (length > end - at || i32(b, at + length - 4) !== length) break
      const start = at + EPB_BYTES - 4
      if (!test.isIdle(b, start, start + captured)) break
      const high = i32(b, at + 12)
      const low = u32(b, at + 16, true)
      const original = i32(b, at + 24)
      if (high < 0 || original < 0) break
      passed.add(high, low, original)
      at += length
    }
    if (passed.n === 0) return at
    passed.end((high, low) => on.time.of(high, low))
    return at
  }

  /** What stands between the two lengths of a block, whose type is in front of the first. */
  #body(b: Uint8Array, at: number, end: number, offset: number, record: CaptureRecord): Step {
    switch (u32(b, at - 8, this.#little)) {
      case BLOCK.ENHANCED_PACKET:
      case BLOCK.PACKET:
        return this.#timed(b, at, end, offset, record)
      case SECTION_HEADER:
        this.#interfacesBefore += this.#interfaces.length
        this.#interfaces = []
        for (const text of comments(b, at + 16, end, this.#little)) this.#sink.comment?.("section", text)
        return Step.SKIPPED
      case BLOCK.INTERFACE:
        return this.#interface(b, at, end, offset)
      case BLOCK.SIMPLE_PACKET:
        return this.#simple(b, at, end, offset, record)
      case BLOCK.NAME_RESOLUTION:
        this.#names(b, at, end)
        return Step.SKIPPED
      case BLOCK.DECRYPTION_SECRETS:
        if (end - at < 8) return this.#fault("decryption secrets block is too short", offset)
        this.#sink.secretsBlock?.(
          u32(b, at, this.#little),
          b.subarray(at + 8, Math.min(end, at + 8 + u32(b, at + 4, this.#little))),
        )
        return Step.SKIPPED
      case BLOCK.CUSTOM:
      case BLOCK.CUSTOM_NO_COPY:
        if (end - at < 4) return this.#fault("custom block is too short", offset)
        this.#sink.customBlock?.(u32(b, at, this.#little), b.subarray(at + 4, end))
        return Step.SKIPPED
      default:
        return Step.SKIPPED
    }
  }

  #more(need: number): Step {
    this.need = need
    return Step.MORE
  }

  #skip(length: number): Step {
    this.used = length
    return Step.SKIPPED
  }

  #stop(message: string, offset: number): Step {
    this.damaged = true
    readProblem(this.#sink, "capture-block-length", message, offset)
    return Step.STOP
  }

  /** A block that is wrong inside, but whose length lets the reading go on. */
  #fault(message: string, offset: number): Step {
    this.damaged = true
    readProblem(this.#sink, "capture-block-content", message, offset)
    return Step.SKIPPED
  }

  /** Section Header Block, as far as needed to know its byte order. False when it is no section. */
  #section(b: Uint8Array, at: number, offset: number): boolean {
    const little = u32(b, at + 8, true) === BYTE_ORDER_MAGIC
    if (!little && u32(b, at + 8, false) !== BYTE_ORDER_MAGIC) {
      this.#stop("section header without a byte-order magic", offset)
      return false
    }
    if (u32(b, at + 4, little) < 28) {
      this.#stop(`section header of ${u32(b, at + 4, little)} bytes is too short`, offset)
      return false
    }
    this.#little = little
    return true
  }

  #interface(b: Uint8Array, at: number, end: number, offset: number): Step {
    if (end - at < 8) return this.#fault("interface description block is too short", offset)
    const little = this.#little
    const all = options(b, at + 8, end, little)
    const pick = (code: number): Option | undefined => all.find(o => o.code === code)
    const time = Resolution.from(pick(9)?.bytes[0] ?? 6, pick(14)?.bytes, little)
    const id = this.#interfacesBefore + this.#interfaces.length
    const linkType = u16(b, at, little)
    const snapBytes = u32(b, at + 4, little)
    this.#interfaces.push({ id, linkType, snapBytes, time })
    const name = optionText(pick(2))
    const description = optionText(pick(3))
    this.#sink.interface?.({ id, linkType, snapBytes, name, description, ticksPerSecond: time.ticksPerSecond })
    for (const text of comments(b, at + 8, end, little)) this.#sink.comment?.("interface", text)
    return Step.SKIPPED
  }

  /** Enhanced Packet Block; or the obsolete Packet Block, whose interface has two octets, with a count of drops behind them. */
  #timed(b: Uint8Array, at: number, end: number, offset: number, record: CaptureRecord): Step {
    const little = this.#little
    const isObsolete = u32(b, at - 8, little) === BLOCK.PACKET
    if (end - at < 20) return this.#fault(`${isObsolete ? "" : "enhanced "}packet block is too short`, offset)
    const id = isObsolete ? u16(b, at, little) : u32(b, at, little)
    const on = this.#interfaces[id]
    if (on === undefined) return this.#unknownInterface(id, offset)
    on.time.set(record, u32(b, at + 4, little), u32(b, at + 8, little))
    const captured = u32(b, at + 12, little)
    place(record, b, at + 20, captured, u32(b, at + 16, little))
    return this.#packet(record, on, end, offset)
  }

  /** Simple Packet Block: of interface 0, without a time, cut at the interface's snap length. */
  #simple(b: Uint8Array, at: number, end: number, offset: number, record: CaptureRecord): Step {
    if (end - at < 4) return this.#fault("simple packet block is too short", offset)
    const on = this.#interfaces[0]
    if (on === undefined) return this.#unknownInterface(0, offset)
    const original = u32(b, at, this.#little)
    const captured = Math.min(original, on.snapBytes === 0 ? original : on.snapBytes, end - at - 4)
    record.seconds = 0
    record.nanos = 0
    record.timeDigits = on.time.digits
    place(record, b, at + 4, captured, original)
    return this.#packet(record, on, at + 4 + captured, offset)
  }

  /** Fills the rest of a record that has its place. */
  #packet(record: CaptureRecord, on: Interface, blockEnd: number, offset: number): Step {
    const { bytes: b, start, end } = record
    const captured = end - start
    if (end > blockEnd || captured > MAX_RECORD_BYTES)
      return this.#fault(`captured length ${captured} is more than its block holds or 256 KiB`, offset)
    record.linkType = on.linkType
    record.interfaceId = on.id
    record.littleEndian = this.#little
    const optionsAt = start + ((captured + 3) & ~3)
    record.comments = optionsAt < blockEnd ? comments(b, optionsAt, blockEnd, this.#little) : NO_COMMENTS
    return Step.RECORD
  }

  #unknownInterface(id: number, offset: number): Step {
    return this.#fault(`packet on interface ${id}, which no block describes`, offset)
  }

  /** Name Resolution Block: records of an address and zero-ended names. */
  #names(b: Uint8Array, start: number, end: number): void {
    if (!this.#sink.nameResolution) return
    for (let at = start; at + 4 <= end; ) {
      const type = u16(b, at, this.#little)
      const length = u16(b, at + 2, this.#little)
      const addressBytes = NRB_ADDRESS_BYTES[type]
      if (type === 0 || at + 4 + length > end) return
      if (addressBytes !== undefined && length > addressBytes) {
        const value = b.subarray(at + 4, at + 4 + length)
        const names = new TextDecoder().decode(value.subarray(addressBytes)).split("\0").filter(Boolean)
        this.#sink.nameResolution(value.slice(0, addressBytes), names)
      }
      at += 4 + ((length + 3) & ~3)
    }
  }
}

/** Length of the address in a name resolution record by its type: IPv4, IPv6, EUI-48, EUI-64. */
const NRB_ADDRESS_BYTES: readonly (number | undefined)[] = [undefined, 4, 16, 6, 8]

function place(record: CaptureRecord, b: Uint8Array, start: number, captured: number, original: number): void {
  record.bytes = b
  record.start = start
  record.end = start + captured
  record.originalBytes = original
}
