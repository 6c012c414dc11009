/**
 * The SAs of a session. IKE SAs stay what was concluded of them and become rows and reports when a view asks: tens of thousands of drawn up
 * reports would take more memory than everything else.
 */
import { grouped } from "../bytes/grouped.ts"
import { hex8 } from "../bytes/hex.ts"
import { dataSasOf } from "../render/ladder.ts"
import { ikeSaReport } from "../report/build.ts"
import { bySpiOf } from "../report/by-spi.ts"
import type { Conclusion, DataConclusion } from "../report/conclusion.ts"
import type { EspSaReport, IkeSaReport } from "../report/types.ts"
import type { ChildSa } from "../track/child-sa.ts"
import { lastPath } from "../track/data-sa.ts"
import type { Check, IkeSa } from "../track/ike-sa.ts"
import { type Moment, secondsBetween } from "../track/moment.ts"
import { Column } from "./column.ts"
import type { Flow, FrameIndex } from "./frame-index.ts"
import type { SaRow } from "./types.ts"

/** A part of what is known of an IKE SA: its first exchanges and what was checked of them, and the Child SAs with these ids. */
export interface SaPart {
  readonly exchanges: number
  readonly children: ReadonlySet<string>
}

/** Rows of the list: IKE SAs, their Child SAs under them, and data that belong to none, in the order in which they began. */
export class SessionSas {
  readonly #rowOf = new Map<string, number>()
  /** Of each row the IKE SA, -1 for data; and which of its Child SAs (-1 for itself), or which of the data. */
  readonly #ike = new Column(Int32Array)
  readonly #part = new Column(Int32Array)
  readonly #byChild: ReadonlyMap<ChildSa | null, readonly DataConclusion[]>
  #byIke: Map<string | null, EspSaReport[]> | undefined
  #checked: { readonly ike: number; readonly byFrame: ReadonlyMap<number | null, readonly Check[]> } | undefined
  #drawn: { readonly ike: number; readonly report: IkeSaReport } | undefined

  /** `zero` is the time of frame 1. */
  constructor(
    readonly conclusions: readonly Conclusion[],
    readonly data: readonly DataConclusion[],
    readonly zero: Moment,
  ) {
    for (const [ike, { sa }] of conclusions.entries()) {
      this.#add(sa.id, ike, -1)
      for (const [n, child] of sa.children.entries()) this.#add(child.id, ike, n)
    }
    for (const [n, { child, data: sa }] of data.entries()) if (child === null) this.#add(sa.id, -1, n)
    this.#byChild = grouped(data, d => d.child)
  }

