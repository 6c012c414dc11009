/** pcapng timestamps: 64-bit ticks of an interface's resolution to seconds and nanoseconds, exactly. */
/** What gets a time. */
interface Timed {
  seconds: number
  nanos: number
  timeDigits: number
}

/** if_tsresol and if_tsoffset of one interface. draft-ietf-opsawg-pcapng §4.2. */
export class Resolution {
  /** Digits after the point that the resolution has, at most 9. */
  readonly digits: number
  readonly ticksPerSecond: number
  private constructor(
    readonly ticks: bigint,
    /** Seconds to add. */
    readonly offset: number,
  ) {
    this.ticksPerSecond = Number(ticks)
    this.digits = Math.min(9, Math.ceil(Math.log10(this.ticksPerSecond)))
  }

  /** `tsresol`: a negative power of 10, or of 2 with the top bit set. `offset`: a signed 64-bit number of seconds. */
  static from(tsresol: number, offset: Uint8Array | undefined, little: boolean): Resolution {
    const base = tsresol & 0x80 ? 2n : 10n
    let seconds = 0
    if (offset?.length === 8) seconds = Number(new DataView(offset.buffer, offset.byteOffset, 8).getBigInt64(0, little))
    return new Resolution(base ** BigInt(tsresol & 0x7f), seconds)
  }

  /** Writes the time of `high * 2^32 + low` ticks into the record. */
  set(record: Timed, high: number, low: number): void {
    record.timeDigits = this.digits
    if (this.ticksPerSecond > 1e9) {
      this.#setExactly(record, high, low)
      return
    }
    // Long division in steps of 16 bits keeps every intermediate below 2^53.
    const per = this.ticksPerSecond
    const r1 = high % per
    const q1 = (high - r1) / per
    const t2 = r1 * 65536 + (low >>> 16)
    const r2 = t2 % per
    const q2 = (t2 - r2) / per
    const t3 = r2 * 65536 + (low & 0xffff)
    const r3 = t3 % per
    record.seconds = q1 * 4294967296 + q2 * 65536 + (t3 - r3) / per + this.offset
    record.nanos = per === 1e9 ? r3 : Math.floor((r3 * 1e9) / per)
  }

  /** The same as an object. */
  of(high: number, low: number): Timed {
    const time = { seconds: 0, nanos: 0, timeDigits: 0 }
    this.set(time, high, low)
    return time
  }

  #setExactly(record: Timed, high: number, low: number): void {
    const ticks = (BigInt(high) << 32n) | BigInt(low)
    record.seconds = Number(ticks / this.ticks) + this.offset
    record.nanos = Number(((ticks % this.ticks) * 1_000_000_000n) / this.ticks)
  }
}
