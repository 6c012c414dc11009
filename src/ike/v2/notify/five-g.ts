/** 3GPP's notifications for access to 5G: where NAS messages and user plane packets go, and the QoS of a Child SA. TS 24.502 §9.3.1. */
import { field, ipv4Text, ipv6Text } from "../../../bytes/field.ts"
import { NOTIFY } from "../../../registry/ikev2/notify.ts"
import type { NotifyDecoder } from "./decoder.ts"

const prefix = "isakmp.notify.priv.3gpp"

/** An address as text. */
const address = (type: number, name: string, label: string, size: 4 | 16): NotifyDecoder<{ address: string }> => {
  const shown = field(`${prefix}.${name}`, label, { kind: size === 4 ? "ipv4" : "ipv6" })
  const text = size === 4 ? ipv4Text : ipv6Text
  return { type, rfc: "3GPP TS 24.502 §9.3.1", decode: c => ({ address: text(c.bytes(shown, size)) }) }
}
/** Where the UE sends NAS messages and user plane packets inside the tunnel. */
const nasIp4Address = address(55502, "nas_ip4_address", "NAS IPv4 Address", 4)
const nasIp6Address = address(55503, "nas_ip6_address", "NAS IPv6 Address", 16)
const upIp4Address = address(55504, "up_ip4_address", "User Plane IPv4 Address", 4)
const upIp6Address = address(55505, "up_ip6_address", "User Plane IPv6 Address", 16)

const tcpPort = field(`${prefix}.nas_tcp_port`, "NAS TCP Port")
const nasTcpPort: NotifyDecoder<{ port: number }> = {
  type: NOTIFY.NAS_TCP_PORT,
  rfc: "3GPP TS 24.502 §9.3.1",
  decode: c => ({ port: c.u16(tcpPort) }),
}

const qosLength = field(`${prefix}.5g_qos_info.len`, "Length")
const pduSession = field(`${prefix}.5g_qos_info.pdu_session_id`, "PDU Session ID")
const qfiCount = field(`${prefix}.5g_qos_info.qfi_count`, "Number of QFIs")
const qfi = field(`${prefix}.5g_qos_info.qfi`, "QFI")
const qosFlags = field(`${prefix}.5g_qos_info.flags`, "Flags", { kind: "hex" })
const defaultChild = field(`${prefix}.5g_qos_info.dcsi`, "Default Child SA", { kind: "bool" })
const dscp = field(`${prefix}.5g_qos_info.dscp`, "DSCP")

interface FiveGQosInfo {
  readonly pduSessionId: number
  readonly qfis: readonly number[]
  /** Whether this Child SA takes the packets of QoS flows that no other one has. */
  readonly defaultChildSa: boolean
  readonly dscp?: number
}

const fiveGQosInfo: NotifyDecoder<FiveGQosInfo> = {
  type: NOTIFY.QOS_INFO_5G,
  rfc: "3GPP TS 24.502 §9.3.1.1",
  decode(c) {
    c.u8(qosLength)
    const pduSessionId = c.u8(pduSession)
    const qfis = Array.from({ length: c.u8(qfiCount) }, () => c.u8(qfi))
    const flags = c.u8(qosFlags)
    const defaultChildSa = (flags & 1) !== 0
    c.note(defaultChild, c.pos - 1, c.pos, defaultChildSa)
    return (flags & 2) !== 0
      ? { pduSessionId, qfis, defaultChildSa, dscp: c.u8(dscp) }
      : { pduSessionId, qfis, defaultChildSa }
  },
}

export const FIVE_G: readonly NotifyDecoder[] = [
  nasIp4Address,
  nasIp6Address,
  upIp4Address,
  upIp6Address,
  nasTcpPort,
  fiveGQosInfo,
]
