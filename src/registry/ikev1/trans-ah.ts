/** Transforms of an AH proposal in IKEv1; the alias is the report's name. */
import { registry } from "../registry.ts"

/** IPSEC AH Transform Identifiers. RFC 2407 §4.4.3. */
export const TRANS_AH = registry(
  "IPSEC AH Transform Identifiers",
  {
    0: ["Reserved", "RFC 2407", "reserved"],
    1: ["Reserved", "RFC 2407", "reserved"],
    2: ["AH_MD5", "RFC 2407", "", "HMAC-MD5-96"],
    3: ["AH_SHA", "RFC 2407", "", "HMAC-SHA1-96"],
    4: ["AH_DES", "RFC 2407", "", "DES-MAC"],
    5: ["AH_SHA2-256", "RFC 4868", "", "HMAC-SHA2-256-128"],
    6: ["AH_SHA2-384", "RFC 4868", "", "HMAC-SHA2-384-192"],
    7: ["AH_SHA2-512", "RFC 4868", "", "HMAC-SHA2-512-256"],
    8: ["AH_RIPEMD", "RFC 2857", "", "HMAC-RIPEMD-160-96"],
    9: ["AH_AES-XCBC-MAC", "RFC 3566", "", "AES-XCBC-96"],
    10: ["AH_RSA", "RFC 4359", "", "SIG-RSA"],
    11: ["AH_AES-128-GMAC", "RFC 4543", "", "AES-GMAC-128"],
    12: ["AH_AES-192-GMAC", "RFC 4543", "", "AES-GMAC-192"],
    13: ["AH_AES-256-GMAC", "RFC 4543", "", "AES-GMAC-256"],
    250: ["AH_AES_CMAC_96", "libreswan", "private", "AES-CMAC-96"],
    251: ["AH_NULL", "KAME", "private", "NULL"],
    252: ["AH_SHA2_256_TRUNCBUG", "libreswan", "private", "HMAC-SHA2-256-96"],
  },
  [[249, 255, "Private Use"]],
)
