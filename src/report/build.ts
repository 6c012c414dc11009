/** The report's objects out of the tracker's: names for numbers, text for times and keys, nothing decided here. */

import { type Diagnostic, findingText } from "../bytes/diagnostic.ts"
import { hex8, toHex } from "../bytes/hex.ts"
import { DIAGNOSTIC_CODES } from "../diagnostics/codes.ts"
import { EXCHANGE_TYPE as EXCHANGE_TYPE_V1, GDOI_EXCHANGES } from "../registry/ikev1/exchange-types.ts"
import { EXCHANGE_TYPE as EXCHANGE_TYPE_V2 } from "../registry/ikev2/exchange-types.ts"
import type { ChildSa } from "../track/child-sa.ts"
import { countTogether, type DataSa, lastPath } from "../track/data-sa.ts"
import type { Exchange, MessageRecord } from "../track/exchange.ts"
import { speaksGdoi } from "../track/group.ts"
import type { Check, Group, IkeSa } from "../track/ike-sa.ts"
import { momentText } from "../track/moment.ts"
import { selectorTexts } from "../track/selector.ts"
import { communityId, IP_PROTOCOL } from "./community-id.ts"
import type { Conclusion } from "./conclusion.ts"
import type {
  CheckReport,
  ChildSaReport,
  DiagnosticReport,
  EspSaReport,
  ExchangeReport,
  GroupReport,
  IkeSaReport,
  IkeSuite,
  KeyStatus,
  MessageReport,
} from "./types.ts"
import type { Verdict } from "./verdict/types.ts"

const hexValues = (values: Readonly<Record<string, Uint8Array>>, show: boolean): Record<string, string> =>
  show ? Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toHex(value)])) : {}

/** Name of an exchange type as reports spell it. */
export const exchangeName = (sa: Pick<IkeSa, "version" | "group" | "initiator" | "responder">, type: number): string =>
  exchangeNameIn(namingOf(sa), type)

/** Whose names the exchanges of an SA have. */
export type Naming = 1 | 2 | "gdoi"
export const namingOf = (sa: Parameters<typeof exchangeName>[0]): Naming => (speaksGdoi(sa) ? "gdoi" : sa.version)
export const exchangeNameIn = (naming: Naming, type: number): string =>
  (naming === "gdoi" ? GDOI_EXCHANGES.get(type) : undefined) ??
  (naming === 2 ? EXCHANGE_TYPE_V2 : EXCHANGE_TYPE_V1).alias(type)

export function checkReport(c: Check): CheckReport {
  return {
    id: c.id,
    frame: c.frame,
    time: c.time && momentText(c.time),
    status: c.status,
    reason: c.reason,
    rfc: c.rfc,
  }
}

function messageReport(m: MessageRecord): MessageReport {
  return {
    frame: m.frame,
    time: momentText(m.time),
    from: m.from,
    payloads: [...m.payloads],
    notifies: [...m.notifies],
    fragment: m.fragment,
    retransmission_of: m.retransmissionOf,
    encrypted: m.encrypted,
  }
}

const unique = <T>(list: readonly T[]): T[] => [...new Set(list)]

/** Names of the notifications of an exchange, each once. */
export const exchangeNotifies = (x: Exchange): string[] => unique(x.messages.flatMap(m => m.notifies))

/** Codes of the findings about an SA, each once. */
export const findingCodes = (findings: readonly Diagnostic[]): string[] => unique(findings.map(f => f.code))

/** A finding, with what its code's entry says to do. `captures` are those that it was seen in. */
export const diagnosticReport = (d: Diagnostic, captures: readonly number[]): DiagnosticReport => ({
  code: d.code,
  severity: d.severity,
  frame: d.frame,
  time: d.time,
  message: findingText(d),
  sa: d.sa ?? null,
  remedy: d.remedy ?? DIAGNOSTIC_CODES[d.code].remedy,
  captures: [...captures],
})

