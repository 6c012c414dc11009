/** Rows of `flow --frames`: packets as they came, with the notation of their messages and the colour of their SA. */

import { addTo } from "../bytes/grouped.ts"
import type { ExchangeReport, IkeSaReport, MessageReport, Report } from "../report/types.ts"
import { isV1 } from "../report/version.ts"
import type { FlowRow } from "./flow-frames.ts"
import { dataSasOf } from "./ladder.ts"
import { exchangeLabel } from "./ladder-words.ts"
import { messageNotation, notationText } from "./notation.ts"

/** What is kept of a packet until the analysis is done. */
export interface FlowPacket {
  readonly frame: number
  /** Seconds since frame 1. */
  readonly time: number
  readonly source: string
  readonly destination: string
  readonly sourcePort: number | null
  readonly destinationPort: number | null
  /** As in the packet list. */
  readonly protocol: string
  readonly info: string
  /** 8 hex digits, null when it is neither ESP nor AH. */
  readonly spi: string | null
}

/** Detail of the notations: the telling notifications. */
const BRIEF = 2

interface Known {
  readonly sa: IkeSaReport
  readonly index: number
  readonly exchange: ExchangeReport
  readonly message: MessageReport
}

/** The rows, packets of one frame in their order. */
export function* flowRows(packets: Iterable<FlowPacket>, report: Report): Generator<FlowRow> {
  const messages = messagesByFrame(report)
  const colours = coloursOfSpis(report)
  for (const p of packets) {
    const known = p.spi === null && p.protocol === "ISAKMP" ? messages.get(p.frame)?.shift() : undefined
    const sa = known ? known.index : p.spi === null ? undefined : colours.get(`${p.spi} ${p.destination}`)
    yield { ...p, label: known ? labelOf(known) : p.protocol, comment: known ? commentOf(known) : p.info, sa }
  }
}

const labelOf = ({ sa, exchange }: Known): string =>
  isV1(sa) ? exchangeLabel(sa.version, exchange).short : exchange.type

function commentOf({ sa, exchange, message }: Known): string {
  const of = message.retransmission_of === null ? "" : `frame ${message.retransmission_of} again: `
  const part = message.fragment ? ` (fragment ${message.fragment.number}/${message.fragment.total})` : ""
  return `${of}${notationText(messageNotation(sa, exchange, message), BRIEF)}${part}`
}

function messagesByFrame(report: Report): Map<number, Known[]> {
  const map = new Map<number, Known[]>()
  for (const [index, sa] of report.ike_sas.entries())
    for (const exchange of sa.exchanges)
      for (const message of exchange.messages) {
        addTo(map, message.frame, { sa, index, exchange, message })
      }
  return map
}

function coloursOfSpis(report: Report): Map<string, number> {
  const map = new Map<string, number>()
  const data = dataSasOf(report.esp_sas)
  for (const [index, sa] of report.ike_sas.entries())
    for (const esp of data.get(sa.id) ?? []) map.set(`${esp.spi} ${esp.destination}`, index)
  return map
}
