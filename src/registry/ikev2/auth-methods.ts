/** Authentication methods of the AUTH payload; the alias is the report's name. */
import { registry } from "../registry.ts"

/** IKEv2 Authentication Method. RFC 7296 §3.8. */
export const AUTH_METHOD = registry(
  "IKEv2 Authentication Method",
  {
    0: ["Reserved", "RFC 7296", "reserved"],
    1: ["RSA Digital Signature", "RFC 7296", "", "RSA signature"],
    2: ["Shared Key Message Integrity Code", "RFC 7296", "", "pre-shared key"],
    3: ["DSS Digital Signature", "RFC 7296", "deprecated", "DSS signature"],
    9: ["ECDSA with SHA-256 on the P-256 curve", "RFC 4754", "", "ECDSA signature"],
    10: ["ECDSA with SHA-384 on the P-384 curve", "RFC 4754", "", "ECDSA signature"],
    11: ["ECDSA with SHA-512 on the P-521 curve", "RFC 4754", "", "ECDSA signature"],
    12: ["Generic Secure Password Authentication Method", "RFC 6467", "", "secure password"],
    13: ["NULL Authentication", "RFC 7619", "", "NULL"],
    14: ["Digital Signature", "RFC 7427", "", "digital signature"],
  },
  [[201, 255, "Private Use"]],
)
