/** Notify Message Types of IKEv1; the alias is the spelling that IKEv2 and reports use. */
import { type RegistryRow, registry } from "../registry.ts"

const rows = (
  first: number,
  rfc: string,
  status: RegistryRow[2],
  ...names: readonly string[]
): Readonly<Record<number, RegistryRow>> =>
  Object.fromEntries(names.map((name, i) => [first + i, [name, rfc, status, name.replaceAll("-", "_")]]))

/** ISAKMP Notify Message Types. RFC 2408 §3.14.1, RFC 2407 §4.6.3. Below 16384 it is an error. */
export const NOTIFY = registry(
  "ISAKMP Notify Message Types",
  {
    0: ["Reserved", "RFC 2408", "reserved"],
    ...rows(
      1,
      "RFC 2408",
      "",
      "INVALID-PAYLOAD-TYPE",
      "DOI-NOT-SUPPORTED",
      "SITUATION-NOT-SUPPORTED",
      "INVALID-COOKIE",
      "INVALID-MAJOR-VERSION",
      "INVALID-MINOR-VERSION",
      "INVALID-EXCHANGE-TYPE",
      "INVALID-FLAGS",
      "INVALID-MESSAGE-ID",
      "INVALID-PROTOCOL-ID",
      "INVALID-SPI",
      "INVALID-TRANSFORM-ID",
      "ATTRIBUTES-NOT-SUPPORTED",
      "NO-PROPOSAL-CHOSEN",
      "BAD-PROPOSAL-SYNTAX",
      "PAYLOAD-MALFORMED",
      "INVALID-KEY-INFORMATION",
      "INVALID-ID-INFORMATION",
      "INVALID-CERT-ENCODING",
      "INVALID-CERTIFICATE",
      "CERT-TYPE-UNSUPPORTED",
      "INVALID-CERT-AUTHORITY",
      "INVALID-HASH-INFORMATION",
      "AUTHENTICATION-FAILED",
      "INVALID-SIGNATURE",
      "ADDRESS-NOTIFICATION",
      "NOTIFY-SA-LIFETIME",
      "CERTIFICATE-UNAVAILABLE",
      "UNSUPPORTED-EXCHANGE-TYPE",
      "UNEQUAL-PAYLOAD-LENGTHS",
    ),
    ...rows(16384, "RFC 2408", "", "CONNECTED"),
    ...rows(24576, "RFC 2407", "", "RESPONDER-LIFETIME", "REPLAY-STATUS", "INITIAL-CONTACT"),
    ...rows(30000, "Cisco", "private", "CISCO-HELLO", "CISCO-WWTEBR", "CISCO-SHUT-UP"),
    ...rows(32768, "Cisco", "private", "IOS-KEEP-ALIVE-REQ", "IOS-KEEP-ALIVE-ACK"),
    ...rows(36136, "RFC 3706", "", "R-U-THERE", "R-U-THERE-ACK"),
    ...rows(40001, "Juniper", "private", "NETSCREEN-NHTB-INFORM"),
    ...rows(40501, "Cisco", "private", "UNITY-LOAD-BALANCE", "UNITY-UNKNOWN", "UNITY-GROUP-HASH"),
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
