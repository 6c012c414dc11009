/**
 * Opens the ESP and AH packets of one segment, as if nothing had been before it. `OpenedJoin` has what shows, beside the segments before, that
 * nothing would have been different.
 */
import type { CaptureRecord } from "../capture/record.ts"
import type { SymmetricProvider } from "../crypto/provider.ts"
import type { Inflate } from "../ipsec/ipcomp.ts"
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import { Kind } from "../net/packet-view.ts"
import type { DataFlow, SaState } from "../open/data-flow.ts"
import { DataPlane } from "../open/data-plane.ts"
import { type DataSlot, LocalExecutor } from "../open/data-slot.ts"
import { DataSaTable } from "../open/data-table.ts"
import type { OpenedPacket } from "../open/opened-packet.ts"
import type { CreateOpener, OpenerPool } from "../open/opener-pool.ts"
import type { DataResult } from "../track/data-result.ts"
import type { DataSa } from "../track/data-sa.ts"
import { COPY_FRAMES } from "../track/recent-packets.ts"
import { buffersOf } from "./columns.ts"
import { FrameWalk, stamp } from "./frame-walk.ts"
import { type InnerColumns, InnerTable, innerBuffers } from "./inner-columns.ts"
import { type KeylessColumns, KeylessTable } from "./keyless-columns.ts"

/** Whose packets they are. */
export interface FlowEnds {
  readonly protocol: "ESP" | "AH"
  readonly spi: number
  readonly sourceBytes: Uint8Array
  readonly destinationBytes: Uint8Array
}

/** One data SA in one segment. Keys are indexes in the list that was given. */
export interface OpenedFlow extends FlowEnds {
  readonly result: Omit<DataResult, "sa">
  readonly firstFrame: number
  readonly lastFrame: number
  /** Keys that may belong to it, likeliest first; and those of them that can be used. */
  readonly candidates: readonly number[]
  readonly usable: readonly number[]
  /** The key that opened the last packet that was opened; -1 for none. */
  readonly opened: number
  readonly moves: number
  /** Packets that a key should have opened and did not. */
  readonly failures: number
  readonly nullAt: number
  readonly nullSkipped: number
  /** ESP in ESP: nobody counted the inner packets before. */
  readonly nested: boolean
  /** Of packets at the edges of the segment of which no ICV says that they are new. */
  readonly unproven: readonly Unproven[]
}

/** A packet that may be a copy of one before: its frame and sequence number. */
export type Unproven = readonly [frame: number, sequence: number]

/** What one key saw in one segment. */
export interface OpenedState {
  readonly key: number
  readonly opened: boolean
  /** Sequence numbers with their high halves, as runs; false when some had to be forgotten. */
  readonly sequences: readonly number[]
  readonly sequencesExact: boolean
  readonly first: readonly [hi: number, lo: number]
  readonly top: readonly [hi: number, lo: number]
  /** IVs, where the suite breaks on a repeated one. */
  readonly ivs?: {
    readonly exact: boolean
    readonly repeats: number
    readonly mostRuns: number
    readonly list: (readonly [hi: number, runs: number[]])[]
  }
}

export interface Opened {
  readonly flows: readonly OpenedFlow[]
  /** Flows without a key, of which nothing is known but how many packets they have: most are of them. None where the content is asked for. */
  readonly keyless: KeylessColumns
  readonly states: readonly OpenedState[]
  /** What was inside, where it was asked for. */
  readonly inner?: InnerColumns
}

/** The memory behind it, for handing it over to another thread. */
export const openedBuffers = ({ inner, keyless }: Opened): ArrayBuffer[] => [
  ...buffersOf(keyless),
  ...(inner ? innerBuffers(inner) : []),
]

const NONE_UNPROVEN: readonly Unproven[] = []

/** Whether a flow says no more than what `KeylessColumns` hold. */
const isKeyless = ({ states, nested, nullAt, result }: DataFlow): boolean =>
  states.length === 0 && !nested && nullAt < 0 && !result.nullEncrypted && !result.sa

export interface SegmentOpenerOptions {
  readonly provider: SymmetricProvider
  readonly createOpener?: CreateOpener
  /** What segments before left behind, to be used again: openers of these keys, and memory. */
  readonly openers?: OpenerPool
  readonly slot?: DataSlot
  readonly keys: readonly DataSaKeys[]
  /** Frames before the segment. */
  readonly framesBefore: number
  readonly ikePorts?: readonly number[]
  /** The content of packets is wanted too. */
  readonly inner?: boolean
  /** For the content: it is handed on in it. */
  readonly memory?: ArrayBuffer
  /** For IPComp, where the content is wanted. */
  readonly inflate?: Inflate
}

