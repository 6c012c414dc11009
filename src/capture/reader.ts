/** Captures out of byte chunks of any size: pcap and pcapng, known by their magic number. */
import { plural } from "../bytes/words.ts"
import { type FormatParser, readProblem, Step } from "./format.ts"
import { otherFormat } from "./other-format.ts"
import { PassedRecords } from "./passed-records.ts"
import { isPcap, PcapParser } from "./pcap.ts"
import { isPcapng, PcapngParser } from "./pcapng.ts"
import { CaptureRecord, type FrameTest, type RecordSink } from "./record.ts"

export interface ReaderOptions {
  /** Index of the capture, put into every record. */
  readonly capture?: number
}

/**
 * Reads one capture. Either push: `push(chunk)` for each chunk, then `end()`, and the sink gets every record;
 * or pull: `feed(chunk)`, then `next()` until false, and so on, with `record` filled each time. Chunks are read in place
 * and may be overwritten once `push` returns or `next` was false. What is wrong goes to the sink's `diagnostic`, with the offset.
 */
export class CaptureReader {
  readonly record = new CaptureRecord()
  readonly #sink: RecordSink
  readonly #passed = new PassedRecords()
  #parser: FormatParser | undefined
  #stopped = false
  #ended = false
  #chunk: Uint8Array = EMPTY
  #at = 0
  /** Offset in the file of `#chunk[#at]`, less the bytes carried over. */
  #offset = 0
  /** The beginning of an item whose rest has not come yet. */
  #carry: Uint8Array = EMPTY
  #carried = 0
  /** Records in a row that have no byte. */
  #empty = 0
  /** Bytes of the chunks to come that belong to a block passed over. */
  #skip = 0

  constructor(sink: RecordSink, options: ReaderOptions = {}) {
    this.#sink = sink
    this.record.capture = options.capture ?? 0
  }

  /** `pcap`, `pcapng`, or `unknown` while the magic number has not come or is no one's. */
  get format(): "pcap" | "pcapng" | "unknown" {
    return this.#parser?.name ?? "unknown"
  }

  /** False once something kept the capture from being read to its end; final after `end()`. */
  get complete(): boolean {
    return !this.#stopped && !(this.#parser?.damaged ?? false)
  }

  /** Nothing of a record or block is left over from the chunks so far. */
  get betweenRecords(): boolean {
    return this.#carried === 0 && this.#skip === 0
  }

  /** True once the file cannot be read further: more chunks are ignored. */
  get stopped(): boolean {
    return this.#stopped
  }

