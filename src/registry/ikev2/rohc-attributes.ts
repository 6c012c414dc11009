/** Attributes of ROHC_SUPPORTED. */
import { registry } from "../registry.ts"

/** IKEv2 ROHC Attribute Types. RFC 5857 §4. */
export const ROHC_ATTRIBUTE = registry(
  "IKEv2 ROHC Attribute Types",
  {
    RESERVED: [0, "RFC 5857", { name: "Reserved", status: "reserved" }],
    MAX_CID: [1, "RFC 5857", { name: "Maximum Context Identifier (MAX_CID)", alias: "MAX_CID" }],
    ROHC_PROFILE: [2, "RFC 5857", { name: "ROHC Profile (ROHC_PROFILE)", alias: "ROHC_PROFILE" }],
    ROHC_INTEG: [3, "RFC 5857", { name: "ROHC Integrity Algorithm (ROHC_INTEG)", alias: "ROHC_INTEG" }],
    ROHC_ICV_LEN: [4, "RFC 5857", { name: "ROHC ICV Length in bytes (ROHC_ICV_LEN)", alias: "ROHC_ICV_LEN" }],
    MRRU: [5, "RFC 5857", { name: "Maximum Reconstructed Reception Unit (MRRU)", alias: "MRRU" }],
  },
  [[16384, 32767, "Private Use"]],
)
