/** Transform Types of a proposal; the alias is IANA's short form. */
import { registry } from "../registry.ts"

/** Transform Type Values. RFC 7296 §3.3.2, renamed by RFC 9370 (KE) and RFC 9827 (SN). */
export const TRANSFORM_TYPE = registry(
  "Transform Type Values",
  {
    RESERVED: [0, "RFC 7296", { name: "Reserved", status: "reserved" }],
    ENCR: [1, "RFC 7296", { name: "Encryption Algorithm (ENCR)", alias: "ENCR" }],
    PRF: [2, "RFC 7296", { name: "Pseudorandom Function (PRF)", alias: "PRF" }],
    INTEG: [3, "RFC 7296", { name: "Integrity Algorithm (INTEG)", alias: "INTEG" }],
    KE: [4, "RFC 9370", { name: "Key Exchange Method (KE)", alias: "KE" }],
    SN: [5, "RFC 9827", { name: "Sequence Numbers (SN)", alias: "SN" }],
    ADDKE1: [6, "RFC 9370", { name: "Additional Key Exchange 1 (ADDKE1)", alias: "ADDKE1" }],
    ADDKE2: [7, "RFC 9370", { name: "Additional Key Exchange 2 (ADDKE2)", alias: "ADDKE2" }],
    ADDKE3: [8, "RFC 9370", { name: "Additional Key Exchange 3 (ADDKE3)", alias: "ADDKE3" }],
    ADDKE4: [9, "RFC 9370", { name: "Additional Key Exchange 4 (ADDKE4)", alias: "ADDKE4" }],
    ADDKE5: [10, "RFC 9370", { name: "Additional Key Exchange 5 (ADDKE5)", alias: "ADDKE5" }],
    ADDKE6: [11, "RFC 9370", { name: "Additional Key Exchange 6 (ADDKE6)", alias: "ADDKE6" }],
    ADDKE7: [12, "RFC 9370", { name: "Additional Key Exchange 7 (ADDKE7)", alias: "ADDKE7" }],
    KWA: [13, "RFC 9838", { name: "Key Wrap Algorithm (KWA)", alias: "KWA" }],
    GCAUTH: [14, "RFC 9838", { name: "Group Controller Authentication Method (GCAUTH)", alias: "GCAUTH" }],
  },
  [[241, 255, "Private Use"]],
)
