/** Hash algorithms of SIGNATURE_HASH_ALGORITHMS; the alias is the report's name. */
import { registry } from "../registry.ts"

/** IKEv2 Hash Algorithms. RFC 7427 §7. */
export const HASH_ALGORITHM = registry(
  "IKEv2 Hash Algorithms",
  {
    RESERVED: [0, "RFC 7427", { name: "Reserved", status: "reserved" }],
    SHA1: [1, "RFC 7427", { status: "deprecated" }],
    SHA2_256: [2, "RFC 7427", { name: "SHA2-256" }],
    SHA2_384: [3, "RFC 7427", { name: "SHA2-384" }],
    SHA2_512: [4, "RFC 7427", { name: "SHA2-512" }],
    IDENTITY: [5, "RFC 8420", { name: "Identity", alias: "IDENTITY" }],
    STREEBOG_256: [6, "RFC 9385", { alias: "STREEBOG-256" }],
    STREEBOG_512: [7, "RFC 9385", { alias: "STREEBOG-512" }],
  },
  [[1024, 65535, "Private Use"]],
)
