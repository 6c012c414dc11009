/** Types of Diffie-Hellman groups. */
import { registry } from "../registry.ts"

/** Group Type (Value 5). RFC 2409 Appendix A. */
export const GROUP_TYPE = registry(
  "Group Type",
  {
    RESERVED: [0, "RFC 2409", { name: "Reserved", status: "reserved" }],
    MODP: [1, "RFC 2409"],
    ECP: [2, "RFC 2409"],
    EC2N: [3, "RFC 2409"],
  },
  [[65001, 65535, "Private Use"]],
)
