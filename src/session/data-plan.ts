/**
 * Which ESP and AH flows have to be read after the control plane. What an analysis before opened whole, under the same keys, keeps its
 * result; and of what nobody has a key and the first reading saw nothing by itself, nothing would come.
 */
import { toHex } from "../bytes/hex.ts"
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import type { DataSaTable } from "../open/data-table.ts"
import { newResult } from "../track/data-result.ts"
import type { DataSa } from "../track/data-sa.ts"
import type { Flow } from "./frame-index.ts"

/** What was opened, and with what. */
interface Opened {
  readonly data: DataSa
  /** Its candidates, likeliest first. */
  readonly keys: readonly string[]
}

export class DataPlan {
  readonly #opened = new Map<string, Opened>()

  /** Gives results to those that need no reading; says of each flow whether it is to be read. Undefined when nothing less than all will do. */
  plan(all: readonly DataSa[], table: DataSaTable, flows: readonly Flow[]): boolean[] | undefined {
    const names = new KeyNames()
    const sought = all.map(data => {
      const candidates = table.find(data)
      return { data, candidates, keys: candidates.map(k => names.of(k)) }
    })
    const changed = this.#changed(sought)
    const opaque = new Set(flows.flatMap(flow => (flow.opaque && !flow.scattered ? [endOf(flow)] : [])))
    const opened = new Set<string>()
    const toOpen = new Set<string>()
    for (const { data, candidates, keys } of sought) {
      const end = endOf(data)
      const before = keys.some(k => changed.has(k)) ? undefined : this.#before(data, keys)
      if (before?.result) {
        const { result } = before
        data.result = { ...result, sa: result.sa && candidates[keys.indexOf(names.of(result.sa))] }
      } else if (keys.length === 0 && opaque.has(end)) data.result = { ...newResult(), packets: data.packets }
      if (data.result) opened.add(end)
      else toOpen.add(end)
    }
    const known = new Set(flows.map(endOf))
    // Where the table of data SAs has none any more, packets are read with the rest.
    const isWanted = (end: string) => toOpen.has(end) || !opened.has(end)
    if (flows.some(flow => flow.scattered && isWanted(endOf(flow)))) return undefined
    return [...toOpen].every(end => known.has(end)) ? flows.map(flow => isWanted(endOf(flow))) : undefined
  }

  /** All is opened. */
  done(all: readonly DataSa[], table: DataSaTable): void {
    this.#opened.clear()
    // What was inside other packets is found again only where those are opened again.
    if (all.some(data => data.inside)) return
    const names = new KeyNames()
    for (const data of all)
      if (data.result) this.#opened.set(nameOf(data), { data, keys: table.find(data).map(k => names.of(k)) })
  }

  /** The SA as it was opened before, wholly and under the same keys. */
  #before(data: DataSa, keys: readonly string[]): DataSa | undefined {
    const before = this.#opened.get(nameOf(data))
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

const endOf = ({ protocol, spi, destination }: Pick<DataSa, "protocol" | "spi" | "destination">): string =>
  `${protocol} ${spi} ${destination}`

const nameOf = (data: DataSa): string => `${endOf(data)} ${data.source}`

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
