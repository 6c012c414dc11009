/**
 * The result tables of a run (docs/batch.md): what a report holds, flat. `run` and `capture` stand in each; `ike_sa`, `child_sa` and `esp_sa` are
 * the ids of the report, unique within a run; `community_id` (version 1) joins with other tools' logs.
 */
import type {
  CaptureInfo,
  CheckReport,
  ChildSaReport,
  DiagnosticReport,
  EspSaReport,
  ExchangeReport,
  IkeSaReport,
  Verdict,
} from "../../report/types.ts"
import { bool, int, list, second, table, text, time } from "./table.ts"

/** Where a row comes from. */
export interface Place {
  readonly run: string
  /** Path of the capture in which the object was seen first. */
  readonly capture: string | null
}

/** An object of the report, and the IKE SA that has it. */
export interface Row<T> extends Place {
  readonly of: T
  readonly ikeSa?: IkeSaReport
}

const place = {
  run: text<Place>(r => r.run),
  capture: text<Place>(r => r.capture),
}

export const CAPTURES = table<Row<CaptureInfo>>("captures", {
  ...place,
  format: text(r => r.of.format),
  frames: int(r => r.of.frames),
  bytes: int(r => r.of.bytes),
  first_time: time(r => r.of.first_time),
  last_time: time(r => r.of.last_time),
  complete: bool(r => r.of.complete),
})

export const IKE_SAS = table<Row<IkeSaReport>>("ike_sas", {
  ...place,
  ike_sa: text(r => r.of.id),
  community_id: text(r => r.of.community_id),
  version: text(r => r.of.version),
  spi_i: text(r => r.of.spi_i),
  spi_r: text(r => r.of.spi_r),
  initiator: text(r => r.of.initiator.address),
  initiator_port: int(r => r.of.initiator.port),
  responder: text(r => r.of.responder.address),
  responder_port: int(r => r.of.responder.port),
  first_time: time(r => r.of.first_time),
  last_time: time(r => r.of.last_time),
  state: text(r => r.of.state),
  encr: text(r => r.of.suite.encr),
  integ: text(r => r.of.suite.integ),
  prf: text(r => r.of.suite.prf),
  hash: text(r => r.of.suite.hash),
  ke: text(r => list(r.of.suite.ke)),
  offered_encr: text(r => distinct(r.of.offered.flatMap(o => o.encr))),
  offered_ke: text(r => distinct(r.of.offered.flatMap(o => o.ke))),
  auth_initiator: text(r => r.of.auth.initiator),
  auth_responder: text(r => r.of.auth.responder),
  id_initiator: text(r => r.of.ids.initiator?.value ?? null),
  id_responder: text(r => r.of.ids.responder?.value ?? null),
  keys: text(r => r.of.keys.status),
  rekeys: text(r => r.of.rekeys),
  child_sas: int(r => r.of.child_sas.length),
  retransmissions: int(r => r.of.exchanges.reduce((n, x) => n + x.retransmissions, 0)),
  outcome: text(r => r.of.verdict.outcome),
})

export const EXCHANGES = table<Row<ExchangeReport>>("exchanges", {
  ...place,
  ike_sa: text(r => r.ikeSa?.id ?? null),
  type: text(r => r.of.type),
  message_id: int(r => r.of.message_id),
  started_by: text(r => r.of.started_by),
  first_time: time(r => r.of.messages[0]?.time ?? null),
  last_time: time(r => r.of.messages.at(-1)?.time ?? null),
  request_frame: int(r => r.of.request_frames[0] ?? null),
  response_frame: int(r => r.of.response_frames[0] ?? null),
  messages: int(r => r.of.messages.length),
  retransmissions: int(r => r.of.retransmissions),
  complete: bool(r => r.of.complete),
  notifies: text(r => list(r.of.notifies)),
})

export const CHILD_SAS = table<Row<ChildSaReport>>("child_sas", {
  ...place,
  ike_sa: text(r => r.ikeSa?.id ?? null),
  child_sa: text(r => r.of.id),
  initiator: text(r => r.ikeSa?.initiator.address ?? null),
  responder: text(r => r.ikeSa?.responder.address ?? null),
  protocol: text(r => r.of.protocol),
  spi_i: text(r => r.of.spi_i),
  spi_r: text(r => r.of.spi_r),
  mode: text(r => r.of.mode),
  first_time: time(r => r.of.first_time),
  last_time: time(r => r.of.last_time),
  state: text(r => r.of.state),
  encr: text(r => r.of.suite.encr),
  integ: text(r => r.of.suite.integ),
  ke: text(r => list(r.of.suite.ke)),
  esn: bool(r => r.of.suite.esn),
  pfs: bool(r => r.of.pfs),
  rekeys: text(r => r.of.rekeys),
  ts_i: text(r => list(r.of.ts_i)),
  ts_r: text(r => list(r.of.ts_r)),
  keys: text(r => r.of.keys.status),
})

