/**
 * Suricata's EVE: one event of type `ike` a message, with the fields that its logger writes (rust/src/ike/logger.rs), and our verdict in a
 * member `ikedump` of its own. A data SA is an event of type `flow`. https://docs.suricata.io/en/latest/output/eve/eve-json-format.html
 */
import { safeJson } from "../../bytes/safe-json.ts"
import { ENCR } from "../../registry/ikev2/encr.ts"
import { INTEG } from "../../registry/ikev2/integ.ts"
import { KE_METHOD } from "../../registry/ikev2/ke-methods.ts"
import { PRF } from "../../registry/ikev2/prf.ts"
import type { Registry } from "../../registry/registry.ts"
import type { EspSaReport, Report, Verdict } from "../../report/types.ts"
import {
  majorOf,
  minorOf,
  responderSpi,
  type SensorInput,
  type SensorMessage,
  sensorMessages,
  verdictOfData,
} from "./messages.ts"

/** Events as lines of JSON, messages first. */
export function* eve(input: SensorInput): Generator<string> {
  for (const m of sensorMessages(input)) yield `${safeJson(ikeEvent(m))}\n`
  for (const d of input.report.esp_sas) yield `${safeJson(flowEvent(d, input.report))}\n`
}

/** `2026-11-21T00:05:04.913248+0000`: microseconds, and an offset without a colon. */
const eveTime = (time: string): string => time.replace(/(\.\d{6})\d*Z$/, "$1+0000")

function ikeEvent(m: SensorMessage): object {
  const { sa, message, from, to } = m
  return {
    timestamp: eveTime(message.time),
    pcap_cnt: message.frame,
    event_type: "ike",
    src_ip: from.address,
    src_port: from.port,
    dest_ip: to.address,
    dest_port: to.port,
    proto: m.transport,
    community_id: m.communityId ?? undefined,
    ike: {
      version_major: majorOf(sa),
      version_minor: minorOf(sa),
      init_spi: sa.spi_i,
      resp_spi: responderSpi(m),
      message_id: m.exchange.message_id,
      exchange_type: m.exchangeType,
      ...(majorOf(sa) === 2 ? version2(m) : version1(m)),
    },
    ikedump: {
      sa: sa.id,
      state: sa.state,
      retransmission_of: message.retransmission_of,
      verdict: verdictMember(sa.verdict),
    },
  }
}

function version2(m: SensorMessage): object {
  const { sa, message } = m
  const { encr, integ, prf, ke } = sa.suite
  const chosen =
    message.from === "responder"
      ? {
          alg_enc: ianaName(ENCR, encr?.replace(/-(128|192|256)$/, "") ?? null),
          alg_auth: ianaName(INTEG, integ),
          alg_prf: ianaName(PRF, prf),
          alg_dh: dhName(ke[0] ?? null),
          alg_esn: "NoESN",
        }
      : {}
  return {
    role: message.from,
    ...chosen,
    payload: filled(message.payloads.map(p => PAYLOADS[p] ?? p)),
    ikev2: {
      errors: message.notifies.filter(n => ERRORS.has(n)).length,
      ...(message.notifies.length > 0 ? { notify: message.notifies } : {}),
    },
  }
}

function version1({ sa, message, exchange }: SensorMessage): object {
  const { encr, hash, ke } = sa.suite
  return {
    exchange_type_verbose: exchange.type,
    ...(encr === null
      ? {}
      : { alg_enc: encr, alg_hash: hash ?? undefined, alg_dh: ke[0], alg_auth: sa.auth.initiator ?? undefined }),
    payload: filled(message.payloads.map(p => PAYLOADS_V1[p] ?? p)),
    ikev1: { encrypted_payloads: message.encrypted },
  }
}

/** IANA's name, which is what Suricata's parser prints; `None` where nothing was chosen. */
const ianaName = (table: Registry, alias: string | null): string =>
  alias === null ? "None" : (table.name(table.value(alias) ?? -1) ?? alias)

