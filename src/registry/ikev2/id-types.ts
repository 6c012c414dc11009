/** Identification types of IDi, IDr and IDg. */
import { registry } from "../registry.ts"

/** IKEv2 Identification Payload ID Types. RFC 7296 §3.5. */
export const ID_TYPE = registry(
  "IKEv2 Identification Payload ID Types",
  {
    0: ["Reserved", "RFC 7296", "reserved"],
    1: ["ID_IPV4_ADDR", "RFC 7296"],
    2: ["ID_FQDN", "RFC 7296"],
    3: ["ID_RFC822_ADDR", "RFC 7296"],
    5: ["ID_IPV6_ADDR", "RFC 7296"],
    9: ["ID_DER_ASN1_DN", "RFC 7296"],
    10: ["ID_DER_ASN1_GN", "RFC 7296"],
    11: ["ID_KEY_ID", "RFC 7296"],
    12: ["ID_FC_NAME", "RFC 4595"],
    13: ["ID_NULL", "RFC 7619"],
    201: ["ID_DER_ASN1_GN_URI", "strongSwan", "private"],
  },
  [[201, 255, "Private Use"]],
)
