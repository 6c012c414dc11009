/** Attributes of ROHC_SUPPORTED. */
import { registry } from "../registry.ts"

/** IKEv2 ROHC Attribute Types. RFC 5857 §4. */
export const ROHC_ATTRIBUTE = registry(
  "IKEv2 ROHC Attribute Types",
  {
    0: ["Reserved", "RFC 5857", "reserved"],
    1: ["Maximum Context Identifier (MAX_CID)", "RFC 5857", "", "MAX_CID"],
    2: ["ROHC Profile (ROHC_PROFILE)", "RFC 5857", "", "ROHC_PROFILE"],
    3: ["ROHC Integrity Algorithm (ROHC_INTEG)", "RFC 5857", "", "ROHC_INTEG"],
    4: ["ROHC ICV Length in bytes (ROHC_ICV_LEN)", "RFC 5857", "", "ROHC_ICV_LEN"],
    5: ["Maximum Reconstructed Reception Unit (MRRU)", "RFC 5857", "", "MRRU"],
  },
  [[16384, 32767, "Private Use"]],
)
