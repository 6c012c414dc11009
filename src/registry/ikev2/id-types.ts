/** Identification types of IDi, IDr and IDg. */
import { registry } from "../registry.ts"

/** IKEv2 Identification Payload ID Types. RFC 7296 §3.5. */
export const ID_TYPE = registry(
  "IKEv2 Identification Payload ID Types",
  {
    RESERVED: [0, "RFC 7296", { name: "Reserved", status: "reserved" }],
    ID_IPV4_ADDR: [1, "RFC 7296"],
    ID_FQDN: [2, "RFC 7296"],
    ID_RFC822_ADDR: [3, "RFC 7296"],
    ID_IPV6_ADDR: [5, "RFC 7296"],
    ID_DER_ASN1_DN: [9, "RFC 7296"],
    ID_DER_ASN1_GN: [10, "RFC 7296"],
    ID_KEY_ID: [11, "RFC 7296"],
    ID_FC_NAME: [12, "RFC 4595"],
    ID_NULL: [13, "RFC 7619"],
    ID_DER_ASN1_GN_URI: [201, "strongSwan", { status: "private" }],
  },
  [[201, 255, "Private Use"]],
)
