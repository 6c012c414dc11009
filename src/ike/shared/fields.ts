/** Fields of the ISAKMP header and the generic payload header (RFC 7296 §3.1-3.2, RFC 2408 §3.1-3.2), under Wireshark's names. */
import { field } from "../../bytes/field.ts"

export const isakmp = field("isakmp", "Internet Security Association and Key Management Protocol", { kind: "none" })
export const ispi = field("isakmp.ispi", "Initiator SPI", { kind: "bytes" })
export const rspi = field("isakmp.rspi", "Responder SPI", { kind: "bytes" })
export const version = field("isakmp.version", "Version", { kind: "hex" })
export const mjver = field("isakmp.mjver", "Major Version", { kind: "hex" })
export const mnver = field("isakmp.mnver", "Minor Version", { kind: "hex" })
export const flags = field("isakmp.flags", "Flags", { kind: "hex" })
export const flagE = field("isakmp.flag_e", "Encryption", { kind: "bool" })
export const flagC = field("isakmp.flag_c", "Commit", { kind: "bool" })
export const flagA = field("isakmp.flag_a", "Authentication only", { kind: "bool" })
export const flagI = field("isakmp.flag_i", "Initiator", { kind: "bool" })
export const flagV = field("isakmp.flag_v", "Version", { kind: "bool" })
export const flagR = field("isakmp.flag_r", "Response", { kind: "bool" })
export const messageId = field("isakmp.messageid", "Message ID", { kind: "hex" })
export const length = field("isakmp.length", "Length")
/** The octet that holds C and RESERVED; no tool names it, so it is not offered as a field of its own. */
export const critical8 = field("", "Critical and reserved", { hidden: true })
export const critical = field("isakmp.criticalpayload", "Critical", { kind: "bool" })
export const reserved7 = field("isakmp.reserved7", "Reserved", { kind: "hex" })
export const reserved = field("isakmp.reserved", "Reserved", { kind: "bytes" })
export const payloadLength = field("isakmp.payloadlength", "Payload length")
export const extraData = field("isakmp.extradata", "Extra data", { kind: "bytes" })
/** Body of a payload whose type is unknown, or of an encrypted payload that no key opened. */
export const opaque = field("isakmp.datapayload", "Payload data", { kind: "bytes" })
