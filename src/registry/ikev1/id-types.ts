/** Identification types of IKEv1. */
import { registry } from "../registry.ts"

/** IPSEC Identification Type. RFC 2407 §4.6.2. */
export const ID_TYPE = registry(
  "IPSEC Identification Type",
  {
    0: ["Reserved", "RFC 2407", "reserved"],
    1: ["ID_IPV4_ADDR", "RFC 2407"],
    2: ["ID_FQDN", "RFC 2407"],
    3: ["ID_USER_FQDN", "RFC 2407"],
    4: ["ID_IPV4_ADDR_SUBNET", "RFC 2407"],
    5: ["ID_IPV6_ADDR", "RFC 2407"],
    6: ["ID_IPV6_ADDR_SUBNET", "RFC 2407"],
    7: ["ID_IPV4_ADDR_RANGE", "RFC 2407"],
    8: ["ID_IPV6_ADDR_RANGE", "RFC 2407"],
    9: ["ID_DER_ASN1_DN", "RFC 2407"],
    10: ["ID_DER_ASN1_GN", "RFC 2407"],
    11: ["ID_KEY_ID", "RFC 2407"],
    12: ["ID_LIST", "RFC 3554"],
  },
  [[249, 255, "Private Use"]],
)