/** `Modp2048`, `Ecp256`, `Curve25519`: the names of ipsec-parser. */
function dhName(name: string | null): string {
  if (name === null) return "None"
  const known = { X25519: "Curve25519", X448: "Curve448" }[name]
  if (known) return known
  const parts = /^(MODP|ECP|BRAINPOOL)-P?(\d+)(?:-(\d+)|R1)?$/.exec(name)
  if (!parts) return KE_METHOD.value(name) === undefined ? name : `IkeTransformDHType(${KE_METHOD.value(name)})`
  const [, family, bits, subgroup] = parts
  if (family === "BRAINPOOL") return `BrainpoolP${bits}r1`
  return `${family === "MODP" ? "Modp" : "Ecp"}${bits}${subgroup ? `s${subgroup}` : ""}`
}

/** By notation, as ipsec-parser names its IkePayloadType. */
const PAYLOADS: Readonly<Record<string, string>> = {
  SA: "SecurityAssociation",
  KE: "KeyExchange",
  IDi: "IdentInitiator",
  IDr: "IdentResponder",
  CERT: "Certificate",
  CERTREQ: "CertificateRequest",
  AUTH: "Authentication",
  Nonce: "Nonce",
  N: "Notify",
  D: "Delete",
  V: "VendorID",
  TSi: "TrafficSelectorInitiator",
  TSr: "TrafficSelectorResponder",
  SK: "EncryptedAndAuthenticated",
  CP: "Configuration",
  EAP: "ExtensibleAuthentication",
}
/** By notation, as Suricata's own parser names those of IKEv1. */
const PAYLOADS_V1: Readonly<Record<string, string>> = {
  SA: "SecurityAssociation",
  KE: "KeyExchange",
  ID: "Identification",
  CERT: "Certificate",
  CERTREQ: "CertificateRequest",
  HASH: "Hash",
  SIG: "Signature",
  NONCE: "Nonce",
  N: "Notification",
  D: "Delete",
  VID: "VendorID",
}
/** Suricata writes no empty list. */
const filled = <T>(list: readonly T[]): readonly T[] | undefined => (list.length > 0 ? list : undefined)

/** Notifications that are errors: their names have no status among them. RFC 7296 §3.10.1. */
const ERRORS: ReadonlySet<string> = new Set([
  "UNSUPPORTED_CRITICAL_PAYLOAD",
  "INVALID_IKE_SPI",
  "INVALID_MAJOR_VERSION",
  "INVALID_SYNTAX",
  "INVALID_MESSAGE_ID",
  "INVALID_SPI",
  "NO_PROPOSAL_CHOSEN",
  "INVALID_KE_PAYLOAD",
  "AUTHENTICATION_FAILED",
  "SINGLE_PAIR_REQUIRED",
  "NO_ADDITIONAL_SAS",
  "INTERNAL_ADDRESS_FAILURE",
  "FAILED_CP_REQUIRED",
  "TS_UNACCEPTABLE",
  "INVALID_SELECTORS",
  "TEMPORARY_FAILURE",
  "CHILD_SA_NOT_FOUND",
])

function flowEvent(d: EspSaReport, report: Report): object {
  return {
    timestamp: eveTime(d.last_time),
    event_type: "flow",
    src_ip: d.source,
    dest_ip: d.destination,
    proto: d.encapsulation === "none" ? d.protocol : d.encapsulation.toUpperCase(),
    community_id: d.community_id ?? undefined,
    flow: {
      pkts_toserver: d.packets,
      bytes_toserver: d.bytes,
      start: eveTime(d.first_time),
      end: eveTime(d.last_time),
    },
    ikedump: {
      sa: d.id,
      spi: d.spi,
      protocol: d.protocol,
      missing: d.sequence.missing,
      duplicate: d.sequence.duplicate,
      icv_failed: d.icv_failed,
      verdict: verdictMember(verdictOfData(d, report)),
    },
  }
}

const verdictMember = (v: Verdict | null): object | null =>
  v && { outcome: v.outcome, certainty: v.certainty, cause: v.cause, headline: v.headline, why: v.why }
