/** Protocol identifiers of proposals, notifications and deletes in IKEv1. */
import { registry } from "../registry.ts"

/** IPSEC Security Protocol Identifiers. RFC 2407 §4.4.1. */
export const PROTOCOL_ID = registry(
  "IPSEC Security Protocol Identifiers",
  {
    0: ["Reserved", "RFC 2407", "reserved"],
    1: ["PROTO_ISAKMP", "RFC 2407", "", "ISAKMP"],
    2: ["PROTO_IPSEC_AH", "RFC 2407", "", "AH"],
    3: ["PROTO_IPSEC_ESP", "RFC 2407", "", "ESP"],
    4: ["PROTO_IPCOMP", "RFC 2407", "", "IPCOMP"],
    5: ["PROTO_GIGABEAM_RADIO", "RFC 4705", "", "GIGABEAM_RADIO"],
  },
  [[249, 255, "Private Use"]],
)