export class SegmentOpener {
  readonly #walk: FrameWalk
  readonly #plane: DataPlane
  readonly #indexes: ReadonlyMap<DataSaKeys, number>
  readonly #inner: InnerTable | undefined
  readonly #unproven = new Map<DataSa, Unproven[]>()
  #frame: number

  constructor(options: SegmentOpenerOptions) {
    const { provider, createOpener, openers, slot, keys, framesBefore, ikePorts, inflate, memory } = options
    const inner = options.inner ? new InnerTable(sa => this.#indexOf(sa), memory) : undefined
    this.#inner = inner
    this.#walk = new FrameWalk(ikePorts)
    this.#frame = framesBefore
    this.#indexes = new Map(keys.map((key, i) => [key, i]))
    this.#plane = new DataPlane({
      provider,
      createOpener,
      openers,
      edges: !inner,
      executor: slot && (states => new LocalExecutor(sa => states.openers.of(sa.keys), !inner, slot)),
      table: new DataSaTable(keys),
      onPacket: p => {
        if (p.icv !== "ok") this.#note(p)
        inner?.opened(p)
      },
      onInner: inner && (p => inner.add(p)),
      inflate,
    })
  }

  /** The next record of the segment. */
  record(record: CaptureRecord): void {
    const { findings } = this.#walk
    const frame = ++this.#frame
    this.#walk.walk(record)
    for (let i = 0; i < findings.n; i++) {
      const packet = findings.packets[i]
      if (packet.kind === Kind.KEEPALIVE) continue
      stamp(packet, record, frame)
      this.#plane.packet(packet)
    }
  }

  /** After the last record. */
  end(): Opened {
    this.#plane.finish()
    const keyless = new KeylessTable()
    const flows = [...this.#plane.flows()].filter(flow => this.#inner || !isKeyless(flow) || !keyless.add(flow))
    const states = new Set(flows.flatMap(flow => flow.states.filter(s => s.usable)))
    return {
      flows: flows.map(flow => this.#flow(flow)),
      keyless: keyless.take(),
      states: [...states].map(state => this.#state(state)),
      inner: this.#inner?.take(flows.map(flow => flow.data)),
    }
  }

  #note({ data, frame, sequence }: OpenedPacket): void {
    const list = this.#unproven.get(data) ?? []
    this.#unproven.set(data, list)
    list.push([frame, sequence])
    // The first and the last are enough.
    if (list.length > 4 * COPY_FRAMES) list.splice(COPY_FRAMES, 2 * COPY_FRAMES)
  }

  #flow(flow: DataFlow): OpenedFlow {
    const { sa, ...result } = flow.result
    const { firstFrame, lastFrame, moves, nullAt, nullSkipped, nested } = flow
    const { protocol, spi, sourceBytes, destinationBytes } = flow.data
    const failures = flow.current ? result.packets - result.truncated - result.opened : 0
    return {
      protocol,
      spi,
      sourceBytes,
      destinationBytes,
      result,
      firstFrame,
      lastFrame,
      candidates: flow.states.map(s => this.#indexOf(s.sa)),
      usable: flow.states.filter(s => s.usable).map(s => this.#indexOf(s.sa)),
      opened: sa ? this.#indexOf(sa) : -1,
      moves,
      failures,
      nullAt,
      nullSkipped,
      nested,
      unproven: this.#unproven.get(flow.data) ?? NONE_UNPROVEN,
    }
  }

  #state(state: SaState): OpenedState {
    const { sa, sequence, replay, ivs, opened, firstHi, firstLo } = state
    return {
      key: this.#indexOf(sa),
      opened,
      sequences: replay.list(),
      sequencesExact: replay.exact,
      first: [firstHi, firstLo],
      top: [sequence.hi, sequence.lo],
      ivs: ivs && { exact: ivs.exact, repeats: ivs.repeats, mostRuns: ivs.mostRuns, list: ivs.list() },
    }
  }

  #indexOf(sa: DataSaKeys): number {
    return this.#indexes.get(sa) ?? -1
  }
}
