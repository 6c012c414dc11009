/** Transform Types of a proposal; the alias is IANA's short form. */
import { registry } from "../registry.ts"

/** Transform Type Values. RFC 7296 §3.3.2, renamed by RFC 9370 (KE) and RFC 9827 (SN). */
export const TRANSFORM_TYPE = registry(
  "Transform Type Values",
  {
    0: ["Reserved", "RFC 7296", "reserved"],
    1: ["Encryption Algorithm (ENCR)", "RFC 7296", "", "ENCR"],
    2: ["Pseudorandom Function (PRF)", "RFC 7296", "", "PRF"],
    3: ["Integrity Algorithm (INTEG)", "RFC 7296", "", "INTEG"],
    4: ["Key Exchange Method (KE)", "RFC 9370", "", "KE"],
    5: ["Sequence Numbers (SN)", "RFC 9827", "", "SN"],
    6: ["Additional Key Exchange 1 (ADDKE1)", "RFC 9370", "", "ADDKE1"],
    7: ["Additional Key Exchange 2 (ADDKE2)", "RFC 9370", "", "ADDKE2"],
    8: ["Additional Key Exchange 3 (ADDKE3)", "RFC 9370", "", "ADDKE3"],
    9: ["Additional Key Exchange 4 (ADDKE4)", "RFC 9370", "", "ADDKE4"],
    10: ["Additional Key Exchange 5 (ADDKE5)", "RFC 9370", "", "ADDKE5"],
    11: ["Additional Key Exchange 6 (ADDKE6)", "RFC 9370", "", "ADDKE6"],
    12: ["Additional Key Exchange 7 (ADDKE7)", "RFC 9370", "", "ADDKE7"],
    13: ["Key Wrap Algorithm (KWA)", "RFC 9838", "", "KWA"],
    14: ["Group Controller Authentication Method (GCAUTH)", "RFC 9838", "", "GCAUTH"],
  },
  [[241, 255, "Private Use"]],
)
