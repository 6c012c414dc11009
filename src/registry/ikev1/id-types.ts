/** Identification types of IKEv1. */
import { registry } from "../registry.ts"

/** IPSEC Identification Type. RFC 2407 §4.6.2. */
export const ID_TYPE = registry(
  "IPSEC Identification Type",
  {
    RESERVED: [0, "RFC 2407", { name: "Reserved", status: "reserved" }],
    ID_IPV4_ADDR: [1, "RFC 2407"],
    ID_FQDN: [2, "RFC 2407"],
    ID_USER_FQDN: [3, "RFC 2407"],
    ID_IPV4_ADDR_SUBNET: [4, "RFC 2407"],
    ID_IPV6_ADDR: [5, "RFC 2407"],
    ID_IPV6_ADDR_SUBNET: [6, "RFC 2407"],
    ID_IPV4_ADDR_RANGE: [7, "RFC 2407"],
    ID_IPV6_ADDR_RANGE: [8, "RFC 2407"],
    ID_DER_ASN1_DN: [9, "RFC 2407"],
    ID_DER_ASN1_GN: [10, "RFC 2407"],
    ID_KEY_ID: [11, "RFC 2407"],
    ID_LIST: [12, "RFC 3554"],
  },
  [[249, 255, "Private Use"]],
)
