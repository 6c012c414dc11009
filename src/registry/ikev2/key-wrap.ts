/** Key wrap algorithms of G-IKEv2. */
import { registry } from "../registry.ts"

/** Transform Type 13 - Key Wrap Algorithm Transform IDs. RFC 9838. */
export const KWA = registry(
  "Transform Type 13 - Key Wrap Algorithm Transform IDs",
  {
    RESERVED: [0, "RFC 9838", { name: "Reserved", status: "reserved" }],
    KW_5649_128: [1, "RFC 9838", { alias: "AES-KWP-128" }],
    KW_5649_192: [2, "RFC 9838", { alias: "AES-KWP-192" }],
    KW_5649_256: [3, "RFC 9838", { alias: "AES-KWP-256" }],
    KW_ARX: [4, "RFC 9838", { alias: "ARX-KW-8-2-4-GX" }],
  },
  [[1024, 65535, "Private Use"]],
)
