/** Key wrap algorithms of G-IKEv2. */
import { registry } from "../registry.ts"

/** Transform Type 13 - Key Wrap Algorithm Transform IDs. RFC 9838. */
export const KWA = registry(
  "Transform Type 13 - Key Wrap Algorithm Transform IDs",
  {
    0: ["Reserved", "RFC 9838", "reserved"],
    1: ["KW_5649_128", "RFC 9838", "", "AES-KWP-128"],
    2: ["KW_5649_192", "RFC 9838", "", "AES-KWP-192"],
    3: ["KW_5649_256", "RFC 9838", "", "AES-KWP-256"],
    4: ["KW_ARX", "RFC 9838", "", "ARX-KW-8-2-4-GX"],
  },
  [[1024, 65535, "Private Use"]],
)
