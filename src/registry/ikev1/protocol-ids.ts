/** Protocol identifiers of proposals, notifications and deletes in IKEv1. */
import { registry } from "../registry.ts"

/** IPSEC Security Protocol Identifiers. RFC 2407 §4.4.1. */
export const PROTOCOL_ID = registry(
  "IPSEC Security Protocol Identifiers",
  {
    RESERVED: [0, "RFC 2407", { name: "Reserved", status: "reserved" }],
    PROTO_ISAKMP: [1, "RFC 2407", { alias: "ISAKMP" }],
    PROTO_IPSEC_AH: [2, "RFC 2407", { alias: "AH" }],
    PROTO_IPSEC_ESP: [3, "RFC 2407", { alias: "ESP" }],
    PROTO_IPCOMP: [4, "RFC 2407", { alias: "IPCOMP" }],
    PROTO_GIGABEAM_RADIO: [5, "RFC 4705", { alias: "GIGABEAM_RADIO" }],
  },
  [[249, 255, "Private Use"]],
)
