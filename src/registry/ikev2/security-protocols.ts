/** Protocol identifiers of proposals, notifications and deletes in IKEv2; IKEv1 gives the numbers other meanings. */
import { registry } from "../registry.ts"

/** IKEv2 Security Protocol Identifiers. RFC 7296 §3.3.1. */
export const SECURITY_PROTOCOL = registry(
  "IKEv2 Security Protocol Identifiers",
  {
    RESERVED: [0, "RFC 7296", { name: "Reserved", status: "reserved" }],
    IKE: [1, "RFC 7296"],
    AH: [2, "RFC 7296"],
    ESP: [3, "RFC 7296"],
    FC_ESP_HEADER: [4, "RFC 4595"],
    FC_CT_AUTHENTICATION: [5, "RFC 4595"],
    GIKE_UPDATE: [6, "RFC 9838"],
  },
  [[201, 255, "Private Use"]],
)
