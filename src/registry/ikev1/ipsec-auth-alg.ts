/** Authentication algorithms of an IKEv1 phase 2 transform; the alias is the report's name, with the ICV bits that the RFC fixes. */
import { registry } from "../registry.ts"

/** Authentication Algorithm. RFC 2407 §4.5. */
export const IPSEC_AUTH_ALG = registry(
  "Authentication Algorithm",
  {
    NONE: [0, "RFC 2407", { name: "Reserved", alias: "NONE", status: "reserved" }],
    HMAC_MD5: [1, "RFC 2403", { name: "HMAC-MD5", alias: "HMAC-MD5-96" }],
    HMAC_SHA: [2, "RFC 2404", { name: "HMAC-SHA", alias: "HMAC-SHA1-96" }],
    DES_MAC: [3, "RFC 2407", { name: "DES-MAC" }],
    KPDK: [4, "RFC 2407", { alias: "KPDK-MD5" }],
    HMAC_SHA2_256: [5, "RFC 4868", { name: "HMAC-SHA2-256", alias: "HMAC-SHA2-256-128" }],
    HMAC_SHA2_384: [6, "RFC 4868", { name: "HMAC-SHA2-384", alias: "HMAC-SHA2-384-192" }],
    HMAC_SHA2_512: [7, "RFC 4868", { name: "HMAC-SHA2-512", alias: "HMAC-SHA2-512-256" }],
    HMAC_RIPEMD: [8, "RFC 2857", { name: "HMAC-RIPEMD", alias: "HMAC-RIPEMD-160-96" }],
    AES_XCBC_MAC: [9, "RFC 3566", { name: "AES-XCBC-MAC", alias: "AES-XCBC-96" }],
    SIG_RSA: [10, "RFC 4359", { name: "SIG-RSA" }],
    AES_128_GMAC: [11, "RFC 4543", { name: "AES-128-GMAC", alias: "AES-GMAC-128" }],
    AES_192_GMAC: [12, "RFC 4543", { name: "AES-192-GMAC", alias: "AES-GMAC-192" }],
    AES_256_GMAC: [13, "RFC 4543", { name: "AES-256-GMAC", alias: "AES-GMAC-256" }],
    AES_CMAC_96: [250, "libreswan", { alias: "AES-CMAC-96", status: "private" }],
    NULL_KAME: [251, "KAME", { alias: "NULL", status: "private" }],
    HMAC_SHA2_256_TRUNCBUG: [252, "libreswan", { alias: "HMAC-SHA2-256-96", status: "private" }],
  },
  [[61440, 65535, "Private Use"]],
)
