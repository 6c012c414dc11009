/** Inner packets of one segment as columns, so that another thread can hand them on in the order of the segments. */
import { present } from "../bytes/typed.ts"
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import { InnerPacket } from "../open/opened-packet.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import type { DataSa } from "../track/data-sa.ts"
import { buffersOf, bytesColumn, type Column, numbersColumn, wordsColumn } from "./columns.ts"

export interface InnerColumns {
  readonly n: number
  readonly frame: Float64Array
  readonly seconds: Float64Array
  readonly nanos: Uint32Array
  /** Index of its data SA among the flows of the segment. */
  readonly flow: Uint32Array
  /** Index of the key that opened it, from 1; 0 for none. */
  readonly key: Uint32Array
  readonly nextHeader: Uint8Array
  /** The outer header is `bytes[outerAt, at)`, the packet `bytes[at, end)`; there may be room behind them. */
  readonly outerAt: Float64Array
  readonly at: Float64Array
  readonly end: Float64Array
  readonly bytes: Uint8Array
  /** Of the few that have any. */
  readonly notes: ReadonlyMap<number, readonly string[]>
  /** A packet was put together out of several (AGGFRAG): those of the segment before may have begun one. */
  readonly dependent: boolean
}

export class InnerTable {
  readonly #frame = numbersColumn()
  readonly #seconds = numbersColumn()
  readonly #nanos = wordsColumn()
  readonly #data: DataSa[] = []
  readonly #key = wordsColumn()
  readonly #nextHeader = bytesColumn()
  readonly #outerAt = numbersColumn()
  readonly #at = numbersColumn()
  readonly #end = numbersColumn()
  readonly #bytes: Column<Uint8Array>
  readonly #notes = new Map<number, readonly string[]>()
  #dependent = false

  /** `memory` is for the packets' bytes. */
  constructor(
    readonly keyOf: (sa: DataSaKeys) => number,
    memory?: ArrayBuffer,
  ) {
    this.#bytes = bytesColumn(memory && new Uint8Array(memory))
  }

  /** An opened packet, before what is inside it is added. */
  opened({ nextHeader }: { readonly nextHeader: number }): void {
    this.#dependent ||= nextHeader === IP_PROTOCOL.AGGFRAG
  }

  /** Copies a packet. */
  add(p: InnerPacket): void {
    this.#dependent ||= p.aggregated
    if (p.notes.length > 0) this.#notes.set(this.#data.length, [...p.notes])
    this.#frame.push(p.frame)
    this.#seconds.push(p.seconds)
    this.#nanos.push(p.nanos)
    this.#data.push(p.data)
    this.#key.push(p.sa ? this.keyOf(p.sa) + 1 : 0)
    this.#nextHeader.push(p.nextHeader)
    this.#outerAt.push(this.#bytes.length)
    this.#bytes.append(p.outer, p.outerStart, p.outerEnd)
    this.#at.push(this.#bytes.length)
    this.#bytes.append(p.bytes, p.start, p.end)
    this.#end.push(this.#bytes.length)
  }

  /** `flows` are the data SAs of the segment, in their order. */
  take(flows: readonly DataSa[]): InnerColumns {
    const places = new Map(flows.map((data, i) => [data, i]))
    return {
      n: this.#data.length,
      frame: this.#frame.take(),
      seconds: this.#seconds.take(),
      nanos: this.#nanos.take(),
      flow: Uint32Array.from(this.#data, data => present(places.get(data.into ?? data))),
      key: this.#key.take(),
      nextHeader: this.#nextHeader.take(),
      outerAt: this.#outerAt.take(),
      at: this.#at.take(),
      end: this.#end.take(),
      bytes: this.#bytes.all,
      notes: this.#notes,
      dependent: this.#dependent,
    }
  }
}

/** Hands on each packet as an object that is used again. */
export function handOn(
  inner: InnerColumns,
  flows: readonly { readonly data: DataSa; readonly result: InnerPacket["result"] }[],
  keys: readonly DataSaKeys[],
  onInner: (packet: InnerPacket) => void,
): void {
  const p = new InnerPacket()
  p.bytes = p.outer = inner.bytes
  for (let i = 0; i < inner.n; i++) {
    p.frame = inner.frame[i]
    p.seconds = inner.seconds[i]
    p.nanos = inner.nanos[i]
    p.data = flows[inner.flow[i]].data
    p.result = flows[inner.flow[i]].result
    p.sa = keys[inner.key[i] - 1]
    p.nextHeader = inner.nextHeader[i]
    p.outerStart = inner.outerAt[i]
    p.outerEnd = p.start = inner.at[i]
    p.end = inner.end[i]
    p.notes.splice(0, p.notes.length, ...(inner.notes.get(i) ?? []))
    onInner(p)
  }
}

/** The memory behind the columns, for handing it over to another thread. */
export const innerBuffers = (inner: InnerColumns): ArrayBuffer[] => buffersOf(inner)
