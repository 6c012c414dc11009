/** Units of a lifetime, in phase 1 and phase 2. */
import { registry } from "../registry.ts"

/** Life Type. RFC 2409 Appendix A, RFC 2407 §4.5. */
export const LIFE_TYPE = registry(
  "Life Type",
  {
    0: ["Reserved", "RFC 2407", "reserved"],
    1: ["seconds", "RFC 2407"],
    2: ["kilobytes", "RFC 2407"],
  },
  [[61440, 65535, "Private Use"]],
)
