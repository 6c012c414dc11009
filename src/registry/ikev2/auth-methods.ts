/** Authentication methods of the AUTH payload; the alias is the report's name. */
import { registry } from "../registry.ts"

/** IKEv2 Authentication Method. RFC 7296 §3.8. */
export const AUTH_METHOD = registry(
  "IKEv2 Authentication Method",
  {
    RESERVED: [0, "RFC 7296", { name: "Reserved", status: "reserved" }],
    RSA_SIGNATURE: [1, "RFC 7296", { name: "RSA Digital Signature", alias: "RSA signature" }],
    SHARED_KEY: [2, "RFC 7296", { name: "Shared Key Message Integrity Code", alias: "pre-shared key" }],
    DSS_SIGNATURE: [3, "RFC 7296", { name: "DSS Digital Signature", alias: "DSS signature", status: "deprecated" }],
    ECDSA_P256: [9, "RFC 4754", { name: "ECDSA with SHA-256 on the P-256 curve", alias: "ECDSA signature" }],
    ECDSA_P384: [10, "RFC 4754", { name: "ECDSA with SHA-384 on the P-384 curve", alias: "ECDSA signature" }],
    ECDSA_P521: [11, "RFC 4754", { name: "ECDSA with SHA-512 on the P-521 curve", alias: "ECDSA signature" }],
    SECURE_PASSWORD: [
      12,
      "RFC 6467",
      { name: "Generic Secure Password Authentication Method", alias: "secure password" },
    ],
    NULL: [13, "RFC 7619", { name: "NULL Authentication", alias: "NULL" }],
    DIGITAL_SIGNATURE: [14, "RFC 7427", { name: "Digital Signature", alias: "digital signature" }],
  },
  [[201, 255, "Private Use"]],
)