  #add(id: string, ike: number, part: number): void {
    this.#rowOf.set(id, this.#ike.length)
    this.#ike.push(ike)
    this.#part.push(part)
  }

  get rows(): number {
    return this.#ike.length
  }

  /** Place of an SA in the list; -1 when there is none of that id. */
  rowOf(id: string): number {
    return this.#rowOf.get(id) ?? -1
  }

  /** Which IKE SA an id means, by its own or by a Child SA's; -1 when it means none. */
  ikeOf(id: string): number {
    const row = this.rowOf(id)
    return row < 0 ? -1 : this.#ike.at(row)
  }

  idAt(row: number): string | null {
    if (row < 0 || row >= this.rows) return null
    const [ike, part] = [this.#ike.at(row), this.#part.at(row)]
    if (ike < 0) return this.data[part].data.id
    const { sa } = this.conclusions[ike]
    return part < 0 ? sa.id : sa.children[part].id
  }

  row(n: number): SaRow {
    const [ike, part] = [this.#ike.at(n), this.#part.at(n)]
    if (ike < 0) return this.#dataRow(this.data[part])
    const conclusion = this.conclusions[ike]
    return part < 0 ? this.#ikeRow(conclusion) : this.#childRow(conclusion, conclusion.sa.children[part])
  }

  /** The report of an IKE SA, made now. */
  report(ike: number): IkeSaReport {
    if (this.#drawn?.ike !== ike) this.#drawn = { ike, report: ikeSaReport(this.conclusions[ike], false) }
    return this.#drawn.report
  }

  /** What was checked of a frame. Frames of one IKE SA are asked for one after another. */
  checksOf(ike: number, frame: number): readonly Check[] {
    if (this.#checked?.ike !== ike)
      this.#checked = { ike, byFrame: grouped(this.conclusions[ike].checks, c => c.frame) }
    return this.#checked.byFrame.get(frame) ?? []
  }

  /** The report of a part of it. */
  partOf(ike: number, part: SaPart): IkeSaReport {
    const conclusion = this.conclusions[ike]
    const { sa } = conclusion
    const others = sa.exchanges.slice(part.exchanges).flatMap(x => x.messages.map(m => m.frame))
    const leftOut = new Set<number | null>(others)
    const checks = conclusion.checks.filter(c => !leftOut.has(c.frame))
    return ikeSaReport({ ...conclusion, checks }, false, {
      exchanges: sa.exchanges.slice(0, part.exchanges),
      children: sa.children.filter(c => part.children.has(c.id)),
    })
  }

  /** An IKE SA, by its own id or a Child SA's, and those that it is rekeyed from or to, through all of them. */
  tunnelOf(id: string): ReadonlySet<IkeSa> {
    const ike = this.ikeOf(id)
    const found = new Set(ike < 0 ? [] : [this.conclusions[ike].sa])
    // A set gives what is added while it is walked.
    for (const { parent, successors } of found) for (const sa of [parent, ...successors]) if (sa) found.add(sa)
    return found
  }

  /** ESP and AH SAs under a Child SA. */
  dataOfChild = (child: ChildSa): readonly DataConclusion[] => this.#byChild.get(child) ?? []

  /** Those of a row: under its Child SA, or the one that it is. */
  dataAt(row: number): EspSaReport[] {
    const [ike, part] = [this.#ike.at(row), this.#part.at(row)]
    if (ike < 0) return [this.data[part].report]
    return part < 0 ? [] : this.dataOfChild(this.conclusions[ike].sa.children[part]).map(d => d.report)
  }

  /** Those that belong to an IKE SA, plausibly so at least. */
  dataOfIke(id: string): readonly EspSaReport[] {
    this.#byIke ??= dataSasOf(this.data.map(d => d.report))
    return this.#byIke.get(id) ?? []
  }

  /** Says of each frame which row of the list it belongs to. */
  assignFrames(index: FrameIndex, sas: Int32Array): void {
    for (const { sa } of this.conclusions) {
      const row = this.rowOf(sa.id)
      for (const { messages } of sa.exchanges) for (const m of messages) sas[m.frame - 1] = row
    }
    const flows = this.#flowSas(index.flows)
    const rows = flows.map(([data]) => (data ? this.#rowOfData(data) : -1))
    const shared = flows.map(all => (all.length > 1 ? all : undefined))
    const flow = index.of(index.flow)
    for (let i = 0; i < flow.length; i++) {
      if (flow[i] >= rows.length) continue
      const sender = shared[flow[i]] && index.senderOf(i + 1)
      const own = sender === undefined ? undefined : shared[flow[i]]?.find(({ data }) => data.source === sender)
      sas[i] = own ? this.#rowOfData(own) : rows[flow[i]]
    }
  }

  #rowOfData({ child, data }: DataConclusion): number {
    return this.rowOf((child ?? data).id)
  }

  /** The SAs of each flow: of several when several senders use its SPI. */
  #flowSas(flows: readonly Flow[]): (readonly DataConclusion[])[] {
    const withSpi = bySpiOf(this.data, d => d.data)
    return flows.map(flow => {
      const same = withSpi(flow.protocol, flow.spi)
      const to = same.filter(({ paths }) => paths.some(p => p.destination === flow.destination))
      return to.length > 0 ? to : same.slice(0, 1)
    })
  }

  #ikeRow({ sa, state, checks }: Conclusion): SaRow {
    const count = (status: string) => checks.reduce((n, c) => n + (c.status === status ? 1 : 0), 0)
    const { encr, integ, prf, hash, ke } = sa.choice?.names ?? NO_NAMES
    return {
      id: sa.id,
      kind: "ike",
      parent: null,
      what: `IKEv${sa.version}`,
      state,
      suite: [encr, integ, integ === null ? (prf ?? hash) : null, ...ke].filter(a => a !== null),
      initiator: sa.initiator.address,
      responder: sa.responder.address,
      spiI: sa.spiI,
      spiR: sa.spiR,
      rekeys: sa.parent?.id ?? null,
      from: this.seconds(sa.first),
      until: this.seconds(sa.last),
      packets: sa.exchanges.reduce((n, x) => n + x.messages.length, 0),
      bytes: 0,
      checks: [count("pass"), count("fail"), count("skipped")],
    }
  }

  #childRow({ sa }: Conclusion, child: ChildSa): SaRow {
    const data = this.dataOfChild(child)
    const times = [child.first, child.last, ...data.flatMap(timesOf)]
    const { encr, integ, ke } = child.suite
    const sum = (of: (d: EspSaReport) => number) => data.reduce((n, d) => n + of(d.report), 0)
    return {
      id: child.id,
      kind: "child",
      parent: sa.id,
      what: [child.protocol, child.mode].filter(Boolean).join(" "),
      state: child.state,
      suite: [encr, integ, ...ke].filter(a => a !== null),
      initiator: sa.initiator.address,
      responder: sa.responder.address,
      spiI: child.spiI === null ? null : hex8(child.spiI),
      spiR: child.spiR === null ? null : hex8(child.spiR),
      rekeys: child.rekeys,
      from: Math.min(...times.map(t => this.seconds(t))),
      until: Math.max(...times.map(t => this.seconds(t))),
      packets: sum(d => d.packets),
      bytes: sum(d => d.bytes),
      checks: [sum(d => d.icv_ok), sum(d => d.icv_failed), 0],
    }
  }

  #dataRow(concluded: DataConclusion): SaRow {
    const { report: esp } = concluded
    const [first, last] = timesOf(concluded)
    return {
      id: esp.id,
      kind: "data",
      parent: null,
      what: `${esp.protocol} ${esp.spi}`,
      state: esp.decrypted > 0 ? "opened" : "no key",
      suite: [],
      initiator: esp.source,
      responder: esp.destination,
      spiI: null,
      spiR: esp.spi,
      rekeys: null,
      from: this.seconds(first),
      until: this.seconds(last),
      packets: esp.packets,
      bytes: esp.bytes,
      checks: [esp.icv_ok, esp.icv_failed, 0],
    }
  }

  /** Seconds since frame 1. */
  seconds(time: Moment): number {
    return secondsBetween(this.zero, time)
  }
}

const NO_NAMES = { encr: null, integ: null, prf: null, hash: null, ke: [] } as const

/** When its first packet came, and the last one of all its paths. */
const timesOf = ({ data, paths }: DataConclusion): [first: Moment, last: Moment] => [data.first, lastPath(paths).last]
