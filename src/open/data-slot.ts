/** A slot holds packets: bytes, cleartext, and columns of numbers. An executor opens what is in it, here or in workers. */
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import type { EspBatch, EspOpener } from "./esp-opener.ts"

/** Packets `from` to `from + n` of the slot's sorted columns belong to this SA. */
export interface OpenJob {
  readonly sa: DataSaKeys
  readonly from: number
  readonly n: number
}

/** Memory that the executor sees; the columns are sorted by SA. */
export interface DataSlot {
  bytes: Uint8Array
  /** Cleartext, at the same offsets as the ciphertext in `bytes`. */
  out: Uint8Array
  at: Uint32Array
  length: Uint32Array
  seqHi: Uint32Array
  frame: Float64Array
  ok: Uint8Array
}

/** What a slot of one thread begins with: room for the largest packet. Most captures need no more. */
const FIRST_BYTES = 1 << 17

/** What a slot is filled to while there are few SAs: it stays in the cache. */
export const SLOT_BYTES = 1 << 19
/** What slots are filled to, all together, where packets of many SAs alternate: so that a batch has some of each. */
export const MOST_BYTES = 1 << 24
/** Bytes of a slot for each packet that it takes. */
const LEAST_PACKET_BYTES = 512

/** A slot in memory of `allocate` (shared memory for workers). What is not used of much memory the system never provides. */
export function createSlot(
  bytes = FIRST_BYTES,
  allocate: (bytes: number) => ArrayBufferLike = n => new ArrayBuffer(n),
): DataSlot {
  const packets = slotPackets(bytes)
  return {
    bytes: new Uint8Array(allocate(bytes)),
    out: new Uint8Array(allocate(bytes)),
    at: new Uint32Array(allocate(4 * packets)),
    length: new Uint32Array(allocate(4 * packets)),
    seqHi: new Uint32Array(allocate(4 * packets)),
    frame: new Float64Array(allocate(8 * packets)),
    ok: new Uint8Array(allocate(packets)),
  }
}

/** How many packets a slot of `bytes` takes. */
export const slotPackets = (bytes: number): number => Math.floor(bytes / LEAST_PACKET_BYTES)

/** Opens what is in a slot. With several slots one is opened while the next is filled. */
export interface DataExecutor {
  readonly slots: readonly DataSlot[]
  /** Gives a slot more memory, where it begins with little: `MOST_BYTES` at most. What is filled in of its bytes stays. */
  widen?(slot: number, bytes: number): void
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

/** Jobs of fewer packets are copied into one batch that is used again: cheaper than views of the columns. */
const SMALL_JOB = 64

const smallBatch = ({ bytes }: DataSlot): EspBatch => ({
  bytes,
  at: new Uint32Array(SMALL_JOB),
  length: new Uint32Array(SMALL_JOB),
  seqHi: new Uint32Array(SMALL_JOB),
  frame: new Float64Array(SMALL_JOB),
  n: 0,
})

/** Opens at once, in this thread. */
export class LocalExecutor implements DataExecutor {
  readonly slots: readonly DataSlot[]
  #small: EspBatch
  readonly #ok = new Uint8Array(SMALL_JOB)

  /** With the memory of a slot that nobody else uses meanwhile. `edges`: of the cleartext only those are asked for. */
  constructor(
    readonly openerFor: (sa: DataSaKeys) => EspOpener | undefined,
    readonly edges = false,
    slot = createSlot(),
  ) {
    this.slots = [slot]
    this.#small = smallBatch(slot)
  }

  widen(slot: number, bytes: number): void {
    const s = this.slots[slot]
    if (s.bytes.length >= bytes) return
    const wider = createSlot(bytes)
    wider.bytes.set(s.bytes)
    Object.assign(s, wider)
    this.#small = smallBatch(s)
  }

  start(slot: number, jobs: readonly OpenJob[]): void {
    const s = this.slots[slot]
    for (const { sa, from, n } of jobs) {
      const opener = this.openerFor(sa)
      if (!opener) s.ok.fill(0, from, from + n)
      else if (n < SMALL_JOB) this.#openSmall(opener, s, from, n)
      else opener.open(jobBatch(s, from, n), s.ok.subarray(from, from + n), s.out, this.edges)
    }
  }

  wait(): void {}

  #openSmall(opener: EspOpener, s: DataSlot, from: number, n: number): void {
    const batch = this.#small
    for (let i = 0; i < n; i++) {
      batch.at[i] = s.at[from + i]
      batch.length[i] = s.length[from + i]
      batch.seqHi[i] = s.seqHi[from + i]
      batch.frame[i] = s.frame[from + i]
    }
    batch.n = n
    opener.open(batch, this.#ok, s.out, this.edges)
    for (let i = 0; i < n; i++) s.ok[from + i] = this.#ok[i]
  }
}
