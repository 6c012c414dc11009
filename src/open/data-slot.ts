/** A slot holds the packets in hand: bytes, cleartext, and columns of numbers. An executor opens what is in it, here or in workers. */
import type { DataSaKeys } from "./data-table.ts"
import type { EspBatch, EspOpener } from "./esp-opener.ts"

/** Packets `from` to `from + n` of the slot's sorted columns belong to this SA. */
export interface OpenJob {
  readonly sa: DataSaKeys
  readonly from: number
  readonly n: number
}

/** Memory that the executor sees; the columns are sorted by SA. */
export interface DataSlot {
  readonly bytes: Uint8Array
  /** Cleartext, at the same offsets as the ciphertext in `bytes`. */
  readonly out: Uint8Array
  readonly at: Uint32Array
  readonly length: Uint32Array
  readonly seqHi: Uint32Array
  readonly frame: Float64Array
  readonly ok: Uint8Array
}

/** Bytes and packets that one slot takes; small enough to stay in the cache. */
export const SLOT_BYTES = 1 << 20
export const SLOT_PACKETS = 4096

/** A slot in memory of `allocate` (shared memory for workers). */
export function createSlot(allocate: (bytes: number) => ArrayBufferLike = n => new ArrayBuffer(n)): DataSlot {
  return {
    bytes: new Uint8Array(allocate(SLOT_BYTES)),
    out: new Uint8Array(allocate(SLOT_BYTES)),
    at: new Uint32Array(allocate(4 * SLOT_PACKETS)),
    length: new Uint32Array(allocate(4 * SLOT_PACKETS)),
    seqHi: new Uint32Array(allocate(4 * SLOT_PACKETS)),
    frame: new Float64Array(allocate(8 * SLOT_PACKETS)),
    ok: new Uint8Array(allocate(SLOT_PACKETS)),
  }
}

/** Opens what is in a slot. With several slots one is opened while the next is filled. */
export interface DataExecutor {
  readonly slots: readonly DataSlot[]
  /** Begins to open the jobs of a slot; the slot is not touched until `wait`. */
  start(slot: number, jobs: readonly OpenJob[]): void
  /** Returns when the slot's jobs are done: `ok` and `out` are filled. */
  wait(slot: number): void
}

/** The batch of one job: views of the slot's columns. */
export function jobBatch(slot: DataSlot, from: number, n: number): EspBatch {
  return {
    bytes: slot.bytes,
    at: slot.at.subarray(from, from + n),
    length: slot.length.subarray(from, from + n),
    seqHi: slot.seqHi.subarray(from, from + n),
    frame: slot.frame.subarray(from, from + n),
    n,
  }
}

/** Opens at once, in this thread. */
export class LocalExecutor implements DataExecutor {
  readonly slots = [createSlot()]
  constructor(readonly openerFor: (sa: DataSaKeys) => EspOpener | undefined) {}

  start(slot: number, jobs: readonly OpenJob[]): void {
    const s = this.slots[slot]
    for (const { sa, from, n } of jobs) {
      const ok = s.ok.subarray(from, from + n)
      const opener = this.openerFor(sa)
      if (opener) opener.open(jobBatch(s, from, n), ok, s.out)
      else ok.fill(0)
    }
  }

  wait(): void {}
}
