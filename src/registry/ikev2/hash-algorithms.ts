/** Hash algorithms of SIGNATURE_HASH_ALGORITHMS; the alias is the report's name. */
import { registry } from "../registry.ts"

/** IKEv2 Hash Algorithms. RFC 7427 §7. */
export const HASH_ALGORITHM = registry(
  "IKEv2 Hash Algorithms",
  {
    0: ["Reserved", "RFC 7427", "reserved"],
    1: ["SHA1", "RFC 7427", "deprecated"],
    2: ["SHA2-256", "RFC 7427"],
    3: ["SHA2-384", "RFC 7427"],
    4: ["SHA2-512", "RFC 7427"],
    5: ["Identity", "RFC 8420", "", "IDENTITY"],
    6: ["STREEBOG_256", "RFC 9385", "", "STREEBOG-256"],
    7: ["STREEBOG_512", "RFC 9385", "", "STREEBOG-512"],
  },
  [[1024, 65535, "Private Use"]],
)
