/** How long the negotiations of two captures took, side by side: for people, not a difference in itself. */
import { nanosBetween } from "../report/time.ts"
import type { ExchangeReport, IkeSaReport, Report } from "../report/types.ts"

export interface Timing {
  /** `ike/0 set up`, `ike/0 IKE_AUTH`. */
  readonly what: string
  /** Nanoseconds, or null where a side has no such thing. */
  readonly before: bigint | null
  readonly after: bigint | null
}

/** The time each IKE SA took to come up, and each of its kinds of exchange at most. */
export function timings(before: Report, after: Report): Timing[] {
  const a = measure(before)
  const b = measure(after)
  return [...new Set([...a.keys(), ...b.keys()])].map(what => ({
    what,
    before: a.get(what) ?? null,
    after: b.get(what) ?? null,
  }))
}

function measure(report: Report): Map<string, bigint> {
  const found = new Map<string, bigint>()
  for (const sa of report.ike_sas) {
    const setUp = setUpTime(sa)
    if (setUp !== null) found.set(`${sa.id} set up`, setUp)
    for (const exchange of sa.exchanges) {
      const took = spanOf([exchange])
      const what = `${sa.id} ${exchange.type}`
      if (took !== null && exchange.complete && took > (found.get(what) ?? -1n)) found.set(what, took)
    }
  }
  return found
}

const SETTING_UP = new Set([
  "IKE_SA_INIT",
  "IKE_INTERMEDIATE",
  "IKE_AUTH",
  "Identity Protection (Main Mode)",
  "Aggressive",
])

/** From the first message to the last of the exchanges that set up an IKE SA; null when it never came up. */
function setUpTime(sa: IkeSaReport): bigint | null {
  if (sa.state === "half-open" || sa.state === "failed" || sa.state === "unknown") return null
  return spanOf(sa.exchanges.filter(x => SETTING_UP.has(x.type)))
}

function spanOf(exchanges: readonly ExchangeReport[]): bigint | null {
  const messages = exchanges.flatMap(x => x.messages)
  const first = messages[0]?.time
  const last = messages.filter(m => m.retransmission_of === null).at(-1)?.time
  return first === undefined || last === undefined ? null : nanosBetween(first, last)
}
