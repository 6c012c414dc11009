/** IKEv2 Exchange Types. */
import { registry } from "../registry.ts"

/** IKEv2 Exchange Types. RFC 7296 §3.1. */
export const EXCHANGE_TYPE = registry(
  "IKEv2 Exchange Types",
  {
    IKE_SA_INIT: [34, "RFC 7296"],
    IKE_AUTH: [35, "RFC 7296"],
    CREATE_CHILD_SA: [36, "RFC 7296"],
    INFORMATIONAL: [37, "RFC 7296"],
    IKE_SESSION_RESUME: [38, "RFC 5723"],
    GSA_AUTH: [39, "RFC 9838"],
    GSA_REGISTRATION: [40, "RFC 9838"],
    GSA_REKEY: [41, "RFC 9838"],
    GSA_INBAND_REKEY: [42, "RFC 9838"],
    IKE_INTERMEDIATE: [43, "RFC 9242"],
    IKE_FOLLOWUP_KE: [44, "RFC 9370"],
    ME_CONNECT: [240, "strongSwan", { status: "private" }],
  },
  [
    [0, 33, "Reserved"],
    [240, 255, "Private Use"],
  ],
)
