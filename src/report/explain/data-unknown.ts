/** ESP and AH whose SPI no negotiation of the capture made. RFC 4301 §4.1. */
import type { Diagnostic } from "../../bytes/diagnostic.ts"
import type { DataSa } from "../../track/data-sa.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { PairTable, pairOf } from "../../track/pair-table.ts"
import type { SipSa } from "../../track/sip-agreements.ts"
import type { ExplainContext } from "./context.ts"
import { copyFinder } from "./data-copies.ts"
import type { DataInput } from "./data-input.ts"
import { dataFinding, dataText } from "./data-words.ts"
import { lacksMessages } from "./gaps.ts"
import { framesText, listText, plural } from "./words.ts"

export function explainUnknownSpis({ all, index, sas, sip }: DataInput, context: ExplainContext): Diagnostic[] {
  const between = sasByPair(sas)
  const transit = transitOf(sas)
  const missing = new PairTable<DataSa[]>()
  const copiesOf = copyFinder(all)
  const out: Diagnostic[] = []
  for (const data of all) {
    const agreed = data.protocol === "ESP" && !index.find(data) && sip?.find(data.destination, data.spi)
    if (agreed) {
      out.push(sipFinding(data, agreed))
      continue
    }
    // Of several senders the first speaks for the SPI.
    if (index.find(data) || data.result?.sa || (data.senders[0] ?? data) !== data) continue
    const known = between.get(...endsOf(data))
    // What a NAT changed is reported once, where the addresses are those of a negotiation.
    if (!known && copiesOf(data).some(copy => between.get(...endsOf(copy)))) continue
    // What counts from the beginning was agreed just before, in a Quick Mode that the capture may lack.
    const before = known !== undefined && known.first < data.firstFrame && (known.counted || !data.isNew)
    if (known?.readable && before)
      out.push(
        dataFinding(
          data,
          "spi-unknown",
          "warning",
          `${plural(data.packets, "packet")} of ${dataText(data)} from frame ${data.firstFrame} on: none of the negotiations between these peers made this SPI; the sender still uses an SA that its peer lost (restart, Delete that did not arrive)`,
        ),
      )
    else if (known ? !before && known.readable : !context.spoke(data.source, data.destination))
      missing.getOrMake(...endsOf(data), () => []).push(data)
  }
  return [...out, ...[...missing.values()].map(list => transitFinding(list, transit) ?? missingFinding(list))]
}

const endsOf = ({ source, destination }: DataSa) => pairOf(source, destination)

/** 3GPP TS 33.203 §7.1. */
function sipFinding(data: DataSa, { alg, ealg, sourcePort, destinationPort, frames }: SipSa): Diagnostic {
  const from = sourcePort < 0 ? "" : ` from port ${sourcePort}`
  return dataFinding(
    data,
    "sip-security-agreement",
    "info",
    `${dataText(data)} was agreed on in SIP (${framesText(frames)}): IMS signalling${from} to port ${destinationPort}, ${alg} with ${ealg}, transport mode`,
  )
}

/** Who speaks IKE, and the first SA whose messages stay closed. */
interface Transit {
  readonly peers: ReadonlySet<string>
  readonly closed: IkeSa | undefined
}

function transitOf(sas: readonly IkeSa[]): Transit {
  const peers = new Set<string>()
  let closed: IkeSa | undefined
  for (const sa of sas) {
    peers.add(sa.initiator.address).add(sa.responder.address)
    const earlier = closed === undefined || firstFrame(sa) < firstFrame(closed)
    if (earlier && sa.choice !== null && !isReadable(sa)) closed = sa
  }
  return { peers, closed }
}

/**
 * ESP between hosts that are no IKE peers here, after an IKE SA whose messages stay closed: gateways may protect the traffic of hosts
 * behind them in transport mode. RFC 4301 §4.1.
 */
function transitFinding(list: readonly DataSa[], { peers, closed: sa }: Transit): Diagnostic | undefined {
  const [first] = list
  if (!sa || peers.has(first.source) || peers.has(first.destination) || firstFrame(sa) >= first.firstFrame)
    return undefined
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

/** What is known of the SAs between two addresses. */
interface Known {
  /** Frame of the first message of all. */
  readonly first: number
  /** Nothing could have been negotiated unseen. */
  readonly readable: boolean
  /** Message IDs would show what is missing: IKEv2. */
  readonly counted: boolean
}

/** By the pairs of addresses that SAs used. */
function sasByPair(sas: readonly IkeSa[]): PairTable<Known> {
  const table = new PairTable<Known>()
  for (const sa of sas) {
    const own: Known = { first: firstFrame(sa), readable: isReadable(sa), counted: sa.version === 2 }
    for (const { initiator, responder } of sa.ends) {
      const pair = pairOf(initiator.address, responder.address)
      const known = table.get(...pair) ?? own
      table.touch(...pair, {
        first: Math.min(known.first, own.first),
        readable: known.readable && own.readable,
        counted: known.counted && own.counted,
      })
    }
  }
  return table
}

const firstFrame = (sa: IkeSa): number => sa.exchanges[0]?.messages[0]?.frame ?? 0

/** Whether nothing could have been negotiated unseen: begun in the capture (or by a rekey of one that was), every message there and opened. */
const isReadable = (sa: IkeSa): boolean =>
  (sa.begun || sa.parent !== null) &&
  !lacksMessages(sa) &&
  sa.exchanges.every(x => x.messages.every(m => !m.encrypted || m.opened))
