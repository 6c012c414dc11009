/** ESP and AH whose SPI no negotiation of the capture made. RFC 4301 §4.1. */
import type { Diagnostic } from "../../bytes/diagnostic.ts"
import type { DataSa } from "../../track/data-sa.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { type ExplainContext, pairOf } from "./context.ts"
import type { DataInput } from "./data-input.ts"
import { dataFinding, dataText } from "./data-words.ts"
import { listText, plural } from "./words.ts"

export function explainUnknownSpis({ all, index, sas }: DataInput, context: ExplainContext): Diagnostic[] {
  const between = sasByPair(sas)
  const missing = new Map<string, DataSa[]>()
  const out: Diagnostic[] = []
  for (const data of all) {
    if (index.find(data) || data.result?.sa) continue
    const key = pairOf(data.source, data.destination)
    const known = between.get(key) ?? []
    const before = known.filter(sa => firstFrame(sa) < data.firstFrame)
    if (known.length > 0 && before.length > 0 && known.every(isReadable))
      out.push(
        dataFinding(
          data,
          "spi-unknown",
          "warning",
          `${plural(data.packets, "packet")} of ${dataText(data)} from frame ${data.firstFrame} on: none of the negotiations between these peers made this SPI; the sender still uses an SA that its peer lost (restart, Delete that did not arrive)`,
        ),
      )
    else if (
      known.length > 0 ? before.length === 0 && known.every(isReadable) : !context.spoke(data.source, data.destination)
    ) {
      const list = missing.get(key)
      if (list) list.push(data)
      else missing.set(key, [data])
    }
  }
  return [...out, ...[...missing.values()].map(list => transitFinding(list, sas) ?? missingFinding(list))]
}

/**
 * ESP between hosts that are no IKE peers here, after an IKE SA whose messages stay closed: gateways may protect the traffic of hosts
 * behind them in transport mode. RFC 4301 §4.1.
 */
function transitFinding(list: readonly DataSa[], sas: readonly IkeSa[]): Diagnostic | undefined {
  const [first] = list
  const peers = new Set(sas.flatMap(sa => [sa.initiator.address, sa.responder.address]))
  if (peers.has(first.source) || peers.has(first.destination)) return undefined
  const sa = sas.find(x => x.choice !== null && !isReadable(x) && firstFrame(x) < first.firstFrame)
  if (!sa) return undefined
  return dataFinding(
    first,
    "negotiation-not-captured",
    "info",
    `${listText(list.map(dataText), 4)} runs between hosts that are no IKE peers in the capture: transport mode for transit traffic of gateways, perhaps under ${sa.id}, which stays encrypted; or it was negotiated elsewhere, or by hand`,
  )
}

function missingFinding(list: readonly DataSa[]): Diagnostic {
  const [first] = list
  return dataFinding(
    first,
    "negotiation-not-captured",
    "info",
    `the negotiation of ${listText(list.map(dataText), 4)} is not in the capture: it was made before, on another path, or by hand; child_sas in the keys file can open it`,
  )
}

/** SAs by the pairs of addresses that they used. */
function sasByPair(sas: readonly IkeSa[]): Map<string, IkeSa[]> {
  const map = new Map<string, IkeSa[]>()
  for (const sa of sas)
    for (const key of new Set([sa, ...sa.paths].map(p => pairOf(p.initiator.address, p.responder.address)))) {
      const list = map.get(key)
      if (list) list.push(sa)
      else map.set(key, [sa])
    }
  return map
}

const firstFrame = (sa: IkeSa): number => sa.exchanges[0]?.messages[0]?.frame ?? 0

/** Whether nothing could have been negotiated unseen: begun in the capture (or by a rekey of one that was), every message opened. */
const isReadable = (sa: IkeSa): boolean =>
  (sa.begun || sa.parent !== null) && sa.exchanges.every(x => x.messages.every(m => !m.encrypted || m.opened))
