/** Units of a lifetime, in phase 1 and phase 2. */
import { registry } from "../registry.ts"

/** Life Type. RFC 2409 Appendix A, RFC 2407 §4.5. */
export const LIFE_TYPE = registry(
  "Life Type",
  {
    RESERVED: [0, "RFC 2407", { name: "Reserved", status: "reserved" }],
    SECONDS: [1, "RFC 2407", { name: "seconds" }],
    KILOBYTES: [2, "RFC 2407", { name: "kilobytes" }],
  },
  [[61440, 65535, "Private Use"]],
)
