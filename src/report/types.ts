/**
 * The report, `ikedump/report/1`: the stable JSON that users, rules and tests rely on. Every member is always present; what is
 * not known is null, [] or {}. Times are RFC 3339 with nanoseconds, SPIs and keys lower-case hex, lengths bytes.
 */
import type { DiagnosticCode, Severity } from "../bytes/diagnostic.ts"
import type { ChildSuite, Identity, IkeSaState, IkeSuite, KeyStatus, Offer } from "../track/vocabulary.ts"
import type { Verdict, VerdictSummary } from "./verdict/types.ts"

export type { ChildSuite, Identity, IkeSaState, IkeSuite, KeyStatus, Offer } from "../track/vocabulary.ts"
export type { Certainty, Outcome, Verdict, VerdictSummary } from "./verdict/types.ts"

export interface Report {
  schema: "ikedump/report/1"
  captures: CaptureInfo[]
  counts: Counts
  ike_sas: IkeSaReport[]
  esp_sas: EspSaReport[]
  secrets: SecretUse[]
  diagnostics: DiagnosticReport[]
  /** The worst of the IKE SAs, and how many have which outcome. */
  verdict: VerdictSummary
}

export interface DiagnosticReport {
  code: DiagnosticCode
  severity: Severity
  frame: number | null
  time: string | null
  /** One sentence. */
  message: string
  /** id of the IKE or data SA that it speaks of. */
  sa: string | null
  /** What to do. */
  remedy: string | null
  /** Indexes of the captures where it was seen. */
  captures: number[]
}

export interface CaptureInfo {
  path: string
  format: string
  frames: number
  bytes: number
  first_time: string | null
  last_time: string | null
  /** False when the capture could not be read to its end. */
  complete: boolean
}

export interface Counts {
  frames: number
  isakmp: number
  esp: number
  ah: number
  keepalive: number
  other: number
}

export interface Endpoint {
  address: string
  port: number
}

export interface MessageReport {
  frame: number
  time: string
  from: "initiator" | "responder"
  /** Payload notations in wire order, those inside SK or SKF after it once opened. */
  payloads: string[]
  notifies: string[]
  fragment: { number: number; total: number } | null
  /** Frame of the message that this one repeats. */
  retransmission_of: number | null
  encrypted: boolean
}

export interface ExchangeReport {
  type: string
  message_id: number
  /** Which side of the IKE SA sent the request. */
  started_by: "initiator" | "responder"
  request_frames: number[]
  response_frames: number[]
  retransmissions: number
  complete: boolean
  notifies: string[]
  messages: MessageReport[]
}

export interface ChildSaReport {
  id: string
  first_time: string | null
  last_time: string | null
  protocol: "ESP" | "AH" | "IPCOMP"
  /** The SPI that the exchange's initiator chose: it stands in packets sent to it. */
  spi_i: string | null
  spi_r: string | null
  mode: "tunnel" | "transport" | "beet" | null
  suite: ChildSuite
  ts_i: string[]
  ts_r: string[]
  /** `installed`, `rekeyed`, `deleted`, `failed`. */
  state: string
  pfs: boolean
  rekeys: string | null
  /** `encr_i` and `integ_i` protect what the exchange's initiator sends (packets with `spi_r`), salt included. */
  keys: { status: KeyStatus; values: Record<string, string> }
}

export interface CheckReport {
  id: string
  frame: number | null
  time: string | null
  status: "pass" | "fail" | "skipped"
  reason: string | null
  rfc: string
}

export interface KeyEpoch {
  from_message_id: number
  values: Record<string, string>
}

export interface IkeSaReport {
  id: string
  first_time: string
  last_time: string
  version: string
  spi_i: string
  spi_r: string
  initiator: Endpoint
  responder: Endpoint
  state: IkeSaState
  suite: IkeSuite
  offered: Offer[]
  auth: { initiator: string | null; responder: string | null }
  ids: { initiator: Identity | null; responder: Identity | null }
  exchanges: ExchangeReport[]
  child_sas: ChildSaReport[]
  keys: { status: KeyStatus; from: string | null; epochs: KeyEpoch[] }
  checks: CheckReport[]
  /** id of the IKE SA that this one replaces. */
  rekeys: string | null
  /** Indexes of the captures that have messages of it. */
  captures: number[]
  /** Community ID, version 1, of its first path. */
  community_id: string | null
  verdict: Verdict
  /** Codes of the findings about this SA; the findings are in the report's `diagnostics`. */
  diagnostics: string[]
  /** What it is to a group (GDOI, G-IKEv2), where it has to do with one. */
  group: GroupReport | null
}

export interface GroupReport {
  /** `member`: by it a member registers; `rekey`: under it the key server sends new keys to all members. */
  role: "member" | "rekey"
  /** The group as the member asks for it. */
  id: Identity | null
  /** id of the IKE SA by which the keys of a rekey SA came. */
  from: string | null
  /** SPIs of rekey SAs whose keys came by it: 32 hex digits, as they stand in the IKE header. */
  rekey_spis: string[]
  /** Sender IDs that the member got, and how many bits of an IV one takes. */
  sender_ids: number[]
  sender_id_bits: number | null
}

export interface EspSaReport {
  id: string
  child_sa: string | null
  /** id of the IKE SA that it belongs to: that of its Child SA, else by addresses and times, which is an inference. */
  owner: string | null
  first_time: string
  last_time: string
  protocol: "ESP" | "AH"
  /** 8 hex digits. */
  spi: string
  source: string
  destination: string
  encapsulation: "none" | "udp" | "tcp"
  /** Other addresses its packets took (NAT, MOBIKE): `source → destination`. */
  paths: string[]
  packets: number
  bytes: number
  sequence: { first: number; last: number; missing: number; duplicate: number; out_of_order: number }
  keys: KeyStatus
  decrypted: number
  icv_ok: number
  icv_failed: number
  /** Indexes of the captures that have packets of it. */
  captures: number[]
  /** Community ID, version 1, of its first path. */
  community_id: string | null
  /** Null where its negotiation is in the report: that SA has it. */
  verdict: Verdict | null
}

export interface SecretUse {
  kind: string
  index: number
  /** The name of the file that it stands in, without its folders, and its line; null where that is not known. */
  file: string
  line: number | null
  /** ids of the IKE and data SAs that it opened. */
  used_by: string[]
}
