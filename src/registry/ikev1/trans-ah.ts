/** Transforms of an AH proposal in IKEv1; the alias is the report's name. */
import { registry } from "../registry.ts"

/** IPSEC AH Transform Identifiers. RFC 2407 §4.4.3. */
export const TRANS_AH = registry(
  "IPSEC AH Transform Identifiers",
  {
    RESERVED: [0, "RFC 2407", { name: "Reserved", status: "reserved" }],
    RESERVED_1: [1, "RFC 2407", { name: "Reserved", status: "reserved" }],
    AH_MD5: [2, "RFC 2407", { alias: "HMAC-MD5-96" }],
    AH_SHA: [3, "RFC 2407", { alias: "HMAC-SHA1-96" }],
    AH_DES: [4, "RFC 2407", { alias: "DES-MAC" }],
    AH_SHA2_256: [5, "RFC 4868", { name: "AH_SHA2-256", alias: "HMAC-SHA2-256-128" }],
    AH_SHA2_384: [6, "RFC 4868", { name: "AH_SHA2-384", alias: "HMAC-SHA2-384-192" }],
    AH_SHA2_512: [7, "RFC 4868", { name: "AH_SHA2-512", alias: "HMAC-SHA2-512-256" }],
    AH_RIPEMD: [8, "RFC 2857", { alias: "HMAC-RIPEMD-160-96" }],
    AH_AES_XCBC_MAC: [9, "RFC 3566", { name: "AH_AES-XCBC-MAC", alias: "AES-XCBC-96" }],
    AH_RSA: [10, "RFC 4359", { alias: "SIG-RSA" }],
    AH_AES_128_GMAC: [11, "RFC 4543", { name: "AH_AES-128-GMAC", alias: "AES-GMAC-128" }],
    AH_AES_192_GMAC: [12, "RFC 4543", { name: "AH_AES-192-GMAC", alias: "AES-GMAC-192" }],
    AH_AES_256_GMAC: [13, "RFC 4543", { name: "AH_AES-256-GMAC", alias: "AES-GMAC-256" }],
    AH_AES_CMAC_96: [250, "libreswan", { alias: "AES-CMAC-96", status: "private" }],
    AH_NULL: [251, "KAME", { alias: "NULL", status: "private" }],
    AH_SHA2_256_TRUNCBUG: [252, "libreswan", { alias: "HMAC-SHA2-256-96", status: "private" }],
  },
  [[249, 255, "Private Use"]],
)