/** How each side authenticates, by name. */
export const authReport = ({ auth }: IkeSa): IkeSaReport["auth"] => ({
  initiator: auth.initiator?.name ?? null,
  responder: auth.responder?.name ?? null,
})

/** Indexes of the captures that have messages of an SA. */
export function capturesOf(sa: IkeSa): number[] {
  const all: number[] = []
  for (const x of sa.exchanges) for (const m of x.messages) if (!all.includes(m.capture)) all.push(m.capture)
  return all.sort((a, b) => a - b)
}

/** Gives the indexes of the captures that have a finding's frame; without one, of those that have its SA. */
export function capturesOfFindings(sa: IkeSa): (finding: Diagnostic) => number[] {
  let captures: Map<number, number> | undefined
  let all: number[] | undefined
  return ({ frame }) => {
    captures ??= new Map(sa.exchanges.flatMap(x => x.messages.map(m => [m.frame, m.capture])))
    const capture = frame === null ? undefined : captures.get(frame)
    return capture === undefined ? (all ??= capturesOf(sa)) : [capture]
  }
}

/** Community ID of the path that an SA began on. */
export const communityOf = (sa: IkeSa): string | null =>
  communityId(sa.overTcp ? IP_PROTOCOL.TCP : IP_PROTOCOL.UDP, sa.initiator, sa.responder)

const NO_SUITE: IkeSuite = { encr: null, integ: null, prf: null, ke: [], hash: null }

/** What was agreed, as far as the capture shows. */
export const suiteReport = (sa: IkeSa): IkeSuite => sa.choice?.names ?? NO_SUITE

/** The keys of an IKE SA; their values only with `showKeys`. */
export const keysReport = (sa: IkeSa, showKeys: boolean): IkeSaReport["keys"] => ({
  status: sa.keyStatus,
  from: sa.keysFrom,
  epochs: sa.epochs.map(e => ({ from_message_id: e.fromMessageId, values: hexValues(e.values, showKeys) })),
})

function exchangeReport(sa: IkeSa, x: Exchange): ExchangeReport {
  return {
    type: exchangeName(sa, x.type),
    message_id: x.messageId,
    started_by: x.startedBy,
    request_frames: x.messages.filter(m => m.request).map(m => m.frame),
    response_frames: x.messages.filter(m => !m.request).map(m => m.frame),
    retransmissions: x.messages.filter(m => m.retransmissionOf !== null).length + (x.omitted ?? 0),
    complete: x.complete,
    notifies: exchangeNotifies(x),
    messages: x.messages.map(messageReport),
  }
}

/** One Child SA. Secrets only with `showKeys`. */
export function childReport(c: ChildSa, showKeys: boolean): ChildSaReport {
  return {
    id: c.id,
    first_time: momentText(c.first),
    last_time: momentText(c.last),
    protocol: c.protocol,
    spi_i: c.spiI === null ? null : hex8(c.spiI),
    spi_r: c.spiR === null ? null : hex8(c.spiR),
    mode: c.mode,
    suite: c.suite,
    ts_i: selectorTexts(c.selectors.i),
    ts_r: selectorTexts(c.selectors.r),
    state: c.state,
    pfs: c.pfs,
    rekeys: c.rekeys,
    keys: { status: c.keyStatus, values: hexValues(c.keys, showKeys) },
  }
}

/** One IKE SA; of its exchanges and Child SAs those of `part`. Secrets only with `showKeys`. */
export function ikeSaReport(
  { sa, state, checks, findings, verdict }: Conclusion,
  showKeys: boolean,
  part: Pick<IkeSa, "exchanges" | "children"> = sa,
): IkeSaReport {
  return {
    id: sa.id,
    first_time: momentText(sa.first),
    last_time: momentText(sa.last),
    version: sa.version === 1 ? "1.0" : "2.0",
    spi_i: sa.spiI,
    spi_r: sa.spiR,
    initiator: { ...sa.initiator },
    responder: { ...sa.responder },
    state,
    suite: suiteReport(sa),
    offered: sa.offered,
    auth: authReport(sa),
    ids: sa.ids,
    exchanges: part.exchanges.map(x => exchangeReport(sa, x)),
    child_sas: part.children.map(c => childReport(c, showKeys)),
    keys: keysReport(sa, showKeys),
    checks: checks.map(checkReport),
    rekeys: sa.parent?.id ?? null,
    captures: capturesOf(sa),
    community_id: communityOf(sa),
    verdict,
    diagnostics: findingCodes(findings),
    group: sa.group ? groupReport(sa.group) : null,
  }
}

