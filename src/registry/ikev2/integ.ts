/** Integrity algorithms; the alias is the report's name. */
import { registry } from "../registry.ts"

/** Transform Type 3 - Integrity Algorithm Transform IDs. RFC 7296 §3.3.2. */
export const INTEG = registry(
  "Transform Type 3 - Integrity Algorithm Transform IDs",
  {
    0: ["NONE", "RFC 7296"],
    1: ["AUTH_HMAC_MD5_96", "RFC 2403", "deprecated", "HMAC-MD5-96"],
    2: ["AUTH_HMAC_SHA1_96", "RFC 2404", "", "HMAC-SHA1-96"],
    3: ["AUTH_DES_MAC", "RFC 7296", "deprecated", "DES-MAC"],
    4: ["AUTH_KPDK_MD5", "RFC 1826", "deprecated", "KPDK-MD5"],
    5: ["AUTH_AES_XCBC_96", "RFC 3566", "", "AES-XCBC-96"],
    6: ["AUTH_HMAC_MD5_128", "RFC 4595", "deprecated", "HMAC-MD5-128"],
    7: ["AUTH_HMAC_SHA1_160", "RFC 4595", "deprecated", "HMAC-SHA1-160"],
    8: ["AUTH_AES_CMAC_96", "RFC 4494", "", "AES-CMAC-96"],
    9: ["AUTH_AES_128_GMAC", "RFC 4543", "", "AES-GMAC-128"],
    10: ["AUTH_AES_192_GMAC", "RFC 4543", "", "AES-GMAC-192"],
    11: ["AUTH_AES_256_GMAC", "RFC 4543", "", "AES-GMAC-256"],
    12: ["AUTH_HMAC_SHA2_256_128", "RFC 4868", "", "HMAC-SHA2-256-128"],
    13: ["AUTH_HMAC_SHA2_384_192", "RFC 4868", "", "HMAC-SHA2-384-192"],
    14: ["AUTH_HMAC_SHA2_512_256", "RFC 4868", "", "HMAC-SHA2-512-256"],
    1025: ["AUTH_HMAC_SHA1_128", "strongSwan", "private", "HMAC-SHA1-128"],
    1026: ["AUTH_HMAC_SHA2_256_96", "strongSwan", "private", "HMAC-SHA2-256-96"],
    1027: ["AUTH_HMAC_SHA2_256_256", "strongSwan", "private", "HMAC-SHA2-256-256"],
    1028: ["AUTH_HMAC_SHA2_384_384", "strongSwan", "private", "HMAC-SHA2-384-384"],
    1029: ["AUTH_HMAC_SHA2_512_512", "strongSwan", "private", "HMAC-SHA2-512-512"],
    1030: ["AUTH_CAMELLIA_XCBC_96", "strongSwan", "private", "CAMELLIA-XCBC-96"],
  },
  [[1024, 65535, "Private Use"]],
)