export const ESP_SAS = table<Row<EspSaReport>>("esp_sas", {
  ...place,
  esp_sa: text(r => r.of.id),
  child_sa: text(r => r.of.child_sa),
  ike_sa: text(r => r.of.owner),
  community_id: text(r => r.of.community_id),
  protocol: text(r => r.of.protocol),
  spi: text(r => r.of.spi),
  source: text(r => r.of.source),
  destination: text(r => r.of.destination),
  encapsulation: text(r => r.of.encapsulation),
  first_time: time(r => r.of.first_time),
  last_time: time(r => r.of.last_time),
  packets: int(r => r.of.packets),
  bytes: int(r => r.of.bytes),
  first_sequence: int(r => r.of.sequence.first),
  last_sequence: int(r => r.of.sequence.last),
  missing: int(r => r.of.sequence.missing),
  duplicate: int(r => r.of.sequence.duplicate),
  out_of_order: int(r => r.of.sequence.out_of_order),
  keys: text(r => r.of.keys),
  decrypted: int(r => r.of.decrypted),
  icv_ok: int(r => r.of.icv_ok),
  icv_failed: int(r => r.of.icv_failed),
})

export const CHECKS = table<Row<CheckReport>>("checks", {
  ...place,
  ike_sa: text(r => r.ikeSa?.id ?? null),
  check_id: text(r => r.of.id),
  frame: int(r => r.of.frame),
  time: time(r => r.of.time),
  status: text(r => r.of.status),
  reason: text(r => r.of.reason),
  rfc: text(r => r.of.rfc),
})

export const FINDINGS = table<Row<DiagnosticReport>>("findings", {
  ...place,
  sa: text(r => r.of.sa),
  code: text(r => r.of.code),
  severity: text(r => r.of.severity),
  frame: int(r => r.of.frame),
  time: time(r => r.of.time),
  message: text(r => r.of.message),
  remedy: text(r => r.of.remedy),
})

/** A verdict, and the SA that has it. */
export interface VerdictOf {
  readonly verdict: Verdict
  readonly sa: IkeSaReport | EspSaReport
}

export const VERDICTS = table<Row<VerdictOf>>("verdicts", {
  ...place,
  sa: text(r => r.of.sa.id),
  community_id: text(r => r.of.sa.community_id),
  source: text(r => ("initiator" in r.of.sa ? r.of.sa.initiator.address : r.of.sa.source)),
  destination: text(r => ("responder" in r.of.sa ? r.of.sa.responder.address : r.of.sa.destination)),
  first_time: time(r => r.of.sa.first_time),
  outcome: text(r => r.of.verdict.outcome),
  certainty: text(r => r.of.verdict.certainty),
  cause: text(r => r.of.verdict.cause),
  headline: text(r => r.of.verdict.headline),
  why: text(r => r.of.verdict.why),
  remedy: text(r => r.of.verdict.remedy),
  frame: int(r => r.of.verdict.frames[0] ?? null),
})

/** Packets of one ESP or AH SA in one bin of time. */
export interface RateBin {
  readonly espSa: string
  /** When the bin begins, seconds since 1970. */
  readonly start: number
  readonly seconds: number
  readonly packets: number
  readonly bytes: number
  /** The lowest and the highest sequence number in the bin; null where the sender turns their octets round. */
  readonly firstSequence: number | null
  readonly lastSequence: number | null
}

export const ESP_RATES = table<Row<RateBin>>(
  "esp_rates",
  {
    ...place,
    esp_sa: text(r => r.of.espSa),
    time: second(r => r.of.start),
    seconds: int(r => r.of.seconds),
    packets: int(r => r.of.packets),
    bytes: int(r => r.of.bytes),
    first_sequence: int(r => r.of.firstSequence),
    last_sequence: int(r => r.of.lastSequence),
  },
  { large: true },
)

export const TABLES = [CAPTURES, IKE_SAS, EXCHANGES, CHILD_SAS, ESP_SAS, CHECKS, FINDINGS, VERDICTS, ESP_RATES] as const

const distinct = (values: readonly string[]): string | null => list([...new Set(values)])
