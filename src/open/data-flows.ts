/** What the data plane holds of each data SA, found through the one table of them, with the keys that may belong to it. */

import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import type { PacketView } from "../net/packet-view.ts"
import { joinResult } from "../track/data-result.ts"
import type { DataSa } from "../track/data-sa.ts"
import { DataTable } from "../track/data-table.ts"
import { TRACK_LIMITS } from "../track/limits.ts"
import { DataFlow, type SaState } from "./data-flow.ts"
import type { DataSaTable } from "./data-table.ts"
import { otherReadings } from "./hypotheses.ts"
import type { SaStates } from "./sa-states.ts"

/** Flows without a key that are followed at most; for a new one the oldest is forgotten once it was silent for so many frames. */
const MOST_KEYLESS = 8192
const SILENT_FRAMES = 100_000
/** Frames until the next one is looked at when the oldest was not silent. */
const PATIENCE_FRAMES = 100

/** Searches of the whole table for keys that belong to another SA. */
const MOST_SEARCHES = 1024

export interface DataFlowsOptions {
  readonly table: DataSaTable
  readonly states: SaStates
  /** Flows followed at most. */
  readonly maxFlows: number
  /** A flow without a key is not followed any more. */
  onForget?(flow: DataFlow): void
  /** The data SAs of the control plane. */
  readonly dataSas?: Pick<DataTable, "find" | "packet">
}

export class DataFlows {
  readonly #flows = new Map<DataSa, DataFlow>()
  readonly #keyless = new Set<DataFlow>()
  /** SAs that the control plane does not have: there is none, or it evicted them. */
  readonly #own = new DataTable({ limits: TRACK_LIMITS, samples: false, onEvict: () => {}, onSample: () => {} })
  #last: DataFlow | undefined
  #tableSize: number
  /** Frame before which no flow without a key is looked at again for being silent. */
  #fullUntil = 0
  #searches = 0
  #next = 0
  /** Packets of flows that were not followed because of a cap. */
  leftOut = 0

  constructor(readonly options: DataFlowsOptions) {
    this.#tableSize = options.table.size
  }

  /** The flow of an ESP, WESP or AH packet; undefined past the cap. */
  of(view: PacketView): DataFlow | undefined {
    // Of packets that nobody else counts only whose they are matters here.
    const data = this.options.dataSas?.find(view) ?? this.#own.find(view) ?? this.#own.packet(view)
    const last = this.#last
    if (last?.data === data) return last
    this.#last = this.#flows.get(data) ?? this.#add(data, view.frame)
    return this.#last
  }

  /** The flow of a packet that was inside one of `outer`; it is counted for its data SA here, since nobody saw it before. */
  inside(outer: DataSa, view: PacketView): DataFlow | undefined {
    const data = (this.options.dataSas ?? this.#own).packet(view)
    data.inside ??= outer
    const flow = this.#flows.get(data) ?? this.#add(data, view.frame)
    for (const nested of [flow, this.#flows.get(outer)]) if (nested) nested.nested = true
    return flow
  }

  /** Whether keys were added since the last call. */
  get tableGrew(): boolean {
    return this.#tableSize !== this.options.table.size
  }

  /** Flows that no key has opened look for those that were added. Returns the flows that had no key and have one now. */
  lookAgain(): DataFlow[] {
    const { table } = this.options
    const added = table.since(this.#tableSize)
    this.#tableSize = table.size
    const spis = new Set(added.map(entry => entry.spi))
    return [...this.#flows.values()].filter(flow => {
      if (flow.result.sa || !(spis.has(flow.data.spi) || spis.has(undefined))) return false
      const before = flow.current
      this.#give(flow, table.find(flow.data))
      return !before && flow.current !== undefined
    })
  }

  /** In order of first packets. */
  all(): Iterable<DataFlow> {
    return this.#flows.values()
  }

  /** Flows of paths that turned out to be one SA become its flow. */
  join(): void {
    for (const [data, flow] of this.#flows) {
      const { into } = data
      if (!into) continue
      this.#flows.delete(data)
      const first = this.#flows.get(into) ?? new DataFlow(into, this.#next++)
      if (!this.#flows.has(into)) first.firstFrame = flow.firstFrame
      this.#flows.set(into, first)
      joinResult(first.result, flow.result)
      first.result.sa ??= flow.result.sa
      first.result.unsupported ??= flow.result.unsupported
      first.current ??= flow.current
    }
  }

  #add(data: DataSa, frame: number): DataFlow | undefined {
    const keys = this.options.table.find(data)
    if (this.#flows.size >= this.options.maxFlows || (keys.length === 0 && !this.#roomForKeyless(frame))) {
      this.leftOut++
      return undefined
    }
    const flow = new DataFlow(data, this.#next++)
    this.#give(flow, keys)
    flow.firstFrame = frame
    this.#flows.set(data, flow)
    return flow
  }

  #give(flow: DataFlow, keys: readonly DataSaKeys[]): void {
    if (keys.length > 0) flow.states = keys.map(sa => this.options.states.of(sa, flow.data))
    flow.otherReadings = () => this.#otherReadings(flow, keys)
    flow.current ??= flow.states.find(s => s.usable)
    flow.result.unsupported = flow.current ? undefined : flow.states.find(s => !s.usable)?.unsupported
    if (flow.states.length > 0) this.#keyless.delete(flow)
    else this.#keyless.add(flow)
  }

  *#otherReadings({ data }: DataFlow, keys: readonly DataSaKeys[]): Generator<SaState> {
    const { table, states } = this.options
    const all = () => (this.#searches++ < MOST_SEARCHES ? table.since(0) : [])
    for (const sa of otherReadings(data, keys, all)) yield states.make(sa)
  }

  /** Whether one more flow without a key can be followed; forgets the oldest for it if that has fallen silent. */
  #roomForKeyless(frame: number): boolean {
    if (this.#keyless.size < MOST_KEYLESS) return true
    if (frame < this.#fullUntil) return false
    const [oldest] = this.#keyless
    this.#keyless.delete(oldest)
    if (oldest.result.nullEncrypted) return true
    if (frame - oldest.lastFrame < SILENT_FRAMES) {
      this.#keyless.add(oldest)
      this.#fullUntil = frame + PATIENCE_FRAMES
      return false
    }
    this.#flows.delete(oldest.data)
    this.options.onForget?.(oldest)
    oldest.data.result = undefined
    return true
  }
}
