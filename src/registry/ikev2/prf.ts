/** Pseudorandom functions; the alias is the report's name. */
import { registry } from "../registry.ts"

/** Transform Type 2 - Pseudorandom Function Transform IDs. RFC 7296 §3.3.2. */
export const PRF = registry(
  "Transform Type 2 - Pseudorandom Function Transform IDs",
  {
    RESERVED: [0, "RFC 7296", { name: "Reserved", status: "reserved" }],
    PRF_HMAC_MD5: [1, "RFC 2104", { alias: "HMAC-MD5", status: "deprecated" }],
    PRF_HMAC_SHA1: [2, "RFC 2104", { alias: "HMAC-SHA1" }],
    PRF_HMAC_TIGER: [3, "RFC 2104", { alias: "HMAC-TIGER", status: "deprecated" }],
    PRF_AES128_XCBC: [4, "RFC 4434", { alias: "AES128-XCBC" }],
    PRF_HMAC_SHA2_256: [5, "RFC 4868", { alias: "HMAC-SHA2-256" }],
    PRF_HMAC_SHA2_384: [6, "RFC 4868", { alias: "HMAC-SHA2-384" }],
    PRF_HMAC_SHA2_512: [7, "RFC 4868", { alias: "HMAC-SHA2-512" }],
    PRF_AES128_CMAC: [8, "RFC 4615", { alias: "AES128-CMAC" }],
    PRF_HMAC_STREEBOG_512: [9, "RFC 9385", { alias: "HMAC-STREEBOG-512" }],
    PRF_FIPS_SHA1_160: [1025, "strongSwan", { alias: "FIPS-SHA1-160", status: "private" }],
    PRF_FIPS_DES: [1026, "strongSwan", { alias: "FIPS-DES", status: "private" }],
    PRF_KEYED_SHA1: [1027, "strongSwan", { alias: "KEYED-SHA1", status: "private" }],
    PRF_CAMELLIA128_XCBC: [1028, "strongSwan", { alias: "CAMELLIA128-XCBC", status: "private" }],
  },
  [[1024, 65535, "Private Use"]],
)
