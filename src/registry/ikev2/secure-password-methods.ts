/** Methods of the Generic Secure Password Method payload. */
import { registry } from "../registry.ts"

/** IKEv2 Secure Password Methods. RFC 6467. */
export const SECURE_PASSWORD_METHOD = registry(
  "IKEv2 Secure Password Methods",
  {
    RESERVED: [0, "RFC 6467", { name: "Reserved", status: "reserved" }],
    PACE: [1, "RFC 6631"],
    AUGPAKE: [2, "RFC 6628", { name: "AugPAKE" }],
    SECURE_PSK_AUTHENTICATION: [3, "RFC 6617", { name: "Secure PSK Authentication" }],
  },
  [[1024, 65535, "Private Use"]],
)
