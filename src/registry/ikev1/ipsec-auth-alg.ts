/** Authentication algorithms of an IKEv1 phase 2 transform; the alias is the report's name, with the ICV bits that the RFC fixes. */
import { registry } from "../registry.ts"

/** Authentication Algorithm. RFC 2407 §4.5. */
export const IPSEC_AUTH_ALG = registry(
  "Authentication Algorithm",
  {
    0: ["Reserved", "RFC 2407", "reserved", "NONE"],
    1: ["HMAC-MD5", "RFC 2403", "", "HMAC-MD5-96"],
    2: ["HMAC-SHA", "RFC 2404", "", "HMAC-SHA1-96"],
    3: ["DES-MAC", "RFC 2407"],
    4: ["KPDK", "RFC 2407", "", "KPDK-MD5"],
    5: ["HMAC-SHA2-256", "RFC 4868", "", "HMAC-SHA2-256-128"],
    6: ["HMAC-SHA2-384", "RFC 4868", "", "HMAC-SHA2-384-192"],
    7: ["HMAC-SHA2-512", "RFC 4868", "", "HMAC-SHA2-512-256"],
    8: ["HMAC-RIPEMD", "RFC 2857", "", "HMAC-RIPEMD-160-96"],
    9: ["AES-XCBC-MAC", "RFC 3566", "", "AES-XCBC-96"],
    10: ["SIG-RSA", "RFC 4359"],
    11: ["AES-128-GMAC", "RFC 4543", "", "AES-GMAC-128"],
    12: ["AES-192-GMAC", "RFC 4543", "", "AES-GMAC-192"],
    13: ["AES-256-GMAC", "RFC 4543", "", "AES-GMAC-256"],
    250: ["AES_CMAC_96", "libreswan", "private", "AES-CMAC-96"],
    251: ["NULL_KAME", "KAME", "private", "NULL"],
    252: ["HMAC_SHA2_256_TRUNCBUG", "libreswan", "private", "HMAC-SHA2-256-96"],
  },
  [[61440, 65535, "Private Use"]],
)
