/** IKEv2 Exchange Types. */
import { registry } from "../registry.ts"

/** IKEv2 Exchange Types. RFC 7296 §3.1. */
export const EXCHANGE_TYPE = registry(
  "IKEv2 Exchange Types",
  {
    34: ["IKE_SA_INIT", "RFC 7296"],
    35: ["IKE_AUTH", "RFC 7296"],
    36: ["CREATE_CHILD_SA", "RFC 7296"],
    37: ["INFORMATIONAL", "RFC 7296"],
    38: ["IKE_SESSION_RESUME", "RFC 5723"],
    39: ["GSA_AUTH", "RFC 9838"],
    40: ["GSA_REGISTRATION", "RFC 9838"],
    41: ["GSA_REKEY", "RFC 9838"],
    42: ["GSA_INBAND_REKEY", "RFC 9838"],
    43: ["IKE_INTERMEDIATE", "RFC 9242"],
    44: ["IKE_FOLLOWUP_KE", "RFC 9370"],
    240: ["ME_CONNECT", "strongSwan", "private"],
  },
  [
    [0, 33, "Reserved"],
    [240, 255, "Private Use"],
  ],
)
