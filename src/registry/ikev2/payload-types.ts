/** IKEv2 Payload Types; the alias is the RFC's notation in exchanges. */
import { registry } from "../registry.ts"

/** IKEv2 Payload Types. RFC 7296 §3.2. */
export const PAYLOAD_TYPE = registry(
  "IKEv2 Payload Types",
  {
    NONE: [0, "RFC 7296", { name: "No Next Payload", alias: "NONE" }],
    SA: [33, "RFC 7296", { name: "Security Association", alias: "SA" }],
    KE: [34, "RFC 7296", { name: "Key Exchange", alias: "KE" }],
    IDi: [35, "RFC 7296", { name: "Identification - Initiator", alias: "IDi" }],
    IDr: [36, "RFC 7296", { name: "Identification - Responder", alias: "IDr" }],
    CERT: [37, "RFC 7296", { name: "Certificate", alias: "CERT" }],
    CERTREQ: [38, "RFC 7296", { name: "Certificate Request", alias: "CERTREQ" }],
    AUTH: [39, "RFC 7296", { name: "Authentication", alias: "AUTH" }],
    NONCE: [40, "RFC 7296", { name: "Nonce", alias: "Nonce" }],
    NOTIFY: [41, "RFC 7296", { name: "Notify", alias: "N" }],
    DELETE: [42, "RFC 7296", { name: "Delete", alias: "D" }],
    VENDOR_ID: [43, "RFC 7296", { name: "Vendor ID", alias: "V" }],
    TSi: [44, "RFC 7296", { name: "Traffic Selector - Initiator", alias: "TSi" }],
    TSr: [45, "RFC 7296", { name: "Traffic Selector - Responder", alias: "TSr" }],
    SK: [46, "RFC 7296", { name: "Encrypted and Authenticated", alias: "SK" }],
    CP: [47, "RFC 7296", { name: "Configuration", alias: "CP" }],
    EAP: [48, "RFC 7296", { name: "Extensible Authentication", alias: "EAP" }],
    GSPM: [49, "RFC 6467", { name: "Generic Secure Password Method", alias: "GSPM" }],
    IDg: [50, "RFC 9838", { name: "Group Identification", alias: "IDg" }],
    GSA: [51, "RFC 9838", { name: "Group Security Association", alias: "GSA" }],
    KD: [52, "RFC 9838", { name: "Key Download", alias: "KD" }],
    SKF: [53, "RFC 7383", { name: "Encrypted and Authenticated Fragment", alias: "SKF" }],
    PS: [54, "RFC 8019", { name: "Puzzle Solution", alias: "PS" }],
    FRAG: [132, "Cisco", { name: "Cisco Fragmentation", alias: "FRAG", status: "private" }],
  },
  [
    [1, 32, "Reserved for IKEv1"],
    [128, 255, "Private Use"],
  ],
)