  /** Reads a chunk whole, giving each record to the sink. */
  push(chunk: Uint8Array): void {
    this.feed(chunk)
    for (;;) {
      const { idle } = this.#sink
      if (idle && this.pass(idle, this.#passed) > 0) this.#sink.passed?.(this.#passed)
      if (!this.next()) return
      this.#sink.record(this.record)
    }
  }

  /** Takes the next chunk; the one before must be used up (`next()` was false). */
  feed(chunk: Uint8Array): void {
    this.#chunk = chunk
    this.#at = 0
  }

  /** Whether all that was given is used up, with nothing begun. */
  get isBetweenRecords(): boolean {
    return this.#carried === 0 && this.#skip === 0 && this.#at === this.#chunk.length
  }

  /** The next chunk is what stands at `offset` of the file, where a record begins: those between are read elsewhere. */
  jump(offset: number): void {
    this.#offset = offset
  }

  /** Passes over the records that follow in the chunk, up to the first whose frame the test does not find idle; how many. */
  pass(test: FrameTest, passed: PassedRecords): number {
    passed.n = 0
    if (!this.#parser || this.#stopped || this.#carried > 0 || this.#skip > 0) return 0
    const at = this.#parser.pass(this.#chunk, this.#at, this.#chunk.length, test, passed)
    this.#offset += at - this.#at
    this.#at = at
    if (passed.n > 0) this.#empty = 0
    return passed.n
  }

  /** Fills `record` with the next record; false when another chunk is needed. */
  next(): boolean {
    for (;;) {
      if (this.#stopped) return false
      if (this.#skip > 0) this.#passOver()
      const here = this.#carried > 0 ? this.#fromCarry() : this.#fromChunk()
      if (here === Step.RECORD) {
        if (this.record.end > this.record.start) this.#empty = 0
        else if (++this.#empty === MAX_EMPTY) this.#giveUp()
        return true
      }
      if (here === Step.MORE) return false
      if (here === Step.STOP) this.#stopped = true
    }
  }

  /** Ends the capture: reports what is missing of the last item. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    if (this.#stopped) return
    if (this.#carried > 0 || this.#skip > 0) {
      this.#stopped = true
      const parser = this.#parser
      const missing = this.#skip || (parser ? parser.need : 4) - this.#carried
      const what = parser ? "cut off" : "too short for a capture"
      readProblem(
        this.#sink,
        "capture-truncated",
        `the file is ${what}: ${plural(missing, "byte")} ${missing === 1 ? "is" : "are"} missing`,
        this.#offset,
      )
    } else if (!this.#parser) {
      this.#stopped = true
      readProblem(this.#sink, "capture-empty", "the file is empty", 0)
    }
  }

  /** A file that was not written to its end, or zeros that somebody packed. */
  #giveUp(): void {
    this.#stopped = true
    const text = `${MAX_EMPTY} records in a row without a byte in them: the file is not read further`
    readProblem(this.#sink, "capture-truncated", text, this.#offset)
  }

  #fromChunk(): Step {
    const step = this.#parse(this.#chunk, this.#at, this.#chunk.length)
    if (step === Step.RECORD) this.record.offset = this.#offset + this.record.start - this.#at
    if (step === Step.MORE) this.#keep(this.#chunk.length - this.#at)
    else if (step !== Step.STOP) this.#advance(this.#chunk.length)
    return step
  }

  /** Fills the carried item up from the chunk, by no more than it needs. */
  #fromCarry(): Step {
    for (;;) {
      const need = this.#parser?.need ?? 4
      const available = Math.min(need - this.#carried, this.#chunk.length - this.#at)
      this.#keep(available)
      if (this.#carried < need) return Step.MORE
      const step = this.#parse(this.#carry, 0, this.#carried)
      if (step === Step.MORE) continue
      const carried = this.#carried
      this.#carried = 0
      if (step === Step.STOP) return step
      if (step === Step.RECORD) this.record.offset = this.#offset + this.record.start
      const used = this.#parser?.used ?? 0
      this.#offset += used
      this.#skip = used - carried
      return step
    }
  }

  #parse(b: Uint8Array, at: number, end: number): Step {
    if (this.#parser) return this.#parser.parse(b, at, end, this.#offset, this.record)
    if (end - at < 4) return Step.MORE
    if (isPcap(b, at)) this.#parser = new PcapParser(this.#sink)
    else if (isPcapng(b, at)) this.#parser = new PcapngParser(this.#sink)
    else {
      const other = otherFormat(b, at, end)
      const what = other ? `this is ${other.what}: ${other.how}` : "no magic number at offset 0"
      this.#sink.diagnostic({
        ...{ code: "capture-format", severity: "error", frame: null, time: null },
        message: `neither a pcap nor a pcapng file; ${what}`,
      })
      return Step.STOP
    }
    return this.#parser.parse(b, at, end, this.#offset, this.record)
  }

  /** Moves past an item that was parsed in the chunk. */
  #advance(length: number): void {
    const used = this.#parser?.used ?? 0
    this.#offset += used
    this.#at += used
    if (this.#at > length) {
      this.#skip = this.#at - length
      this.#at = length
    }
  }

  #passOver(): void {
    const n = Math.min(this.#skip, this.#chunk.length - this.#at)
    this.#skip -= n
    this.#at += n
  }

  /** Carries the next `n` bytes of the chunk over. */
  #keep(n: number): void {
    const wanted = this.#carried + n
    if (wanted > this.#carry.length) {
      const grown = new Uint8Array(Math.max(4096, wanted, 2 * this.#carry.length))
      grown.set(this.#carry.subarray(0, this.#carried))
      this.#carry = grown
    }
    this.#carry.set(this.#chunk.subarray(this.#at, this.#at + n), this.#carried)
    this.#carried = wanted
    this.#at += n
  }
}

const EMPTY = new Uint8Array(0)
/** Records in a row without a captured byte behind which no others are looked for. */
const MAX_EMPTY = 1_000_000

/** Whether a file that begins so is a capture: pcap or pcapng, unpacked already. */
export const isCaptureMagic = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && (isPcap(bytes, 0) || isPcapng(bytes, 0))
