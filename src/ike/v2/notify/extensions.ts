/** Data of the notifications that extensions of IKEv2 define: lifetimes, tickets, crash detection, high availability, ESP options. */

import { field } from "../../../bytes/field.ts"
import { NOTIFY } from "../../../registry/ikev2/notify.ts"
import type { NotifyDecoder } from "./decoder.ts"

const authLifetimeSeconds = field("isakmp.notify.data.auth_lifetime", "Authentication Lifetime (seconds)")
const ticketLifetime = field("isakmp.notify.data.ticket_opaque.lifetime", "Ticket Lifetime (seconds)")
const ticketData = field("isakmp.notify.data.ticket_opaque.data", "Ticket", { kind: "bytes" })
const linkIdData = field("isakmp.notify.data.link_id", "Link ID", { kind: "bytes" })
const token = field("isakmp.notify.data.qcd.token_secret_data", "Token Secret Data", { kind: "bytes" })
const syncNonce = field("isakmp.notify.data.ha.nonce_data", "Nonce Data", { kind: "hex" })
const expectedSend = field("isakmp.notify.data.ha.expected_send_req_message_id", "Expected Send Request Message ID", {
  kind: "hex",
})
const expectedReceive = field(
  "isakmp.notify.data.ha.expected_recv_req_message_id",
  "Expected Receive Request Message ID",
  { kind: "hex" },
)
const delta = field("isakmp.notify.data.ha.incoming_ipsec_sa_delta_value", "Incoming IPsec SA delta value", {
  kind: "bytes",
})
const erpDomain = field("isakmp.notify.data.erx.domain", "ERP domain", { kind: "text" })
const aggfragReserved = field("isakmp.notify.data.aggfrag.reserved", "Reserved", { kind: "hex" })
const congestionControl = field("isakmp.notify.data.aggfrag.c", "Congestion control required", { kind: "bool" })
const dontFragment = field("isakmp.notify.data.aggfrag.d", "Do not fragment inner packets", { kind: "bool" })
const resource = field("isakmp.notify.data.sa_resource_info", "Resource Info", { kind: "bytes" })
const additionalKe = field("isakmp.notify.data.additional_key_exchange", "Link to the exchange before", {
  kind: "bytes",
})
const senderIds = field("isakmp.notify.data.group_sender.count", "Number of Sender-IDs requested")

/** Seconds until the initiator must authenticate again. */
const authLifetime: NotifyDecoder<{ seconds: number }> = {
  type: NOTIFY.AUTH_LIFETIME,
  rfc: "RFC 4478 §3",
  decode: c => ({ seconds: c.u32(authLifetimeSeconds) }),
}

/** A ticket for session resumption and the seconds that it is good for. */
const ticketLtOpaque: NotifyDecoder<{ lifetimeSeconds: number; ticket: Uint8Array }> = {
  type: NOTIFY.TICKET_LT_OPAQUE,
  rfc: "RFC 5723 §7.1",
  decode: c => ({ lifetimeSeconds: c.u32(ticketLifetime), ticket: c.bytes(ticketData) }),
}

const ticketOpaque: NotifyDecoder<{ ticket: Uint8Array }> = {
  type: NOTIFY.TICKET_OPAQUE,
  rfc: "RFC 5723 §7.2",
  decode: c => ({ ticket: c.bytes(ticketData) }),
}

/** Identifies a virtual link across IKE SAs. */
const linkId: NotifyDecoder<{ linkId: Uint8Array }> = {
  type: NOTIFY.LINK_ID,
  rfc: "RFC 5739 §5.2",
  decode: c => ({ linkId: c.bytes(linkIdData) }),
}

/** The token that a rebooted peer proves itself with, 16 to 128 bytes. */
const quickCrashDetection: NotifyDecoder<{ token: Uint8Array }> = {
  type: NOTIFY.QUICK_CRASH_DETECTION,
  rfc: "RFC 6290 §4.1",
  decode: c => ({ token: c.bytes(token) }),
}

interface MessageIdSync {
  readonly nonce: number
  /** Message ID of the next request that the sender will send, and of the one that it will take. */
  readonly expectedSend: number
  readonly expectedReceive: number
}

const messageIdSync: NotifyDecoder<MessageIdSync> = {
  type: NOTIFY.IKEV2_MESSAGE_ID_SYNC,
  rfc: "RFC 6311 §8.1",
  decode: c => ({
    nonce: c.u32(syncNonce),
    expectedSend: c.u32(expectedSend),
    expectedReceive: c.u32(expectedReceive),
  }),
}

/** By how much to raise the replay counters: 4 bytes, 8 with ESN. */
const replayCounterSync: NotifyDecoder<{ delta: Uint8Array }> = {
  type: NOTIFY.IPSEC_REPLAY_COUNTER_SYNC,
  rfc: "RFC 6311 §8.2",
  decode: c => ({ delta: c.bytes(delta) }),
}

/** The local ERP domain; nothing where it is only announced. */
const erxSupported: NotifyDecoder<{ domain: string | undefined }> = {
  type: NOTIFY.ERX_SUPPORTED,
  rfc: "RFC 6867 §5",
  decode: c => ({ domain: c.left > 0 ? c.text(erpDomain) : undefined }),
}

/** How many Sender-IDs a group member asks for. */
const groupSender: NotifyDecoder<{ senderIds: number | undefined }> = {
  type: NOTIFY.GROUP_SENDER,
  rfc: "RFC 9838 §4.7.2",
  decode: c => ({ senderIds: c.left > 0 ? c.uint(senderIds, Math.min(c.left, 4)) : undefined }),
}

/** Names the key exchanges done so far; opaque to all but its maker. */
const additionalKeyExchange: NotifyDecoder<{ link: Uint8Array }> = {
  type: NOTIFY.ADDITIONAL_KEY_EXCHANGE,
  rfc: "RFC 9370 §2.2.4",
  decode: c => ({ link: c.bytes(additionalKe) }),
}

/**
 * IP-TFS. RFC 9347 §5.1: eight bits, `0 0 0 0 0 0 C D`.
 */
const useAggfrag: NotifyDecoder<{ congestionControl: boolean; dontFragment: boolean }> = {
  type: NOTIFY.USE_AGGFRAG,
  rfc: "RFC 9347 §5.1",
  decode(c) {
    const flags = c.u8(aggfragReserved)
    const [c1, d1] = [(flags & 2) !== 0, (flags & 1) !== 0]
    c.note(congestionControl, c.pos - 1, c.pos, c1)
    c.note(dontFragment, c.pos - 1, c.pos, d1)
    return { congestionControl: c1, dontFragment: d1 }
  },
}

/** A hint at what a Child SA is for, such as a CPU; opaque. Mostly empty. */
const saResourceInfo: NotifyDecoder<{ resource: Uint8Array }> = {
  type: NOTIFY.SA_RESOURCE_INFO,
  rfc: "RFC 9611 §5.1",
  decode: c => ({ resource: c.left > 0 ? c.bytes(resource) : c.src.bytes.subarray(c.pos, c.pos) }),
}

export const EXTENSIONS: readonly NotifyDecoder[] = [
  authLifetime,
  ticketLtOpaque,
  ticketOpaque,
  linkId,
  quickCrashDetection,
  messageIdSync,
  replayCounterSync,
  erxSupported,
  groupSender,
  additionalKeyExchange,
  useAggfrag,
  saResourceInfo,
]
