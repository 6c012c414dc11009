/** Integrity algorithms; the alias is the report's name. */
import { registry } from "../registry.ts"

/** Transform Type 3 - Integrity Algorithm Transform IDs. RFC 7296 §3.3.2. */
export const INTEG = registry(
  "Transform Type 3 - Integrity Algorithm Transform IDs",
  {
    NONE: [0, "RFC 7296"],
    AUTH_HMAC_MD5_96: [1, "RFC 2403", { alias: "HMAC-MD5-96", status: "deprecated" }],
    AUTH_HMAC_SHA1_96: [2, "RFC 2404", { alias: "HMAC-SHA1-96" }],
    AUTH_DES_MAC: [3, "RFC 7296", { alias: "DES-MAC", status: "deprecated" }],
    AUTH_KPDK_MD5: [4, "RFC 1826", { alias: "KPDK-MD5", status: "deprecated" }],
    AUTH_AES_XCBC_96: [5, "RFC 3566", { alias: "AES-XCBC-96" }],
    AUTH_HMAC_MD5_128: [6, "RFC 4595", { alias: "HMAC-MD5-128", status: "deprecated" }],
    AUTH_HMAC_SHA1_160: [7, "RFC 4595", { alias: "HMAC-SHA1-160", status: "deprecated" }],
    AUTH_AES_CMAC_96: [8, "RFC 4494", { alias: "AES-CMAC-96" }],
    AUTH_AES_128_GMAC: [9, "RFC 4543", { alias: "AES-GMAC-128" }],
    AUTH_AES_192_GMAC: [10, "RFC 4543", { alias: "AES-GMAC-192" }],
    AUTH_AES_256_GMAC: [11, "RFC 4543", { alias: "AES-GMAC-256" }],
    AUTH_HMAC_SHA2_256_128: [12, "RFC 4868", { alias: "HMAC-SHA2-256-128" }],
    AUTH_HMAC_SHA2_384_192: [13, "RFC 4868", { alias: "HMAC-SHA2-384-192" }],
    AUTH_HMAC_SHA2_512_256: [14, "RFC 4868", { alias: "HMAC-SHA2-512-256" }],
    AUTH_HMAC_SHA1_128: [1025, "strongSwan", { alias: "HMAC-SHA1-128", status: "private" }],
    AUTH_HMAC_SHA2_256_96: [1026, "strongSwan", { alias: "HMAC-SHA2-256-96", status: "private" }],
    AUTH_HMAC_SHA2_256_256: [1027, "strongSwan", { alias: "HMAC-SHA2-256-256", status: "private" }],
    AUTH_HMAC_SHA2_384_384: [1028, "strongSwan", { alias: "HMAC-SHA2-384-384", status: "private" }],
    AUTH_HMAC_SHA2_512_512: [1029, "strongSwan", { alias: "HMAC-SHA2-512-512", status: "private" }],
    AUTH_CAMELLIA_XCBC_96: [1030, "strongSwan", { alias: "CAMELLIA-XCBC-96", status: "private" }],
  },
  [[1024, 65535, "Private Use"]],
)
