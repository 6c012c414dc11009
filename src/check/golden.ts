/**
 * A report without what changes from run to run: times, SPIs, nonces, frame numbers, packet counts, ephemeral ports. Two of them are
 * compared member by member: what was offered, chosen, proven, and in which order things went.
 */

import { safeJson } from "../bytes/safe-json.ts"
import type { ChildSaReport, Endpoint, EspSaReport, ExchangeReport, IkeSaReport, Report } from "../report/types.ts"
import { isIkePort } from "../track/beginning.ts"
import { compareValues, type Difference } from "./difference.ts"
import { comparable } from "./not-opened.ts"

export type { Difference } from "./difference.ts"

/** The JSON of a golden file: `ikedump/golden/1`. */
export interface Golden {
  readonly schema: "ikedump/golden/1"
  readonly ike_sas: readonly object[]
  readonly esp_sas: readonly object[]
  readonly findings: readonly string[]
}

export function goldenOf(report: Report): Golden {
  return {
    schema: "ikedump/golden/1",
    ike_sas: report.ike_sas.map(ikeSa),
    esp_sas: collapsed(report.esp_sas.map(espSa)),
    findings: [...new Set(report.diagnostics.map(d => `${d.severity} ${d.code}`))].sort(),
  }
}

export const goldenText = (golden: Golden): string => `${safeJson(golden, 2)}\n`

/** Reads a golden file. Throws Error when it is none. */
export function parseGolden(text: string): Golden {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Error("not JSON")
  }
  if (!isGolden(value)) throw new Error('not a golden file: "schema" must be "ikedump/golden/1"')
  return value
}

const isGolden = (value: unknown): value is Golden =>
  typeof value === "object" && value !== null && "schema" in value && value.schema === "ikedump/golden/1"

/** What differs between two golden reports, in their order. */
export const compareReports = (before: Golden, after: Golden): Difference[] => compareValues(before, after, comparable)

const ikeSa = (sa: IkeSaReport) => ({
  id: sa.id,
  version: sa.version,
  initiator: endpoint(sa.initiator),
  responder: endpoint(sa.responder),
  state: sa.state,
  suite: sa.suite,
  offered: sa.offered,
  auth: sa.auth,
  ids: sa.ids,
  exchanges: collapsed(sa.exchanges.map(exchange)),
  child_sas: sa.child_sas.map(childSa),
  keys: { status: sa.keys.status, from: sa.keys.from, epochs: sa.keys.epochs.length },
  checks: checks(sa),
  rekeys: sa.rekeys,
  findings: [...new Set(sa.diagnostics)].sort(),
})

/** An ephemeral port is another one every time. */
const endpoint = ({ address, port }: Endpoint) => ({ address, port: isIkePort(port) ? port : "other" })

/** What each side sent, in order; a message sent again says nothing about what was agreed. */
const exchange = (x: ExchangeReport) => ({
  type: x.type,
  started_by: x.started_by,
  complete: x.complete,
  messages: x.messages
    .filter(m => m.retransmission_of === null && (m.fragment === null || m.fragment.number === 1))
    .map(m => ({ from: m.from, payloads: m.payloads, notifies: m.notifies, fragmented: m.fragment !== null })),
})

const childSa = (c: ChildSaReport) => ({
  id: c.id,
  protocol: c.protocol,
  mode: c.mode,
  suite: c.suite,
  ts_i: c.ts_i,
  ts_r: c.ts_r,
  state: c.state,
  pfs: c.pfs,
  rekeys: c.rekeys,
  keys: c.keys.status,
})

/** How often a check was made depends on how long the capture is; what it came to does not. */
function checks(sa: IkeSaReport): Record<string, string> {
  const statuses = new Map<string, Set<string>>()
  for (const { id, status } of sa.checks) statuses.set(id, (statuses.get(id) ?? new Set()).add(status))
  return Object.fromEntries(
    [...statuses].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, s]) => [id, [...s].sort().join(", ")]),
  )
}

const espSa = (e: EspSaReport) => ({
  child_sa: e.child_sa,
  protocol: e.protocol,
  source: e.source,
  destination: e.destination,
  encapsulation: e.encapsulation,
  keys: e.keys,
  icv_failed: e.icv_failed > 0,
})

/** Neighbours that are alike become one: how many liveness checks there were is a matter of time. */
const collapsed = <T extends object>(items: readonly T[]): T[] =>
  items.filter((item, i) => i === 0 || JSON.stringify(item) !== JSON.stringify(items[i - 1]))
