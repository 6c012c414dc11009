/** Fields of the packets inside ESP and AH, under Wireshark's names. */
import { field } from "../bytes/field.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"

/** Octets that hold several fields; no tool names them, so they are not offered as fields of their own. */
export const octets = field("", "Octets", { kind: "hex", hidden: true })

export const dns = field("dns", "Domain Name System", { kind: "none" })
export const dnsId = field("dns.id", "Transaction ID", { kind: "hex" })
export const dnsFlags = field("dns.flags", "Flags", { kind: "hex" })
export const dnsQuestions = field("dns.count.queries", "Questions")
export const dnsAnswers = field("dns.count.answers", "Answer RRs")
export const dnsAuthority = field("dns.count.auth_rr", "Authority RRs")
export const dnsAdditional = field("dns.count.add_rr", "Additional RRs")
export const dnsName = field("dns.qry.name", "Name", { kind: "text" })
export const dnsType = field("dns.qry.type", "Type")
export const dnsClass = field("dns.qry.class", "Class", { kind: "hex" })

export const ipcomp = field("ipcomp", "IP Payload Compression", { kind: "none" })
export const ipcompNext = field("ipcomp.next_header", "Next Header", { names: IP_PROTOCOL })
export const ipcompFlags = field("ipcomp.flags", "IPComp Flags", { kind: "hex" })
export const ipcompCpi = field("ipcomp.cpi", "IPComp CPI", { kind: "hex" })
export const ipcompData = field("ipcomp.data", "Compressed data", { kind: "bytes" })

export const beet = field("beet", "BEET Pseudo Header", { kind: "none" })
export const beetNext = field("beet.next_header", "Next Header", { names: IP_PROTOCOL })
export const beetLength = field("beet.length", "Header Length")
export const beetPadLength = field("beet.pad_len", "Pad Length")
export const beetReserved = field("beet.reserved", "Reserved")
export const beetOptions = field("beet.options", "Padding and IPv4 options", { kind: "bytes" })

export const aggfrag = field("aggfrag", "AGGFRAG Payload", { kind: "none" })
export const aggfragSubType = field("aggfrag.subtype", "Sub-type")
export const aggfragFlags = field("aggfrag.flags", "Reserved and flags", { kind: "hex" })
export const aggfragOffset = field("aggfrag.block_offset", "Block Offset")
export const aggfragLossRate = field("aggfrag.loss_event_rate", "Loss Event Rate")
export const aggfragDelays = field("aggfrag.delays", "RTT, Echo Delay and Transmit Delay", { kind: "bytes" })
export const aggfragTVal = field("aggfrag.tval", "TVal")
export const aggfragTEcho = field("aggfrag.techo", "TEcho")
export const aggfragFragment = field("aggfrag.fragment", "Rest of an earlier packet", { kind: "bytes" })
export const aggfragBlock = field("aggfrag.block", "Data Block", { kind: "bytes" })
export const aggfragPad = field("aggfrag.pad", "Pad", { kind: "bytes" })

export const data = field("data.data", "Data", { kind: "bytes" })
export const tfcPadding = field("esp.tfc_padding", "TFC padding", { kind: "bytes" })
