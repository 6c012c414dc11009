/** Notify Message Types of IKEv1; the alias is the spelling that IKEv2 and reports use. */
import { registry } from "../registry.ts"

const LAST_ERROR_TYPE = 8191
const LAST_PRIVATE_ERROR = 16_383

/** Whether the type says that something failed. Types from 8192 on are private errors that vendors use for status too. RFC 2408 §3.14.1. */
export const isErrorType = (type: number): boolean => type > 0 && type <= LAST_ERROR_TYPE

/** Whether the type is a private error: before phase 1 is done it refuses, later vendors use it for status too. RFC 2408 §3.14.1. */
export const isPrivateError = (type: number): boolean => type > LAST_ERROR_TYPE && type <= LAST_PRIVATE_ERROR

/** ISAKMP Notify Message Types. RFC 2408 §3.14.1, RFC 2407 §4.6.3. Below 16384 it is an error. */
export const NOTIFY = registry(
  "ISAKMP Notify Message Types",
  {
    RESERVED: [0, "RFC 2408", { name: "Reserved", status: "reserved" }],
    INVALID_PAYLOAD_TYPE: [1, "RFC 2408", { name: "INVALID-PAYLOAD-TYPE", alias: "INVALID_PAYLOAD_TYPE" }],
    DOI_NOT_SUPPORTED: [2, "RFC 2408", { name: "DOI-NOT-SUPPORTED", alias: "DOI_NOT_SUPPORTED" }],
    SITUATION_NOT_SUPPORTED: [3, "RFC 2408", { name: "SITUATION-NOT-SUPPORTED", alias: "SITUATION_NOT_SUPPORTED" }],
    INVALID_COOKIE: [4, "RFC 2408", { name: "INVALID-COOKIE", alias: "INVALID_COOKIE" }],
    INVALID_MAJOR_VERSION: [5, "RFC 2408", { name: "INVALID-MAJOR-VERSION", alias: "INVALID_MAJOR_VERSION" }],
    INVALID_MINOR_VERSION: [6, "RFC 2408", { name: "INVALID-MINOR-VERSION", alias: "INVALID_MINOR_VERSION" }],
    INVALID_EXCHANGE_TYPE: [7, "RFC 2408", { name: "INVALID-EXCHANGE-TYPE", alias: "INVALID_EXCHANGE_TYPE" }],
    INVALID_FLAGS: [8, "RFC 2408", { name: "INVALID-FLAGS", alias: "INVALID_FLAGS" }],
    INVALID_MESSAGE_ID: [9, "RFC 2408", { name: "INVALID-MESSAGE-ID", alias: "INVALID_MESSAGE_ID" }],
    INVALID_PROTOCOL_ID: [10, "RFC 2408", { name: "INVALID-PROTOCOL-ID", alias: "INVALID_PROTOCOL_ID" }],
    INVALID_SPI: [11, "RFC 2408", { name: "INVALID-SPI", alias: "INVALID_SPI" }],
    INVALID_TRANSFORM_ID: [12, "RFC 2408", { name: "INVALID-TRANSFORM-ID", alias: "INVALID_TRANSFORM_ID" }],
    ATTRIBUTES_NOT_SUPPORTED: [13, "RFC 2408", { name: "ATTRIBUTES-NOT-SUPPORTED", alias: "ATTRIBUTES_NOT_SUPPORTED" }],
    NO_PROPOSAL_CHOSEN: [14, "RFC 2408", { name: "NO-PROPOSAL-CHOSEN", alias: "NO_PROPOSAL_CHOSEN" }],
    BAD_PROPOSAL_SYNTAX: [15, "RFC 2408", { name: "BAD-PROPOSAL-SYNTAX", alias: "BAD_PROPOSAL_SYNTAX" }],
    PAYLOAD_MALFORMED: [16, "RFC 2408", { name: "PAYLOAD-MALFORMED", alias: "PAYLOAD_MALFORMED" }],
    INVALID_KEY_INFORMATION: [17, "RFC 2408", { name: "INVALID-KEY-INFORMATION", alias: "INVALID_KEY_INFORMATION" }],
    INVALID_ID_INFORMATION: [18, "RFC 2408", { name: "INVALID-ID-INFORMATION", alias: "INVALID_ID_INFORMATION" }],
    INVALID_CERT_ENCODING: [19, "RFC 2408", { name: "INVALID-CERT-ENCODING", alias: "INVALID_CERT_ENCODING" }],
    INVALID_CERTIFICATE: [20, "RFC 2408", { name: "INVALID-CERTIFICATE", alias: "INVALID_CERTIFICATE" }],
    CERT_TYPE_UNSUPPORTED: [21, "RFC 2408", { name: "CERT-TYPE-UNSUPPORTED", alias: "CERT_TYPE_UNSUPPORTED" }],
    INVALID_CERT_AUTHORITY: [22, "RFC 2408", { name: "INVALID-CERT-AUTHORITY", alias: "INVALID_CERT_AUTHORITY" }],
    INVALID_HASH_INFORMATION: [23, "RFC 2408", { name: "INVALID-HASH-INFORMATION", alias: "INVALID_HASH_INFORMATION" }],
    AUTHENTICATION_FAILED: [24, "RFC 2408", { name: "AUTHENTICATION-FAILED", alias: "AUTHENTICATION_FAILED" }],
    INVALID_SIGNATURE: [25, "RFC 2408", { name: "INVALID-SIGNATURE", alias: "INVALID_SIGNATURE" }],
    ADDRESS_NOTIFICATION: [26, "RFC 2408", { name: "ADDRESS-NOTIFICATION", alias: "ADDRESS_NOTIFICATION" }],
    NOTIFY_SA_LIFETIME: [27, "RFC 2408", { name: "NOTIFY-SA-LIFETIME", alias: "NOTIFY_SA_LIFETIME" }],
    CERTIFICATE_UNAVAILABLE: [28, "RFC 2408", { name: "CERTIFICATE-UNAVAILABLE", alias: "CERTIFICATE_UNAVAILABLE" }],
    UNSUPPORTED_EXCHANGE_TYPE: [
      29,
      "RFC 2408",
      { name: "UNSUPPORTED-EXCHANGE-TYPE", alias: "UNSUPPORTED_EXCHANGE_TYPE" },
    ],
    UNEQUAL_PAYLOAD_LENGTHS: [30, "RFC 2408", { name: "UNEQUAL-PAYLOAD-LENGTHS", alias: "UNEQUAL_PAYLOAD_LENGTHS" }],
    CONNECTED: [16384, "RFC 2408", { alias: "CONNECTED" }],
    RESPONDER_LIFETIME: [24576, "RFC 2407", { name: "RESPONDER-LIFETIME", alias: "RESPONDER_LIFETIME" }],
    REPLAY_STATUS: [24577, "RFC 2407", { name: "REPLAY-STATUS", alias: "REPLAY_STATUS" }],
    INITIAL_CONTACT: [24578, "RFC 2407", { name: "INITIAL-CONTACT", alias: "INITIAL_CONTACT" }],
    CISCO_HELLO: [30000, "Cisco", { name: "CISCO-HELLO", alias: "CISCO_HELLO", status: "private" }],
    CISCO_WWTEBR: [30001, "Cisco", { name: "CISCO-WWTEBR", alias: "CISCO_WWTEBR", status: "private" }],
    CISCO_SHUT_UP: [30002, "Cisco", { name: "CISCO-SHUT-UP", alias: "CISCO_SHUT_UP", status: "private" }],
    IOS_KEEP_ALIVE_REQ: [
      32768,
      "Cisco",
      { name: "IOS-KEEP-ALIVE-REQ", alias: "IOS_KEEP_ALIVE_REQ", status: "private" },
    ],
    IOS_KEEP_ALIVE_ACK: [
      32769,
      "Cisco",
      { name: "IOS-KEEP-ALIVE-ACK", alias: "IOS_KEEP_ALIVE_ACK", status: "private" },
    ],
    // As the isakmp crate of snx-rs has it.
    CCC_AUTH: [32772, "Check Point", { name: "CCC-AUTH", alias: "CCC_AUTH", status: "private" }],
    R_U_THERE: [36136, "RFC 3706", { name: "R-U-THERE", alias: "R_U_THERE" }],
    R_U_THERE_ACK: [36137, "RFC 3706", { name: "R-U-THERE-ACK", alias: "R_U_THERE_ACK" }],
    NETSCREEN_NHTB_INFORM: [
      40001,
      "Juniper",
      { name: "NETSCREEN-NHTB-INFORM", alias: "NETSCREEN_NHTB_INFORM", status: "private" },
    ],
    UNITY_LOAD_BALANCE: [
      40501,
      "Cisco",
      { name: "UNITY-LOAD-BALANCE", alias: "UNITY_LOAD_BALANCE", status: "private" },
    ],
    UNITY_UNKNOWN: [40502, "Cisco", { name: "UNITY-UNKNOWN", alias: "UNITY_UNKNOWN", status: "private" }],
    UNITY_GROUP_HASH: [40503, "Cisco", { name: "UNITY-GROUP-HASH", alias: "UNITY_GROUP_HASH", status: "private" }],
  },
  [
    [1, 8191, "Unassigned Error"],
    [8192, 16383, "Private Use Error"],
    [16385, 24575, "Unassigned Status"],
    [24576, 32767, "DOI-specific Status"],
    [32768, 40959, "Private Use Status"],
    [40960, 65535, "Unassigned Status"],
  ],
)

/** What refuses an authentication: INVALID-ID-INFORMATION to AUTHENTICATION-FAILED and INVALID-SIGNATURE. RFC 2408 §3.14.1. */
export const REFUSALS: readonly number[] = [
  NOTIFY.INVALID_ID_INFORMATION,
  NOTIFY.INVALID_CERT_ENCODING,
  NOTIFY.INVALID_CERTIFICATE,
  NOTIFY.CERT_TYPE_UNSUPPORTED,
  NOTIFY.INVALID_CERT_AUTHORITY,
  NOTIFY.INVALID_HASH_INFORMATION,
  NOTIFY.AUTHENTICATION_FAILED,
  NOTIFY.INVALID_SIGNATURE,
]
