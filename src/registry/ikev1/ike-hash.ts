/** Hash algorithms of IKEv1; the alias is the report's name. */
import { registry } from "../registry.ts"

/** Hash Algorithm Class Values. RFC 2409 Appendix A. */
export const IKE_HASH = registry(
  "Hash Algorithm Class Values",
  {
    0: ["Reserved", "RFC 2409", "reserved"],
    1: ["MD5", "RFC 1321"],
    2: ["SHA", "FIPS 180-1", "", "SHA1"],
    3: ["Tiger", "RFC 2409", "", "TIGER"],
    4: ["SHA2-256", "RFC 4868"],
    5: ["SHA2-384", "RFC 4868"],
    6: ["SHA2-512", "RFC 4868"],
    20: ["SM3", "GM/T 0022", "private"],
  },
  [[65001, 65535, "Private Use"]],
)
