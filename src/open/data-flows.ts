/** The flows of a capture, found by SPI and destination, each with the keys that may belong to it. */
import { AddressBook, spiHash } from "../net/address-book.ts"
import { Kind, type PacketView } from "../net/packet-view.ts"
import { DataFlow, type DataResult } from "./data-flow.ts"
import type { DataSaTable } from "./data-table.ts"
import { sameBytes } from "./esp-suite.ts"
import type { SaStates } from "./sa-states.ts"

export class DataFlows {
  readonly #flows: DataFlow[] = []
  /** The newest flow with an SPI; others hang on `next`. */
  readonly #bySpi = new Map<number, DataFlow>()
  readonly #byHash = new Map<number, DataFlow>()
  readonly #addresses = new AddressBook()
  #last: DataFlow | undefined
  #tableSize: number
  /** Packets left out because of `maxFlows`. */
  leftOut = 0

  constructor(
    readonly table: DataSaTable,
    readonly states: SaStates,
    readonly maxFlows: number,
  ) {
    this.#tableSize = table.size
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
    return this.#tableSize !== this.table.size
  }

  /** Flows that no key has opened look for those that were added. Returns the flows that had no key and have one now. */
  lookAgain(): DataFlow[] {
    const added = this.table.since(this.#tableSize)
    this.#tableSize = this.table.size
    const spis = new Set(added.map(entry => entry.spi))
    const concerned = spis.has(undefined) ? this.#flows : [...spis].flatMap(spi => [...this.#withSpi(spi!)])
    return concerned.filter(flow => {
      if (flow.result.sa) return false
      const before = flow.current
      this.#lookUp(flow)
      return !before && flow.current !== undefined
    })
  }

  /** In order of first packets. */
  results(): DataResult[] {
    return this.#flows.map(f => f.result)
  }

  *#withSpi(spi: number): Generator<DataFlow> {
    for (let flow = this.#bySpi.get(spi); flow; flow = flow.next) yield flow
  }

  #add(hash: number, view: PacketView): DataFlow | undefined {
    if (this.#flows.length >= this.maxFlows) {
      this.leftOut++
      return undefined
    }
    const source = this.#addresses.source(view)
    const destination = this.#addresses.destination(view)
    const flow = new DataFlow(protocolOf(view), view.spi, destination.bytes, source.text, destination.text)
    this.#lookUp(flow)
    flow.next = this.#bySpi.get(view.spi)
    this.#bySpi.set(view.spi, flow)
    flow.nextAtHash = this.#byHash.get(hash)
    this.#byHash.set(hash, flow)
    this.#flows.push(flow)
    return flow
  }

  #lookUp(flow: DataFlow): void {
    const { protocol, spi, result } = flow
    const found = this.table.find(protocol, spi, result.source, result.destination)
    if (found.length > 0) flow.states = found.map(sa => this.states.of(sa))
    flow.current ??= flow.states.find(s => s.usable)
    result.unsupported = flow.current ? undefined : flow.states.find(s => !s.usable)?.unsupported
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
