/** How an EAP conversation says that it fails, before or instead of EAP Failure. RFC 3748 §4.2, RFC 5216 §2.1.3, RFC 4187 §9, draft-kamath-pppext-eap-mschapv2 §2.5. */

import {
  EAP_CODE,
  EAP_MSCHAPV2_OPCODE,
  EAP_SIM_SUBTYPE,
  EAP_TYPE,
  type EapFailure,
} from "../../../registry/eap-types.ts"
import type { EapPacket } from "./packet.ts"

/** Name of the packet that ends EAP for worse. */
export const EAP_FAILURE = "EAP Failure"

/** What a packet says of failure, if anything. */
export function eapFailureOf(packet: EapPacket): EapFailure | undefined {
  if (packet.code === EAP_CODE.FAILURE) return { kind: "eap-failure", name: EAP_FAILURE, detail: null }
  const { method } = packet
  if (method?.kind === "mschapv2" && method.mschapv2.opcode === EAP_MSCHAPV2_OPCODE.FAILURE)
    return packet.code === EAP_CODE.REQUEST
      ? { kind: "eap-failure", name: "EAP-MSCHAPv2 Failure", detail: mschapReason(method.mschapv2.message ?? "") }
      : undefined
  if (method?.kind === "tls" && method.tls.record?.type === ALERT)
    return alertOf(packet.type ?? 0, method.tls.data, method.tls.record.length)
  if (method?.kind === "sim") return simFailure(method.sim.subtype)
  return undefined
}

/** RFC 2759 §6. */
const MSCHAP_ERRORS: Readonly<Record<string, string>> = {
  646: "not at this hour",
  647: "account disabled",
  648: "password expired",
  649: "no permission to dial in",
  691: "wrong user name or password",
  709: "password could not be changed",
}

/** What `E=…` of MSCHAPv2 says. */
export function mschapReason(message: string): string | null {
  const code = /\bE=(\d{1,5})/.exec(message)?.[1]
  if (!code) return null
  return `E=${code}${MSCHAP_ERRORS[code] ? `, ${MSCHAP_ERRORS[code]}` : ""}`
}

const ALERT = 21
const RECORD_HEADER = 5
/** Level and description in the clear; an encrypted alert is longer. RFC 5246 §7.2. */
const ALERT_BYTES = 2
const FATAL = 2

/** RFC 8446 §6, RFC 5246 §7.2; with what the sender means, where the name does not say. */
const ALERTS: Readonly<Record<number, string>> = {
  0: "close_notify",
  10: "unexpected_message",
  20: "bad_record_mac",
  21: "decryption_failed",
  22: "record_overflow",
  40: "handshake_failure, nothing offered is acceptable",
  41: "no_certificate",
  42: "bad_certificate",
  43: "unsupported_certificate",
  44: "certificate_revoked",
  45: "certificate_expired",
  46: "certificate_unknown",
  47: "illegal_parameter",
  48: "unknown_ca, the sender trusts no issuer of the certificate",
  49: "access_denied",
  50: "decode_error",
  51: "decrypt_error, a signature or Finished does not verify",
  70: "protocol_version, no common version of TLS",
  71: "insufficient_security",
  80: "internal_error",
  86: "inappropriate_fallback",
  90: "user_canceled",
  100: "no_renegotiation",
  109: "missing_extension",
  110: "unsupported_extension",
  112: "unrecognized_name",
  115: "unknown_psk_identity",
  116: "certificate_required, the client sent none",
  120: "no_application_protocol",
}

/** An alert in words. */
export const alertText = (description: number): string => ALERTS[description] ?? `alert ${description}`

function alertOf(type: number, data: Uint8Array, length: number): EapFailure | undefined {
  if (length !== ALERT_BYTES)
    return { kind: "eap-hidden-alert", name: `${EAP_TYPE.alias(type)} alert`, detail: "encrypted" }
  const [level, description] = data.subarray(RECORD_HEADER, RECORD_HEADER + ALERT_BYTES)
  if (level !== FATAL) return undefined
  return { kind: "eap-alert", name: `${EAP_TYPE.alias(type)} alert`, detail: alertText(description) }
}

function simFailure(subtype: number): EapFailure | undefined {
  if (subtype === EAP_SIM_SUBTYPE.AKA_AUTHENTICATION_REJECT)
    return {
      kind: "eap-reject",
      name: "AKA-Authentication-Reject",
      detail: "the client does not accept the network's AUTN",
    }
  if (subtype === EAP_SIM_SUBTYPE.CLIENT_ERROR) return { kind: "eap-failure", name: "EAP client error", detail: null }
  return undefined
}
