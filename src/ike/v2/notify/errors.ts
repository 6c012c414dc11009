/** Data of error notifications. RFC 7296 §3.10.1. */

import { field } from "../../../bytes/field.ts"
import { KE_METHOD } from "../../../registry/ikev2/ke-methods.ts"
import { NOTIFY } from "../../../registry/ikev2/notify.ts"
import { PAYLOAD_TYPE } from "../../../registry/ikev2/payload-types.ts"
import type { NotifyDecoder } from "./decoder.ts"

const payloadType = field("isakmp.notify.data.critical_payload_type", "Critical Payload Type", { names: PAYLOAD_TYPE })
const messageId = field("isakmp.notify.data.invalid_message_id", "Invalid Message ID", { kind: "hex" })
const invalidSpi = field("isakmp.notify.data.invalid_spi", "Invalid SPI", { kind: "bytes" })
const group = field("isakmp.notify.data.accepted_dh_group", "Accepted Key Exchange Method", { names: KE_METHOD })
const packet = field("isakmp.notify.data.offending_packet", "Start of the offending packet", { kind: "bytes" })
const windowsStatus = field("isakmp.notify.data.ms_status", "Windows error code", { kind: "hex" })

/** The payload type that was critical and not known. */
const unsupportedCriticalPayload: NotifyDecoder<{ payloadType: number }> = {
  type: NOTIFY.UNSUPPORTED_CRITICAL_PAYLOAD,
  rfc: "RFC 7296 §2.5",
  decode: c => ({ payloadType: c.u8(payloadType) }),
}

const invalidMessageId: NotifyDecoder<{ messageId: number }> = {
  type: NOTIFY.INVALID_MESSAGE_ID,
  rfc: "RFC 7296 §2.3",
  decode: c => ({ messageId: c.u32(messageId) }),
}

/** The SPI of an ESP or AH packet for which there is no SA; empty where the SPI stands in the payload's own field. */
const invalidSpiNotify: NotifyDecoder<{ spi: Uint8Array }> = {
  type: NOTIFY.INVALID_SPI,
  rfc: "RFC 7296 §1.5",
  decode: c => ({ spi: c.left > 0 ? c.bytes(invalidSpi) : c.src.bytes.subarray(c.pos, c.pos) }),
}

/** The group that the responder would rather have. Without data (in CREATE_CHILD_SA of some peers) undefined. */
export const invalidKePayload: NotifyDecoder<{ group: number | undefined }> = {
  type: NOTIFY.INVALID_KE_PAYLOAD,
  rfc: "RFC 7296 §1.3",
  decode: c => ({ group: c.left === 0 ? undefined : c.u16(group) }),
}

/** Of a packet that matched no traffic selector of its SA, as much as the sender wanted to say. */
const invalidSelectors: NotifyDecoder<{ packet: Uint8Array }> = {
  type: NOTIFY.INVALID_SELECTORS,
  rfc: "RFC 7296 §2.9",
  decode: c => ({ packet: c.left > 0 ? c.bytes(packet) : c.src.bytes.subarray(c.pos, c.pos) }),
}

/** MS_NOTIFY_STATUS: an HRESULT. [MS-IKEE] §2.2.12. */
const microsoftStatus: NotifyDecoder<{ status: number }> = {
  type: NOTIFY.MS_NOTIFY_STATUS,
  rfc: "[MS-IKEE] §2.2.12",
  decode: c => ({ status: c.u32(windowsStatus) }),
}

export const ERRORS: readonly NotifyDecoder[] = [
  unsupportedCriticalPayload,
  invalidMessageId,
  invalidSpiNotify,
  invalidKePayload,
  invalidSelectors,
  microsoftStatus,
]
