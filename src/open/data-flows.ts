/** The flows of a capture, found by SPI and destination, each with the keys that may belong to it. */

import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import { AddressBook, spiHash } from "../net/address-book.ts"
import { Kind, type PacketView } from "../net/packet-view.ts"
import type { DataResult } from "../track/data-result.ts"
import type { DataTable } from "../track/data-table.ts"
import { DataFlow, type SaState } from "./data-flow.ts"
import type { DataSaTable } from "./data-table.ts"
import { sameBytes } from "./esp-suite.ts"
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
  /** The data SAs of the control plane: each gets the result of its flow. */
  readonly dataSas?: Pick<DataTable, "find">
}

export class DataFlows {
  readonly #flows = new Set<DataFlow>()
  readonly #keyless = new Set<DataFlow>()
  /** The newest flow with the `spiHash` of SPI and destination; others hang on `nextAtHash`. */
  readonly #byHash = new Map<number, DataFlow>()
  readonly #addresses = new AddressBook()
  #last: DataFlow | undefined
  #tableSize: number
  /** Frame before which no flow without a key is looked at again for being silent. */
  #fullUntil = 0
  #searches = 0
  /** Packets of flows that were not followed because of a cap. */
  leftOut = 0

  constructor(readonly options: DataFlowsOptions) {
    this.#tableSize = options.table.size
  }

  /** The flow of the ESP, WESP or AH packet in hand; undefined past the cap. */
  of(view: PacketView): DataFlow | undefined {
    const last = this.#last
    if (last && isFlowOf(last, view)) return last
    const hash = spiHash(view)
    let flow = this.#byHash.get(hash)
    while (flow && !isFlowOf(flow, view)) flow = flow.nextAtHash
    this.#last = flow ?? this.#add(hash, view)
    return this.#last
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
    return [...this.#flows].filter(flow => {
      if (flow.result.sa || !(spis.has(flow.spi) || spis.has(undefined))) return false
      const before = flow.current
      const { protocol, spi, result } = flow
      this.#give(flow, table.find(protocol, spi, result.source, result.destination))
      return !before && flow.current !== undefined
    })
  }

  /** In order of first packets. */
  all(): Iterable<DataFlow> {
    return this.#flows
  }

  /** In order of first packets. */
  results(): DataResult[] {
    return Array.from(this.#flows, f => f.result)
  }

  #add(hash: number, view: PacketView): DataFlow | undefined {
    const source = this.#addresses.source(view)
    const destination = this.#addresses.destination(view)
    const keys = this.options.table.find(protocolOf(view), view.spi, source.text, destination.text)
    if (this.#flows.size >= this.options.maxFlows || (keys.length === 0 && !this.#roomForKeyless(view.frame))) {
      this.leftOut++
      return undefined
    }
    const flow = new DataFlow(protocolOf(view), view.spi, destination.bytes, source.text, destination.text, hash)
    this.#give(flow, keys)
    flow.firstFrame = view.frame
    const data = this.options.dataSas?.find(view)
    flow.result.data = data
    if (data) data.result = flow.result
    flow.nextAtHash = this.#byHash.get(hash)
    this.#byHash.set(hash, flow)
    this.#flows.add(flow)
    return flow
  }

  #give(flow: DataFlow, keys: readonly DataSaKeys[]): void {
    if (keys.length > 0) flow.states = keys.map(sa => this.options.states.of(sa))
    flow.otherReadings = () => this.#otherReadings(flow, keys)
    flow.current ??= flow.states.find(s => s.usable)
    flow.result.unsupported = flow.current ? undefined : flow.states.find(s => !s.usable)?.unsupported
    if (flow.states.length > 0) this.#keyless.delete(flow)
    else this.#keyless.add(flow)
  }

  *#otherReadings({ result }: DataFlow, keys: readonly DataSaKeys[]): Generator<SaState> {
    const { table, states } = this.options
    const all = () => (this.#searches++ < MOST_SEARCHES ? table.since(0) : [])
    for (const sa of otherReadings(result, keys, all)) yield states.make(sa)
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
    this.#flows.delete(oldest)
    this.options.onForget?.(oldest)
    if (oldest.result.data) oldest.result.data.result = undefined
    this.#unlink(oldest)
    return true
  }

  #unlink(flow: DataFlow): void {
    const { hash, nextAtHash } = flow
    let before: DataFlow | undefined
    for (let at = this.#byHash.get(hash); at && at !== flow; at = at.nextAtHash) before = at
    if (before) before.nextAtHash = nextAtHash
    else if (nextAtHash) this.#byHash.set(hash, nextAtHash)
    else this.#byHash.delete(hash)
  }
}

const protocolOf = (view: PacketView): "ESP" | "AH" => (view.kind === Kind.AH ? "AH" : "ESP")

const addressBytes = (view: PacketView): number => (view.ipVersion === 4 ? 4 : view.ipVersion === 6 ? 16 : 0)

function isFlowOf(flow: DataFlow, view: PacketView): boolean {
  if (flow.spi !== view.spi || flow.protocol !== protocolOf(view)) return false
  const size = addressBytes(view)
  return (
    flow.destinationBytes.length === size && sameBytes(flow.destinationBytes, 0, view.ipBytes, view.destinationAt, size)
  )
}
