/** Protocol identifiers of proposals, notifications and deletes in IKEv2; IKEv1 gives the numbers other meanings. */
import { registry } from "../registry.ts"

/** IKEv2 Security Protocol Identifiers. RFC 7296 §3.3.1. */
export const SECURITY_PROTOCOL = registry(
  "IKEv2 Security Protocol Identifiers",
  {
    0: ["Reserved", "RFC 7296", "reserved"],
    1: ["IKE", "RFC 7296"],
    2: ["AH", "RFC 7296"],
    3: ["ESP", "RFC 7296"],
    4: ["FC_ESP_HEADER", "RFC 4595"],
    5: ["FC_CT_AUTHENTICATION", "RFC 4595"],
    6: ["GIKE_UPDATE", "RFC 9838"],
  },
  [[201, 255, "Private Use"]],
)
