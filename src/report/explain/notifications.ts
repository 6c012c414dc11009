/** Error notifications that no other rule explains, each with what it means here. RFC 7296 §3.10.1, RFC 2408 §3.14.1. */

import type { Severity } from "../../bytes/diagnostic.ts"
import { grouped } from "../../bytes/grouped.ts"
import type { DiagnosticCode } from "../../diagnostics/codes.ts"
import { EXCHANGE_TYPE } from "../../registry/ikev2/exchange-types.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { keFault } from "./proposals.ts"
import type { Say } from "./say.ts"
import { addressOf, framesText } from "./words.ts"

type Row = readonly [code: DiagnosticCode, severity: Severity, sentence: string]

/** By name with underscores, as IKEv2 spells them. */
const MEANING: Readonly<Record<string, Row>> = {
  UNSUPPORTED_CRITICAL_PAYLOAD: [
    "unsupported-critical-payload",
    "error",
    "it does not know a payload that is marked critical: the two ends support different extensions",
  ],
  INVALID_IKE_SPI: [
    "invalid-ike-spi",
    "warning",
    "it has no IKE SA with these SPIs: it restarted, or deleted the SA unheard",
  ],
  INVALID_COOKIE: [
    "invalid-ike-spi",
    "warning",
    "it has no IKE SA with these cookies: it restarted, or deleted the SA unheard",
  ],
  INVALID_MAJOR_VERSION: [
    "invalid-major-version",
    "error",
    "it does not speak this IKE version: set the same version on both ends",
  ],
  INVALID_SYNTAX: [
    "invalid-syntax",
    "error",
    "it takes the message for malformed: update the older of the two, or look for a box that changes packets",
  ],
  PAYLOAD_MALFORMED: [
    "payload-malformed",
    "error",
    "it cannot read the message: in phase 1 mostly a different pre-shared key, else a malformed message",
  ],
  INVALID_KEY_INFORMATION: ["error-notification", "warning", "it does not accept the key exchange value (KE)"],
  INVALID_MESSAGE_ID: [
    "invalid-message-id",
    "warning",
    "it got a Message ID outside its window: the two ends lost step",
  ],
  INVALID_SPI: [
    "invalid-spi",
    "warning",
    "it got an ESP or AH packet for an SA that it does not have: it restarted, or deleted the SA unheard",
  ],
  SINGLE_PAIR_REQUIRED: ["single-pair-required", "warning", "it wants one pair of addresses in the traffic selectors"],
  NO_ADDITIONAL_SAS: [
    "no-additional-sas",
    "warning",
    "it does not accept more Child SAs in this IKE SA: rekeying has to start a new IKE SA",
  ],
  INTERNAL_ADDRESS_FAILURE: [
    "internal-address-failure",
    "error",
    "it has no address to give: look at the size of its address pool",
  ],
  FAILED_CP_REQUIRED: ["failed-cp-required", "error", "it demands that the client asks for an address (CP payload)"],
  INVALID_SELECTORS: [
    "invalid-selectors",
    "warning",
    "it got a packet outside the traffic selectors of its SA: the policies of the two ends differ",
  ],
  UNACCEPTABLE_ADDRESSES: ["unacceptable-addresses", "error", "it does not accept the new addresses (MOBIKE)"],
  UNEXPECTED_NAT_DETECTED: [
    "unexpected-nat-detected",
    "error",
    "NO_NATS_ALLOWED was asked for and a NAT is on the path (MOBIKE)",
  ],
  TEMPORARY_FAILURE: [
    "temporary-failure",
    "info",
    "it is busy with another exchange of its own; the same request may succeed later",
  ],
  CHILD_SA_NOT_FOUND: [
    "child-sa-not-found",
    "info",
    "the Child SA to be rekeyed is gone on its side: mostly a collision of two rekeys or deletes",
  ],
  AUTHORIZATION_FAILED: ["authorization-failed", "error", "the peer may not join the group"],
  STATE_NOT_FOUND: [
    "state-not-found",
    "error",
    "it has forgotten the key exchange under way (IKE_FOLLOWUP_KE came late)",
  ],
}

/** 3GPP's errors of an ePDG or N3IWF. TS 24.302 §8.1.2.2. */
const MOBILE: Readonly<Record<string, string>> = {
  PDN_CONNECTION_REJECTION:
    "the network does not give the connection to this APN, or takes no more with these addresses",
  MAX_CONNECTION_REACHED: "the subscriber has as many connections to packet networks as are allowed",
  NON_3GPP_ACCESS_TO_EPC_NOT_ALLOWED: "the subscription has no access from Wi-Fi",
  USER_UNKNOWN: "the home network does not know the subscriber: another SIM, realm or operator",
  NO_APN_SUBSCRIPTION: "the subscription has no such APN (the name that IDr asks for)",
  AUTHORIZATION_REJECTED: "the home network does not allow the service to this subscriber",
  ILLEGAL_ME: "the network does not accept the device",
  NETWORK_FAILURE: "the network has a fault of its own",
  RAT_TYPE_NOT_ALLOWED: "the subscription does not allow this kind of access",
  IMEI_NOT_ACCEPTED: "the network takes no emergency call from an IMEI alone",
  PLMN_NOT_ALLOWED: "the home network does not allow its subscribers into this one: roaming is barred",
  UNAUTHENTICATED_EMERGENCY_NOT_SUPPORTED: "the network takes no emergency call without authentication",
  CONGESTION: "the network is overloaded",
}

/** Names that rules of their own explain. */
const ELSEWHERE = new Set([
  "NO_PROPOSAL_CHOSEN",
  "INVALID_KE_PAYLOAD",
  "AUTHENTICATION_FAILED",
  "TS_UNACCEPTABLE",
  "INVALID_ID_INFORMATION",
  "INVALID_CERT_ENCODING",
  "INVALID_CERTIFICATE",
  "CERT_TYPE_UNSUPPORTED",
  "INVALID_CERT_AUTHORITY",
  "INVALID_HASH_INFORMATION",
  "INVALID_SIGNATURE",
])

export function explainNotifications(sa: IkeSa, say: Say): void {
  // Who sends the same again is answered the same again.
  const same = grouped(sa.notices, n => [n.from, n.name, n.exchangeType, n.detail].join(" "))
  for (const again of same.values()) {
    const [n] = again
    const name = n.name.replaceAll("-", "_")
    const status = sa.version === 2 && n.type >= 16384
    if (n.type < 0 || status || ELSEWHERE.has(name)) continue
    // strongSwan's mediation has the same number for ME_CONNECT_FAILED.
    const noPeer = n.exchangeType === EXCHANGE_TYPE.ME_CONNECT && name === "PDN_CONNECTION_REJECTION"
    const answer = noPeer ? "ME_CONNECT_FAILED" : n.name
    const said = `${addressOf(sa, n.from)} answers ${answer} in ${framesText([...new Set(again.map(a => a.frame))])}`
    if (noPeer) {
      say("error-notification", "warning", n, `${said}: the mediation server has no such peer`)
      continue
    }
    const mobile = sa.version === 2 ? MOBILE[name] : undefined
    if (mobile) {
      say("mobile-access-refused", "error", n, `${said}: ${mobile}${n.detail ? `; ${n.detail}` : ""}`)
      continue
    }
    const row = MEANING[name]
    if (row) say(row[0], row[1], n, `${said}: ${keFault(sa, n) ?? row[2]}`)
    else
      say(
        "error-notification",
        "warning",
        n,
        `${said}${n.detail ? `: "${n.detail}"` : ""}, an error that ikedump has no explanation for`,
      )
  }
}
