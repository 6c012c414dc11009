/** Methods of the Generic Secure Password Method payload. */
import { registry } from "../registry.ts"

/** IKEv2 Secure Password Methods. RFC 6467. */
export const SECURE_PASSWORD_METHOD = registry(
  "IKEv2 Secure Password Methods",
  {
    0: ["Reserved", "RFC 6467", "reserved"],
    1: ["PACE", "RFC 6631"],
    2: ["AugPAKE", "RFC 6628"],
    3: ["Secure PSK Authentication", "RFC 6617"],
  },
  [[1024, 65535, "Private Use"]],
)
