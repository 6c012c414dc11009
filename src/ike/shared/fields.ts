/** Fields of the ISAKMP header and the generic payload header (RFC 7296 §3.1-3.2, RFC 2408 §3.1-3.2), under Wireshark's names. */
import { bits, field } from "../../bytes/field.ts"

export const isakmp = field("isakmp", "Internet Security Association and Key Management Protocol", { kind: "none" })
export const ispi = field("isakmp.ispi", "Initiator SPI", { kind: "bytes" })
export const rspi = field("isakmp.rspi", "Responder SPI", { kind: "bytes" })
export const version = field("isakmp.version", "Version", { kind: "hex" })
export const mjver = field("isakmp.mjver", "Major Version", { kind: "hex", ...bits(0xf0) })
export const mnver = field("isakmp.mnver", "Minor Version", { kind: "hex", ...bits(0x0f) })
export const flags = field("isakmp.flags", "Flags", { kind: "hex" })
export const flagE = field("isakmp.flag_e", "Encryption", { kind: "bool", ...bits(0x01) })
export const flagC = field("isakmp.flag_c", "Commit", { kind: "bool", ...bits(0x02) })
export const flagA = field("isakmp.flag_a", "Authentication only", { kind: "bool", ...bits(0x04) })
export const flagI = field("isakmp.flag_i", "Initiator", {
  kind: "bool",
  ...bits(0x08),
  words: ["Responder", "Initiator"],
})
export const flagV = field("isakmp.flag_v", "Version", {
  kind: "bool",
  ...bits(0x10),
  words: ["No higher version", "A higher version enabled"],
})
export const flagR = field("isakmp.flag_r", "Response", { kind: "bool", ...bits(0x20), words: ["Request", "Response"] })
export const messageId = field("isakmp.messageid", "Message ID", { kind: "hex" })
export const length = field("isakmp.length", "Length")
/** The octet that holds C and RESERVED; no tool names it, so it is not offered as a field of its own. */
export const critical8 = field("", "Critical and reserved", { hidden: true })
export const critical = field("isakmp.criticalpayload", "Critical", {
  kind: "bool",
  ...bits(0x80),
  words: ["Not critical", "Critical"],
})
export const reserved7 = field("isakmp.reserved7", "Reserved", { kind: "hex", ...bits(0x7f) })
export const reserved = field("isakmp.reserved", "Reserved", { kind: "bytes" })
export const payloadLength = field("isakmp.payloadlength", "Payload length")
export const extraData = field("isakmp.extradata", "Extra data", { kind: "bytes" })
/** Body of a payload whose type is unknown, or of an encrypted payload that no key opened. */
export const opaque = field("isakmp.datapayload", "Payload data", { kind: "bytes" })
