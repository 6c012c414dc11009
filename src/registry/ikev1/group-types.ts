/** Types of Diffie-Hellman groups. */
import { registry } from "../registry.ts"

/** Group Type (Value 5). RFC 2409 Appendix A. */
export const GROUP_TYPE = registry(
  "Group Type",
  {
    0: ["Reserved", "RFC 2409", "reserved"],
    1: ["MODP", "RFC 2409"],
    2: ["ECP", "RFC 2409"],
    3: ["EC2N", "RFC 2409"],
  },
  [[65001, 65535, "Private Use"]],
)
