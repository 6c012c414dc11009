/** Pseudorandom functions; the alias is the report's name. */
import { registry } from "../registry.ts"

/** Transform Type 2 - Pseudorandom Function Transform IDs. RFC 7296 §3.3.2. */
export const PRF = registry(
  "Transform Type 2 - Pseudorandom Function Transform IDs",
  {
    0: ["Reserved", "RFC 7296", "reserved"],
    1: ["PRF_HMAC_MD5", "RFC 2104", "deprecated", "HMAC-MD5"],
    2: ["PRF_HMAC_SHA1", "RFC 2104", "", "HMAC-SHA1"],
    3: ["PRF_HMAC_TIGER", "RFC 2104", "deprecated", "HMAC-TIGER"],
    4: ["PRF_AES128_XCBC", "RFC 4434", "", "AES128-XCBC"],
    5: ["PRF_HMAC_SHA2_256", "RFC 4868", "", "HMAC-SHA2-256"],
    6: ["PRF_HMAC_SHA2_384", "RFC 4868", "", "HMAC-SHA2-384"],
    7: ["PRF_HMAC_SHA2_512", "RFC 4868", "", "HMAC-SHA2-512"],
    8: ["PRF_AES128_CMAC", "RFC 4615", "", "AES128-CMAC"],
    9: ["PRF_HMAC_STREEBOG_512", "RFC 9385", "", "HMAC-STREEBOG-512"],
    1025: ["PRF_FIPS_SHA1_160", "strongSwan", "private", "FIPS-SHA1-160"],
    1026: ["PRF_FIPS_DES", "strongSwan", "private", "FIPS-DES"],
    1027: ["PRF_KEYED_SHA1", "strongSwan", "private", "KEYED-SHA1"],
    1028: ["PRF_CAMELLIA128_XCBC", "strongSwan", "private", "CAMELLIA128-XCBC"],
  },
  [[1024, 65535, "Private Use"]],
)
