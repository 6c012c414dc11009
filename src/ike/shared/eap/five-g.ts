/** EAP-5G between a handset and an N3IWF or TNGF: message, access parameters, and the header of the NAS message in it. TS 24.502 §9.3.2, TS 24.501 §9. */
import type { Cursor } from "../../../bytes/cursor.ts"
import { field } from "../../../bytes/field.ts"
import { EAP_CODE } from "../../../registry/eap-types.ts"

export interface EapFiveG {
  /** 1 5G-Start, 2 5G-NAS, 3 5G-Notification, 4 5G-Stop. */
  readonly message: number
  readonly nas?: NasHeader
}

interface NasHeader {
  /** 0 plain; 1 and 3 with a MAC; 2 and 4 encrypted too, so that the message type is hidden. */
  readonly security: number
  readonly type?: number
}

/** Of EAP-5G among 3GPP's expanded types. */
export const VENDOR_3GPP = 10415
export const EAP_5G = 3

const table = (first: number, names: string) => {
  const all = names.split("|")
  return { name: (n: number) => all[n - first] || undefined }
}
const MESSAGES = table(1, "5G-Start|5G-NAS|5G-Notification|5G-Stop")
const PARAMETERS = table(1, "GUAMI|Selected PLMN ID|Requested NSSAI|Establishment cause|Selected NID|UE identity")
const SECURITY = table(
  0,
  "plain|integrity protected|integrity protected and ciphered|integrity protected with a new context|integrity protected and ciphered with a new context",
)
/** TS 24.501 table 9.7.1. */
const NAS_NAMES = new Map([
  [0x41, "Registration request"],
  [0x42, "Registration accept"],
  [0x43, "Registration complete"],
  [0x44, "Registration reject"],
  [0x45, "Deregistration request (UE)"],
  [0x46, "Deregistration accept (UE)"],
  [0x47, "Deregistration request (network)"],
  [0x48, "Deregistration accept (network)"],
  [0x4c, "Service request"],
  [0x4d, "Service reject"],
  [0x4e, "Service accept"],
  [0x4f, "Control plane service request"],
  [0x50, "Network slice-specific authentication command"],
  [0x51, "Network slice-specific authentication complete"],
  [0x52, "Network slice-specific authentication result"],
  [0x54, "Configuration update command"],
  [0x55, "Configuration update complete"],
  [0x56, "Authentication request"],
  [0x57, "Authentication response"],
  [0x58, "Authentication reject"],
  [0x59, "Authentication failure"],
  [0x5a, "Authentication result"],
  [0x5b, "Identity request"],
  [0x5c, "Identity response"],
  [0x5d, "Security mode command"],
  [0x5e, "Security mode complete"],
  [0x5f, "Security mode reject"],
  [0x64, "5GMM status"],
  [0x65, "Notification"],
  [0x66, "Notification response"],
  [0x67, "UL NAS transport"],
  [0x68, "DL NAS transport"],
])

const message = field("eap.5g.message_id", "EAP-5G Message", { names: MESSAGES })
const spare = field("eap.5g.spare", "Spare")
const parametersLength = field("eap.5g.an_param_length", "AN-Parameters Length")
const parameters = field("eap.5g.an_params", "AN-Parameters", { kind: "none" })
const parameter = field("eap.5g.an_param.type", "AN-Parameter", { names: PARAMETERS })
const parameterLength = field("eap.5g.an_param.length", "Length")
const parameterValue = field("eap.5g.an_param.value", "Value", { kind: "bytes" })
const nasLength = field("eap.5g.nas_pdu_length", "NAS-PDU Length")
const nasPdu = field("eap.5g.nas_pdu", "NAS-PDU", { kind: "none" })
const discriminator = field("nas-5gs.epd", "Extended Protocol Discriminator", { kind: "hex" })
const security = field("nas-5gs.security_header_type", "Security Header Type", { names: SECURITY })
const mac = field("nas-5gs.msg_auth_code", "Message Authentication Code", { kind: "hex" })
const sequence = field("nas-5gs.seq_no", "Sequence Number")
const nasType = field("nas-5gs.mm.message_type", "Message Type", {
  kind: "hex",
  names: { name: n => NAS_NAMES.get(n) },
})
const nasBody = field("nas-5gs.data", "NAS Message", { kind: "bytes" })
const extensions = field("eap.5g.extensions", "Extensions", { kind: "bytes" })

const NAS_MESSAGE = 2
/** EPD of 5GS mobility management. */
const MOBILITY = 0x7e
const CIPHERED: readonly number[] = [2, 4]

/**
 *     |  Message-Id   |     Spare     |  AN-Parameters Length (UE)    |
 *     |  AN-Parameters (UE) ...       |  NAS-PDU Length  | NAS-PDU ...
 */
export function decodeFiveG(c: Cursor, code: number): EapFiveG {
  const id = c.u8(message)
  c.u8(spare)
  if (id !== NAS_MESSAGE) {
    if (c.left > 0) c.bytes(extensions)
    return { message: id }
  }
  if (code === EAP_CODE.RESPONSE)
    c.window(parameters, c.u16(parametersLength), "AN-Parameters Length", p => {
      while (p.left > 0) {
        p.u8(parameter)
        p.bytes(parameterValue, p.u8(parameterLength))
      }
    })
  const nas = c.window(nasPdu, c.u16(nasLength), "NAS-PDU Length", decodeNas)
  if (c.left > 0) c.bytes(extensions)
  return { message: id, nas }
}

/** The header alone: what is under it belongs to the core network. TS 24.501 §9.1.1. */
function decodeNas(c: Cursor): NasHeader | undefined {
  if (c.u8(discriminator) !== MOBILITY) {
    if (c.left > 0) c.bytes(nasBody)
    return undefined
  }
  const protection = c.u8(security) & 15
  if (protection !== 0) {
    c.u32(mac)
    c.u8(sequence)
  }
  let type: number | undefined
  if (!CIPHERED.includes(protection)) {
    if (protection !== 0) {
      c.u8(discriminator)
      c.u8(security)
    }
    type = c.u8(nasType)
  }
  if (c.left > 0) c.bytes(nasBody)
  return { security: protection, type }
}
