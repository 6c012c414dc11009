/** The SA list of a session: IKE SAs, their Child SAs under them, and data that belong to none. */
import { secondsBetween } from "../render/units.ts"
import type { ChildSaReport, EspSaReport, IkeSaReport, Report } from "../report/types.ts"
import type { Flow, FrameIndex } from "./frame-index.ts"
import type { SaRow } from "./types.ts"

type Parts = Pick<Report, "ike_sas" | "esp_sas">

/** The rows in the order in which the SAs began. `zero` is the time of frame 1. */
export function saRows({ ike_sas, esp_sas }: Parts, zero: string): SaRow[] {
  const clock = (time: string | null) => (time === null ? 0 : secondsBetween(zero, time))
  const data = new Map<string | null, EspSaReport[]>()
  for (const esp of esp_sas) push(data, esp.child_sa, esp)
  const rows = ike_sas.flatMap(sa => [
    ikeRow(sa, clock),
    ...sa.child_sas.map(child => childRow(sa, child, data.get(child.id) ?? [], clock)),
  ])
  return [...rows, ...(data.get(null) ?? []).map(esp => dataRow(esp, clock))]
}

function push<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key)
  if (group) group.push(value)
  else groups.set(key, [value])
}

type Clock = (time: string | null) => number

function ikeRow(sa: IkeSaReport, clock: Clock): SaRow {
  const count = (status: string) => sa.checks.filter(c => c.status === status).length
  const { encr, integ, prf, hash, ke } = sa.suite
  return {
    id: sa.id,
    kind: "ike",
    parent: null,
    what: `IKEv${sa.version[0]}`,
    state: sa.state,
    suite: [encr, integ, integ === null ? (prf ?? hash) : null, ...ke].filter(a => a !== null),
    initiator: sa.initiator.address,
    responder: sa.responder.address,
    spiI: sa.spi_i,
    spiR: sa.spi_r,
    rekeys: sa.rekeys,
    from: clock(sa.first_time),
    until: clock(sa.last_time),
    packets: sa.exchanges.reduce((n, x) => n + x.messages.length, 0),
    bytes: 0,
    checks: [count("pass"), count("fail"), count("skipped")],
  }
}

function childRow(sa: IkeSaReport, child: ChildSaReport, data: readonly EspSaReport[], clock: Clock): SaRow {
  const times = [child.first_time, child.last_time, ...data.flatMap(d => [d.first_time, d.last_time])].filter(
    t => t !== null,
  )
  const { encr, integ, ke } = child.suite
  const sum = (of: (d: EspSaReport) => number) => data.reduce((n, d) => n + of(d), 0)
  return {
    id: child.id,
    kind: "child",
    parent: sa.id,
    what: [child.protocol, child.mode].filter(Boolean).join(" "),
    state: child.state,
    suite: [encr, integ, ...ke].filter(a => a !== null),
    initiator: sa.initiator.address,
    responder: sa.responder.address,
    spiI: child.spi_i,
    spiR: child.spi_r,
    rekeys: child.rekeys,
    from: times.length > 0 ? Math.min(...times.map(clock)) : clock(sa.first_time),
    until: times.length > 0 ? Math.max(...times.map(clock)) : clock(sa.last_time),
    packets: sum(d => d.packets),
    bytes: sum(d => d.bytes),
    checks: [sum(d => d.icv_ok), sum(d => d.icv_failed), 0],
  }
}

function dataRow(esp: EspSaReport, clock: Clock): SaRow {
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
    from: clock(esp.first_time),
    until: clock(esp.last_time),
    packets: esp.packets,
    bytes: esp.bytes,
    checks: [esp.icv_ok, esp.icv_failed, 0],
  }
}

/** Says of each frame which row of the list it belongs to. */
export function assignFrames(index: FrameIndex, { ike_sas, esp_sas }: Parts, rows: readonly SaRow[]): void {
  const rowOf = new Map(rows.map((row, i) => [row.id, i]))
  for (const sa of ike_sas) {
    const row = rowOf.get(sa.id) ?? -1
    for (const { messages } of sa.exchanges) for (const m of messages) index.sa.set(m.frame - 1, row)
  }
  const flows = flowRows(index.flows, esp_sas, rowOf)
  const flow = index.flow.values
  for (let i = 0; i < flow.length; i++) if (flow[i] < flows.length) index.sa.set(i, flows[flow[i]])
}

function flowRows(flows: readonly Flow[], data: readonly EspSaReport[], rowOf: ReadonlyMap<string, number>): number[] {
  const bySpi = new Map<string, EspSaReport[]>()
  for (const esp of data) {
    push(bySpi, `${esp.protocol} ${esp.spi}`, esp)
  }
  return flows.map(flow => {
    const same = bySpi.get(`${flow.protocol} ${spiText(flow.spi)}`) ?? []
    const esp = same.find(e => e.destination === flow.destination || e.paths.some(p => p.endsWith(flow.destination)))
    const found = esp ?? same[0]
    return found ? (rowOf.get(found.child_sa ?? found.id) ?? -1) : -1
  })
}

export const spiText = (spi: number): string => spi.toString(16).padStart(8, "0")