export const groupReport = ({ role, id, from, rekeys, senderIds, senderIdBits }: Group): GroupReport => ({
  role,
  id,
  from: from?.id ?? null,
  rekey_spis: [...rekeys],
  sender_ids: [...senderIds],
  sender_id_bits: senderIdBits,
})

/** What the data plane counted of one data SA, and its verdict where no IKE SA has it. */
export interface DataCounts {
  readonly keys: KeyStatus
  readonly decrypted: number
  readonly icvOk: number
  readonly icvFailed: number
  readonly verdict?: Verdict | null
}

const NO_COUNTS: DataCounts = { keys: "none", decrypted: 0, icvOk: 0, icvFailed: 0 }

/** One ESP or AH SA. `others` are the same SA's packets to other addresses. */
export function espSaReport(
  sa: DataSa,
  childSa: string | null,
  owner: string | null,
  others: readonly DataSa[],
  counts: DataCounts = NO_COUNTS,
): EspSaReport {
  const all = [sa, ...others]
  const last = lastPath(all)
  const sum = (of: (s: DataSa) => number): number => all.reduce((n, s) => n + of(s), 0)
  const { packets, bytes } = countTogether(all)
  const first = momentText(sa.first)
  return {
    id: sa.id,
    child_sa: childSa,
    owner,
    first_time: first,
    last_time: last.lastFrame === sa.firstFrame ? first : momentText(last.last),
    protocol: sa.protocol,
    spi: hex8(sa.spi),
    source: sa.source,
    destination: sa.destination,
    encapsulation: sa.encapsulation,
    paths: [...all, ...all.flatMap(s => s.joined)].slice(1).map(o => `${o.source} → ${o.destination}`),
    packets,
    bytes,
    sequence: {
      first: sequencesOf(sa).first,
      last: sequencesOf(last).last,
      missing: sum(s => sequencesOf(s).missing),
      duplicate: sum(s => sequencesOf(s).duplicate),
      out_of_order: sum(s => sequencesOf(s).outOfOrder),
    },
    keys: counts.keys,
    decrypted: counts.decrypted,
    icv_ok: counts.icvOk,
    icv_failed: counts.icvFailed,
    captures: unique(all.flatMap(s => s.captures)).sort((a, b) => a - b),
    community_id: dataCommunity(sa),
    verdict: counts.verdict ?? null,
  }
}

function dataCommunity(sa: DataSa): string | null {
  const inside = { none: IP_PROTOCOL[sa.protocol], udp: IP_PROTOCOL.UDP, tcp: IP_PROTOCOL.TCP }
  const source = { address: sa.source, port: sa.sourcePort }
  return communityId(inside[sa.encapsulation], source, { address: sa.destination, port: sa.destinationPort })
}

/** Sequence numbers of one data SA: of all its packets, or of those whose ICV held where others failed. RFC 4303 §3.4.3. */
function sequencesOf({ sequences, firstSequence, lastSequence, result }: DataSa) {
  const { verified } = result ?? {}
  if (!verified || verified.length === 0) {
    const { missing, duplicate, outOfOrder } = sequences
    return { first: sequences.read(firstSequence), last: sequences.read(lastSequence), missing, duplicate, outOfOrder }
  }
  const [first, last] = [verified[0], verified[verified.length - 1]]
  let seen = 0
  for (let i = 0; i < verified.length; i += 2) seen += verified[i + 1] - verified[i] + 1
  return { first, last, missing: last - first + 1 - seen, duplicate: result?.replays ?? 0, outOfOrder: 0 }
}
