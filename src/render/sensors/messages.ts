/** IKE messages one by one, each with the addresses it took: what sensors log a line of. */
import { communityId, IP_PROTOCOL } from "../../report/community-id.ts"
import type { EspSaReport, ExchangeReport, IkeSaReport, MessageReport, Report } from "../../report/types.ts"
import type { Exchange } from "../../track/exchange.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { Peer } from "../../track/peer.ts"

/** A report, and the SAs it was made of: they know on which path each message came. */
export interface SensorInput {
  readonly report: Report
  readonly sas: readonly IkeSa[]
}

export interface SensorMessage {
  readonly sa: IkeSaReport
  readonly exchange: ExchangeReport
  readonly message: MessageReport
  readonly exchangeType: number
  readonly from: Peer
  readonly to: Peer
  readonly transport: "UDP" | "TCP"
  readonly communityId: string | null
  /** Of the IKE message. */
  readonly bytes: number
}

/** All messages, in the order of their frames. */
export function sensorMessages({ report, sas }: SensorInput): SensorMessage[] {
  const live = new Map(sas.map(sa => [sa.id, sa]))
  return report.ike_sas
    .flatMap(sa => {
      const own = live.get(sa.id)
      return own ? messagesOf(sa, own) : []
    })
    .sort((a, b) => a.message.frame - b.message.frame)
}

/** The report has an SA's exchanges and messages in the SA's own order. */
const messagesOf = (sa: IkeSaReport, live: IkeSa): SensorMessage[] =>
  sa.exchanges.flatMap((exchange, i) => {
    const own: Exchange | undefined = live.exchanges[i]
    return exchange.messages.map((message, j) => messageOf(sa, live, { exchange, own, message, j }))
  })

interface Place {
  readonly exchange: ExchangeReport
  readonly own: Exchange | undefined
  readonly message: MessageReport
  readonly j: number
}

function messageOf(sa: IkeSaReport, live: IkeSa, { exchange, own, message, j }: Place): SensorMessage {
  const path = live.paths.findLast(p => p.frame <= message.frame) ?? live
  const [from, to] = message.from === "initiator" ? [path.initiator, path.responder] : [path.responder, path.initiator]
  return {
    sa,
    exchange,
    message,
    exchangeType: own?.type ?? 0,
    from,
    to,
    transport: live.overTcp ? "TCP" : "UDP",
    communityId: communityId(live.overTcp ? IP_PROTOCOL.TCP : IP_PROTOCOL.UDP, from, to),
    bytes: own?.messages[j]?.bytes ?? 0,
  }
}

const NO_SPI = "0000000000000000"

/** Requests of IKE_SA_INIT and the first message of IKEv1 come before the responder has an SPI. RFC 7296 §2.6, RFC 2408 §3.1. */
export function responderSpi({ sa, exchange, message }: SensorMessage): string {
  const first = sa.exchanges[0] === exchange && sa.rekeys === null && message.from === "initiator"
  return first && (majorOf(sa) === 2 || exchange.messages[0] === message) ? NO_SPI : sa.spi_r
}

export const majorOf = (sa: IkeSaReport): number => Number(sa.version[0])
export const minorOf = (sa: IkeSaReport): number => Number(sa.version[2] ?? 0)

/** Data SAs whose verdict is their own, or that of the IKE SA that made them. */
export function verdictOfData(data: EspSaReport, report: Report) {
  if (data.verdict) return data.verdict
  return report.ike_sas.find(sa => sa.id === data.owner)?.verdict ?? null
}
