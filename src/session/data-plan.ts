/**
 * Which ESP and AH flows have to be read after the control plane. What an analysis before opened whole, under the same keys, keeps its
 * result; and of what nobody has a key and the first reading saw nothing by itself, nothing would come.
 */
import { toHex } from "../bytes/hex.ts"
import { spiKey, type WithSpi } from "../ipsec/spi-key.ts"
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import type { DataSaTable } from "../open/data-table.ts"
import { newResult } from "../track/data-result.ts"
import type { DataSa } from "../track/data-sa.ts"
import { PairTable } from "../track/pair-table.ts"
import type { Flow } from "./frame-index.ts"

/** What was opened, and with what. */
interface Opened {
  readonly data: DataSa
  /** Its candidates, likeliest first. */
  readonly keys: readonly string[]
}

/** All packets to one destination under one SPI, whoever sends them. */
interface End {
  /** Among the flows. */
  known: boolean
  opaque: boolean
  /** Whether data SAs of it have their results, and whether some have to be opened. */
  opened: boolean
  toOpen: boolean
}

export class DataPlan {
  /** By destination and SPI, then by source. */
  #opened = new PairTable<Map<string, Opened>, number>()

  /** Gives results to those that need no reading; says of each flow whether it is to be read. Undefined when nothing less than all will do. */
  plan(all: readonly DataSa[], table: DataSaTable, flows: readonly Flow[]): boolean[] | undefined {
    const names = new KeyNames()
    const sought = all.map(data => {
      const candidates = table.find(data)
      return { data, candidates, keys: candidates.map(k => names.of(k)) }
    })
    const changed = this.#changed(sought)
    const ends = new PairTable<End, number>()
    const endOf = (of: WithSpi & Pick<DataSa, "destination">) =>
      ends.getOrMake(of.destination, spiKey(of), () => ({ known: false, opaque: false, opened: false, toOpen: false }))
    for (const flow of flows) {
      const end = endOf(flow)
      end.known = true
      end.opaque ||= flow.opaque && !flow.scattered
    }
    for (const { data, candidates, keys } of sought) {
      const end = endOf(data)
      const before = keys.some(k => changed.has(k)) ? undefined : this.#before(data, keys)
      if (before?.result) {
        const { result } = before
        data.result = { ...result, sa: result.sa && candidates[keys.indexOf(names.of(result.sa))] }
      } else if (keys.length === 0 && end.opaque) data.result = { ...newResult(), packets: data.packets }
      if (data.result) end.opened = true
      else end.toOpen = true
    }
    // Where the table of data SAs has none any more, packets are read with the rest.
    const wanted = flows.map(flow => endOf(flow).toOpen || !endOf(flow).opened)
    if (flows.some((flow, i) => flow.scattered && wanted[i])) return undefined
    return [...ends.values()].every(end => end.known || !end.toOpen) ? wanted : undefined
  }

  /** All is opened. */
  done(all: readonly DataSa[], table: DataSaTable): void {
    this.#opened = new PairTable()
    // What was inside other packets is found again only where those are opened again.
    if (all.some(data => data.inside)) return
    const names = new KeyNames()
    for (const data of all)
      if (data.result)
        this.#opened
          .getOrMake(data.destination, spiKey(data), () => new Map())
          .set(data.source, { data, keys: table.find(data).map(k => names.of(k)) })
  }

  /** The SA as it was opened before, wholly and under the same keys. */
  #before(data: DataSa, keys: readonly string[]): DataSa | undefined {
    const before = this.#opened.get(data.destination, spiKey(data))?.get(data.source)
    if (before?.data.packets !== data.packets || before.data.lastFrame !== data.lastFrame) return undefined
    const { result } = before.data
    if (keys.join("\n") !== before.keys.join("\n") || !result) return undefined
    if (keys.length === 0) return before.data
    return result.icvFailed === 0 && result.opened + result.truncated === result.packets ? before.data : undefined
  }

  /** Keys that SAs may share with one that has to be opened again: they are followed together. */
  #changed(sought: readonly { readonly data: DataSa; readonly keys: readonly string[] }[]): Set<string> {
    const changed = new Set<string>()
    for (let size = -1; size < changed.size; ) {
      size = changed.size
      for (const { data, keys } of sought)
        if (keys.some(k => changed.has(k)) || !this.#before(data, keys)) for (const k of keys) changed.add(k)
    }
    return changed
  }
}

/** Keys by what they are, so that those of two analyses can be compared. */
class KeyNames {
  readonly #names = new Map<DataSaKeys, string>()

  of(entry: DataSaKeys): string {
    let name = this.#names.get(entry)
    if (name === undefined) {
      const { keys, spi, spiPattern, source, destination, selectors, mismatch, seqHi } = entry
      const { encr, integ } = keys
      name = JSON.stringify([
        ...[entry.protocol, entry.origin, spi, spiPattern, source, destination, selectors, mismatch, seqHi],
        ...[encr, toHex(keys.key), integ, toHex(keys.integKey), keys.esn],
      ])
      this.#names.set(entry, name)
    }
    return name
  }
}
